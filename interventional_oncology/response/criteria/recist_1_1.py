"""RECIST 1.1: the sum of the long axes of targets and the short axes of target nodes.

Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026; nodes: Schwartz 2009, doi:10.1016/j.ejca.2008.10.028;
update: Schwartz 2016, doi:10.1016/j.ejca.2016.03.081.

RECIST was made for drugs and has no rule for a lesion that was ablated: what is seen afterwards is the zone,
as large as or larger than the tumor, and its size is not tumor. A target ``in_treated_field`` is therefore
taken as measured with a note, or by the option ``treated_targets`` by its viable part or not at all.
"""

from datetime import date
from decimal import Decimal

from ..criterion import Limits, Size, SumCriterion
from ..diameters import NOT_ASSESSED, diameter_size, new_by_size
from ..exact import ZERO, exact
from ..options import ScoreOptions
from ..patients import Lesion
from ..table import LesionRow


def recist_size(lesion: Lesion, visit: date, baseline: date, options: ScoreOptions) -> Size:
    """Return the long axis of a target, of a node the short axis; what was treated as the options say."""
    row = lesion.rows.get(visit)
    if row is not None and row.in_treated_field and visit != baseline:
        return _treated_size(lesion, row, options)
    return diameter_size(lesion, visit, options)


def _treated_size(lesion: Lesion, row: LesionRow, options: ScoreOptions) -> Size:
    if options.treated_targets == "not_evaluable":
        return NOT_ASSESSED
    if options.treated_targets == "viable" and row.viable_long_axis_mm is not None:
        value = exact(row.viable_long_axis_mm)
        return Size(
            value, gone=value == ZERO, note=f"{lesion.lesion_id} was treated: its viable axis is summed"
        )
    found = diameter_size(lesion, row.date, options)
    if not found.value:
        return found
    note = f"{lesion.lesion_id} lies in the treated field: its size may be that of the zone, not of tumor"
    return Size(found.value, found.gone, note)


def recist_limits(options: ScoreOptions) -> Limits:
    """Return the limits of RECIST 1.1: 30 % less than baseline, 20 % and 5 mm more than the nadir."""
    step = Decimal(5) if options.five_mm_rule else ZERO
    return Limits(
        partial=Decimal("0.70"),
        progression=Decimal("1.20"),
        progression_step=step,
        at_limit=options.progression_at_limit,
        from_baseline=options.progression_from == "baseline",
    )


CRITERION = SumCriterion(
    name="recist-1.1",
    title="RECIST 1.1",
    reference="Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026",
    unit="mm",
    size=recist_size,
    limits=recist_limits,
    new_lesion=new_by_size,
    options=("five_mm_rule", "treated_targets"),
)
