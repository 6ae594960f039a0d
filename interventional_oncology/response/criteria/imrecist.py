"""imRECIST: diameters as in RECIST 1.1, with measurable new lesions in the sum.

Hodi 2018, doi:10.1200/JCO.2017.75.1644.

From memory, all to be checked against the paper: new lesions from 10 mm (nodes 15 mm) on are added to the
sum, non-target progression and smaller new lesions prevent complete response and nothing else, progression is
20 % and 5 mm above the nadir of the combined sum and ends the course only when confirmed after four weeks,
and a PD at the last visit counts without confirmation.
"""

from datetime import date

from ..criterion import Size, SumCriterion
from ..diameters import CERTAIN_NODE_MM, LEAST_TARGET_MM, diameter_size, new_by_size
from ..exact import ZERO
from ..options import ScoreOptions
from ..overall import burden_response
from ..patients import Lesion
from ..verdicts import Follower, Matrix
from .recist_1_1 import recist_limits, recist_size


def _burden(lesion: Lesion, visit: date, options: ScoreOptions) -> Size | None:
    least = CERTAIN_NODE_MM if lesion.is_node else LEAST_TARGET_MM
    column = "short_axis_mm" if lesion.is_node else "long_axis_mm"
    measurable = [day for day, row in lesion.rows.items() if (getattr(row, column) or 0) >= least]
    if not measurable:
        return None
    return Size(ZERO, gone=True) if visit < min(measurable) else diameter_size(lesion, visit, options)


def _follower(_options: ScoreOptions) -> Follower:
    return Matrix(burden_response, new="")


CRITERION = SumCriterion(
    name="imrecist",
    title="imRECIST",
    reference="Hodi 2018, doi:10.1200/JCO.2017.75.1644",
    unit="mm",
    size=recist_size,
    limits=recist_limits,
    new_lesion=new_by_size,
    burden=_burden,
    follower=_follower,
    defaults={"confirm_progression": True},
    options=("five_mm_rule", "treated_targets"),
)
