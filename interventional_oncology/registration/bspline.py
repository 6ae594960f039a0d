"""A cubic B-spline displacement on a regular control grid, with its smoothness energy.

The same mathematics as ``itk::BSplineTransform`` (Rueckert 1999, doi:10.1109/42.796284), written as three
small matrices, one an axis, so that the whole displacement field and the gradient of its coefficients are
a few matrix products. Everything here lives in the *local frame* of the fixed image: its own axes, in mm
from its first voxel, axis 0 fastest (i). Coefficients are arrays ``[component, k, j, i]``.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import product

import numpy as np
import SimpleITK as sitk

#: Rings of coefficients at the border held at zero, so that the field ends smoothly (C2) instead of with
#: the jump that ITK makes at the border of the domain.
_FIXED_RING = 3
#: Control cells added around; the ring that is held then does not reach inside.
_PADDING_CELLS = 3


def _cubic(t: np.ndarray, derivative: int) -> np.ndarray:
    """Return the cubic B-spline (support -2..2) or its first, second or third derivative at ``t``."""
    a = np.abs(t)
    near, far = a < 1.0, (a >= 1.0) & (a < 2.0)
    if derivative == 0:
        return near * (2.0 / 3.0 - a**2 + a**3 / 2.0) + far * (2.0 - a) ** 3 / 6.0
    if derivative == 1:
        return np.sign(t) * (near * (-2.0 * a + 1.5 * a**2) - far * (2.0 - a) ** 2 / 2.0)
    if derivative == 2:
        return near * (3.0 * a - 2.0) + far * (2.0 - a)
    return np.sign(t) * (3.0 * near - far)


@dataclass(frozen=True)
class ControlGrid:
    """Where the control points are.

    Attributes
    ----------
    first_mm : tuple of float
        Local coordinate of the first control point along axes 0, 1, 2 (i, j, k).
    spacing_mm : tuple of float
        Distance of control points.
    size : tuple of int
        Number of control points.
    """

    first_mm: tuple[float, float, float]
    spacing_mm: tuple[float, float, float]
    size: tuple[int, int, int]

    @classmethod
    def around(
        cls, positions_mm: tuple[np.ndarray, np.ndarray, np.ndarray], spacing_mm: float, margin_mm: float
    ) -> "ControlGrid":
        """Return a grid that is free to move over the positions and a margin, and fades out beyond."""
        first, step, size = [], [], []
        for positions in positions_mm:
            extent = positions[-1] - positions[0] + 2.0 * margin_mm
            cells = max(int(np.ceil(extent / spacing_mm)), 1)
            step.append(float(extent / cells))
            first.append(float(positions[0] - margin_mm - (_PADDING_CELLS + 1) * step[-1]))
            size.append(cells + 2 * _PADDING_CELLS + 3)
        return cls((first[0], first[1], first[2]), (step[0], step[1], step[2]), (size[0], size[1], size[2]))

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Shape of the coefficient array ``[component, k, j, i]``."""
        return 3, self.size[2], self.size[1], self.size[0]

    def free(self) -> np.ndarray:
        """Return which coefficients may differ from zero, bool ``[k, j, i]``."""
        inside = np.zeros(self.shape[1:], dtype=bool)
        inner = slice(_FIXED_RING, -_FIXED_RING)
        inside[inner, inner, inner] = True
        return inside

    def basis(self, axis: int, positions_mm: np.ndarray, derivative: int = 0) -> np.ndarray:
        """Return the matrix (positions, control points) of one axis; derivatives are per mm."""
        t = (positions_mm[:, None] - self.first_mm[axis]) / self.spacing_mm[axis] - np.arange(self.size[axis])
        return _cubic(t, derivative) / self.spacing_mm[axis] ** derivative

    def transfer(self, coefficients: np.ndarray, finer: "ControlGrid") -> np.ndarray:
        """Return the coefficients on ``finer`` that describe the same field (least squares per axis)."""
        result = coefficients
        for axis in range(3):
            last = finer.first_mm[axis] + finer.spacing_mm[axis] * (finer.size[axis] - 1)
            positions = np.linspace(finer.first_mm[axis], last, 4 * finer.size[axis])
            fine, coarse = finer.basis(axis, positions), self.basis(axis, positions)
            result = along(np.linalg.lstsq(fine, coarse, rcond=None)[0], result, axis)
        return result * finer.free()

    def transform(self, coefficients: np.ndarray, fixed: sitk.Image) -> sitk.BSplineTransform:
        """Return the ITK transform (LPS mm) of coefficients in the local frame of ``fixed``."""
        direction = np.reshape(fixed.GetDirection(), (3, 3))
        cells = np.array(self.size) - 3
        corner_local = np.array(self.first_mm) + np.array(self.spacing_mm)
        transform = sitk.BSplineTransform(3, 3)
        transform.SetTransformDomainOrigin((np.array(fixed.GetOrigin()) + direction @ corner_local).tolist())
        transform.SetTransformDomainDirection(fixed.GetDirection())
        transform.SetTransformDomainPhysicalDimensions((cells * np.array(self.spacing_mm)).tolist())
        transform.SetTransformDomainMeshSize(cells.tolist())
        transform.SetParameters(np.einsum("ab,bkji->akji", direction, coefficients).ravel().tolist())
        return transform


