"""Modified Choi: size and attenuation must both fall.

Nathan 2010, Cancer Biol Ther 9:15, doi:10.4161/cbt.9.1.10340. Response is 10 % less size and 15 % less
attenuation; the rest is as in Choi.

From memory, to be checked against the paper: that the attenuation is that of the arterial phase, the plain
mean of the targets, and that 10 % more size is no progression when the attenuation has fallen.
"""

from ..attenuation import attenuation_criterion, fell
from ..criterion import Judged
from ..options import ScoreOptions
from ..words import CR, NE, PD, PR, SD
from .recist_1_1 import recist_size

_TITLE = "mChoi"


def _refine(judged: Judged, options: ScoreOptions) -> tuple[str, str]:
    if judged.category in (CR, NE):
        return judged.category, judged.reason
    lower, text = fell(judged, _TITLE, options)
    reason = f"{judged.reason}; {text}"
    if lower is None and judged.category == PR:
        return NE, reason
    both = {PR: PR if lower else SD, PD: SD if lower else PD, SD: SD}
    return both[judged.category], reason


CRITERION = attenuation_criterion(
    "mchoi", _TITLE, "Nathan 2010, doi:10.4161/cbt.9.1.10340", recist_size, _refine
)
