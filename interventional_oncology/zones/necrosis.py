"""The zone without enhancement: where it is, and its border."""

import numpy as np
from scipy import ndimage
from scipy.special import expit

from .appearance import Smoothing, ZoneRule
from .evidence import Evidence, robust
from .morphology import depth_mm, distance_mm, opened, pieces

_AROUND_MM = 8.0
_COHERENCE_ROUNDS = 8
_BORDER_ROUNDS = 3
_BESIDE_MM = 3.0
_BESIDE_RANGE = (0.4, 2.5)


def necrotic_zone(
    evidence: Evidence, hint: np.ndarray | None, rule: ZoneRule, smoothing: Smoothing
) -> np.ndarray:
    """Return the voxels of the treated zone; none when there is no such zone.

    Parameters
    ----------
    evidence : Evidence
    hint : numpy.ndarray or None
        Where the zone must reach into (region, earlier tumor, earlier zone); everywhere when None.
    rule, smoothing
        Rows of the appearance table.
    """
    enhancement = evidence.enhancement()
    zone = np.zeros_like(evidence.organ)
    for core in _cores(evidence, evidence.smooth(enhancement, smoothing.detection_mm), hint, rule):
        zone |= _bordered(evidence, enhancement, core, rule, smoothing)
    return zone


def _cores(
    evidence: Evidence, enhancement: np.ndarray, hint: np.ndarray | None, rule: ZoneRule
) -> list[np.ndarray]:
    low = evidence.organ & (enhancement < 0.5 * (rule.enhancement_most + rule.border_enhancement))
    found = []
    for piece in pieces(opened(low, rule.core_radius_mm, evidence.spacing_mm)):
        if hint is not None and not (piece & hint).any():
            continue
        if np.count_nonzero(piece) * evidence.voxel_ml < rule.volume_least_ml:
            break  # the largest come first
        inner = depth_mm(piece, evidence.spacing_mm) >= 0.5 * rule.core_radius_mm
        inner = inner if inner.any() else piece
        if enhancement[inner].mean() <= rule.enhancement_most and _looks_like_tissue(evidence, inner, rule):
            found.append(piece)
    return found


def _looks_like_tissue(evidence: Evidence, inner: np.ndarray, rule: ZoneRule) -> bool:
    """Say whether native attenuation is that of tissue; cysts, bile, gas and fat do not enhance either."""
    native = evidence.images.get("ct_native", evidence.images.get("ct_portal"))
    if native is None:
        return True
    parenchyma = float(np.median(native[evidence.reference]))
    if "ct_native" not in evidence.images:
        parenchyma = rule.assumed_native_ct_hu
    low, high = rule.native_ct_hu
    return bool(low <= float(np.median(native[inner])) - parenchyma <= high)


def _bordered(
    evidence: Evidence, enhancement: np.ndarray, core: np.ndarray, rule: ZoneRule, smoothing: Smoothing
) -> np.ndarray:
    """Return the zone around a core: voxel evidence, made coherent with its neighbors (mean-field Potts)."""
    smooth = evidence.smooth(enhancement, smoothing.boundary_mm)
    near = evidence.organ & (distance_mm(core, evidence.spacing_mm) <= _AROUND_MM)
    zone = core
    border: float | np.ndarray = rule.border_enhancement
    for _ in range(_BORDER_ROUNDS):
        zone = _coherent(evidence, smooth - border, near, smoothing)
        zone = opened(zone, rule.border_radius_mm, evidence.spacing_mm) | core
        zone = _holding(np.asarray(ndimage.binary_fill_holes(zone)), core)
        border = rule.border_enhancement * _enhancement_beside(evidence, smooth, zone)
    return zone


def _coherent(evidence: Evidence, excess: np.ndarray, near: np.ndarray, smoothing: Smoothing) -> np.ndarray:
    """Return where ``excess`` (enhancement above the border's) is negative, neighbors agreeing."""
    _, deviation = robust(excess[evidence.reference])
    log_odds = np.where(near, np.clip(-excess / max(deviation, 1e-3) ** 2, -6.0, 6.0), -6.0)
    sigmas = float(evidence.spacing_mm.min()) / evidence.spacing_mm
    belief = expit(log_odds)
    for _ in range(_COHERENCE_ROUNDS):
        agreement = ndimage.gaussian_filter(2.0 * belief - 1.0, sigmas, truncate=2.0)
        belief = expit(log_odds + smoothing.coherence * agreement)
    return np.asarray((belief > 0.5) & near)


def _enhancement_beside(evidence: Evidence, smooth: np.ndarray, zone: np.ndarray) -> np.ndarray:
    """Return the mean enhancement of the tissue just outside, nearby: a bright rim or dull tumor shifts it.

    The border lies midway between the zone and what is beside it, not between the zone and parenchyma.
    """
    from_zone_mm = distance_mm(zone, evidence.spacing_mm)
    first_mm = float(evidence.spacing_mm.max())  # beyond the voxels that the border runs through
    shell = evidence.organ & (from_zone_mm > first_mm) & (from_zone_mm <= first_mm + _BESIDE_MM)
    sigmas = _BESIDE_MM / evidence.spacing_mm
    weights = ndimage.gaussian_filter(shell.astype(np.float32), sigmas, truncate=3.0)
    total = ndimage.gaussian_filter(np.where(shell, smooth, np.float32(0)), sigmas, truncate=3.0)
    beside = np.where(weights > 1e-3, total / np.maximum(weights, 1e-3), 1.0)
    return np.asarray(np.clip(beside, *_BESIDE_RANGE))


def _holding(inside: np.ndarray, core: np.ndarray) -> np.ndarray:
    labels, _ = ndimage.label(inside)
    wanted = np.unique(labels[core])
    return np.asarray(np.isin(labels, wanted[wanted > 0]))