def along(matrix: np.ndarray, array: np.ndarray, axis: int) -> np.ndarray:
    """Apply a matrix along axis 0 (i), 1 (j) or 2 (k) of ``[component, k, j, i]``."""
    moved = np.moveaxis(array, -1 - axis, -1)
    return np.moveaxis(moved @ matrix.T, -1, -1 - axis)


class Lattice:
    """A control grid seen from the voxels of one level, ``positions_mm`` along axes 0, 1, 2."""

    def __init__(self, grid: ControlGrid, positions_mm: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
        self.grid = grid
        self._basis = [grid.basis(axis, positions_mm[axis]).astype(np.float32) for axis in range(3)]

    def field(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the displacement in mm, ``[component, k, j, i]`` on the voxels of the level."""
        field = coefficients.astype(np.float32)
        for axis in (2, 1, 0):
            field = along(self._basis[axis], field, axis)
        return field

    def pull_back(self, gradient: np.ndarray) -> np.ndarray:
        """Return the gradient of the coefficients from that of the field (transpose of :meth:`field`)."""
        for axis in range(3):
            gradient = along(self._basis[axis].T, gradient, axis)
        return gradient.astype(np.float64)


class Smoothness:
    """Bending energy and strain of a B-spline field, integrated exactly.

    ``bending * integral |D2 u|^2 + strain * integral |D u|^2``, both divided by ``volume_mm3`` of the region
    that the similarity sees, so that the balance does not depend on how large the image around it is.

    With a ``length_mm`` the third derivatives take the place of the second ones, ``bending * length^2 *
    integral |D3 u|^2``: what wrinkles over less than about six lengths is held back as much or more, wide
    motion less. Bending energy flattens the peak of a breath, most of all where nothing is compared.
    """

    def __init__(
        self,
        grid: ControlGrid,
        *,
        bending_mm2: float,
        strain: float,
        volume_mm3: float,
        length_mm: float = 0.0,
    ) -> None:
        order, weight = (3, bending_mm2 * length_mm**2) if length_mm > 0 else (2, bending_mm2)
        grams = [[_gram(grid, axis, each) for each in range(4)] for axis in range(3)]
        terms = [(orders, weight * count / volume_mm3) for orders, count in _derivatives(order)]
        terms += [(orders, strain * count / volume_mm3) for orders, count in _derivatives(1)]
        self._terms = [([grams[a][orders[a]] for a in range(3)], weight) for orders, weight in terms]

    def value_and_gradient(self, coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the energy and its gradient with respect to the coefficients."""
        total = np.zeros_like(coefficients)
        for matrices, weight in self._terms:
            part = coefficients
            for axis in range(3):
                part = along(matrices[axis], part, axis)
            total += weight * part
        return float(np.vdot(coefficients, total)), 2.0 * total


def _derivatives(order: int) -> list[tuple[tuple[int, ...], int]]:
    # Partial derivatives of one order by the three axes, each with how often it is met in the full tensor.
    orders = Counter(tuple(map(axes.count, range(3))) for axes in product(range(3), repeat=order))
    return sorted(orders.items(), reverse=True)


def _gram(grid: ControlGrid, axis: int, derivative: int) -> np.ndarray:
    # Gauss-Legendre with 4 points a cell is exact up to degree 7; products of cubics have degree 6.
    nodes, weights = np.polynomial.legendre.leggauss(4)
    step = grid.spacing_mm[axis]
    starts = grid.first_mm[axis] + step * np.arange(-2, grid.size[axis] + 1)
    positions = (starts[:, None] + step * (nodes + 1.0) / 2.0).ravel()
    matrix = grid.basis(axis, positions, derivative)
    return matrix.T @ (matrix * np.tile(weights * step / 2.0, len(starts))[:, None])
