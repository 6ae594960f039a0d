"""vRECIST: the sum of the volumes of the lesions, with the limits of RECIST carried over to spheres.

A sphere whose diameter shrinks by 30 % has 0.343 of its volume, one that grows by 20 % has 1.728: response
from -65 %, progression from +73 % on. That holds for a single sphere; the sum of several volumes weighs large
lesions more than the sum of their diameters does. The option ``volume_limits`` takes the cubes as they are.
RECIST 1.1 itself names +73 % of volume beside +20 % of diameter (Eisenhauer 2009,
doi:10.1016/j.ejca.2008.10.026, on disease that is not measurable).

From memory, to be checked: that no absolute rule stands in for the 5 mm of RECIST.
"""

from datetime import date
from decimal import Decimal

from ..criterion import Limits, Size, SumCriterion
from ..diameters import new_by_size
from ..measures import need_columns, volume_size
from ..options import ScoreOptions
from ..patients import Lesion, Patient

#: Shares of volume: response from baseline, progression from nadir.
_LIMITS = {
    "rounded": (Decimal("0.35"), Decimal("1.73")),
    "cubes": (Decimal("0.343"), Decimal("1.728")),
    "areas": (Decimal("0.354"), Decimal("1.398")),
}


def volume_limits(options: ScoreOptions) -> Limits:
    """Return the limits of volumes that the option ``volume_limits`` names."""
    partial, progression = _LIMITS[options.volume_limits]
    return Limits(
        partial,
        progression,
        at_limit=options.progression_at_limit,
        from_baseline=options.progression_from == "baseline",
    )


def _size(lesion: Lesion, visit: date, _baseline: date, options: ScoreOptions) -> Size:
    return volume_size(lesion, visit, options)


def _remarks(patient: Patient, _options: ScoreOptions) -> list[str]:
    need_columns(patient, ["volume_ml"], "vRECIST")
    return []


CRITERION = SumCriterion(
    name="vrecist",
    title="vRECIST",
    reference="Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026, carried over to volumes",
    unit="ml",
    size=_size,
    limits=volume_limits,
    new_lesion=new_by_size,
    dimensions=3,
    remarks=_remarks,
    columns=("volume_ml",),
    options=("volume_limits",),
)
