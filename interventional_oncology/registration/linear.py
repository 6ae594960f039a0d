"""Rigid and affine motion about a center, as parameters in mm."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

_STEP = 1e-5  # for the central difference of the matrix by its parameters: error about 1e-10


@dataclass(frozen=True)
class LinearMap:
    """``x -> matrix (x - center_mm) + center_mm + translation_mm``, fixed to moving, LPS mm."""

    matrix: np.ndarray
    translation_mm: np.ndarray
    center_mm: np.ndarray

    @classmethod
    def shift(cls, translation_mm: np.ndarray, center_mm: np.ndarray) -> "LinearMap":
        """Return a translation."""
        return cls(np.eye(3), np.asarray(translation_mm, float), np.asarray(center_mm, float))

    def apply(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the images of points, shape (n, 3)."""
        return (points_mm - self.center_mm) @ self.matrix.T + self.center_mm + self.translation_mm

    def transform(self, *, rigid: bool) -> sitk.Transform:
        """Return the ITK transform: Euler angles for a rigid map, a matrix for an affine one."""
        transform = sitk.Euler3DTransform() if rigid else sitk.AffineTransform(3)
        transform.SetCenter(self.center_mm.tolist())
        transform.SetMatrix(self.matrix.ravel().tolist())
        transform.SetTranslation(self.translation_mm.tolist())
        return transform


class LinearMotion:
    """The parameters of a change of ``start``: 6 of a rigid or 12 of an affine map, all in mm.

    Rotations and stretches are scaled with ``radius_mm``, the size of the region, so that one unit of each
    parameter moves the border of the region by about one mm; the optimizer then sees a round valley.
    """

    def __init__(self, start: LinearMap, *, rigid: bool, radius_mm: float) -> None:
        self._start, self._rigid, self._radius = start, rigid, radius_mm
        self.size = 6 if rigid else 12

    def _matrix(self, parameters: np.ndarray) -> np.ndarray:
        turn = parameters[3:] / self._radius
        if self._rigid:
            return Rotation.from_rotvec(turn).as_matrix() @ self._start.matrix
        return (np.eye(3) + turn.reshape(3, 3)) @ self._start.matrix

    def map_of(self, parameters: np.ndarray) -> LinearMap:
        """Return the map of one set of parameters."""
        translation = self._start.translation_mm + parameters[:3]
        return LinearMap(self._matrix(parameters), translation, self._start.center_mm)

    def pull_back(self, parameters: np.ndarray, gradient: np.ndarray, arms_mm: np.ndarray) -> np.ndarray:
        """Return the gradient of the parameters.

        Parameters
        ----------
        parameters : ndarray, shape (size,)
        gradient : ndarray, shape (3, n)
            Gradient by each moved point, LPS.
        arms_mm : ndarray, shape (3, n)
            The points before the move, from the center.
        """
        by_matrix = gradient @ arms_mm.T
        result = np.empty(self.size)
        result[:3] = gradient.sum(axis=1)
        for index in range(3, self.size):
            step = np.zeros(self.size)
            step[index] = _STEP * self._radius
            change = self._matrix(parameters + step) - self._matrix(parameters - step)
            result[index] = np.vdot(by_matrix, change) / (2.0 * _STEP * self._radius)
        return result
