"""LI-RADS treatment response 2018 (LR-TR): arterial enhancement in or along the treated lesion.

ACR LI-RADS v2018, treatment response core, as summarized in PMC6287184. Nodular, masslike or thick irregular
tissue with arterial enhancement, washout or enhancement as before treatment is Viable; atypical enhancement
is Equivocal, which also is the tie-break; none, or the expected pattern, is Nonviable. See
:mod:`~..treatment_response` for the columns read. Washout without arterial enhancement is the reader's word:
state ``progressed``.

The worst lesion gives the category of a visit; LI-RADS itself has categories of lesions only.
"""

from datetime import date
from decimal import Decimal

from ..diameters import new_by_size
from ..exact import exact
from ..fragility import Flip, size_error
from ..grades import Grade, GradedCriterion
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from ..treatment_response import (
    ABSENT,
    BEST_FIRST,
    EQUIVOCAL,
    NONEVALUABLE,
    NONVIABLE,
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    PRESENT,
    UNCERTAIN,
    VIABLE,
    is_untreated,
    masslike_enhancement,
    need_enhancement,
)

_CATEGORIES = {PRESENT: VIABLE, ABSENT: NONVIABLE, UNCERTAIN: EQUIVOCAL, NOT_ASSESSABLE: NONEVALUABLE}


def treatment_response_2018(masslike: str) -> str:
    """Return the category of masslike enhancement that is present, absent, uncertain or not assessable."""
    return _CATEGORIES[masslike]


def viable_flip(axis_mm: float | None, options: ScoreOptions) -> Flip | None:
    """Return how much smaller enhancement must be to be none."""
    if not axis_mm:
        return None
    value: Decimal = exact(axis_mm)
    return Flip(value, False, NONVIABLE, value <= size_error(value, 1, options))


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_enhancement(patient, "LI-RADS treatment response 2018")
    return []


def _grade(lesion: Lesion, visit: date, _patient: Patient, options: ScoreOptions) -> Grade:
    if is_untreated(lesion):
        return Grade(NOT_APPLICABLE, "outside the treated field, for the diagnostic algorithm")
    masslike, axis_mm = masslike_enhancement(lesion, visit)
    size = f" of {round(axis_mm, 2):g} mm" if axis_mm else ""
    text = f"masslike arterial enhancement{size} {masslike}"
    return Grade(treatment_response_2018(masslike), text, axis_mm, viable_flip(axis_mm, options))


CRITERION = GradedCriterion(
    name="lirads-tr-2018",
    title="LI-RADS treatment response 2018",
    reference="ACR LI-RADS v2018, as summarized in PMC6287184",
    unit="mm",
    best_first=BEST_FIRST,
    grade=_grade,
    new_lesion=new_by_size,
    unjudged=NONEVALUABLE,
    size_name="viable axis",
    remarks=_remarks,
    columns=("viable_long_axis_mm", "in_treated_field"),
)
