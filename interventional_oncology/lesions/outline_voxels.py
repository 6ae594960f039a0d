"""From the surface found along rays to the voxels of a lesion."""

import math

import numpy as np
import scipy.ndimage

from .distance import depth_mm, distance_mm
from .ray_surface import Field, RaySurface, voxels_inside

#: The voxels may depart from the surface by this much, where the image says so.
_BAND_MM = 2.0
_SMOOTHING_MM, _TIME, _ROUNDS = 1.0, 0.06, 4
_MOST_EVIDENCE, _FORBIDDEN, _MOST_WEIGHT = 2.0, 6.0, 40.0
#: What is thinner than this share of the radius of the lesion is a vessel or a spur, not a part of it.
_SPUR_SHARE = 0.3
_MARGIN_MM = 4.0


def lesion_voxels(field: Field, surface: RaySurface) -> np.ndarray:
    """Return the voxels of a lesion: those in its surface, corrected near it voxel by voxel.

    The correction minimizes the energy of Chan and Vese (2001, doi:10.1109/83.902291) by threshold dynamics
    (Esedoglu and Tsai 2006, doi:10.1016/j.jcp.2005.07.020, from memory): smooth the mask, add the evidence
    of the image, cut at one half. Spurs are opened, holes filled, and one piece is kept.

    Parameters
    ----------
    field : Field
    surface : RaySurface

    Returns
    -------
    ndarray of bool, shape of the field
        May be empty for a lesion smaller than the voxels.
    """
    start = voxels_inside(field, surface)
    found = scipy.ndimage.find_objects(start.view(np.uint8))
    if not found:
        return start
    padding = np.ceil(_MARGIN_MM / field.spacing_mm).astype(int) + 1
    box = tuple(
        slice(max(part.start - pad, 0), part.stop + pad) for part, pad in zip(found[0], padding, strict=True)
    )
    inside = _compete(start[box], _evidence(field, surface, box), field.spacing_mm)
    inside = largest_piece(scipy.ndimage.binary_fill_holes(inside))
    voxels = np.zeros_like(start)
    voxels[box] = without_spurs(inside, field.spacing_mm)
    return voxels


def without_spurs(inside: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return a mask opened by a ball of a share of its radius; as it was if nothing would be left."""
    radius_mm = _SPUR_SHARE * ball_radius_mm(inside, spacing_mm)
    core = depth_mm(inside, spacing_mm) > radius_mm
    if not core.any():
        return inside
    return largest_piece((distance_mm(core, spacing_mm) <= radius_mm) & inside)


def ball_radius_mm(inside: np.ndarray, spacing_mm: np.ndarray) -> float:
    """Return the radius of the ball with the volume of a mask."""
    volume_mm3 = np.count_nonzero(inside) * float(np.prod(spacing_mm))
    return float(np.cbrt(0.75 / math.pi * volume_mm3))


def largest_piece(inside: np.ndarray) -> np.ndarray:
    """Return the largest piece of a mask whose voxels touch by their faces."""
    pieces, count = scipy.ndimage.label(inside)
    if count < 2:
        return inside
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    piece: np.ndarray = pieces == sizes.argmax()
    return piece


def _evidence(field: Field, surface: RaySurface, box: tuple[slice, ...]) -> np.ndarray:
    evidence = surface.evidence(field.values[box])
    evidence *= min(1.0, _MOST_WEIGHT / surface.contrast_to_noise**2)
    limited = np.clip(evidence, -_MOST_EVIDENCE, _MOST_EVIDENCE)
    found: np.ndarray = np.where(field.allowed[box], limited, _FORBIDDEN)
    return found


def _compete(start: np.ndarray, evidence: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    possible = distance_mm(start, spacing_mm) <= _BAND_MM
    certain = depth_mm(start, spacing_mm) > 1.5 * _BAND_MM
    sigma = _SMOOTHING_MM / spacing_mm
    inside = start
    for _ in range(_ROUNDS):
        soft = scipy.ndimage.gaussian_filter(inside.astype(np.float32), np.where(sigma < 0.35, 0.0, sigma))
        before, inside = inside, (possible & (soft - _TIME * evidence > 0.5)) | certain
        if (inside == before).all():
            break
    return inside
