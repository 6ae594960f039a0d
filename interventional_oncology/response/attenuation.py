"""Mean attenuation of the targets, which Choi and its modification look at beside their size."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ..errors import InputError
from .criterion import DIAMETER_COLUMNS, Judged, Limits, OtherChange, SumCriterion, summed
from .diameters import new_by_size
from .exact import ZERO, exact
from .options import ScoreOptions
from .patients import Patient

#: Fall of the attenuation from which on a lesion responds, in percent (Choi 2007,
#: doi:10.1200/JCO.2006.07.3049).
FALL_PERCENT = Decimal(15)
#: Just beyond the limit.
_LEAST_STEP_HU = Decimal("0.000001")


def choi_limits(options: ScoreOptions) -> Limits:
    """Return the limits of Choi for the sum of diameters: 10 % less, 10 % more."""
    return Limits(
        partial=Decimal("0.90"),
        progression=Decimal("1.10"),
        at_limit=options.progression_at_limit,
        from_baseline=options.progression_from == "baseline",
    )


def mean_hu(patient: Patient, visit: date) -> Decimal | None:
    """Return the mean of the attenuations of the targets; ``None`` if one that is there has none.

    A target that is gone has no attenuation and does not count.
    """
    values = []
    for lesion in patient.with_role("target"):
        row = lesion.rows.get(visit)
        if row is not None and (row.state == "absent" or row.long_axis_mm == 0):
            continue
        if row is None or row.mean_hu is None:
            return None
        values.append(exact(row.mean_hu))
    return summed(values) / len(values) if values else None


def baseline_hu(patient: Patient, title: str, options: ScoreOptions) -> Decimal:
    """Return the mean attenuation at baseline.

    Raises
    ------
    InputError
        If it is not given, or too close to water for a change in percent to mean anything.
    """
    found = mean_hu(patient, patient.baseline)
    least = exact(options.least_baseline_hu)
    if found is None or found < least or found <= 0:
        got = "an empty cell" if found is None else f"{found:.1f} HU"
        limit = f"{least.normalize():f} HU or more"
        msg = (
            f"patient {patient.patient_id}: expected a mean_hu of the target lesions of {limit} "
            f"at the baseline visit {patient.baseline} for {title}, got {got}"
        )
        raise InputError(msg)
    return found


def attenuation_change(judged: Judged, options: ScoreOptions, title: str) -> OtherChange | None:
    """Return the change of the attenuation of a visit at which it has fallen, or has not any more.

    That at baseline is held: the question is how sure the category of this visit is.
    """
    then, now = baseline_hu(judged.patient, title, options), mean_hu(judged.patient, judged.visit)
    if now is None:
        return None
    limit = then * (100 - FALL_PERCENT) / 100
    larger = now <= limit  # what has fallen must be larger not to have
    shift = limit - now + (_LEAST_STEP_HU if larger else ZERO)
    return OtherChange(
        "attenuation",
        "HU",
        abs(limit - now),
        larger,
        exact(options.attenuation_error_hu),
        replace(judged, attenuation_shift=shift),
    )


def fell(judged: Judged, title: str, options: ScoreOptions) -> tuple[bool | None, str]:
    """Say whether the attenuation fell by 15 % or more, and what it did; ``None`` if it is not known."""
    then, now = baseline_hu(judged.patient, title, options), mean_hu(judged.patient, judged.visit)
    if now is None:
        return None, "attenuation not known"
    now += judged.attenuation_shift
    change = (now - then) * 100 / then
    which = "below" if change < 0 else "above"
    text = f"attenuation {now:.1f} HU is {abs(change):.1f} % {which} baseline {then:.1f} HU"
    return change <= -FALL_PERCENT, text


def attenuation_criterion(
    name: str,
    title: str,
    reference: str,
    size: Callable,
    refine: Callable[[Judged, ScoreOptions], tuple[str, str]],
) -> SumCriterion:
    """Return a criterion with the limits of Choi, refused where the attenuation at baseline is not known.

    Parameters
    ----------
    name, title, reference
        As for :class:`~.criterion.SumCriterion`.
    size : callable
        Size of a lesion.
    refine : callable
        What the attenuation makes of the category by size.
    """

    def other_change(judged: Judged, options: ScoreOptions) -> OtherChange | None:
        return attenuation_change(judged, options, title)

    def remarks(patient: Patient, options: ScoreOptions) -> list[str]:
        if patient.with_role("target"):
            baseline_hu(patient, title, options)
        return []

    return SumCriterion(
        name=name,
        title=title,
        reference=reference,
        unit="mm",
        size=size,
        limits=choi_limits,
        new_lesion=new_by_size,
        refine=refine,
        other_change=other_change,
        remarks=remarks,
        columns=(*DIAMETER_COLUMNS, "mean_hu"),
        options=("treated_targets", "least_baseline_hu", "attenuation_error_hu"),
    )
