"""Choi: the sum of the diameters, or the attenuation in the portal venous phase (``mean_hu``).

Choi 2007, doi:10.1200/JCO.2006.07.3049. Response is 10 % less size or 15 % less attenuation; progression is
10 % more size without a response by attenuation, or a new lesion. A nodule that appears or grows in a lesion
is listed as a lesion with the role ``new``.

From memory, to be checked against the paper: that the attenuation is the plain mean of those of the targets,
that nodes are measured as in RECIST 1.1, and that progression is measured from the smallest sum (option
``progression_from``). A baseline near water is refused (option ``least_baseline_hu``, a limit of ours).
"""

from ..attenuation import attenuation_criterion, fell
from ..criterion import Judged
from ..options import ScoreOptions
from ..words import CR, NE, PD, PR, SD
from .recist_1_1 import recist_size

_TITLE = "Choi"


def _refine(judged: Judged, options: ScoreOptions) -> tuple[str, str]:
    if judged.category in (CR, NE):
        return judged.category, judged.reason
    lower, text = fell(judged, _TITLE, options)
    reason = f"{judged.reason}; {text}"
    if judged.category == PR or (lower and judged.complete):
        return PR, reason
    if lower is None and judged.category == SD:
        return NE, reason
    return (judged.category, reason) if judged.category == PD and not lower else (SD, reason)


CRITERION = attenuation_criterion(
    "choi", _TITLE, "Choi 2007, doi:10.1200/JCO.2006.07.3049", recist_size, _refine
)
