"""PERCIST 1.0: the peak uptake normalized to lean body mass (``sul_peak``) of the hottest lesion.

Wahl 2009, doi:10.2967/jnumed.108.057307; practical guide: O 2016, doi:10.1148/radiol.2016142043. The hottest
lesion of each visit counts, which may be another one each time (option ``sul_lesions`` for the sum of all).
PMR and PMD need 30 % and 0.8 SUL. The liver is given by the options ``liver_sul_mean`` and ``liver_sul_sd``
and their ``followup_`` namesakes; without them it is not known whether the baseline is measurable, and only
uptake that is gone is complete. Readings differ: CMR is uptake below the mean of the liver, in some programs
below 1.5 x mean + 2 SD (option ``complete_below``). A non-target lesion that has ``progressed`` stands for a
visible increase of extent.

From memory, to be checked against the paper: that progression is measured from baseline (option
``progression_from``), and that uptake that returns after a CMR is no progression by itself.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ..criterion import Combine, Judged, Limits, Size, SumCriterion, summed
from ..diameters import NOT_ASSESSED, new_by_size
from ..exact import ZERO, amount, exact
from ..measures import need_columns
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from ..words import NE, PERCIST

_UNIT = "SUL"
#: Comparable scans (O 2016): minutes from injection, their difference, and the liver.
_LEAST_MINUTES, _MINUTES_APART = 50, 15
_LIVER_CHANGE, _LIVER_SHARE = Decimal("0.3"), Decimal("0.2")


def _threshold(mean: float, sd: float | None) -> Decimal:
    """Return the uptake of a measurable lesion: 1.5 x the mean of the liver + 2 standard deviations."""
    return exact(mean) * Decimal("1.5") + 2 * exact(sd or 0.0)


def _liver(options: ScoreOptions, *, followup: bool) -> tuple[float | None, float | None]:
    later = options.followup_liver_sul_mean
    if followup and later is not None:
        return later, options.followup_liver_sul_sd
    return options.liver_sul_mean, options.liver_sul_sd


def _size(lesion: Lesion, visit: date, baseline: date, options: ScoreOptions) -> Size:
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSED
    if row.sul_peak is None:
        return Size(ZERO, gone=True) if row.state in ("absent", "normalized") else NOT_ASSESSED
    mean, sd = _liver(options, followup=visit != baseline)
    limit = ZERO
    if mean is not None:
        limit = exact(mean) if options.complete_below == "liver_mean" else _threshold(mean, sd)
    value = exact(row.sul_peak)
    return Size(value, gone=value < limit or value == ZERO, gone_below=limit)


def _limits(options: ScoreOptions) -> Limits:
    step = exact(options.sul_step)
    return Limits(
        Decimal("0.70"),
        Decimal("1.30"),
        progression_step=step,
        partial_step=step,
        at_limit=options.progression_at_limit,
        from_baseline=options.progression_from == "baseline",
    )


def _hottest(values: Iterable[Decimal]) -> Decimal:
    return max(values, default=ZERO)


def _refine(judged: Judged, options: ScoreOptions) -> tuple[str, str]:
    mean, sd = _liver(options, followup=False)
    if mean is not None and judged.baseline < _threshold(mean, sd):
        return NE, _too_low(judged.baseline, _threshold(mean, sd))
    return judged.category, judged.reason


def _too_low(baseline: Decimal, threshold: Decimal) -> str:
    return (
        f"{amount(baseline, _UNIT)} at baseline is below the {amount(threshold, _UNIT)} of a measurable "
        "lesion (1.5 x liver mean + 2 SD)"
    )


def _remarks(patient: Patient, options: ScoreOptions) -> list[str]:
    need_columns(patient, ["sul_peak"], "PERCIST")
    found = []
    if options.liver_sul_mean is None:
        found.append("no liver_sul_mean: whether the baseline is measurable is not known")
    minutes = (options.uptake_minutes, options.followup_uptake_minutes)
    given = [value for value in minutes if value is not None]
    if given and (min(given) < _LEAST_MINUTES or max(given) - min(given) > _MINUTES_APART):
        found.append(
            f"uptake times of {' and '.join(f'{m:g}' for m in given)} min make scans hard to compare"
        )
    then, now = options.liver_sul_mean, options.followup_liver_sul_mean
    if then is not None and now is not None:
        change = abs(exact(now) - exact(then))
        if change > _LIVER_CHANGE or change > exact(then) * _LIVER_SHARE:
            found.append(f"the liver changed from {then:g} to {now:g} SUL: the scans are hard to compare")
    return found


def _total(options: ScoreOptions) -> Combine:
    return summed if options.sul_lesions == "all" else _hottest


CRITERION = SumCriterion(
    name="percist",
    title="PERCIST 1.0",
    reference="Wahl 2009, doi:10.2967/jnumed.108.057307",
    unit=_UNIT,
    size=_size,
    limits=_limits,
    new_lesion=new_by_size,
    complete="take up less than the liver",
    dimensions=0,
    total=_total,
    total_name="peak uptake",
    refine=_refine,
    words=PERCIST,
    remarks=_remarks,
    defaults={"progression_from": "baseline", "reappearance_is_progression": False},
    columns=("sul_peak",),
    options=(
        "liver_sul_mean",
        "liver_sul_sd",
        "followup_liver_sul_mean",
        "followup_liver_sul_sd",
        "uptake_minutes",
        "followup_uptake_minutes",
        "sul_step",
        "sul_lesions",
        "complete_below",
    ),
)
