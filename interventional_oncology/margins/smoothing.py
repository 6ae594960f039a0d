"""The smooth occupancy that a binary mask is a sampling of.

A mask says of each voxel center whether it lies inside. Its border is therefore known to about half a
voxel, at random. A wide Gaussian averages that away, but rounds what is curved or small and flattens the
poles of large shapes. So the Gaussian is not laid over the mask itself but over weights fitted to it: a
center that comes out on the wrong side of the surface gets more (or less) weight, until the surface parts
the centers as the mask does; first with a wide Gaussian, then, for what that cannot follow, with narrower
ones. The result is as smooth as the voxels allow, and no smoother: what the mask shows of tips and dents
stays. (A smooth surface bounded by the voxels is the idea of Whitaker 2000, doi:10.1145/353888.353893, from
memory, not checked; there a level set moves by curvature.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .products import product

_REACH_SIGMAS = 5.0
_REACH_NARROW_SIGMAS = 2.5
_ROOT_PI = np.float32(np.sqrt(np.pi))
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
        return _gather(self.values, along)


@dataclass(frozen=True)
class Stage:
    """One Gaussian of the fit.

    Attributes
    ----------
    sigma_mm : float
    rounds : int
        Most rounds; the fit ends earlier when all centers lie on their side.
    least_lost : int
        It is left out where fewer connected centers lie on the wrong side before it.
    """

    sigma_mm: float
    rounds: int
    least_lost: int = 0


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
    weights = mask
    for stage in stages:
        if stage.least_lost and stage.least_lost > _most_connected((at_voxels > 0.5) != (mask > 0.5)):
            continue
        axes = [
            _Axis.of(*axis, stage.sigma_mm) for axis in zip(voxels_mm, spacing_mm, places_mm, strict=True)
        ]
        at_knots, at_voxels = _fit(weights, mask, at_voxels, axes, stage.rounds)
        values += _spread(at_knots, [axis.to_places for axis in axes])
        weights = np.zeros_like(mask)
    for axis in range(3):  # the rim of the grid lies two voxels outside: closing it keeps the surface closed
        np.moveaxis(values, axis, 0)[[0, -1]] = 0.0
    return Occupancy(values, first_mm - step_mm, step_mm)


def _most_connected(lost: np.ndarray) -> int:
    if not lost.any():
        return 0
    labels, _ = ndimage.label(lost, structure=np.ones((3, 3, 3)))
    return int(np.bincount(labels.ravel())[1:].max())


@dataclass(frozen=True)
class _Axis:
    """A Gaussian along one axis by way of knots, which are fewer than the voxels.

    A Gaussian is the sum over evenly spaced knots of two narrower ones, from the voxel to the knot and from
    the knot to the place: to 1e-4 when the knots lie as far apart as the narrower standard deviation.

    Attributes
    ----------
    to_knots : numpy.ndarray, shape (knots, voxels)
    to_voxels : numpy.ndarray, shape (voxels, knots)
    to_places : numpy.ndarray, shape (places, knots)
    """

    to_knots: np.ndarray
    to_voxels: np.ndarray
    to_places: np.ndarray

    @classmethod
    def of(cls, voxels_mm: np.ndarray, spacing_mm: float, places_mm: np.ndarray, sigma_mm: float) -> "_Axis":
        narrow_mm = sigma_mm / np.sqrt(2.0)
        half_mm = 0.5 * (voxels_mm[-1] - voxels_mm[0]) + _REACH_NARROW_SIGMAS * narrow_mm
        count = int(np.ceil(half_mm / narrow_mm))
        # Even about the middle, so that a flipped mask gives the flipped surface.
        knots_mm = 0.5 * (voxels_mm[0] + voxels_mm[-1]) + np.arange(-count, count + 1) * narrow_mm
        if len(knots_mm) >= len(voxels_mm):  # the voxels are knots enough
            to_voxels, to_places = (
                _gaussian(at, voxels_mm, sigma_mm) / _row_sums(at, voxels_mm, spacing_mm, sigma_mm)
                for at in (voxels_mm, places_mm)
            )
            return cls(np.eye(len(voxels_mm), dtype=np.float32), to_voxels, to_places)
        to_voxels, to_places = (
            _gaussian(at, knots_mm, narrow_mm) / (_ROOT_PI * _row_sums(at, voxels_mm, spacing_mm, sigma_mm))
            for at in (voxels_mm, places_mm)
        )
        return cls(_gaussian(knots_mm, voxels_mm, narrow_mm), to_voxels, to_places)


def _gaussian(to_mm: np.ndarray, from_mm: np.ndarray, sigma_mm: float) -> np.ndarray:
    return np.exp(-0.5 * ((to_mm[:, None] - from_mm) / sigma_mm) ** 2).astype(np.float32)


def _row_sums(at_mm: np.ndarray, voxels_mm: np.ndarray, spacing_mm: float, sigma_mm: float) -> np.ndarray:
    """Return what an endless row of voxels weighs at each place, shape (places, 1)."""
    beyond = np.arange(1, int(np.ceil(_REACH_SIGMAS * sigma_mm / spacing_mm)) + 1) * spacing_mm
    row_mm = np.concatenate([voxels_mm[0] - beyond, voxels_mm, voxels_mm[-1] + beyond])
    return _gaussian(at_mm, row_mm, sigma_mm).sum(axis=1, keepdims=True)


def _fit(
    weights: np.ndarray, mask: np.ndarray, before: np.ndarray, axes: list[_Axis], rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the fitted weights at the knots, and the occupancy at the voxels with earlier stages added."""
    to_knots, to_voxels = [axis.to_knots for axis in axes], [axis.to_voxels for axis in axes]
    at_knots = _gather(weights, to_knots)
    at_voxels = before + _spread(at_knots, to_voxels)
    for _ in range(rounds):
        wrong = mask - (at_voxels > 0.5)
        if not wrong.any():
            break
        at_knots += np.float32(_FIT_STEP) * _gather(wrong, to_knots)
        at_voxels = before + _spread(at_knots, to_voxels)
    return at_knots, at_voxels


def _gather(values: np.ndarray, along: list[np.ndarray]) -> np.ndarray:
    """Return ``values`` with the matrices for i, j, k applied, the slices first: what becomes fewer."""
    fewer = product(product(along[2], values.transpose(1, 0, 2)), along[0].T)
    return product(along[1], fewer.transpose(1, 0, 2))


def _spread(values: np.ndarray, along: list[np.ndarray]) -> np.ndarray:
    """Return ``values`` with the matrices for i, j, k applied, the slices last: what becomes more."""
    more = product(product(along[1], values), along[0].T)
    result = np.empty((len(along[2]), *more.shape[1:]), dtype=np.float32)
    product(along[2], more.transpose(1, 0, 2), out=result.transpose(1, 0, 2))
    return result
