"""What a treatment did to whole organs: atrophy of the treated lobe, hypertrophy of the other, spleen, veins.

After radioembolization the treated lobe shrinks, the other one grows, the spleen may grow, and the portal
vein narrows on the treated and widens on the other side. The numbers are given, their meaning is the
reader's.
"""

import math
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..errors import InputError


@dataclass(frozen=True)
class OrganChange:
    """Volume of a part of an organ before and now, mL; the change in percent of before."""

    name: str
    baseline_ml: float
    followup_ml: float
    change_percent: float


@dataclass(frozen=True)
class CaliberChange:
    """Caliber of a vessel before and now, mm."""

    name: str
    baseline_mm: float
    followup_mm: float
    change_mm: float


def organ_change(name: str, baseline: sitk.Image, followup: sitk.Image) -> OrganChange:
    """Return the change in volume between two masks, each on its own grid.

    Raises
    ------
    InputError
        If the baseline mask is empty.
    """
    before, now = (_volume_ml(mask) for mask in (baseline, followup))
    if before == 0:
        msg = f"{name}: expected a baseline mask with at least one voxel inside, got an empty mask"
        raise InputError(msg)
    return OrganChange(name, before, now, 100.0 * (now - before) / before)


def caliber_change(name: str, baseline_mm: float, followup_mm: float) -> CaliberChange:
    """Return the change of a caliber.

    Raises
    ------
    InputError
        If a caliber is not above 0 and at most 50 mm.
    """
    for caliber_mm in (baseline_mm, followup_mm):
        if not (math.isfinite(caliber_mm) and 0 < caliber_mm <= 50):
            msg = f"{name}: expected a caliber above 0 and up to 50 mm, got {caliber_mm:g}"
            raise InputError(msg)
    return CaliberChange(name, baseline_mm, followup_mm, followup_mm - baseline_mm)


def _volume_ml(mask: sitk.Image) -> float:
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(mask))
    return float(voxels * np.prod(mask.GetSpacing())) / 1000.0
