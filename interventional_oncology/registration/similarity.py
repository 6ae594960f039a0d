"""How alike two images are: value and derivative, on the voxels that count.

Each measure is made from the fixed image once and then called with the values of the moving image at the
same voxels. It returns a *cost* (small is good) and the derivative of the cost by each value.
"""

from typing import Protocol

import numpy as np
from scipy import ndimage

from .threads import in_parallel

#: This part of the noise variance is added to variances, so that a constant box correlates with nothing.
_LEAST_PART = 0.05


class Similarity(Protocol):
    """A cost of the moving values at the voxels that count, with its derivative."""

    def __call__(self, moving: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its derivative by each of the ``moving`` values, shape (n,)."""


class GlobalCorrelation:
    """One minus the normalized cross-correlation over all voxels that count.

    Parameters
    ----------
    fixed : ndarray, shape (n,)
        Values of the fixed image.
    """

    def __init__(self, fixed: np.ndarray) -> None:
        centered = fixed.astype(np.float64) - fixed.mean(dtype=np.float64)
        self._fixed = centered / max(float(np.linalg.norm(centered)), np.finfo(float).tiny)

    def __call__(self, moving: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its derivative."""
        centered = moving.astype(np.float64) - moving.mean(dtype=np.float64)
        norm = float(np.linalg.norm(centered))
        if norm <= np.finfo(np.float32).tiny:
            return 1.0, np.zeros(len(moving))
        centered /= norm
        correlation = float(self._fixed @ centered)
        return 1.0 - correlation, -(self._fixed - correlation * centered) / norm


class LocalCorrelation:
    """One minus the mean squared normalized cross-correlation in a box around each voxel.

    Squared local correlation follows a contrast that differs from place to place (contrast phase, MR bias
    field); Avants 2008, doi:10.1016/j.media.2007.06.004. A box in which the fixed image shows nothing but
    noise counts little, ``variance / (variance + floor)``: else noise in the parenchyma pulls as hard as a
    vessel. The floor is not added to the variance of the moving image: that rewards its contrast, and drew
    strong edges into the boxes of weak ones (by 1 mm in a liver, without any noise).

    Parameters
    ----------
    fixed : ndarray, shape (n,)
        Values of the fixed image at the voxels that count.
    voxels : ndarray of bool, shape (k, j, i)
        Which voxels of the level count; their order is that of ``fixed``.
    window : tuple of int
        Box in voxels, ``(k, j, i)``, odd.
    floor : tuple of float
        Variance that is noise, in the fixed and in the moving image; of the latter only a small part is added
        to its variance, against division by zero.
    weights : ndarray, shape (n,), optional
        How much the box around each voxel counts; all alike if absent.
    """

    def __init__(
        self,
        fixed: np.ndarray,
        voxels: np.ndarray,
        window: tuple[int, int, int],
        floor: tuple[float, float],
        weights: np.ndarray | None = None,
    ) -> None:
        self._where = np.flatnonzero(voxels)
        self._shape, self._window = voxels.shape, window
        self._least = _LEAST_PART * floor[0], _LEAST_PART * floor[1]
        dense = self._dense(fixed)
        count, mean, square = self._box(voxels.astype(np.float32), dense, dense * dense)
        # Where the box is almost empty nothing is asked; inside the voxels that count it never is.
        self._inverse = voxels / np.maximum(count, 1e-3)
        self._fixed, self._mean = dense, mean * self._inverse
        variance = np.maximum(square * self._inverse - self._mean**2, 0.0)
        self._variance = variance + self._least[0]
        share = np.ones(len(fixed)) if weights is None else np.asarray(weights, dtype=float)
        share = share * (variance / (variance + floor[0])).ravel()[self._where]
        self._share = self._dense(share / max(float(share.sum()), np.finfo(float).tiny))

    def _dense(self, values: np.ndarray) -> np.ndarray:
        dense = np.zeros(self._shape, dtype=np.float32)
        dense.ravel()[self._where] = values
        return dense

    def _box(self, *arrays: np.ndarray) -> list[np.ndarray]:
        return in_parallel(
            lambda array: ndimage.uniform_filter(array, self._window, mode="constant"), list(arrays)
        )

    def __call__(self, moving: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its derivative."""
        dense = self._dense(moving)
        mean, square, product = self._box(dense, dense * dense, dense * self._fixed)
        mean *= self._inverse
        variance = np.maximum(square * self._inverse - mean**2, 0.0) + self._least[1]
        covariance = product * self._inverse - mean * self._mean
        ratio = covariance / (self._variance * variance)
        squared = covariance * ratio
        # d(cov^2 / (vf vm)) / dm = 2 ratio (f - mean f) - 2 cov ratio / vm (m - mean m), over the count.
        counts = self._inverse * self._share
        alpha = ratio * counts
        beta = squared / variance * counts
        first, second, third = self._box(alpha, beta, beta * mean - alpha * self._mean)
        derivative = 2.0 * (self._fixed * first - dense * second + third)
        cost = 1.0 - float(np.sum(squared * self._share, dtype=np.float64))
        return cost, -derivative.ravel()[self._where].astype(np.float64)


class SquaredDifference:
    """Mean squared difference: for maps that mean the same in both images, such as organ distance maps."""

    def __init__(self, fixed: np.ndarray) -> None:
        self._fixed = fixed.astype(np.float64)

    def __call__(self, moving: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its derivative."""
        difference = moving - self._fixed
        return float(np.mean(difference**2)), 2.0 * difference / len(difference)


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return the normalized cross-correlation of two value lists; 0 where one of them is constant.

    Examples
    --------
    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([5.0, 7.0, 9.0])), 6)
    1.0
    """
    a = first.astype(np.float64) - first.mean(dtype=np.float64)
    b = second.astype(np.float64) - second.mean(dtype=np.float64)
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm > 0 else 0.0
