"""The core of a treated zone: tissue without enhancement, but no cyst, bile, gas, fat or vessel."""

import numpy as np

from .appearance import CoreRule
from .evidence import Evidence
from .model import Hints
from .morphology import depth_mm, opened, pieces

_T2_ROLES = ("t2",)


def necrotic_cores(evidence: Evidence, hints: Hints, rule: CoreRule) -> np.ndarray:
    """Return the voxels of the cores; none when there is no treated zone.

    Those that reach into the region, or into the earlier tumor or zone. Where none does, a region ends the
    search, but a hint does not: the treatment may have missed the tumor.
    """
    hint = hints.zone()
    found = _cores(evidence, hint, rule)
    if found.any() or hint is None or hints.region is not None:
        return found
    return _cores(evidence, None, rule)


def _cores(evidence: Evidence, hint: np.ndarray | None, rule: CoreRule) -> np.ndarray:
    enhancement = evidence.smooth(evidence.enhancement(), rule.smoothing_mm)
    low = evidence.organ & (enhancement < rule.border)
    found = np.zeros_like(evidence.organ)
    for piece in pieces(opened(low, rule.radius_mm, evidence.spacing_mm)):
        if hint is not None and not (piece & hint).any():
            continue
        if np.count_nonzero(piece) * evidence.voxel_ml < rule.volume_least_ml:
            break  # the largest come first
        inner = depth_mm(piece, evidence.spacing_mm) >= 0.5 * rule.radius_mm
        inner = inner if inner.any() else piece
        if enhancement[inner].mean() <= rule.enhancement_most and _looks_like_tissue(evidence, inner, rule):
            found |= piece
    return found


def _looks_like_tissue(evidence: Evidence, inner: np.ndarray, rule: CoreRule) -> bool:
    """Say whether native attenuation and T2 signal are those of tissue: fluid, gas and fat do not enhance."""
    for role in _T2_ROLES:
        if role in evidence.contrasts and np.median(evidence.contrasts[role][inner]) > rule.t2_most:
            return False
    native = evidence.images.get("ct_native", evidence.images.get("ct_portal"))
    if native is None:
        return True
    parenchyma = float(np.median(native[evidence.reference]))
    if "ct_native" not in evidence.images:
        parenchyma = rule.assumed_native_ct_hu
    low, high = rule.native_ct_hu
    return bool(low <= float(np.median(native[inner])) - parenchyma <= high)
