"""Tumors and treatment zones: uneven star-shaped solids with an exact surface."""

from dataclasses import dataclass, replace

import numpy as np

from .shapes import Point, Solid, rotation


@dataclass(frozen=True)
class Star:
    """An ellipsoid with a smooth uneven surface; every ray from the center meets the surface once.

    The surface lies at ``scale * R(u) * (1 + S(u)) + grow_mm`` along the unit vector ``u``: ``R`` is the
    radius of the ellipsoid and ``S`` a sum of zonal harmonics (Legendre polynomials) about random axes, that
    is a low-order spherical harmonic.

    Attributes
    ----------
    center_lps_mm, radii_mm : tuple of float
    turn : ndarray (3, 3)
        Rotation of the ellipsoid.
    axes : ndarray (n, 3)
        Unit axes of the harmonics.
    degrees, weights : tuple
        Degree (2 to 4) and weight of each harmonic.
    """

    center_lps_mm: Point
    radii_mm: Point
    turn: np.ndarray
    axes: np.ndarray
    degrees: tuple[int, ...]
    weights: tuple[float, ...]
    scale: float = 1.0
    grow_mm: float = 0.0

    @classmethod
    def random(cls, rng: np.random.Generator, center: Point, radii: Point, uneven: float) -> "Star":
        """Return a random orientation and surface; ``uneven`` is about the relative height of the bumps."""
        degrees = (2, 3, 3, 4, 4)
        axes = rng.normal(size=(len(degrees), 3))
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        weights = tuple(
            (uneven * rng.uniform(0.5, 1.0, len(degrees)) * rng.choice([-1, 1], len(degrees))).tolist()
        )
        turn = rotation(*rng.uniform(-40, 40, 3))
        return cls(center, radii, turn, axes, degrees, weights)

    def radius(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the surface radius (mm) along unit vectors."""
        t, r = self.turn, self.radii_mm
        total = np.zeros(np.broadcast_shapes(x.shape, y.shape, z.shape), x.dtype)
        for n in range(3):
            total += ((t[0, n] * x + t[1, n] * y + t[2, n] * z) / r[n]) ** 2
        swell = np.ones_like(total)
        for axis, degree, weight in zip(self.axes.tolist(), self.degrees, self.weights, strict=True):
            swell += weight * _legendre(degree, axis[0] * x + axis[1] * y + axis[2] * z)
        return self.scale * swell / np.sqrt(np.maximum(total, 1e-12)) + self.grow_mm

    def field(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return the distance to the surface along the ray from the center, negative inside."""
        dtype = np.result_type(x.dtype, np.float32)
        u, v, w = (
            (part - center).astype(dtype) for part, center in zip((x, y, z), self.center_lps_mm, strict=True)
        )
        length = np.sqrt(u * u + v * v + w * w) + dtype.type(1e-6)
        return length - self.radius(u / length, v / length, w / length).astype(dtype)

    @property
    def reach_mm(self) -> float:
        """A radius that holds the solid."""
        return self.scale * max(self.radii_mm) * (1 + sum(abs(w) for w in self.weights)) + max(
            self.grow_mm, 0.0
        )

    def solid(self) -> Solid:
        """Return it as a solid."""
        low = [c - self.reach_mm for c in self.center_lps_mm]
        high = [c + self.reach_mm for c in self.center_lps_mm]
        return Solid(self.field, (low[0], low[1], low[2]), (high[0], high[1], high[2]))

    def scaled(self, factor: float) -> "Star":
        """Return the same shape, larger or smaller about its center."""
        return replace(self, scale=self.scale * factor, grow_mm=self.grow_mm * factor)

    def grown(self, by_mm: float) -> "Star":
        """Return it with the surface moved outward by ``by_mm`` along the rays."""
        return replace(self, grow_mm=self.grow_mm + by_mm)

    def roughened(self, rng: np.random.Generator, height_mm: float) -> "Star":
        """Return it with bumps of its own of at most ``height_mm``, up or down along the rays."""
        degrees = (2, 3, 4)
        axes = rng.normal(size=(len(degrees), 3))
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        most = height_mm / (self.scale * max(self.radii_mm)) / len(degrees)
        weights = (most * rng.uniform(0.5, 1.0, len(degrees)) * rng.choice([-1, 1], len(degrees))).tolist()
        return replace(
            self,
            axes=np.concatenate([self.axes, axes]),
            degrees=(*self.degrees, *degrees),
            weights=(*self.weights, *weights),
        )

    def surface(self, count: int) -> "Surface":
        """Return about evenly directed points of the surface."""
        u = _directions(count)
        radius = self.radius(u[:, 0], u[:, 1], u[:, 2])
        points = np.asarray(self.center_lps_mm) + u * radius[:, None]
        normals = self.normals(points)
        area = 4 * np.pi / count * radius**2 / np.maximum((normals * u).sum(axis=1), 1e-3)
        return Surface(points, normals, area)

    def normals(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the outward unit normals (n, 3) at points of the surface."""
        normals = np.empty_like(points_mm)
        for n in range(3):
            step = np.zeros(3)
            step[n] = 1e-3
            normals[:, n] = self.field(*(points_mm + step).T) - self.field(*(points_mm - step).T)
        return normals / np.linalg.norm(normals, axis=1, keepdims=True)

    def onto_surface(self, points_mm: np.ndarray) -> np.ndarray:
        """Return where the rays from the center through ``points_mm`` (n, 3) meet the surface."""
        u = points_mm - np.asarray(self.center_lps_mm)
        u /= np.linalg.norm(u, axis=1, keepdims=True) + 1e-9
        return np.asarray(self.center_lps_mm) + u * self.radius(u[:, 0], u[:, 1], u[:, 2])[:, None]

    def volume_ml(self, count: int = 100_000) -> float:
        """Return the volume: the mean of radius cubed over all directions times 4 pi / 3."""
        u = _directions(count)
        return float(4 * np.pi / 3 * np.mean(self.radius(u[:, 0], u[:, 1], u[:, 2]) ** 3) / 1000)


@dataclass(frozen=True)
class Surface:
    """Points (n, 3) LPS mm of a surface with outward unit normals and the area each stands for (mm^2)."""

    points_mm: np.ndarray
    normals: np.ndarray
    area_mm2: np.ndarray


def _directions(count: int) -> np.ndarray:
    """Return a Fibonacci lattice of unit vectors, each standing for the same solid angle."""
    n = np.arange(count) + 0.5
    z = 1 - 2 * n / count
    turn = np.pi * (1 + np.sqrt(5)) * n
    ring = np.sqrt(1 - z * z)
    return np.column_stack([ring * np.cos(turn), ring * np.sin(turn), z])


def _legendre(degree: int, t: np.ndarray) -> np.ndarray:
    if degree == 2:
        return 1.5 * t * t - 0.5
    if degree == 3:
        return (2.5 * t * t - 1.5) * t
    t2 = t * t
    return (4.375 * t2 - 3.75) * t2 + 0.375
