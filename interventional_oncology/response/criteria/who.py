"""WHO: the sum of the products of the two axes of each lesion.

Miller 1981, doi:10.1002/1097-0142(19810101)47:1<207::AID-CNCR2820470134>3.0.CO;2-6.

Readings differ: the tables in use say progression above 25 % (the default), the text of 1981 25 % or more
(option ``progression_at_limit``), and of one lesion or more (option ``any_lesion_progresses``). Response is
confirmed after four weeks, in the confirmed best overall response.

From memory, to be checked against the paper: that progression is measured from the smallest sum.
"""

from datetime import date
from decimal import Decimal

from ..criterion import Judged, Limits, Size, SumCriterion
from ..diameters import new_by_size
from ..exact import amount, percent_change
from ..measures import WHOLE_AXES, need_columns, product_size
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from ..words import CR, PD

_PROGRESSION = Decimal("1.25")


def product_limits(options: ScoreOptions) -> Limits:
    """Return the limits of products of two axes: half of baseline, a quarter more than the nadir."""
    return Limits(
        partial=Decimal("0.50"),
        progression=_PROGRESSION,
        at_limit=options.progression_at_limit,
        from_baseline=options.progression_from == "baseline",
    )


def _size(lesion: Lesion, visit: date, _baseline: date, options: ScoreOptions) -> Size:
    return product_size(lesion, visit, options)


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_columns(patient, WHOLE_AXES, "WHO")
    return []


def _refine(judged: Judged, options: ScoreOptions) -> tuple[str, str]:
    if not options.any_lesion_progresses or judged.category in (CR, PD):
        return judged.category, judged.reason
    limits = product_limits(options)
    for lesion in judged.patient.with_role("target"):
        sizes = {day: product_size(lesion, day, options).value for day in judged.patient.visits}
        now = sizes[judged.visit]
        nadir = min(value for day, value in sizes.items() if value is not None and day < judged.visit)
        if now is not None and limits.progressed(now, nadir):
            change = percent_change(now, nadir)
            grown = (
                "came back" if change is None else f"is {change:.1f} % above its nadir {amount(nadir, 'mm²')}"
            )
            return PD, f"{lesion.lesion_id} of {amount(now, 'mm²')} {grown}"
    return judged.category, judged.reason


CRITERION = SumCriterion(
    name="who",
    title="WHO",
    reference="Miller 1981, doi:10.1002/1097-0142(19810101)47:1<207::AID-CNCR2820470134>3.0.CO;2-6",
    unit="mm²",
    size=_size,
    limits=product_limits,
    new_lesion=new_by_size,
    dimensions=2,
    refine=_refine,
    remarks=_remarks,
    defaults={"progression_at_limit": False},
    columns=("long_axis_mm", "short_axis_mm"),
    options=("any_lesion_progresses",),
)
