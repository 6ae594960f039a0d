"""Whether arterial and portal phase were swapped: parenchyma and arteries say so."""

from collections.abc import Mapping

import numpy as np
import SimpleITK as sitk

from .evidence import Evidence

_PAIRS = (("ct_arterial", "ct_portal"), ("arterial", "portal"))
#: The brightest part of a body is blood; in the arterial phase the aorta, brighter than any vein later.
_BRIGHTEST = 0.999


def swapped_phases(images: Mapping[str, sitk.Image], evidence: Evidence) -> list[str]:
    """Return a warning for each pair of phases that looks swapped.

    Parameters
    ----------
    images : mapping of str to SimpleITK.Image
        Whole images: the aorta lies outside the organ.
    evidence : Evidence
    """
    said = []
    for arterial, venous in _PAIRS:
        if arterial not in evidence.gains or venous not in evidence.gains:
            continue
        first, second = evidence.gains[arterial], evidence.gains[venous]
        if first.parenchyma > second.parenchyma:
            blood = _brightest_gain(images, first.native, venous) > _brightest_gain(
                images, first.native, arterial
            )
            also = ", and the arteries more in the latter" if first.native and blood else ""
            said.append(
                f"parenchyma enhances more in {arterial} than in {venous}{also}: are the phases swapped?"
            )
    return said


def _brightest_gain(images: Mapping[str, sitk.Image], native: str, role: str) -> float:
    if native not in images:
        return 0.0
    phase, before = (sitk.GetArrayViewFromImage(images[name])[::2, ::2, ::2] for name in (role, native))
    return float(np.quantile(phase.astype(np.float32) - before, _BRIGHTEST))
