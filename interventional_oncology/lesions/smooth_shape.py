"""The smoothest surface that agrees with a mask: where a lesion ends between voxels.

A mask says of each voxel center only whether it is inside, so an outline drawn along voxel faces is off by up
to a voxel. The lesion is described as a star around its center, in the frame in which its second moments are
those of the unit ball: the cube of the radius, a function on the sphere, is a sum of few polynomials whose
coefficients are sums over the voxels inside,

    integral of r^3/3 p over the sphere = integral of p(u/|u|) over the lesion,

so that every voxel takes part in placing every piece of the surface. An ellipsoid needs the constant alone.
Polynomials are added until no voxel center is on the wrong side by more than a third of a voxel; a lesion
that needs too many, or is no star, is left to :func:`~.smooth_mask.smoothed`. The same holds in a slice, with
the square of the radius on the circle.
"""

import functools
import itertools
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.ndimage

from .directions import sphere_directions

#: A voxel center may lie on the wrong side of the surface by this share of a voxel.
_WRONG_SIDE_VOXELS = 0.35
_DEGREES = (0, 2, 3, 4, 5, 6, 8)
_FEWEST_SLICES = 3
_SPHERE_POINTS, _CIRCLE_POINTS = 1000, 360


@dataclass(frozen=True)
class SmoothShape:
    """A star-shaped surface in the index frame of a crop, axes (k, j, i) or (j, i) in mm.

    Attributes
    ----------
    center_mm : ndarray, shape (d,)
    whitening : ndarray, shape (d, d)
        ``(point - center) @ whitening`` is in the frame where the lesion is nearly the unit ball.
    degree : int
        Degree of the polynomials on the sphere.
    coefficients : ndarray
        Of the radius to the power of d, over d.
    """

    center_mm: np.ndarray
    whitening: np.ndarray
    degree: int
    coefficients: np.ndarray

    def depth(self, points_mm: np.ndarray) -> np.ndarray:
        """Return how far points (n, 3) lie inside, in the whitened frame; negative outside."""
        white = (points_mm - self.center_mm) @ self.whitening
        distance = np.linalg.norm(white, axis=1)
        directions = white / np.maximum(distance, 1e-12)[:, None]
        depth: np.ndarray = self._radius(directions) - distance
        return depth

    def depth_voxels(self, points_mm: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
        """Return the depth across the surface in voxels, to first order."""
        white = (points_mm - self.center_mm) @ self.whitening
        directions = white / np.maximum(np.linalg.norm(white, axis=1), 1e-12)[:, None]
        per_voxel = np.linalg.norm((directions @ self.whitening.T) * spacing_mm, axis=1)
        voxels: np.ndarray = self.depth(points_mm) / np.maximum(per_voxel, 1e-12)
        return voxels

    def surface_mm(self) -> np.ndarray:
        """Return points of the surface, shape (n, 3), mm."""
        directions = _directions(len(self.center_mm))
        white = directions * self._radius(directions)[:, None]
        points: np.ndarray = white @ np.linalg.inv(self.whitening) + self.center_mm
        return points

    def _radius(self, directions: np.ndarray) -> np.ndarray:
        dimension = len(self.center_mm)
        power = dimension * (_polynomials(directions, self.degree) @ self.coefficients)
        radius: np.ndarray = np.maximum(power, 1e-9) ** (1.0 / dimension)
        return radius


def fit_shape(inside: np.ndarray, spacing_mm: np.ndarray) -> SmoothShape | None:
    """Return the smoothest star that agrees with a mask, or ``None`` if there is none.

    Parameters
    ----------
    inside : ndarray of bool, shape (k, j, i) or (j, i)
        With at least one voxel of background around the lesion.
    spacing_mm : ndarray
        In the order of the axes.
    """
    voxels = np.argwhere(inside)
    if min(np.ptp(voxels, axis=0)) + 1 < _FEWEST_SLICES:
        return None
    points = voxels * spacing_mm
    center = points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((points - center).T, bias=True))
    # A solid ball of radius one has second moments of 1/5, a disc of 1/4.
    squared_radii = (inside.ndim + 2) * values
    whitening = vectors / np.sqrt(squared_radii)
    white = (points - center) @ whitening
    distance = np.linalg.norm(white, axis=1)
    directions = white[distance > 1e-9] / distance[distance > 1e-9, None]
    voxel_volume = float(np.prod(spacing_mm)) / float(np.prod(np.sqrt(squared_radii)))
    near, near_inside = _near_surface(inside)
    for degree in _DEGREES:
        if _count(degree, inside.ndim) > len(near) / 8:
            break
        # A voxel at the very center points everywhere.
        everywhere = _polynomials(_directions(inside.ndim), degree).mean(axis=0)
        central = (len(voxels) - len(directions)) * everywhere
        sums = (_polynomials(directions, degree).sum(axis=0) + central) * voxel_volume
        shape = SmoothShape(center, whitening, degree, _inverse_gram(degree, inside.ndim) @ sums)
        if _agrees(shape, near, near_inside, spacing_mm) and _stays_near(shape, inside, spacing_mm):
            return shape
    return None


