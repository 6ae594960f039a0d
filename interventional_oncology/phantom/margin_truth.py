"""The margin of an ablation from the exact surfaces."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .star import Star, Surface


@dataclass(frozen=True)
class TrueMargin:
    """Margin of the zone around the tumor, in baseline position.

    Attributes
    ----------
    minimal_margin_mm : float
        Smallest signed distance from the tumor surface to the zone surface; negative where tumor is left.
    minimal_margin_at_lps_mm : tuple of float
        Point of the tumor surface where it is.
    surface_fraction : dict
        Area fractions ``below_0``, ``from_0_to_threshold``, ``at_least_threshold`` (threshold 5 mm).
    """

    minimal_margin_mm: float
    minimal_margin_at_lps_mm: tuple[float, float, float]
    surface_fraction: dict[str, float]


def true_margin(tumor: Star, zone: Star, *, threshold_mm: float = 5.0, count: int = 16_000) -> TrueMargin:
    """Measure the margin at ``count`` points of the tumor surface (error below 0.02 mm)."""
    surface = tumor.surface(count)
    margin = _margins(surface, zone, zone.surface(6_000))
    area = surface.area_mm2 / surface.area_mm2.sum()
    at = surface.points_mm[int(np.argmin(margin))]
    below, above = float(area[margin < 0].sum()), float(area[margin >= threshold_mm].sum())
    return TrueMargin(
        float(margin.min()),
        (float(at[0]), float(at[1]), float(at[2])),
        {"below_0": below, "from_0_to_threshold": 1 - below - above, "at_least_threshold": above},
    )


def scale_to_margin(tumor: Star, zone: Star, margin_mm: float) -> Star:
    """Return ``zone`` scaled about its center so that the minimal margin is ``margin_mm`` (to 0.001 mm)."""
    low, high = 0.2, 4.0
    surface = tumor.surface(1_500)
    middle = 1.0
    for _ in range(13):
        middle = (low + high) / 2
        tried = zone.scaled(middle)
        enough = _margins(surface, tried, tried.surface(2_000)).min() >= margin_mm
        low, high = (low, middle) if enough else (middle, high)
    for _ in range(
        2
    ):  # last steps on fine surfaces; the margin grows by about the mean radius per unit of scale
        gap = margin_mm - true_margin(tumor, zone.scaled(middle)).minimal_margin_mm
        middle += gap / float(np.mean(zone.radii_mm))
    return zone.scaled(middle)


def _margins(surface: Surface, zone: Star, zone_surface: Surface) -> np.ndarray:
    """Return the signed margin (mm) at each point of the tumor surface."""
    points = surface.points_mm
    distance, nearest = cKDTree(zone_surface.points_mm).query(points)
    near, normal = zone_surface.points_mm[nearest], zone_surface.normals[nearest]
    for _ in range(
        3
    ):  # from the nearest sample to the true foot: onto the tangent plane, back to the surface
        foot = points - ((points - near) * normal).sum(axis=1, keepdims=True) * normal
        near = zone.onto_surface(foot)
        normal = zone.normals(near)
        distance = np.minimum(distance, np.linalg.norm(points - near, axis=1))
    return np.where(zone.field(*points.T) < 0, distance, -distance)
