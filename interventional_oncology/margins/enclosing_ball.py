"""The smallest ball around points, exactly.

The ball is unique and is fixed by two to four of the points. Those are found as in Welzl 1991
(doi:10.1007/BFb0038202), in the form that grows a set of points with the farthest one outside the ball of the
set so far (Gartner 1999, doi:10.1007/3-540-48481-7_29, from memory, not checked).
"""

from itertools import combinations

import numpy as np
from scipy.spatial import ConvexHull, QhullError

_INSIDE = 1.0 + 1e-10
_MOST_ROUNDS = 1000


def smallest_enclosing_ball(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Return center (3,) and radius of the smallest ball that holds all ``points`` (n, 3), n at least 1.

    Examples
    --------
    >>> center, radius = smallest_enclosing_ball(np.array([[0.0, 0, 0], [2, 0, 0], [1, 0.5, 0]]))
    >>> center.tolist(), radius
    ([1.0, 0.0, 0.0], 1.0)
    """
    points = np.asarray(points, dtype=float)
    middle = points.mean(axis=0)
    local = points - middle
    support = [int(np.argmax(np.einsum("ij,ij->i", local, local)))]
    center, radius = local[support[0]], 0.0
    for _ in range(_MOST_ROUNDS):
        distances = np.linalg.norm(local - center, axis=1)
        farthest = int(np.argmax(distances))
        if distances[farthest] <= radius * _INSIDE or farthest in support:
            break
        support, center, radius = _ball_of_few(local, [*support, farthest])
    center = center + middle
    # Rounding leaves a point outside by its last digits.
    return center, float(np.linalg.norm(points - center, axis=1).max())


def hull_corners(points: np.ndarray) -> np.ndarray:
    """Return those of points (n, 3) that lie on their convex hull: no other can touch a ball around all.

    All of them where the hull has no volume.
    """
    try:
        return np.asarray(points[ConvexHull(points).vertices])
    except (QhullError, ValueError):  # fewer than four points, or all in one plane
        return points


def _ball_of_few(points: np.ndarray, chosen: list[int]) -> tuple[list[int], np.ndarray, float]:
    """Return the points that fix the smallest ball of up to five chosen ones, its center and radius."""
    best: tuple[list[int], np.ndarray, float] | None = None
    for count in range(1, min(len(chosen), 4) + 1):
        for some in combinations(chosen, count):
            center = _equidistant(points[list(some)])
            radius = float(np.linalg.norm(points[some[0]] - center))
            if best is not None and radius >= best[2]:
                continue
            reach = np.linalg.norm(points[chosen] - center, axis=1).max()
            if reach <= radius * _INSIDE + 1e-12:
                best = list(some), center, radius
    assert best is not None  # the ball of all chosen points is fixed by at most four of them
    return best


def _equidistant(points: np.ndarray) -> np.ndarray:
    """Return the point of their common plane (line, space) as far from each of 1 to 4 points."""
    edges = points[1:] - points[0]
    if not len(edges):
        return points[0]
    weights, *_ = np.linalg.lstsq(edges @ edges.T, 0.5 * np.einsum("ij,ij->i", edges, edges), rcond=None)
    return np.asarray(points[0] + weights @ edges)
