"""Tissue that enhances in or at the zone: nodules are viable tumor, a thin rim is not.

Two things tell a nodule, and the rim around the same zone is the standard of both. Its thickness, on a grid
of about a millimeter: where the rim has the thickness of a nodule all around, it is no nodule. And its look
in all sequences together: a bump of the rim looks like the rim, partial volume like a mixture of layers.
Thick tissue that looks like them is a nodule only when masslike, or when the images given could not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .appearance import Appearance, ViableRule
from .evidence import ARTERIAL_ROLES, VENOUS_ROLES, Evidence
from .morphology import depth_mm, distance_mm, opened, pieces, resized, touching
from .nested import LayerFit
from .unlike_layers import UnlikeLayers

_INSIDE_THE_RIM = ("necrosis", "hemorrhagic_congestion")
_FINE_MM = 1.0
_PAD = 3
_RIM_REACH_MM = 2.0
#: By so many deviations noise lifts the highest of the fifty or so values that a height is taken from.
_PEAK_OF_NOISE = 2.0


@dataclass(frozen=True)
class EnhancingTissue:
    """Masks of what enhances near the zone.

    Attributes
    ----------
    nodules, hypovascular : numpy.ndarray, bool
        Arterially enhancing nodules; thick tissue that enhances less than parenchyma.
    z_scores : numpy.ndarray
        Of arterial enhancement, else of the enhancement of all phases.
    """

    nodules: np.ndarray
    hypovascular: np.ndarray
    z_scores: np.ndarray


def enhancing_tissue(
    evidence: Evidence,
    layers: Mapping[str, np.ndarray],
    fit: LayerFit,
    prior_tumor: np.ndarray | None,
    rules: Appearance,
) -> EnhancingTissue:
    """Return the enhancing tissue in the zone, within reach of it, and in the earlier tumor."""
    rule = rules.viable_tumor
    zone = np.logical_or.reduce(list(layers.values()))
    within = evidence.organ & (distance_mm(zone, evidence.spacing_mm) <= rule.reach_mm)
    if prior_tumor is not None:
        within |= prior_tumor & evidence.organ
    prominence, z_scores = _prominence(evidence, within, rule)
    nodules, masslike = _nodules(evidence, prominence, zone, _destroyed(layers), rule)
    # Inflammation is as bright as tumor in the arterial phase, and may be as thick: it has to look otherwise.
    unlike = UnlikeLayers(fit, evidence, rules)
    if "inflammation" in layers or unlike.tells_tumor():
        masslike &= "inflammation" not in layers
        spots = _large(unlike.spots_in(prominence >= 1.0, layers), evidence, rule.volume_least_ml)
        nodules = touching(nodules, masslike) | unlike.pieces_of(nodules) | spots
    if prior_tumor is not None:  # where tumor was, what still enhances is tumor, however thin
        nodules |= _large(
            _in_prior_tumor(evidence, prominence >= 1.0, prior_tumor, rule), evidence, rule.volume_least_ml
        )
    explained = [layers[name] for name in ("hemorrhagic_congestion", "edema") if name in layers]
    weak_within = within & ~nodules & ~np.logical_or.reduce([*explained, np.zeros_like(zone)])
    hypovascular = _hypovascular(evidence, weak_within, zone, prior_tumor, rule)
    return EnhancingTissue(nodules, hypovascular, z_scores)


def _destroyed(layers: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what lies inside the enhancing rim."""
    return np.logical_or.reduce([layers[name] for name in _INSIDE_THE_RIM if name in layers])


def _prominence(evidence: Evidence, within: np.ndarray, rule: ViableRule) -> tuple[np.ndarray, np.ndarray]:
    """Return arterial enhancement above parenchyma, 1 at its border, 0 in vessels; and its z-scores.

    The border is at half the height of the brightest tissue near it: blur widens a rim above any fixed level.
    """
    venous, z_scores = evidence.first_gain(VENOUS_ROLES), evidence.enhancement_z_scores(rule.smoothing_mm)
    if evidence.first_gain(ARTERIAL_ROLES) is None:
        return np.zeros(evidence.organ.shape), z_scores
    bright = within & (z_scores >= rule.z_least)
    if venous is not None:
        vessel = evidence.z_scores(venous, rule.smoothing_mm) > rule.vessel_z_most
        vessel = opened(vessel, 0.25 * rule.thickness_least_mm, evidence.spacing_mm)
        bright &= ~vessel
    reach = tuple(2 * int(np.ceil(0.5 * rule.reach_mm / s)) + 1 for s in evidence.spacing_mm)
    height = ndimage.maximum_filter(np.where(bright, z_scores, 0.0), reach)
    level = np.maximum(0.5 * (height - _PEAK_OF_NOISE), rule.z_least)
    shown = within if venous is None else within & ~vessel
    return np.where(shown, np.maximum(z_scores, 0.0) / level, 0.0), z_scores


