"""Choi: the sum of the diameters, or the attenuation in the portal venous phase (``mean_hu``).

Choi 2007, doi:10.1200/JCO.2006.07.3049. Response is 10 % less size or 15 % less attenuation; progression is
10 % more size without a response by attenuation, or a new lesion. A nodule that appears or grows in a lesion
is listed as a lesion with the role ``new``.

From memory, to be checked against the paper: that the attenuation is the plain mean of those of the targets,
that nodes are measured as in RECIST 1.1, and that progression is measured from the smallest sum (option
``progression_from``). A baseline near water is refused (option ``least_baseline_hu``, a limit of ours).
"""

from ..attenuation import baseline_hu, choi_limits, fell
from ..criterion import Judged, SumCriterion
from ..diameters import new_by_size
from ..options import ScoreOptions
from ..patients import Patient
from ..words import CR, NE, PD, PR, SD
from .recist_1_1 import recist_size

_TITLE = "Choi"


def _remarks(patient: Patient, options: ScoreOptions) -> list[str]:
    if patient.with_role("target"):
        baseline_hu(patient, _TITLE, options)
    return []


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


CRITERION = SumCriterion(
    name="choi",
    title=_TITLE,
    reference="Choi 2007, doi:10.1200/JCO.2006.07.3049",
    unit="mm",
    size=recist_size,
    limits=choi_limits,
    new_lesion=new_by_size,
    refine=_refine,
    remarks=_remarks,
)
