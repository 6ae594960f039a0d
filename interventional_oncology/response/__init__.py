"""Response criteria: from a table of lesions to categories with reasons."""

from .assessments import AssessedPatient, Assessment, read_responses_csv
from .criteria import CRITERIA, criterion_named
from .criterion import Criterion, SumCriterion
from .grades import GradedCriterion
from .options import ScoreOptions, make_options, split_options
from .overall import overall_response
from .response_table import write_responses_csv
from .results import Growth, PatientResponse, Pattern, TimepointResponse
from .scoring import score, score_assessments
from .table import COLUMNS, ROLES, STATES, LesionRow, read_lesions_csv, write_lesions_csv

__all__ = [
    "COLUMNS",
    "CRITERIA",
    "ROLES",
    "STATES",
    "AssessedPatient",
    "Assessment",
    "Criterion",
    "GradedCriterion",
    "Growth",
    "LesionRow",
    "PatientResponse",
    "Pattern",
    "ScoreOptions",
    "SumCriterion",
    "TimepointResponse",
    "criterion_named",
    "make_options",
    "overall_response",
    "read_lesions_csv",
    "read_responses_csv",
    "score",
    "score_assessments",
    "split_options",
    "write_lesions_csv",
    "write_responses_csv",
]
