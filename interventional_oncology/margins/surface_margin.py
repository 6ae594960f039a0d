"""The margin at every vertex of the tumor surface, and its numbers over the part that is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .distance import SurfaceLocator
from .products import weighted_sum
from .residual import ras_tuple
from .shape import Shape
from .subcapsular import Reach
from .triangles import fraction_below, vertex_weights, weighted_percentiles

_PERCENTS = (5, 25, 50, 75, 95)
_ON_THE_SURFACE_MM = 1e-9
_OF_JUDGED = (
    "minimal_margin_mm",
    "minimal_margin_at_ras_mm",
    "mean_margin_mm",
    "percentiles_mm",
    "surface_fraction",
    "surface_fraction_at_least",
)


@dataclass(frozen=True)
class SurfaceMargin:
    """The margin at each vertex of a tumor surface.

    Attributes
    ----------
    margin_mm : numpy.ndarray, shape (n,)
        Signed: negative outside the zone.
    gradient : numpy.ndarray, shape (n, 3)
        Unit vectors in the index frame: the direction in which moving the vertex raises its margin; on the
        surface of the zone itself, into the tumor.
    feet_mm : numpy.ndarray, shape (n, 3)
        Nearest point of the zone's surface, index frame.
    is_lower_bound : bool
        Whether nothing untreated was found, so that margins are that large at least.
    """

    margin_mm: np.ndarray
    gradient: np.ndarray
    feet_mm: np.ndarray
    is_lower_bound: bool = False


def surface_margin(tumor: Shape, zone: Shape, locator: SurfaceLocator) -> SurfaceMargin:
    """Return the margin of ``zone`` around ``tumor``; ``locator`` is that of the zone's surface."""
    points_mm = tumor.points_mm
    distances_mm, feet_mm = locator.nearest(points_mm)
    margin_mm = np.where(zone.excess_at(points_mm) >= 0, distances_mm, -distances_mm)
    gradient = gradient_of(points_mm, feet_mm, margin_mm)
    undefined = ~gradient.any(axis=1)
    if undefined.any():
        gradient[undefined] = -_normals(points_mm, tumor.triangles)[undefined]
    return SurfaceMargin(margin_mm, gradient, feet_mm)


def _normals(points_mm: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Return outward unit vectors (n, 3) at vertices: the mean of their triangles, by area."""
    first, second, third = (points_mm[triangles[:, corner]] for corner in range(3))
    across = np.cross(second - first, third - first)
    summed = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(along, 3), minlength=len(points_mm)) for along in across.T],
        axis=1,
    )
    return np.asarray(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12))


def gradient_of(points_mm: np.ndarray, feet_mm: np.ndarray, margin_mm: np.ndarray) -> np.ndarray:
    """Return unit vectors away from the feet for points inside the zone, towards them outside, zero on it."""
    on_surface = np.abs(margin_mm) < _ON_THE_SURFACE_MM
    return (points_mm - feet_mm) / np.where(on_surface, np.inf, margin_mm)[:, None]


def with_untreated_tissue(
    plain: SurfaceMargin, tumor: Shape, untreated: SurfaceLocator | None
) -> SurfaceMargin:
    """Return the margin with the vertices inside the zone judged to the organ's untreated tissue.

    Parameters
    ----------
    plain : SurfaceMargin
        To the zone's surface.
    tumor : Shape
    untreated : SurfaceLocator or None
        Surface of that tissue; None where all of it is treated: no margin has a limit then, and the plain one
        is a lower bound.
    """
    moved = np.flatnonzero(plain.margin_mm >= 0)
    if untreated is None:
        return replace(plain, is_lower_bound=True)
    if not moved.size:
        return plain
    points_mm = tumor.points_mm[moved]
    distances_mm, feet_mm = untreated.nearest(points_mm)
    # Never less than to the zone itself: that is where untreated tissue could begin.
    further = distances_mm > plain.margin_mm[moved]
    moved, distances_mm, feet_mm = moved[further], distances_mm[further], feet_mm[further]
    margin_mm, gradient, all_feet_mm = plain.margin_mm.copy(), plain.gradient.copy(), plain.feet_mm.copy()
    margin_mm[moved], all_feet_mm[moved] = distances_mm, feet_mm
    gradient[moved] = gradient_of(points_mm[further], feet_mm, distances_mm)
    return SurfaceMargin(margin_mm, gradient, all_feet_mm)


def judged_numbers(
    margin_mm: np.ndarray, tumor: Shape, reach: Reach, threshold_mm: float, thresholds_mm: Sequence[float]
) -> dict[str, Any]:
    """Return the numbers of the judged surface by their name in ``AblationMargin``.

    Parameters
    ----------
    margin_mm : numpy.ndarray, shape (n,)
        At each vertex of ``tumor``.
    tumor : Shape
    reach : Reach
    threshold_mm : float
        Margin wanted.
    thresholds_mm : sequence of float
        Further margins whose fractions are told.
    """
    triangles, weights = tumor.triangles, reach.judged_areas_mm2
    found: dict[str, Any] = {"tumor_area_mm2": float(reach.areas_mm2.sum())}
    if not reach.judged.any() or weights.sum() <= 0:
        return found | dict.fromkeys(_OF_JUDGED)
    lowest = int(np.argmin(np.where(reach.judged, margin_mm, np.inf)))
    per_vertex = vertex_weights(len(margin_mm), triangles, weights)
    percentiles = weighted_percentiles(margin_mm, per_vertex, _PERCENTS)
    below = {
        at_mm: _part_below(margin_mm, triangles, weights, at_mm)
        for at_mm in (0.0, threshold_mm, *thresholds_mm)
    }
    values = (
        float(margin_mm[lowest]) + 0.0,  # no minus zero
        ras_tuple(tumor.frame.to_lps(tumor.points_mm[lowest])),
        weighted_sum(margin_mm[triangles].mean(axis=1), weights) / float(weights.sum()),
        {f"p{percent}": value for percent, value in zip(_PERCENTS, percentiles, strict=True)},
        _fractions(below[0.0], below[threshold_mm]),
        {f"{at_mm:g}": 1.0 - below[at_mm] for at_mm in thresholds_mm},
    )
    return found | dict(zip(_OF_JUDGED, values, strict=True))


def _part_below(margin_mm: np.ndarray, triangles: np.ndarray, weights: np.ndarray, at_mm: float) -> float:
    part = weighted_sum(fraction_below(margin_mm, triangles, at_mm), weights) / float(weights.sum())
    # Sums of areas differ in the last digits: no fraction is less than nothing or more than all.
    return min(max(round(part, 12), 0.0), 1.0)


def _fractions(below_0: float, below_threshold: float) -> dict[str, float]:
    below = max(below_threshold, below_0)
    return {"below_0": below_0, "from_0_to_threshold": below - below_0, "at_least_threshold": 1.0 - below}
