"""The zone without enhancement: where it is, and its border."""

import numpy as np
from scipy import ndimage
from scipy.special import expit

from .appearance import Smoothing, ZoneRule
from .evidence import Evidence, robust
from .morphology import depth_mm, distance_mm, opened, pieces

_AROUND_MM = 8.0
_COHERENCE_ROUNDS = 8


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
    low = evidence.organ & (enhancement < rule.border_enhancement)
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
    _, deviation = robust(smooth[evidence.reference])
    evidence_log_odds = (rule.border_enhancement - smooth) / max(deviation, 1e-3) ** 2
    near = distance_mm(core, evidence.spacing_mm) <= _AROUND_MM
    log_odds = np.where(near & evidence.organ, np.clip(evidence_log_odds, -6.0, 6.0), -6.0)
    sigmas = float(evidence.spacing_mm.min()) / evidence.spacing_mm
    belief = expit(log_odds)
    for _ in range(_COHERENCE_ROUNDS):
        agreement = ndimage.gaussian_filter(2.0 * belief - 1.0, sigmas, truncate=2.0)
        belief = expit(log_odds + smoothing.coherence * agreement)
    drawn = (belief > 0.5) & evidence.organ
    drawn = ndimage.binary_fill_holes(opened(drawn, 0.5 * rule.core_radius_mm, evidence.spacing_mm) | core)
    return np.asarray(_holding(drawn, core))


def _holding(inside: np.ndarray, core: np.ndarray) -> np.ndarray:
    labels, _ = ndimage.label(inside)
    wanted = np.unique(labels[core])
    return np.asarray(np.isin(labels, wanted[wanted > 0]))
