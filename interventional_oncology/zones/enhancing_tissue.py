"""Tissue that enhances in or at the zone: nodules are viable tumor, a thin rim is not."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .appearance import RimRule, ViableRule
from .evidence import ARTERIAL_ROLES, VENOUS_ROLES, Evidence
from .morphology import distance_mm, opened, pieces


@dataclass(frozen=True)
class EnhancingTissue:
    """Masks of what enhances near the zone.

    Attributes
    ----------
    nodules, hypovascular, rim : numpy.ndarray, bool
        Arterially enhancing nodules; thick tissue that enhances less than parenchyma; the thin rim.
    z_scores : numpy.ndarray
        Of arterial enhancement, else of the enhancement of all phases.
    """

    nodules: np.ndarray
    hypovascular: np.ndarray
    rim: np.ndarray
    z_scores: np.ndarray


def enhancing_tissue(
    evidence: Evidence,
    zone: np.ndarray,
    prior_tumor: np.ndarray | None,
    viable: ViableRule,
    rim: RimRule,
) -> EnhancingTissue:
    """Return the enhancing tissue within reach of the zone and in the earlier tumor."""
    spacing_mm = evidence.spacing_mm
    from_zone_mm = distance_mm(zone, spacing_mm)
    treated = from_zone_mm <= viable.reach_mm
    if prior_tumor is not None:
        treated |= prior_tumor
    within = treated & evidence.organ & ~zone
    bright, z_scores = _hypervascular(evidence, within, viable)
    nodules = _large(_nodules(bright, spacing_mm, viable), evidence, viable)
    if prior_tumor is not None:  # where tumor was, what still enhances is tumor, however thin
        nodules |= _large(bright & prior_tumor, evidence, viable)
    thin = bright & ~nodules & (from_zone_mm <= rim.reach_mm)
    rim_mask = _rim(thin, zone, rim)
    hypovascular = _hypovascular(evidence, within & ~nodules & ~rim_mask, zone, prior_tumor, viable)
    return EnhancingTissue(nodules, hypovascular, rim_mask, z_scores)


def _nodules(bright: np.ndarray, spacing_mm: np.ndarray, rule: ViableRule) -> np.ndarray:
    """Return what is thick, and what tapers off around it; a rim that is thin everywhere is not in it."""
    thick = opened(bright, rule.nodule_radius_mm, spacing_mm)
    tapered = opened(bright, rule.nodule_radius_mm, spacing_mm, between_voxels=True)
    return np.asarray(tapered & (distance_mm(thick, spacing_mm) <= 2.0 * rule.nodule_radius_mm))


def _hypervascular(evidence: Evidence, within: np.ndarray, rule: ViableRule) -> tuple[np.ndarray, np.ndarray]:
    """Return where arterial enhancement exceeds parenchyma and is not that of a vessel, and its z-scores.

    The border is at half the height of the brightest tissue near it: blur widens a rim above any fixed level.
    """
    arterial, venous = evidence.first_gain(ARTERIAL_ROLES), evidence.first_gain(VENOUS_ROLES)
    if arterial is None:
        return np.zeros_like(evidence.organ), np.zeros(evidence.organ.shape, dtype=np.float32)
    z_scores = evidence.z_scores(arterial, rule.smoothing_mm)
    bright = within & (z_scores >= rule.z_least)
    if venous is not None:
        vessel = evidence.z_scores(venous, rule.smoothing_mm) > rule.vessel_z_most
        bright &= ~opened(vessel, 0.5 * rule.nodule_radius_mm, evidence.spacing_mm)
    height = ndimage.maximum_filter(np.where(bright, z_scores, 0.0), _footprint(evidence, rule.reach_mm / 2))
    return bright & (z_scores >= 0.5 * height), z_scores


def _footprint(evidence: Evidence, radius_mm: float) -> tuple[int, ...]:
    return tuple(2 * int(np.ceil(radius_mm / spacing)) + 1 for spacing in evidence.spacing_mm)


def _large(mask: np.ndarray, evidence: Evidence, rule: ViableRule) -> np.ndarray:
    kept = np.zeros_like(mask)
    for piece in pieces(mask):
        if np.count_nonzero(piece) * evidence.voxel_ml < rule.volume_least_ml:
            break
        kept |= piece
    return kept


def _rim(thin: np.ndarray, zone: np.ndarray, rule: RimRule) -> np.ndarray:
    """Return the thin tissue when it lies on enough of the zone's surface to be more than noise."""
    ring = ndimage.binary_dilation(zone, iterations=2) & ~zone
    if not ring.any() or np.count_nonzero(thin & ring) < rule.contact_least * np.count_nonzero(ring):
        return np.zeros_like(thin)
    labels, _ = ndimage.label(thin, structure=np.ones((3, 3, 3), dtype=int))
    touching = np.unique(labels[thin & ring])
    return np.asarray(np.isin(labels, touching[touching > 0]))


def _hypovascular(
    evidence: Evidence,
    within: np.ndarray,
    zone: np.ndarray,
    prior_tumor: np.ndarray | None,
    rule: ViableRule,
) -> np.ndarray:
    """Return thick tissue at the zone that enhances, but clearly less than parenchyma."""
    low, high = rule.hypovascular
    smooth = evidence.smooth(evidence.enhancement(), rule.smoothing_mm)
    weak = within & (smooth > low) & (smooth < high)
    thick = opened(weak, rule.hypovascular_radius_mm, evidence.spacing_mm)
    if prior_tumor is not None:
        thick |= opened(weak & prior_tumor, 0.5 * rule.hypovascular_radius_mm, evidence.spacing_mm)
    thick = _large(thick, evidence, rule)
    anchor = ndimage.binary_dilation(zone, iterations=2)
    if prior_tumor is not None:
        anchor |= prior_tumor
    labels, _ = ndimage.label(thick)
    anchored = np.unique(labels[anchor & thick])
    return np.asarray(np.isin(labels, anchored[anchored > 0]))
