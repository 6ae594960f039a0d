"""A patient's case: what ``CASE.toml`` says, and the review that makes everything of it."""

from .case import Case, Timepoint, Treatment
from .reading import read_case

__all__ = ["Case", "Timepoint", "Treatment", "read_case"]
