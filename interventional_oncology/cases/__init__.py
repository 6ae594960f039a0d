"""A patient's case: what ``CASE.toml`` says, and the review that makes everything of it."""

from .case import Case, Timepoint, Treatment
from .findings import FollowupFindings, Review, ReviewOptions, Step, TruthComparison
from .reading import read_case
from .record import review_record
from .reviewing import review

__all__ = [
    "Case",
    "FollowupFindings",
    "Review",
    "ReviewOptions",
    "Step",
    "Timepoint",
    "Treatment",
    "TruthComparison",
    "read_case",
    "review",
    "review_record",
]