def _near_surface(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    band = scipy.ndimage.binary_dilation(inside) & ~scipy.ndimage.binary_erosion(inside)
    return np.argwhere(band), inside[band]


def _agrees(shape: SmoothShape, voxels: np.ndarray, inside: np.ndarray, spacing_mm: np.ndarray) -> bool:
    depth = shape.depth_voxels(voxels * spacing_mm, spacing_mm)
    return bool(np.where(inside, -depth, depth).max() <= _WRONG_SIDE_VOXELS)


def _stays_near(shape: SmoothShape, inside: np.ndarray, spacing_mm: np.ndarray) -> bool:
    """Say whether no bump of the surface leaves the neighborhood of the surface of the mask."""
    if shape.degree == 0:  # an ellipsoid has no bumps
        return True
    around = scipy.ndimage.binary_dilation(inside, iterations=2) & ~scipy.ndimage.binary_erosion(
        inside, iterations=2
    )
    voxels = np.rint(shape.surface_mm() / spacing_mm).astype(int)
    within = ((voxels >= 0) & (voxels < inside.shape)).all(axis=1)
    return bool(within.all() and around[tuple(voxels.T)].all())


def _polynomials(directions: np.ndarray, degree: int) -> np.ndarray:
    """Return monomials of degree ``degree`` and one less; on the sphere they span all lower degrees too."""
    powers = [_powers(axis, degree) for axis in directions.T]
    columns = [
        functools.reduce(np.multiply, [axis[n] for axis, n in zip(powers, exponents, strict=True)])
        for exponents in _exponents(degree, directions.shape[1])
    ]
    return np.stack(columns, axis=-1)


def _powers(values: np.ndarray, degree: int) -> list[np.ndarray]:
    return list(itertools.accumulate([values] * degree, np.multiply, initial=np.ones_like(values)))


@cache
def _exponents(degree: int, dimension: int) -> list[tuple[int, ...]]:
    totals = (degree, degree - 1) if degree else (0,)
    every = itertools.product(range(degree + 1), repeat=dimension)
    return [exponents for exponents in every if sum(exponents) in totals]


def _count(degree: int, dimension: int) -> int:
    return len(_exponents(degree, dimension))


def _directions(dimension: int) -> np.ndarray:
    if dimension == 3:
        return sphere_directions(_SPHERE_POINTS)
    angle = 2.0 * np.pi * np.arange(_CIRCLE_POINTS) / _CIRCLE_POINTS
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)


@cache
def _inverse_gram(degree: int, dimension: int) -> np.ndarray:
    values = _polynomials(_directions(dimension), degree)
    surface = 4.0 * np.pi if dimension == 3 else 2.0 * np.pi
    return np.linalg.pinv(values.T @ values * (surface / len(values)), hermitian=True)
