"""Longest chords: the diameter of a set of points and the longest line across it."""

import numpy as np
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import cdist

Chord = tuple[np.ndarray, np.ndarray]
_BLOCK = 512
#: So few points are compared pair by pair faster than their hull is found.
_FEW = 300


def length(chord: Chord) -> float:
    """Return the length of a chord."""
    return float(np.linalg.norm(chord[1] - chord[0]))


def diameter(points: np.ndarray) -> Chord:
    """Return the two points farthest apart, of points with shape (n, 2) or (n, 3).

    The convex hull is found first; in the plane its opposite corners are then gone through once around
    (rotating calipers, Shamos 1978), in space all pairs of corners are compared.

    Examples
    --------
    >>> chord = diameter(np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 1.0]]))
    >>> length(chord)
    5.0
    """
    outer = _outermost(points)
    if len(outer) <= _FEW:
        return _farthest(outer)
    corners = _corners(outer)
    if points.shape[1] == 2 and len(corners) > 3:
        first, second = _opposite(corners)
        apart = np.linalg.norm(corners[first] - corners[second], axis=1)
        best = int(apart.argmax())
        return corners[first[best]], corners[second[best]]
    return _farthest(corners)


def widest_across(pieces: np.ndarray, direction: np.ndarray) -> Chord:
    """Return the longest chord across an outline that runs along ``direction``.

    Parameters
    ----------
    pieces : ndarray, shape (n, 2, 2)
        Line pieces of the outline.
    direction : ndarray, shape (2,)
        Of the chord. The outermost crossings of each line along it count, so a notch is bridged.
    """
    along = direction / np.linalg.norm(direction)
    normal = np.array([-along[1], along[0]])
    position, height = pieces @ normal, pieces @ along
    # Between the ends of the pieces the width changes linearly, so it is greatest at one of them.
    lines = np.unique(np.round(position.ravel(), 9))
    best = (-1.0, 0.0, 0.0, 0.0)
    for start in range(0, len(lines), _BLOCK):
        best = max(best, _widest(lines[start : start + _BLOCK], position, height))
    _, line, low, high = best
    return line * normal + low * along, line * normal + high * along


def _widest(lines: np.ndarray, position: np.ndarray, height: np.ndarray) -> tuple[float, float, float, float]:
    start, stop = position[:, 0], position[:, 1]
    share = (lines[:, None] - start) / np.where(stop == start, 1.0, stop - start)
    meets = (share >= -1e-9) & (share <= 1 + 1e-9)
    at = height[:, 0] + np.clip(share, 0, 1) * (height[:, 1] - height[:, 0])
    low = np.where(meets, at, np.inf).min(axis=1)
    high = np.where(meets, at, -np.inf).max(axis=1)
    best = int((high - low).argmax())
    return float(high[best] - low[best]), float(lines[best]), float(low[best]), float(high[best])


def _outermost(points: np.ndarray) -> np.ndarray:
    """Return the points that can be an end of the diameter: few of an oblong shape.

    Two sweeps from end to end give a long chord. Both ends of a longer one are farther from its middle than
    its length less the distance of the farthest point.
    """
    first = points[0]
    for _ in range(3):
        second, first = first, points[int(_away(points, first).argmax())]
    away = _away(points, (first + second) / 2)
    found: np.ndarray = points[away >= (1 - 1e-9) * (np.linalg.norm(first - second) - away.max())]
    return found


def _away(points: np.ndarray, center: np.ndarray) -> np.ndarray:
    away: np.ndarray = np.linalg.norm(points - center, axis=1)
    return away


def _corners(points: np.ndarray) -> np.ndarray:
    if len(points) <= points.shape[1] + 1:
        return points
    try:
        corners: np.ndarray = points[ConvexHull(points).vertices]
    except (
        QhullError
    ):  # all on one line or plane: its two ends or its corners are the points with extreme sums
        return points
    return corners


def _opposite(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of corners of a convex polygon (counter-clockwise) that parallel lines can touch."""
    edges = np.roll(corners, -1, axis=0) - corners
    angle = np.unwrap(np.arctan2(edges[:, 1], edges[:, 0]))
    # The corner opposite to an edge is where the edges have turned by half a circle.
    turned = np.concatenate([angle, angle + 2 * np.pi])
    opposite = np.searchsorted(turned, angle + np.pi) % len(corners)
    edge = np.arange(len(corners))
    after = (edge + 1) % len(corners)
    return np.concatenate([edge, after]), np.concatenate([opposite, opposite])


def _farthest(points: np.ndarray) -> Chord:
    best, chord = -1.0, (points[0], points[0])
    for start in range(0, len(points), _BLOCK):
        apart = cdist(points[start : start + _BLOCK], points)
        first, second = np.unravel_index(int(apart.argmax()), apart.shape)
        if apart[first, second] > best:
            best, chord = float(apart[first, second]), (points[start + first], points[second])
    return chord
