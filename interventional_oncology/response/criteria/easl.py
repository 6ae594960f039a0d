"""EASL: the sum of the products of the two axes of what enhances in the arterial phase.

Bruix 2001, doi:10.1016/S0168-8278(01)00130-1. Progression is more than 25 % (option ``progression_at_limit``
for 25 % or more), or new enhancement in a lesion that showed none at an earlier visit.

From memory, to be checked against the paper: that progression is measured from the smallest sum.
"""

from datetime import date

from ..criterion import Size, SumCriterion
from ..diameters import new_by_size
from ..measures import VIABLE_AXES, need_columns, product_size
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from .who import product_limits


def _size(lesion: Lesion, visit: date, _baseline: date, options: ScoreOptions) -> Size:
    return product_size(lesion, visit, options, VIABLE_AXES)


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_columns(patient, VIABLE_AXES, "EASL")
    return []


CRITERION = SumCriterion(
    name="easl",
    title="EASL",
    reference="Bruix 2001, doi:10.1016/S0168-8278(01)00130-1",
    unit="mm²",
    size=_size,
    limits=product_limits,
    new_lesion=new_by_size,
    complete="show no arterial enhancement",
    dimensions=2,
    remarks=_remarks,
    defaults={"progression_at_limit": False},
    columns=("viable_long_axis_mm", "viable_short_axis_mm"),
)
