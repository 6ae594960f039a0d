"""The smooth occupancy that a binary mask is a sampling of.

A mask says of each voxel center whether it lies inside. Its border is therefore known to about half a
voxel, at random; a Gaussian averages that away but draws a curved border inwards by ``sigma^2 * curvature``.
The kernel ``2 G(sigma) - G(sqrt(2) sigma)`` has no second moment, so that this shift vanishes and only terms
of the fourth order remain (for higher-order kernels: Wand and Schucany 1990, doi:10.2307/3315775).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_REACH_SIGMAS = 5.0


@dataclass(frozen=True)
class Occupancy:
    """Smooth occupancy of one connected piece, on a fine grid of its own.

    Attributes
    ----------
    values : numpy.ndarray, shape (k, j, i), float32
        About 1 inside, 0 outside.
    first_mm : numpy.ndarray, shape (3,)
        Index-frame position of ``values[0, 0, 0]`` (x, y, z).
    step_mm : float
        Distance of the grid points, the same along all axes.
    """

    values: np.ndarray
    first_mm: np.ndarray
    step_mm: float


def smooth_occupancy(
    inside: np.ndarray, spacing_mm: np.ndarray, first_mm: np.ndarray, *, sigma_mm: float, step_mm: float
) -> Occupancy:
    """Return the occupancy of a cropped mask.

    Parameters
    ----------
    inside : numpy.ndarray, shape (k, j, i), bool
        Cropped mask; all around it counts as outside.
    spacing_mm : numpy.ndarray, shape (3,)
        Voxel spacing along i, j, k.
    first_mm : numpy.ndarray, shape (3,)
        Index-frame position of the first voxel of the crop.
    sigma_mm, step_mm : float
        Width of the Gaussian and distance of the points it is evaluated at.
    """
    counts = inside.shape[::-1]
    pad_mm = 2.5 * sigma_mm * np.sqrt(2.0) + step_mm
    places = [
        np.arange(-pad_mm, (n - 1) * spacing + pad_mm + step_mm, step_mm)
        for n, spacing in zip(counts, spacing_mm, strict=True)
    ]
    values = np.zeros([len(p) for p in reversed(places)], dtype=np.float32)
    for factor, sigma in ((2.0, sigma_mm), (-1.0, sigma_mm * np.sqrt(2.0))):
        weights = [
            _gaussian_weights(n, spacing, place, sigma)
            for n, spacing, place in zip(counts, spacing_mm, places, strict=True)
        ]
        values += np.float32(factor) * _apply(inside.astype(np.float32), weights)
    return Occupancy(values, np.asarray(first_mm, dtype=float) - pad_mm, step_mm)


def _gaussian_weights(count: int, spacing_mm: float, places_mm: np.ndarray, sigma_mm: float) -> np.ndarray:
    """Return the weight of each of ``count`` voxels at each place; an endless row weighs 1."""
    beyond = int(np.ceil(_REACH_SIGMAS * sigma_mm / spacing_mm))
    voxels_mm = np.arange(-beyond, count + beyond) * spacing_mm
    weights = np.exp(-0.5 * ((places_mm[:, None] - voxels_mm) / sigma_mm) ** 2)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, beyond : beyond + count].astype(np.float32)


def _apply(values: np.ndarray, weights: Sequence[np.ndarray]) -> np.ndarray:
    along_k = np.tensordot(weights[2], values, (1, 0))
    return np.matmul(np.matmul(weights[1], along_k), weights[0].T)
