"""The smooth occupancy that a binary mask is a sampling of.

A mask says of each voxel center whether it lies inside. Its border is therefore known to about half a
voxel, at random. A wide Gaussian averages that away but rounds what is curved or small. So the Gaussian is
not laid over the mask itself but over weights fitted to it: a center that comes out on the wrong side of
the surface gets more (or less) weight, until the surface parts the centers as the mask does. The result is
as smooth as the voxels allow, and no smoother: what the mask shows of tips and dents stays. (The idea of a
surface bounded by the voxels is that of Whitaker 2000, doi:10.1145/353888.353893, from memory, not checked;
there a level set moves by curvature.)
"""

from dataclasses import dataclass

import numpy as np

_REACH_SIGMAS = 5.0
_FIT_PAD_VOXELS = 2
_FIT_STEP = 0.5


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
    inside: np.ndarray,
    spacing_mm: np.ndarray,
    first_mm: np.ndarray,
    *,
    sigma_mm: float,
    step_mm: float,
    rounds: int,
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
    rounds : int
        Most rounds of the fit; it ends earlier when all centers lie on their side.
    """
    mask = np.pad(inside, _FIT_PAD_VOXELS).astype(np.float32)
    first_mm = np.asarray(first_mm, dtype=float) - _FIT_PAD_VOXELS * spacing_mm
    counts = mask.shape[::-1]
    voxels_mm = [np.arange(n) * s for n, s in zip(counts, spacing_mm, strict=True)]
    weights = _fitted_weights(mask, _gaussians(counts, spacing_mm, voxels_mm, sigma_mm), rounds)
    places_mm = [np.arange(-step_mm, v[-1] + 2 * step_mm, step_mm) for v in voxels_mm]
    values = _apply(weights, _gaussians(counts, spacing_mm, places_mm, sigma_mm))
    for axis in range(3):  # the rim of the grid lies two voxels outside: closing it keeps the surface closed
        np.moveaxis(values, axis, 0)[[0, -1]] = 0.0
    return Occupancy(values, first_mm - step_mm, step_mm)


def _fitted_weights(mask: np.ndarray, gaussians: list[np.ndarray], rounds: int) -> np.ndarray:
    weights = mask.copy()
    for _ in range(rounds):
        wrong = mask - (_apply(weights, gaussians) > 0.5)
        if not wrong.any():
            break
        weights += np.float32(_FIT_STEP) * wrong
    return weights


def _gaussians(
    counts: tuple[int, ...], spacing_mm: np.ndarray, places_mm: list[np.ndarray], sigma_mm: float
) -> list[np.ndarray]:
    return [
        _gaussian_weights(n, spacing, place, sigma_mm)
        for n, spacing, place in zip(counts, spacing_mm, places_mm, strict=True)
    ]


def _gaussian_weights(count: int, spacing_mm: float, places_mm: np.ndarray, sigma_mm: float) -> np.ndarray:
    """Return the weight of each of ``count`` voxels at each place; an endless row weighs 1."""
    beyond = int(np.ceil(_REACH_SIGMAS * sigma_mm / spacing_mm))
    voxels_mm = np.arange(-beyond, count + beyond) * spacing_mm
    weights = np.exp(-0.5 * ((places_mm[:, None] - voxels_mm) / sigma_mm) ** 2)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, beyond : beyond + count].astype(np.float32)


def _apply(values: np.ndarray, along: list[np.ndarray]) -> np.ndarray:
    """Return ``values`` with the matrices for i, j, k applied along their axes."""
    along_k = np.tensordot(along[2], values, (1, 0))
    return np.matmul(np.matmul(along[1], along_k), along[0].T)
