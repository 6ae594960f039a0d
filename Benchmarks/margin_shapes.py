"""Pairs of tumor and ablation zone whose margin is known, and their masks on any grid.

Ellipsoids, capsules, tori and irregular bodies are given by formulas: which points lie inside, and a dense
mesh of the surface. The true margin is the distance of the dense points of one to the exact surface of the
other (a formula where there is one, for irregular ones the dense mesh, whose edges are about 0.3 mm long).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import numpy as np
import SimpleITK as sitk
import vtk
from scipy.spatial.transform import Rotation
from scipy.special import sph_harm_y
from vtk.util.numpy_support import vtk_to_numpy

from interventional_oncology.margins.distance import SurfaceLocator
from interventional_oncology.margins.triangles import fraction_below, triangle_areas_mm2

KINDS = ("sphere", "ellipsoid", "tilted ellipsoid", "capsule", "torus", "irregular", "small")
#: Zones with sharp edges: along a vessel that kept them cool, and flat as along a capsule.
SHARP_KINDS = ("channel", "flat side")
THRESHOLDS_MM = (0.0, 5.0)


def _unit_sphere() -> tuple[np.ndarray, np.ndarray]:
    solid = vtk.vtkPlatonicSolidSource()
    solid.SetSolidTypeToIcosahedron()
    finer = vtk.vtkLinearSubdivisionFilter()
    finer.SetInputConnection(solid.GetOutputPort())
    finer.SetNumberOfSubdivisions(6)
    clean = vtk.vtkCleanPolyData()
    clean.SetInputConnection(finer.GetOutputPort())
    clean.Update()
    points = vtk_to_numpy(clean.GetOutput().GetPoints().GetData()).astype(float)
    triangles = vtk_to_numpy(clean.GetOutput().GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return points / np.linalg.norm(points, axis=1, keepdims=True), triangles


UNIT_POINTS, UNIT_TRIANGLES = _unit_sphere()


@dataclass
class Body(ABC):
    """A solid with a center and axes of its own (columns of ``axes``, LPS)."""

    center_mm: np.ndarray
    axes: np.ndarray

    def to_own(self, points_mm: np.ndarray) -> np.ndarray:
        """Return points in the frame of the body."""
        return (points_mm - self.center_mm) @ self.axes

    def mesh(self) -> tuple[np.ndarray, np.ndarray]:
        """Return points (n, 3) in LPS mm and triangles (m, 3) of the surface."""
        own_mm, triangles = self.own_mesh()
        return self.center_mm + own_mm @ self.axes.T, triangles

    @abstractmethod
    def own_mesh(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the surface in the frame of the body."""

    def inside(self, points_mm: np.ndarray) -> np.ndarray:
        """Say which points lie inside."""
        return self.depth_mm(points_mm) >= 0

    def depth_mm(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the distance to the surface, positive inside."""
        distances_mm, _ = SurfaceLocator(*self.mesh()).nearest(points_mm)
        return np.where(self.inside(points_mm), distances_mm, -distances_mm)


@dataclass
class Star(Body):
    """An ellipsoid with spherical harmonics on its radius."""

    radii_mm: np.ndarray
    bumps: dict[tuple[int, int], float] = field(default_factory=dict)

    def _radius(self, unit: np.ndarray) -> np.ndarray:
        polar, azimuth = np.arccos(np.clip(unit[:, 2], -1, 1)), np.arctan2(unit[:, 1], unit[:, 0])
        total = np.ones(len(unit))
        for (degree, order), height in self.bumps.items():
            total += height * sph_harm_y(degree, order, polar, azimuth).real
        return total

    def own_mesh(self) -> tuple[np.ndarray, np.ndarray]:
        return UNIT_POINTS * self.radii_mm * self._radius(UNIT_POINTS)[:, None], UNIT_TRIANGLES

    def inside(self, points_mm: np.ndarray) -> np.ndarray:
        own = self.to_own(points_mm) / self.radii_mm
        length = np.linalg.norm(own, axis=1)
        found = length <= 1
        if self.bumps:
            reach = self._radius(UNIT_POINTS)
            asked = np.flatnonzero((length > reach.min() - 0.01) & (length < reach.max() + 0.01))
            found = length <= reach.min()
            found[asked] = length[asked] <= self._radius(own[asked] / length[asked, None])
        return found

    def depth_mm(self, points_mm: np.ndarray) -> np.ndarray:
        if self.bumps:
            return super().depth_mm(points_mm)
        own_mm = np.maximum(np.abs(self.to_own(points_mm)), 1e-9)
        foot_mm = _foot_on_ellipsoid(own_mm, self.radii_mm)
        distances_mm = np.linalg.norm(own_mm - foot_mm, axis=1)
        return np.where(self.inside(points_mm), distances_mm, -distances_mm)


def _foot_on_ellipsoid(points_mm: np.ndarray, radii_mm: np.ndarray) -> np.ndarray:
    """Return the nearest points of an ellipsoid; ``points_mm`` (n, 3) have positive coordinates.

    The foot is ``r^2 y / (t + r^2)`` with the one ``t`` above ``-min(r^2)`` that puts it on the ellipsoid.
    Newton's method comes from the left, where the function is convex, and never steps over the root.
    """
    squares = radii_mm**2
    t = (radii_mm * points_mm - squares).max(axis=1)
    for _ in range(60):
        shares = (radii_mm * points_mm / (t[:, None] + squares)) ** 2
        slope = 2 * (shares / (t[:, None] + squares)).sum(axis=1)
        t += (shares.sum(axis=1) - 1) / slope
    return squares * points_mm / (t[:, None] + squares)


@dataclass
class Capsule(Body):
    """All points within ``radius_mm`` of a piece of the third axis."""

    half_mm: float
    radius_mm: float

    def own_mesh(self) -> tuple[np.ndarray, np.ndarray]:
        points = UNIT_POINTS * self.radius_mm
        return points + np.sign(points[:, 2:]) * [0, 0, self.half_mm], UNIT_TRIANGLES

    def depth_mm(self, points_mm: np.ndarray) -> np.ndarray:
        own_mm = self.to_own(points_mm)
        own_mm[:, 2] -= np.clip(own_mm[:, 2], -self.half_mm, self.half_mm)
        return self.radius_mm - np.linalg.norm(own_mm, axis=1)


@dataclass
class Torus(Body):
    """All points within ``tube_mm`` of a circle of radius ``ring_mm`` across the third axis."""

    ring_mm: float
    tube_mm: float

    def own_mesh(self) -> tuple[np.ndarray, np.ndarray]:
        around, across = 300, 130
        u, v = np.meshgrid(np.arange(around), np.arange(across), indexing="ij")
        ring, tube = 2 * np.pi * u / around, 2 * np.pi * v / across
        radius = self.ring_mm + self.tube_mm * np.cos(tube)
        own_mm = np.stack([radius * np.cos(ring), radius * np.sin(ring), self.tube_mm * np.sin(tube)], -1)
        one, two = u * across + v, (u + 1) % around * across + v
        one_up, two_up = u * across + (v + 1) % across, (u + 1) % around * across + (v + 1) % across
        corners = np.stack([one, two, two_up, one, two_up, one_up], axis=-1)
        return own_mm.reshape(-1, 3), corners.reshape(-1, 3)

    def depth_mm(self, points_mm: np.ndarray) -> np.ndarray:
        own_mm = self.to_own(points_mm)
        return self.tube_mm - np.hypot(np.hypot(own_mm[:, 0], own_mm[:, 1]) - self.ring_mm, own_mm[:, 2])


@dataclass
class Channeled(Body):
    """A ball without a cylinder along the third axis, ``aside_mm`` from its center."""

    radius_mm: float
    aside_mm: float
    channel_mm: float

    def own_mesh(self) -> tuple[np.ndarray, np.ndarray]:
        return UNIT_POINTS * self.radius_mm, UNIT_TRIANGLES  # of the whole ball, for its extent

    def depth_mm(self, points_mm: np.ndarray) -> np.ndarray:
        own_mm = self.to_own(points_mm)
        to_wall_mm = np.hypot(own_mm[:, 0] - self.aside_mm, own_mm[:, 1]) - self.channel_mm
        return np.minimum(self.radius_mm - np.linalg.norm(own_mm, axis=1), to_wall_mm)


@dataclass
class CutBall(Body):
    """A ball that ends at a plane across the third axis."""

    radius_mm: float
    plane_mm: float

    def own_mesh(self) -> tuple[np.ndarray, np.ndarray]:
        return UNIT_POINTS * self.radius_mm, UNIT_TRIANGLES  # of the whole ball, for its extent

    def depth_mm(self, points_mm: np.ndarray) -> np.ndarray:
        own_mm = self.to_own(points_mm)
        return np.minimum(self.radius_mm - np.linalg.norm(own_mm, axis=1), self.plane_mm - own_mm[:, 2])


def _bumps(rng: np.random.Generator, degrees: range, height: float) -> dict[tuple[int, int], float]:
    return {(n, m): rng.normal() * height / n for n in degrees for m in range(n + 1)}


def scenario(rng: np.random.Generator, kind: str) -> tuple[Body, Body]:
    """Return a tumor and the zone around it, which may leave some of it out."""
    axes, zone_axes = (Rotation.random(random_state=rng).as_matrix() for _ in range(2))
    center = rng.uniform(-1, 1, 3)
    if kind in SHARP_KINDS:
        return _sharp(rng, kind, center, axes)
    zone_center = center + rng.normal(size=3) * rng.uniform(0, 3)
    if kind == "capsule":
        radius, half = rng.uniform(3.5, 9), rng.uniform(3, 12)
        grown = rng.uniform(0, 8)
        near = Rotation.from_rotvec(rng.normal(size=3) * 0.1).as_matrix() @ axes
        zone = Capsule(zone_center, near, half + rng.uniform(-2, 2), radius + 2 + grown)
        return Capsule(center, axes, half, radius), zone
    if kind == "torus":
        ring, tube = rng.uniform(8, 13), rng.uniform(3, 5)
        tumor = Torus(center, axes, ring, tube)
        if rng.random() < 0.5:
            return tumor, Star(zone_center, zone_axes, ring + tube + rng.uniform(0, 8, 3))
        shift = 0.3 * (zone_center - center)
        near = Rotation.from_rotvec(rng.normal(size=3) * 0.05).as_matrix() @ axes
        return tumor, Torus(center + shift, near, ring, min(tube + rng.uniform(1, 6), ring - 2))
    radii = {
        "sphere": np.full(3, rng.uniform(6, 15)),
        "ellipsoid": rng.uniform(5, 16, 3),
        "tilted ellipsoid": rng.uniform(5, 16, 3),
        "irregular": np.full(3, rng.uniform(6, 16)),
        "small": rng.uniform(3, 5, 3),
    }[kind]
    straight = kind == "ellipsoid"
    tumor = Star(center, np.eye(3) if straight else axes, radii)
    if kind == "irregular":
        tumor.bumps = _bumps(rng, range(2, 6), 0.18)
    reach = np.linalg.norm(tumor.mesh()[0] - center, axis=1).max()
    zone = Star(zone_center, np.eye(3) if straight else zone_axes, reach + rng.uniform(0, 8, 3))
    if kind == "irregular":
        zone.bumps = _bumps(rng, range(2, 5), 0.04)
    return tumor, zone


def _sharp(rng: np.random.Generator, kind: str, center: np.ndarray, axes: np.ndarray) -> tuple[Body, Body]:
    """Return a ball and a zone around it that comes nearest with its channel or its flat side."""
    radius, margin = rng.uniform(6, 12), rng.uniform(1, 5)
    zone = radius + margin + rng.uniform(3, 8)
    tumor = Star(center, np.eye(3), np.full(3, radius))
    if kind == "flat side":
        return tumor, CutBall(center, axes, zone, radius + margin)
    channel = rng.uniform(1.5, 4)
    return tumor, Channeled(center, axes, zone, radius + margin + channel, channel)


def truth(tumor: Body, zone: Body) -> tuple[float, np.ndarray]:
    """Return the minimal margin in mm and the fractions of the surface below the thresholds."""
    points_mm, triangles = tumor.mesh()
    margins_mm = zone.depth_mm(points_mm)
    areas = triangle_areas_mm2(points_mm, triangles)
    fractions = [fraction_below(margins_mm, triangles, t) @ areas / areas.sum() for t in THRESHOLDS_MM]
    return float(margins_mm.min()), np.array(fractions)


def masks(
    bodies: tuple[Body, ...],
    spacing_mm: tuple[float, float, float],
    rng: np.random.Generator,
    *,
    oblique: bool = False,
) -> list[sitk.Image]:
    """Return bodies sampled at the voxel centers of one grid, shifted at random and turned if wanted."""
    spacing = np.array(spacing_mm)
    direction = Rotation.random(random_state=rng).as_matrix() if oblique else np.eye(3)
    everything = np.vstack([body.mesh()[0] for body in bodies]) @ direction
    low = everything.min(axis=0) - (3 + rng.uniform(0, 1, 3)) * spacing
    size = np.ceil((everything.max(axis=0) - low) / spacing).astype(int) + 4
    k, j, i = np.meshgrid(*(np.arange(n) for n in size[::-1]), indexing="ij")
    points_mm = (low + np.stack([i, j, k], axis=-1).reshape(-1, 3) * spacing) @ direction.T
    found = []
    for body in bodies:
        image = sitk.GetImageFromArray(body.inside(points_mm).reshape(k.shape).astype(np.uint8))
        image.SetSpacing(spacing.tolist())
        image.SetOrigin((direction @ low).tolist())
        image.SetDirection(direction.ravel().tolist())
        found.append(image)
    return found
