"""Diameters and volumes of the true shapes, on a fine lattice of their own.

Written apart from the package's measuring of masks on purpose: the truth must not share its faults.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from .grid import Grid
from .motion import Motion
from .sampling import Sampling
from .shapes import Solid

STEP_MM = 0.5


@dataclass(frozen=True)
class TrueSize:
    """Size of one solid.

    Attributes
    ----------
    long_axis_mm : float
        Longest diameter in an axial plane, over all planes (continuous in the plane, planes 0.5 mm apart).
    short_axis_mm : float
        Longest chord at right angles to it in the same plane.
    diameter_3d_mm : float
        Longest diameter in any direction.
    volume_ml : float
    center_ras_mm : tuple of float
        Center of mass.
    """

    long_axis_mm: float
    short_axis_mm: float
    diameter_3d_mm: float
    volume_ml: float
    center_ras_mm: tuple[float, float, float]


def true_size(solid: Solid, motion: Motion | None = None) -> TrueSize | None:
    """Return the size of ``solid`` at baseline, or where and how ``motion`` carries it at follow-up.

    Of a solid in several pieces the diameters are those of the largest piece and the volume that of all.
    ``None`` when nothing is left.
    """
    grid = _lattice(solid, motion)
    value = np.broadcast_to(solid(*Sampling(grid, motion).points(_whole(grid))), grid.shape).astype(
        np.float64
    )
    inside = value < 0
    if not inside.any():
        return None
    pieces, count = ndimage.label(inside)
    largest = 1 + int(np.argmax(ndimage.sum_labels(inside, pieces, range(1, count + 1))))
    x, y, z = (part.astype(np.float64).ravel() for part in grid.points())
    fraction = np.clip(0.5 - value / _slope(value), 0, 1)
    mass = fraction.sum()
    center = [
        float((fraction.sum(axis=other) * axis).sum() / mass)
        for axis, other in ((x, (0, 1)), (y, (0, 2)), (z, (1, 2)))
    ]
    piece = np.where((pieces == largest) | ~inside, value, 1.0)
    contours = _contours(piece, x, y)
    return TrueSize(
        *_axes(contours),
        _longest(_surface_points(piece, x, y, z)),
        float(mass * STEP_MM**3 / 1000),
        (-center[0], -center[1], center[2]),
    )


def _lattice(solid: Solid, motion: Motion | None) -> Grid:
    low, high = np.asarray(solid.low_mm), np.asarray(solid.high_mm)
    if motion is not None:
        axes = [np.linspace(a, b, 6) for a, b in zip(low, high, strict=True)]
        moved = motion.to_followup(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3))
        low, high = moved.min(axis=0) - 2, moved.max(axis=0) + 2
    size = np.ceil((high - low) / STEP_MM).astype(int) + 5
    center = (low + high) / 2
    return Grid((int(size[0]), int(size[1]), int(size[2])), (STEP_MM,) * 3, (center[0], center[1], center[2]))


def _whole(grid: Grid) -> tuple[slice, slice, slice]:
    k, j, i = (slice(0, count) for count in grid.shape)
    return k, j, i


def _slope(value: np.ndarray) -> np.ndarray:
    return np.maximum(sum(np.abs(part) for part in np.gradient(value)), 1e-3)


def _crossings(first: np.ndarray, second: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Return where ``first`` and ``second`` differ in sign, and how far between them the zero lies."""
    at = np.nonzero((first < 0) != (second < 0))
    return at, first[at] / (first[at] - second[at])


def _contours(value: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[int, np.ndarray]:
    """Return plane number to points (n, 2) where the value crosses zero between neighbors in the plane."""
    found = {}
    for k, plane in enumerate(value):
        if (plane < 0).any():
            (j, i), t = _crossings(plane[:, :-1], plane[:, 1:])
            along_x = np.column_stack([x[i] + t * STEP_MM, y[j]])
            (j, i), t = _crossings(plane[:-1], plane[1:])
            found[k] = np.concatenate([along_x, np.column_stack([x[i], y[j] + t * STEP_MM])])
    return found


def _surface_points(value: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return points (n, 3) where the value crosses zero between neighbors in any direction."""
    (k, j, i), t = _crossings(value[:, :, :-1], value[:, :, 1:])
    along_x = np.column_stack([x[i] + t * STEP_MM, y[j], z[k]])
    (k, j, i), t = _crossings(value[:, :-1], value[:, 1:])
    along_y = np.column_stack([x[i], y[j] + t * STEP_MM, z[k]])
    (k, j, i), t = _crossings(value[:-1], value[1:])
    return np.concatenate([along_x, along_y, np.column_stack([x[i], y[j], z[k] + t * STEP_MM])])


def _axes(contours: dict[int, np.ndarray]) -> tuple[float, float]:
    width = {k: _width(points) for k, points in contours.items()}
    widest = max(width.values())
    best, plane, line = -1.0, -1, np.zeros((2, 2))
    for k, points in contours.items():
        # The width over 90 directions is at most 0.02 % below the diameter; the other planes cannot win.
        if width[k] >= 0.995 * widest:
            ends = _farthest(points)
            length = float(np.linalg.norm(ends[1] - ends[0]))
            if length > best:
                best, plane, line = length, k, ends
    return best, _perpendicular_chord(contours[plane], line)


def _width(points: np.ndarray) -> float:
    angle = np.arange(90) * np.pi / 90
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1) @ points.T
    return float((along.max(axis=1) - along.min(axis=1)).max())


def _hull(points: np.ndarray) -> np.ndarray:
    return points if len(points) < 8 else points[ConvexHull(points, qhull_options="QJ").vertices]


def _farthest(points: np.ndarray) -> np.ndarray:
    hull = _hull(points)
    gap = np.linalg.norm(hull[:, None] - hull[None], axis=2)
    return hull[list(np.unravel_index(int(np.argmax(gap)), gap.shape))]


def _longest(points: np.ndarray) -> float:
    """Return the largest distance: of the pairs that are extreme along many directions."""
    first, last = [], []
    for ways in np.array_split(_directions(800), 10):
        along = ways @ points.T
        first.append(points[along.argmax(axis=1)])
        last.append(points[along.argmin(axis=1)])
    return float(np.linalg.norm(np.concatenate(first) - np.concatenate(last), axis=1).max())


def _directions(count: int) -> np.ndarray:
    """Return unit vectors about evenly over half the sphere."""
    n = np.arange(count) + 0.5
    z = 1 - n / count
    turn = np.pi * (1 + np.sqrt(5)) * n
    ring = np.sqrt(1 - z * z)
    return np.column_stack([ring * np.cos(turn), ring * np.sin(turn), z])


def _perpendicular_chord(points: np.ndarray, line: np.ndarray) -> float:
    """Return the longest chord at right angles to ``line`` of an outline that is star-shaped in its plane."""
    way = line[1] - line[0]
    length = float(np.linalg.norm(way))
    if length == 0:
        return 0.0
    way = way / length
    middle = points.mean(axis=0)
    order = np.argsort(np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0]))
    ring = points[order]
    s, t = (ring - line[0]) @ way, (ring - line[0]) @ np.array([-way[1], way[0]])
    s_next, t_next = np.roll(s, -1), np.roll(t, -1)
    best = 0.0
    for position in np.linspace(0.02, 0.98, 241) * length:
        crossing = (s <= position) != (s_next <= position)
        if crossing.sum() >= 2:
            share = (position - s[crossing]) / (s_next[crossing] - s[crossing])
            height = t[crossing] + share * (t_next[crossing] - t[crossing])
            best = max(best, float(height.max() - height.min()))
    return best
