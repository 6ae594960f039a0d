"""What both versions of LI-RADS treatment response read from a lesion table.

Masslike enhancement is present with a ``viable_long_axis_mm`` above zero or the state ``progressed``, absent
with 0 or the states ``absent`` and ``normalized``, uncertain with the states ``present`` and ``too_small``
without a viable axis, and cannot be assessed with ``not_evaluable``, without a row, or when nothing is said.
``in_treated_field`` false means that the lesion was not treated.
"""

from datetime import date

from ..errors import InputError
from .patients import Lesion, Patient

VIABLE, EQUIVOCAL, NONVIABLE = "LR-TR Viable", "LR-TR Equivocal", "LR-TR Nonviable"
NONPROGRESSING, NONEVALUABLE = "LR-TR Nonprogressing", "LR-TR Nonevaluable"
NOT_APPLICABLE = "not applicable"
#: A lesion that cannot be judged is worse than one that is not viable: nobody knows.
BEST_FIRST = (NOT_APPLICABLE, NONVIABLE, NONEVALUABLE, NONPROGRESSING, EQUIVOCAL, VIABLE)

PRESENT, ABSENT, UNCERTAIN, NOT_ASSESSABLE = "present", "absent", "uncertain", "not assessable"
NONRADIATION, RADIATION, NO_CORE = "nonradiation", "radiation", ""
#: The core that goes with a treatment; the most recent treatment decides.
CORES = {
    **dict.fromkeys(
        (
            "nonradiation",
            "thermal",
            "rfa",
            "mwa",
            "cryo",
            "pea",
            "tae",
            "ctace",
            "tace",
            "deb-tace",
            "resection",
        ),
        NONRADIATION,
    ),
    **dict.fromkeys(("radiation", "tare", "sirt", "y90", "sbrt"), RADIATION),
    **dict.fromkeys(("systemic", "systemic only"), NO_CORE),
}
_ABSENT, _UNCERTAIN, _SILENT = ("absent", "normalized"), ("present", "too_small"), ("", "measured")


def core_of(treatment: str) -> str:
    """Return the core of a treatment: nonradiation, radiation, or none for systemic treatment alone.

    Raises
    ------
    InputError
        For a treatment that LI-RADS does not name.
    """
    try:
        return CORES[treatment.strip().lower()]
    except KeyError:
        msg = f"option treatment: expected one of {', '.join(CORES)}, got {treatment!r}"
        raise InputError(msg) from None


def masslike_enhancement(lesion: Lesion, visit: date) -> tuple[str, float | None]:
    """Return whether there is masslike enhancement, and its longest diameter in mm where it is known."""
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSABLE, None
    axis_mm = row.viable_long_axis_mm
    if axis_mm == 0 or row.state in _ABSENT:
        return ABSENT, 0.0
    if axis_mm is not None or row.state == "progressed":
        return PRESENT, axis_mm
    return (UNCERTAIN if row.state in _UNCERTAIN else NOT_ASSESSABLE), None


def is_untreated(lesion: Lesion) -> bool:
    """Say whether a lesion is said to lie outside what was treated."""
    flags = {row.in_treated_field for row in lesion.rows.values()}
    return False in flags and True not in flags


def need_enhancement(patient: Patient, title: str) -> None:
    """Refuse a patient of whom no visit after baseline says anything about enhancement.

    Raises
    ------
    InputError
    """
    rows = [
        row
        for lesion in patient.lesions
        for row in lesion.rows.values()
        if lesion.role != "new" and row.date > patient.baseline
    ]
    if rows and all(row.viable_long_axis_mm is None and row.state in _SILENT for row in rows):
        msg = (
            f"patient {patient.patient_id}: expected viable_long_axis_mm, or a state such as absent or "
            f"progressed, of a treated lesion after {patient.baseline} for {title}, got neither"
        )
        raise InputError(msg)
