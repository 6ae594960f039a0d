"""Immune-related response criteria: products of two axes, with measurable new lesions in the sum.

Wolchok 2009, doi:10.1158/1078-0432.CCR-09-1624. New lesions from 5 x 5 mm on are added to the burden instead
of being progression; non-target lesions and smaller new ones prevent irCR and nothing else. irPD ends the
course only when confirmed after four weeks.

From memory, to be checked against the paper: at most five lesions an organ, ten visceral and five cutaneous
(not applied: all targets and all measurable new lesions are summed), and that an irPD at the last visit
counts without confirmation.
"""

from datetime import date

from ..criterion import Size, SumCriterion
from ..diameters import new_by_size
from ..exact import ZERO
from ..measures import WHOLE_AXES, need_columns, product_size
from ..options import ScoreOptions
from ..overall import burden_response
from ..patients import Lesion, Patient
from ..verdicts import Follower, Matrix
from ..words import IRRC
from .who import product_limits

#: Both axes of a new lesion that is added to the burden.
_NEW_MM = 5.0


def _size(lesion: Lesion, visit: date, _baseline: date, options: ScoreOptions) -> Size:
    return product_size(lesion, visit, options)


def _burden(lesion: Lesion, visit: date, options: ScoreOptions) -> Size | None:
    measurable = [day for day, row in lesion.rows.items() if (row.short_axis_mm or 0) >= _NEW_MM]
    if not measurable:
        return None
    return Size(ZERO, gone=True) if visit < min(measurable) else product_size(lesion, visit, options)


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_columns(patient, WHOLE_AXES, "irRC")
    return []


def _follower(_options: ScoreOptions) -> Follower:
    return Matrix(burden_response, new="")


CRITERION = SumCriterion(
    name="irrc",
    title="irRC",
    reference="Wolchok 2009, doi:10.1158/1078-0432.CCR-09-1624",
    unit="mm²",
    size=_size,
    limits=product_limits,
    new_lesion=new_by_size,
    dimensions=2,
    burden=_burden,
    follower=_follower,
    words=IRRC,
    remarks=_remarks,
    defaults={"confirm_progression": True},
    columns=("long_axis_mm", "short_axis_mm"),
)
