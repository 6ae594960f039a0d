"""The smooth occupancy that a binary mask is a sampling of.

A mask says of each voxel center whether it lies inside. Its border is therefore known to about half a
voxel, at random. A wide Gaussian averages that away, but rounds what is curved or small and flattens the
poles of large shapes. So the Gaussian is not laid over the mask itself but over weights fitted to it: a
center that comes out on the wrong side of the surface gets more (or less) weight, until the surface parts
the centers as the mask does; first with a wide Gaussian, then, for what that cannot follow, with a narrow
one. The result is as smooth as the voxels allow, and no smoother: what the mask shows of tips and dents
stays. (A smooth surface bounded by the voxels is the idea of Whitaker 2000, doi:10.1145/353888.353893, from
memory, not checked; there a level set moves by curvature.)
"""

from collections.abc import Sequence
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

    @property
    def places_mm(self) -> list[np.ndarray]:
        """Places of the grid points along x, y, z."""
        return [
            f + np.arange(n) * self.step_mm
            for f, n in zip(self.first_mm, self.values.shape[::-1], strict=True)
        ]

    def on_grid(self, places_mm: Sequence[np.ndarray]) -> np.ndarray:
        """Return the occupancy, linear between its points, at a grid with these places along x, y, z."""
        along = []
        for mine, wanted, count in zip(self.first_mm, places_mm, self.values.shape[::-1], strict=True):
            steps = (wanted - mine) / self.step_mm
            weights = np.maximum(1.0 - np.abs(steps[:, None] - np.arange(count)), 0.0)
            along.append(weights.astype(np.float32))
        return _apply(self.values, along)


@dataclass(frozen=True)
class Stage:
    """One Gaussian of the fit.

    Attributes
    ----------
    sigma_mm : float
    rounds : int
        Most rounds; the fit ends earlier when all centers lie on their side.
    """

    sigma_mm: float
    rounds: int


def smooth_occupancy(
    inside: np.ndarray,
    spacing_mm: np.ndarray,
    first_mm: np.ndarray,
    *,
    stages: Sequence[Stage],
    step_mm: float,
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
    stages : sequence of Stage
        The widest Gaussian first.
    step_mm : float
        Distance of the points of the fine grid.
    """
    mask = np.pad(inside, _FIT_PAD_VOXELS).astype(np.float32)
    first_mm = np.asarray(first_mm, dtype=float) - _FIT_PAD_VOXELS * spacing_mm
    voxels_mm = [np.arange(n) * s for n, s in zip(mask.shape[::-1], spacing_mm, strict=True)]
    places_mm = [np.arange(-step_mm, v[-1] + 2 * step_mm, step_mm) for v in voxels_mm]
    at_voxels = np.zeros_like(mask)
    values = np.zeros([len(p) for p in reversed(places_mm)], dtype=np.float32)
    weights = mask.copy()
    for stage in stages:
        gaussians = _gaussians(spacing_mm, voxels_mm, voxels_mm, stage.sigma_mm)
        at_voxels = _fit(weights, mask, at_voxels, gaussians, stage.rounds)
        values += _apply(weights, _gaussians(spacing_mm, voxels_mm, places_mm, stage.sigma_mm))
        weights = np.zeros_like(mask)
    for axis in range(3):  # the rim of the grid lies two voxels outside: closing it keeps the surface closed
        np.moveaxis(values, axis, 0)[[0, -1]] = 0.0
    return Occupancy(values, first_mm - step_mm, step_mm)


def _fit(
    weights: np.ndarray, mask: np.ndarray, before: np.ndarray, gaussians: list[np.ndarray], rounds: int
) -> np.ndarray:
    """Fit ``weights`` in place and return the occupancy at the voxels, that of earlier stages added."""
    at_voxels = before + _apply(weights, gaussians)
    for _ in range(rounds):
        wrong = mask - (at_voxels > 0.5)
        if not wrong.any():
            break
        weights += np.float32(_FIT_STEP) * wrong
        at_voxels = before + _apply(weights, gaussians)
    return np.asarray(at_voxels)


def _gaussians(
    spacing_mm: np.ndarray, voxels_mm: list[np.ndarray], places_mm: list[np.ndarray], sigma_mm: float
) -> list[np.ndarray]:
    return [
        _gaussian_weights(len(voxels), spacing, place, sigma_mm)
        for voxels, spacing, place in zip(voxels_mm, spacing_mm, places_mm, strict=True)
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
