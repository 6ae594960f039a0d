"""Statistics over a surface by its area: not by vertices, whose density depends on the grid."""

from collections.abc import Sequence

import numpy as np


def triangle_areas_mm2(points_mm: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return the area of each triangle, shape (m,), of ``points_mm`` (n, 3) and ``triangles`` (m, 3)."""
    first, second, third = (points_mm[triangles[:, corner]] for corner in range(3))
    return 0.5 * np.linalg.norm(np.cross(second - first, third - first), axis=1)


def longest_edge_mm(points_mm: np.ndarray, triangles: np.ndarray) -> float:
    """Return the length of the longest edge; 0 without triangles."""
    squared = [
        np.square(points_mm[triangles[:, corner]] - points_mm[triangles[:, corner - 1]]).sum(axis=1)
        for corner in range(3)
    ]
    return float(np.sqrt(np.max(squared, initial=0.0)))


def enclosed_volume_mm3(points_mm: np.ndarray, triangles: np.ndarray) -> float:
    """Return the volume a closed surface encloses; positive when its triangles turn outwards."""
    if not len(triangles):
        return 0.0
    centered = points_mm - points_mm.mean(axis=0)
    first, second, third = (centered[triangles[:, corner]] for corner in range(3))
    return float(np.einsum("ij,ij->", first, np.cross(second, third)) / 6.0)


def fraction_below(values: np.ndarray, triangles: np.ndarray, threshold: float) -> np.ndarray:
    """Return for each triangle the fraction of its area where a value is below ``threshold``.

    Exact for a value that is linear in each triangle: triangles that straddle the threshold are cut along it.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        One value per vertex.
    triangles : numpy.ndarray, shape (m, 3)
    threshold : float

    Examples
    --------
    >>> fraction_below(np.array([0.0, 1.0, 1.0]), np.array([[0, 1, 2]]), 0.5)
    array([0.25])
    """
    low, middle, high = np.sort(values[triangles], axis=1).T
    fraction = np.where((high <= threshold) & (low < threshold), 1.0, 0.0)
    lower = (low < threshold) & (threshold <= middle)
    upper = (middle < threshold) & (threshold < high)
    # The part below is a triangle similar to the whole (one corner below), or the part above is (two).
    a, b, c = low[lower], middle[lower], high[lower]
    fraction[lower] = (threshold - a) ** 2 / ((b - a) * (c - a))
    a, b, c = low[upper], middle[upper], high[upper]
    fraction[upper] = 1.0 - (c - threshold) ** 2 / ((c - a) * (c - b))
    return fraction


def vertex_weights(count: int, triangles: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return for each of ``count`` vertices one third of the weighted area of its triangles."""
    return np.bincount(triangles.ravel(), np.repeat(weights / 3.0, 3), minlength=count)


def weighted_percentiles(values: np.ndarray, weights: np.ndarray, percents: Sequence[float]) -> list[float]:
    """Return percentiles of values (n,) that count with ``weights`` (n,)."""
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order]) - 0.5 * weights[order]
    return [
        float(v) for v in np.interp(np.asarray(percents) / 100.0, cumulated / weights.sum(), values[order])
    ]