def _nodules(
    evidence: Evidence,
    prominence: np.ndarray,
    zone: np.ndarray,
    dead: np.ndarray,
    rule: ViableRule,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what is thicker than a rim or dents the dead tissue, and touches the zone; what is masslike."""
    bright = prominence >= 1.0
    places = np.argwhere(bright)
    if not places.size:
        return bright, bright
    low = np.maximum(places.min(axis=0) - _PAD, 0)
    high = np.minimum(places.max(axis=0) + _PAD + 1, bright.shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    fine, fine_mm = resized(prominence[box], evidence.spacing_mm, _FINE_MM)
    at_zone, _ = resized(zone[box].astype(np.float32), evidence.spacing_mm, _FINE_MM)
    inside = fine >= 1.0
    dead_fine, _ = resized(dead[box].astype(np.float32), evidence.spacing_mm, _FINE_MM)
    rim_mm = _rim_thickness_mm(inside, dead_fine >= 0.5, fine_mm)
    least_mm = max(rule.thickness_least_mm, rim_mm + rule.beyond_rim_mm)
    near = distance_mm(at_zone >= 0.5, fine_mm) <= _FINE_MM
    thick = touching(opened(inside, 0.5 * least_mm, fine_mm), near)
    least_mm = max(rule.dent_thickness_mm, rim_mm + rule.dent_beyond_rim_mm)
    less_thick = opened(inside, 0.5 * least_mm, fine_mm)
    # A crescent thins out: what is thicker than the rim belongs to the nodule it is part of.
    thick |= less_thick & (distance_mm(thick, fine_mm) <= rule.taper_mm)
    in_dents = _in_dents(inside, less_thick, dead_fine >= 0.5, fine_mm, rule)
    thick |= inside & (distance_mm(in_dents, fine_mm) <= 2.0 * rule.dent_mm)
    least_mm = max(rule.masslike_mm, rim_mm + rule.masslike_beyond_rim_mm)
    found = []
    for fine_mask in (thick, thick & opened(inside, 0.5 * least_mm, fine_mm)):
        mask = np.zeros_like(bright)
        mask[box] = resized(fine_mask.astype(np.float32), fine_mm, shape=prominence[box].shape)[0] >= 0.5
        found.append(_large(mask & evidence.organ, evidence, rule.volume_least_ml))
    return found[0], found[1] & found[0]


def _in_dents(
    inside: np.ndarray, thick: np.ndarray, dead: np.ndarray, spacing_mm: np.ndarray, rule: ViableRule
) -> np.ndarray:
    """Return what enhances in a dent of the dead tissue, below the surface that a large ball rolls on.

    Only where it is thicker than the rim nearby: a rim follows a shallow hollow of the zone.
    """
    pad = int(np.ceil(rule.dent_closing_mm / spacing_mm.min())) + 1
    core = (slice(pad, -pad),) * 3
    grown = distance_mm(np.pad(dead, pad), spacing_mm) <= rule.dent_closing_mm
    below_mm = ndimage.distance_transform_edt(grown, sampling=spacing_mm)[core] - rule.dent_closing_mm
    at_thick = distance_mm(thick, spacing_mm) <= rule.dent_mm
    found = np.zeros_like(inside)
    for piece in pieces(inside & (below_mm >= rule.dent_mm)):
        if np.count_nonzero(piece) * np.prod(spacing_mm) / 1000.0 < rule.dent_least_ml:
            break
        if (piece & at_thick).any():
            found |= piece
    return found


def _in_prior_tumor(
    evidence: Evidence, bright: np.ndarray, prior_tumor: np.ndarray, rule: ViableRule
) -> np.ndarray:
    """Return what enhances deeper in the earlier tumor than a rim reaches into an outline slightly off."""
    inside = bright & prior_tumor
    deep = inside & (depth_mm(prior_tumor, evidence.spacing_mm) >= rule.within_prior_mm)
    return np.asarray(inside & (distance_mm(deep, evidence.spacing_mm) <= 2.0 * rule.within_prior_mm))


def _rim_thickness_mm(inside: np.ndarray, dead: np.ndarray, spacing_mm: np.ndarray) -> float:
    """Return the usual thickness of what enhances along the dead tissue: its median over the surface.

    Where nothing enhances it is 0, so that a crescent on one side does not set its own standard.
    """
    reach = tuple(2 * int(np.ceil(_RIM_REACH_MM / s)) + 1 for s in spacing_mm)
    deepest = ndimage.maximum_filter(depth_mm(inside, spacing_mm), reach)
    surface = ndimage.binary_dilation(dead) & ~dead
    return 2.0 * float(np.median(deepest[surface])) if surface.any() else 0.0


def _large(mask: np.ndarray, evidence: Evidence, least_ml: float) -> np.ndarray:
    kept = np.zeros_like(mask)
    for piece in pieces(mask):
        if np.count_nonzero(piece) * evidence.voxel_ml < least_ml:
            break
        kept |= piece
    return kept


def _hypovascular(
    evidence: Evidence,
    within: np.ndarray,
    zone: np.ndarray,
    prior_tumor: np.ndarray | None,
    rule: ViableRule,
) -> np.ndarray:
    """Return thick tissue at or in the zone that enhances, but clearly less than parenchyma."""
    low, high = rule.hypovascular
    smooth = evidence.smooth(evidence.enhancement(), rule.hypovascular_smoothing_mm)
    weak = within & (smooth > low) & (smooth < high)
    voxel_mm = float(np.cbrt(np.prod(evidence.spacing_mm)))
    radius_mm = max(rule.hypovascular_radius_mm, rule.hypovascular_radius_voxels * voxel_mm)
    thick = opened(weak, radius_mm, evidence.spacing_mm)
    anchor = distance_mm(zone, evidence.spacing_mm) <= 2.0 * float(evidence.spacing_mm.max())
    if prior_tumor is not None:
        thick |= opened(weak & prior_tumor, 0.5 * rule.hypovascular_radius_mm, evidence.spacing_mm)
        anchor |= prior_tumor
    return touching(_large(thick, evidence, rule.hypovascular_least_ml), anchor)
