"""LI-RADS treatment response 2024: masslike enhancement of any degree in any phase, in two cores.

Aslam 2024, doi:10.1148/radiol.232408. After treatment without radiation masslike enhancement is Viable and
uncertain enhancement Equivocal. After radiation it is compared with earlier visits after treatment: new or
increased is Viable, anything else Nonprogressing, also what is uncertain. Ancillary features of MR (option
``ancillary``: the lesions that have them, in the radiation core only new or increased ones) upgrade Equivocal
or Nonprogressing to Viable and never downgrade. The option ``treatment`` chooses the core. See
:mod:`~..treatment_response` for the columns read.

No limit for "increased" is published. Here it is the reader's word (state ``progressed``), or a viable axis
larger than at the last visit after treatment by more than the measurement error (options
``measurement_error_mm`` and ``measurement_error_percent``). The worst lesion gives the category of a visit;
LI-RADS itself has categories of lesions only.
"""

from datetime import date

from ..diameters import new_by_size
from ..exact import exact
from ..fragility import Flip, size_error
from ..grades import Grade, GradedCriterion
from ..lesion_lists import is_listed
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from ..treatment_response import (
    ABSENT,
    BEST_FIRST,
    EQUIVOCAL,
    NO_CORE,
    NONEVALUABLE,
    NONPROGRESSING,
    NONRADIATION,
    NONVIABLE,
    NOT_APPLICABLE,
    NOT_ASSESSABLE,
    PRESENT,
    RADIATION,
    UNCERTAIN,
    VIABLE,
    core_of,
    is_untreated,
    masslike_enhancement,
    need_enhancement,
)
from .lirads_tr_2018 import viable_flip

_TITLE = "LI-RADS treatment response 2024"
_CATEGORIES = {
    NONRADIATION: {PRESENT: VIABLE, ABSENT: NONVIABLE, UNCERTAIN: EQUIVOCAL, NOT_ASSESSABLE: NONEVALUABLE},
    RADIATION: {
        PRESENT: NONPROGRESSING,
        ABSENT: NONVIABLE,
        UNCERTAIN: NONPROGRESSING,
        NOT_ASSESSABLE: NONEVALUABLE,
    },
}


def treatment_response_2024(
    core: str, masslike: str, *, increased: bool = False, ancillary: bool = False
) -> str:
    """Return the category of a lesion.

    Parameters
    ----------
    core : {"nonradiation", "radiation", ""}
        Empty after systemic treatment alone, to which it does not apply.
    masslike : {"present", "absent", "uncertain", "not assessable"}
    increased : bool
        Whether the enhancement is new or larger than at earlier visits after treatment (radiation only).
    ancillary : bool
        Whether ancillary features of MR favor viability; in the radiation core new or increased ones.

    Examples
    --------
    >>> treatment_response_2024("nonradiation", "uncertain", ancillary=True)
    'LR-TR Viable'
    >>> treatment_response_2024("radiation", "present"), treatment_response_2024("radiation", "uncertain")
    ('LR-TR Nonprogressing', 'LR-TR Nonprogressing')
    """
    if core == NO_CORE:
        return NOT_APPLICABLE
    found = _CATEGORIES[core][masslike]
    if core == RADIATION and masslike == PRESENT and increased:
        return VIABLE
    return VIABLE if ancillary and found in (EQUIVOCAL, NONPROGRESSING) else found


def _remarks(patient: Patient, options: ScoreOptions) -> list[str]:
    core_of(options.treatment or NONRADIATION)
    need_enhancement(patient, _TITLE)
    found = [] if options.treatment else ["no option treatment: the nonradiation core is taken"]
    if options.ancillary and options.modality != "MR":
        found.append("ancillary features are those of MR: not taken into account on CT")
    return found


def _grade(lesion: Lesion, visit: date, patient: Patient, options: ScoreOptions) -> Grade:
    core = core_of(options.treatment or NONRADIATION)
    if core == NO_CORE or is_untreated(lesion):
        why = "systemic treatment alone" if core == NO_CORE else "outside the treated field"
        return Grade(NOT_APPLICABLE, f"{why}, for the diagnostic algorithm")
    masslike, axis_mm = masslike_enhancement(lesion, visit)
    ancillary = options.modality == "MR" and is_listed(options.ancillary, lesion.lesion_id, visit)
    size = f" of {round(axis_mm, 2):g} mm" if axis_mm else ""
    text = f"masslike enhancement{size} {masslike}"
    increased, flip = False, viable_flip(axis_mm, options)
    if core == RADIATION and masslike == PRESENT:
        increased, since, flip = _increase(lesion, visit, patient, options)
        text += f", {since}"
    if ancillary:
        text += ", ancillary features of MR"
        flip = None
    return Grade(
        treatment_response_2024(core, masslike, increased=increased, ancillary=ancillary), text, axis_mm, flip
    )


def _increase(
    lesion: Lesion, visit: date, patient: Patient, options: ScoreOptions
) -> tuple[bool, str, Flip | None]:
    """Return whether enhancement is new or larger than at the last visit after treatment that tells."""
    if lesion.rows[visit].state == "progressed":
        return True, "increased by the reader's word", None
    now_mm = masslike_enhancement(lesion, visit)[1] or 0.0
    for day in reversed([day for day in patient.visits[1:] if day < visit]):
        before, then_mm = masslike_enhancement(lesion, day)
        if before == ABSENT:
            return True, f"new since {day}", None
        if then_mm is not None:
            grown = exact(now_mm) - exact(then_mm)
            error = size_error(exact(then_mm), 1, options)
            larger = grown > error
            flip = Flip(
                abs(grown - error),
                not larger,
                NONPROGRESSING if larger else VIABLE,
                abs(grown - error) <= error,
            )
            return larger, f"{round(then_mm, 2):g} mm on {day}", flip
    return False, "no earlier visit after treatment to compare with", None


CRITERION = GradedCriterion(
    name="lirads-tr-2024",
    title=_TITLE,
    reference="Aslam 2024, doi:10.1148/radiol.232408",
    unit="mm",
    best_first=BEST_FIRST,
    grade=_grade,
    new_lesion=new_by_size,
    unjudged=NONEVALUABLE,
    size_name="viable axis",
    remarks=_remarks,
    columns=("viable_long_axis_mm", "in_treated_field"),
    options=("treatment", "modality", "ancillary"),
)
