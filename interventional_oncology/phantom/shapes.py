"""Smooth solids as implicit functions of physical position.

A solid is a function of x, y, z (LPS, mm) that is negative inside and, near its surface, close to the signed
distance in mm. Being functions of position alone, solids do not depend on any image grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float, float]
Field = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Solid:
    """A solid: its implicit function and a box (LPS, mm) that holds it."""

    field: Field
    low_mm: Point
    high_mm: Point

    def __call__(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the signed distance-like value in mm, negative inside."""
        return self.field(x, y, z)

    def at(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the value at ``points_mm`` (n, 3)."""
        return self.field(points_mm[:, 0], points_mm[:, 1], points_mm[:, 2])


def _around(center: Sequence[float], reach: Sequence[float]) -> tuple[Point, Point]:
    low, high = np.subtract(center, reach).tolist(), np.add(center, reach).tolist()
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def rotation(degrees_about_x: float, degrees_about_y: float, degrees_about_z: float) -> np.ndarray:
    """Return the rotation matrix that turns about x, then y, then z."""
    a, b, c = np.deg2rad([degrees_about_x, degrees_about_y, degrees_about_z])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def ellipsoid(center: Point, radii: Point, turn: np.ndarray | None = None) -> Solid:
    """Return an ellipsoid with semi-axes ``radii`` mm, turned by the rotation matrix ``turn``.

    The value is ``k0 (k0 - 1) / k1`` with ``k0 = |p / r|`` and ``k1 = |p / r^2|``, a first-order distance.
    """
    a, b, c = (float(radius) for radius in radii)

    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        u, v, w = x - np.float32(center[0]), y - np.float32(center[1]), z - np.float32(center[2])
        if turn is not None:
            t = turn.astype(np.float32)
            u, v, w = (t[0, n] * u + t[1, n] * v + t[2, n] * w for n in range(3))
        u, v, w = u / np.float32(a), v / np.float32(b), w / np.float32(c)
        k0 = np.sqrt(u * u + v * v + w * w)
        u, v, w = u / np.float32(a), v / np.float32(b), w / np.float32(c)
        k1 = np.sqrt(u * u + v * v + w * w) + np.float32(1e-9)
        # At the very center k0/k1 is 0/0; the smallest semi-axis is the distance there.
        return np.where(k0 < 1e-4, np.float32(-min(a, b, c)), k0 * (k0 - 1) / k1)

    reach = (a, b, c) if turn is None else np.sqrt((turn**2) @ np.array([a * a, b * b, c * c]))
    low, high = _around(center, reach)
    return Solid(field, low, high)


def smooth_minimum(first: np.ndarray, second: np.ndarray, blend_mm: float) -> np.ndarray:
    """Return the minimum, rounded over ``blend_mm`` (polynomial smooth minimum)."""
    h = np.clip(np.float32(0.5) + (second - first) / np.float32(2 * blend_mm), 0, 1)
    return second + (first - second) * h - np.float32(blend_mm) * h * (1 - h)


def union(solids: Sequence[Solid], blend_mm: float) -> Solid:
    """Return the union with rounded transitions."""

    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        value = solids[0](x, y, z)
        for solid in solids[1:]:
            value = smooth_minimum(value, solid(x, y, z), blend_mm)
        return value

    bulge = blend_mm / 4  # the smooth minimum adds at most a quarter of the blend
    low = np.min([solid.low_mm for solid in solids], axis=0) - bulge
    high = np.max([solid.high_mm for solid in solids], axis=0) + bulge
    return Solid(field, (low[0], low[1], low[2]), (high[0], high[1], high[2]))


def subtract(solid: Solid, others: Sequence[Solid], blend_mm: float, gap_mm: float = 0.0) -> Solid:
    """Return ``solid`` with impressions of ``others``, kept ``gap_mm`` away from them."""

    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        value = solid(x, y, z)
        for other in others:
            value = -smooth_minimum(-value, other(x, y, z) - np.float32(gap_mm), blend_mm)
        return value

    return Solid(field, solid.low_mm, solid.high_mm)


def intersect(solid: Solid, fields: Sequence[Field], blend_mm: float) -> Solid:
    """Return the part of ``solid`` inside all ``fields``, with rounded edges; the box stays."""

    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        value = solid(x, y, z)
        for other in fields:
            value = -smooth_minimum(-value, -other(x, y, z), blend_mm)
        return value

    return Solid(field, solid.low_mm, solid.high_mm)


def inflate(solid: Solid, by_mm: float) -> Solid:
    """Return ``solid`` grown by ``by_mm`` (shrunk when negative)."""
    grow = max(by_mm, 0.0)
    low, high = np.subtract(solid.low_mm, grow), np.add(solid.high_mm, grow)
    return Solid(
        lambda x, y, z: solid(x, y, z) - np.float32(by_mm),
        (low[0], low[1], low[2]),
        (high[0], high[1], high[2]),
    )


def bumpy(solid: Solid, waves: "Waves", amplitude_mm: float) -> Solid:
    """Return ``solid`` with an uneven surface: ``waves`` of standard deviation ``amplitude_mm``."""
    reach = 3 * amplitude_mm
    low, high = np.subtract(solid.low_mm, reach), np.add(solid.high_mm, reach)
    return Solid(
        lambda x, y, z: solid(x, y, z) + np.float32(amplitude_mm) * waves(x, y, z),
        (low[0], low[1], low[2]),
        (high[0], high[1], high[2]),
    )


@dataclass(frozen=True)
class Waves:
    """A smooth random field of mean 0 and variance 1: a sum of plane waves.

    Attributes
    ----------
    vectors : ndarray (n, 3)
        Wave vectors in radians per mm.
    phases : ndarray (n,)
    """

    vectors: np.ndarray
    phases: np.ndarray

    @classmethod
    def random(cls, rng: np.random.Generator, count: int, shortest_mm: float, longest_mm: float) -> "Waves":
        """Return ``count`` waves with random directions and wavelengths between the two given."""
        directions = rng.normal(size=(count, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        lengths = rng.uniform(shortest_mm, longest_mm, size=(count, 1))
        return cls(2 * np.pi * directions / lengths, rng.uniform(0, 2 * np.pi, count))

    def __call__(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the field at x, y, z (mm)."""
        total = np.zeros(np.broadcast_shapes(x.shape, y.shape, z.shape), np.float32)
        for (a, b, c), phase in zip(
            self.vectors.astype(np.float32), self.phases.astype(np.float32), strict=True
        ):
            total += np.sin(a * x + b * y + c * z + phase)
        return total * np.float32(np.sqrt(2 / len(self.phases)))
