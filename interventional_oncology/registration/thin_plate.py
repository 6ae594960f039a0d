"""The thin-plate spline of landmark pairs: bends as little as it can."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy.spatial.distance import cdist

from .fitting import points_of_mm
from .linear import LinearMap

#: Step of the displacement field that a spline is sampled on: see :meth:`ThinPlate.transform`.
FIELD_MM = 3.0


@dataclass(frozen=True)
class ThinPlate:
    """``x -> linear(x) + sum_i weights[i] * -|x - knots_mm[i]|``, fixed to moving, LPS mm.

    Bookstein 1989, doi:10.1109/34.24792. In space the kernel is the distance itself, not ``r^2 log r``.

    Attributes
    ----------
    linear : LinearMap
    knots_mm, weights : ndarray, shape (n, 3)
        The fixed points, and how much each bends. The weights add up to nothing, and so do their moments:
        far from the points the map is linear.
    """

    linear: LinearMap
    knots_mm: np.ndarray
    weights: np.ndarray

    @classmethod
    def fit(cls, fixed_mm: np.ndarray, moving_mm: np.ndarray, smoothing_mm: float = 0.0) -> "ThinPlate":
        """Return the spline of point pairs, shapes (n, 3); they must not lie in one plane.

        Parameters
        ----------
        fixed_mm, moving_mm : ndarray, shape (n, 3)
        smoothing_mm : float
            0 meets every pair; more lets pairs be missed to bend less, by ``smoothing_mm * weights``.
        """
        count, center = len(fixed_mm), fixed_mm.mean(axis=0)
        # With -r the matrix is positive definite where it has to be, so that smoothing adds to it.
        kernel = -cdist(fixed_mm, fixed_mm) + smoothing_mm * np.eye(count)
        plane = np.column_stack([np.ones(count), fixed_mm - center])
        system = np.block([[kernel, plane], [plane.T, np.zeros((4, 4))]])
        solved = np.linalg.solve(system, np.vstack([moving_mm, np.zeros((4, 3))]))
        shift, matrix = solved[count], solved[count + 1 :].T
        return cls(LinearMap(matrix, shift - center, center), fixed_mm, solved[:count])

    def apply(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the images of points, shape (n, 3)."""
        return self.linear.apply(points_mm) - cdist(points_mm, self.knots_mm) @ self.weights

    def transform(self, grid: sitk.Image) -> sitk.Transform:
        """Return the map over the extent of ``grid``: a displacement field, then the linear part.

        The field has a sample every ``FIELD_MM``. Between samples ITK interpolates linearly, which cuts off
        the tips that the kernel has at the landmarks: those are missed by up to ``FIELD_MM`` times the
        length of their weight. Beyond the field the linear part alone is left.
        """
        field = _grid_over(grid)
        unbend = np.linalg.inv(self.linear.matrix).T
        points = points_of_mm(field)
        values = np.empty(points.shape)
        for k, plane in enumerate(points):  # slice by slice: all distances at once would fill the memory
            bent = -cdist(plane.reshape(-1, 3), self.knots_mm) @ self.weights
            values[k] = (bent @ unbend).reshape(plane.shape)
        # Outside a field ITK leaves points as they are and Slicer goes on with its border: zero is both.
        for axis in range(3):
            np.moveaxis(values, axis, 0)[[0, -1]] = 0.0
        vectors = sitk.GetImageFromArray(values, isVector=True)
        vectors.CopyInformation(field)
        # ITK applies the last one first.
        return sitk.CompositeTransform(
            [self.linear.transform(rigid=False), sitk.DisplacementFieldTransform(vectors)]
        )


def _grid_over(grid: sitk.Image) -> sitk.Image:
    """Return an empty image of samples that begin one and a half steps outside the voxels of ``grid``."""
    extent_mm = np.array(grid.GetSize()) * grid.GetSpacing()
    cells = np.maximum(np.ceil(extent_mm / FIELD_MM), 1).astype(int)
    field = sitk.Image((cells + 4).tolist(), sitk.sitkUInt8)
    field.SetSpacing((extent_mm / cells).tolist())
    field.SetDirection(grid.GetDirection())
    first = -0.5 - 1.5 * np.array(field.GetSpacing()) / grid.GetSpacing()
    field.SetOrigin(grid.TransformContinuousIndexToPhysicalPoint(first.tolist()))
    return field
