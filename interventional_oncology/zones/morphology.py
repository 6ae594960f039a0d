"""Balls in mm on grids of any spacing: opening, thickness, connected pieces."""

import numpy as np
from scipy import ndimage

_LEVELS = 24


def depth_mm(inside: np.ndarray, spacing_zyx_mm: np.ndarray) -> np.ndarray:
    """Return for each voxel inside the distance to the border of the mask; 0 outside.

    The border lies half a voxel beyond the last voxel; what is outside the array counts as outside.
    """
    padded = np.pad(inside, 1)
    distance = ndimage.distance_transform_edt(padded, sampling=spacing_zyx_mm)[1:-1, 1:-1, 1:-1]
    return np.maximum(distance - 0.5 * float(np.cbrt(np.prod(spacing_zyx_mm))), 0.0) * inside


def distance_mm(inside: np.ndarray, spacing_zyx_mm: np.ndarray) -> np.ndarray:
    """Return for each voxel the distance to the nearest voxel inside; infinite when there is none."""
    if not inside.any():
        return np.full(inside.shape, np.inf)
    return np.asarray(ndimage.distance_transform_edt(~inside, sampling=spacing_zyx_mm))


def opened(
    inside: np.ndarray, radius_mm: float, spacing_zyx_mm: np.ndarray, *, between_voxels: bool = False
) -> np.ndarray:
    """Return the part of a mask that a ball of ``radius_mm`` fits in.

    With ``between_voxels`` the center of the ball may lie between voxel centers: for balls of few voxels.
    """
    half_voxel_mm = 0.5 * float(np.cbrt(np.prod(spacing_zyx_mm)))
    core = depth_mm(inside, spacing_zyx_mm) >= radius_mm - (half_voxel_mm if between_voxels else 0.0)
    core &= inside
    if not core.any():
        return np.zeros_like(inside)
    return np.asarray((distance_mm(core, spacing_zyx_mm) <= radius_mm + half_voxel_mm) & inside)


def local_thickness_mm(inside: np.ndarray, spacing_zyx_mm: np.ndarray) -> np.ndarray:
    """Return for each voxel inside the diameter of the largest ball in the mask that covers it; 0 outside.

    Hildebrand and Rueegsegger 1997 (doi:10.1046/j.1365-2818.1997.1340694.x, from memory, not checked), at
    24 radii from the largest down: a bounding box says little of a curved rim.
    """
    depths = depth_mm(inside, spacing_zyx_mm)
    half_voxel_mm = 0.5 * float(np.cbrt(np.prod(spacing_zyx_mm)))
    thickness = np.where(inside, 2.0 * np.maximum(depths, half_voxel_mm), 0.0)
    largest = float(depths.max(initial=0.0))
    for radius in np.linspace(largest, 0.0, _LEVELS, endpoint=False):
        if radius <= half_voxel_mm:
            break
        reached = (distance_mm(depths >= radius, spacing_zyx_mm) <= radius + half_voxel_mm) & inside
        thickness[reached] = np.maximum(thickness[reached], 2.0 * radius)
    return np.asarray(thickness)


def pieces(inside: np.ndarray) -> list[np.ndarray]:
    """Return the connected pieces (26 neighbors) of a mask as masks, the largest first."""
    labels, count = ndimage.label(inside, structure=np.ones((3, 3, 3), dtype=int))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    return [labels == label + 1 for label in np.argsort(-sizes, kind="stable")]


def touching(inside: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Return the pieces (26 neighbors) of a mask that hold a voxel of ``seeds``."""
    labels, _ = ndimage.label(inside, structure=np.ones((3, 3, 3), dtype=int))
    wanted = np.unique(labels[seeds & inside])
    return np.asarray(np.isin(labels, wanted[wanted > 0]))


def resized(
    values: np.ndarray,
    spacing_zyx_mm: np.ndarray,
    voxel_mm: float = 1.0,
    *,
    shape: tuple[int, ...] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return values on a grid of about ``voxel_mm`` (or of ``shape``) over the same box, and its spacing."""
    extent = np.array(values.shape) * spacing_zyx_mm
    wanted = np.maximum(np.rint(extent / voxel_mm), 1).astype(int) if shape is None else np.array(shape)
    factors = wanted / np.array(values.shape)
    found = ndimage.zoom(values, factors, order=1, mode="nearest", grid_mode=True)
    return np.asarray(found), extent / np.array(found.shape)
