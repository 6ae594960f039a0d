"""Complications of a treatment: what happened, how long after it, and how bad it was by four scales."""

from .plausibility import contradictions
from .record import GRADE_FIELDS, Complication, complication, worst_grades
from .scales import SCALES, Grade, Scale, grade_named
from .table import read_complications_csv

__all__ = [
    "GRADE_FIELDS",
    "SCALES",
    "Complication",
    "Grade",
    "Scale",
    "complication",
    "contradictions",
    "grade_named",
    "read_complications_csv",
    "worst_grades",
]
