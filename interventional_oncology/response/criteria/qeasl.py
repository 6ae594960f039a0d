"""qEASL: the sum of the volumes of what enhances in the arterial phase.

Chapiro 2015, doi:10.1148/radiol.14141180. Enhancing is what ``measure`` calls viable.

From memory, all to be checked against the paper: response from -65 % and progression from +73 % on (option
``volume_limits=areas``: the -64.6 % and +39.8 % that go with the areas of EASL), complete response without
any enhancement, and progression measured from the smallest sum.
"""

from datetime import date

from ..criterion import Size, SumCriterion
from ..diameters import new_by_size
from ..measures import need_columns, volume_size
from ..options import ScoreOptions
from ..patients import Lesion, Patient
from .vrecist import volume_limits


def _size(lesion: Lesion, visit: date, _baseline: date, options: ScoreOptions) -> Size:
    return volume_size(lesion, visit, options, "viable_volume_ml")


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_columns(patient, ["viable_volume_ml"], "qEASL")
    return []


CRITERION = SumCriterion(
    name="qeasl",
    title="qEASL",
    reference="Chapiro 2015, doi:10.1148/radiol.14141180",
    unit="ml",
    size=_size,
    limits=volume_limits,
    new_lesion=new_by_size,
    complete="show no arterial enhancement",
    dimensions=3,
    remarks=_remarks,
    columns=("viable_volume_ml",),
    options=("volume_limits",),
)
