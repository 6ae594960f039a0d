"""Agreement of two shapes: Dice of the volumes, surface Dice and Hausdorff distance, and their centers."""

from dataclasses import dataclass

import numpy as np

from .crop import Frame, bounding_slices
from .distance import SurfaceLocator
from .products import weighted_sum
from .shape import Shape
from .triangles import fraction_below, triangle_areas_mm2, vertex_weights, weighted_percentiles

_HAUSDORFF_PERCENT = 95.0


def dice(first: np.ndarray, second: np.ndarray) -> float:
    """Return the Dice overlap of two masks [k, j, i], counted in voxels.

    Dice 1945, doi:10.2307/1932409. Neither may be empty.
    """
    box = bounding_slices(first)
    both = np.count_nonzero(np.logical_and(first[box], second[box])) if box else 0
    return 2.0 * both / (np.count_nonzero(first) + np.count_nonzero(second))


def center_lps_mm(inside: np.ndarray, frame: Frame) -> np.ndarray:
    """Return the center of mass of a mask [k, j, i] that is not empty, shape (3,), LPS mm."""
    box = bounding_slices(inside)
    if box is None:
        return np.full(3, np.nan)
    index = np.argwhere(inside[box]).mean(axis=0) + [s.start for s in box]
    return frame.to_lps(index[::-1] * frame.spacing_mm)


@dataclass(frozen=True)
class SurfaceAgreement:
    """How far two surfaces run together.

    Attributes
    ----------
    surface_dice : float
        Area of both surfaces that lies within the tolerance of the other one, over the area of both
        (Nikolov 2021, doi:10.2196/26151), 0 to 1.
    hausdorff95_mm : float
        Distance to the other surface that 95 % of the area does not exceed, the larger of both ways.
    """

    surface_dice: float
    hausdorff95_mm: float


def surface_agreement(
    first: Shape, second: Shape, tolerance_mm: float, *, distances_mm: np.ndarray | None = None
) -> SurfaceAgreement:
    """Return the agreement of the reconstructed surfaces of two shapes on one frame.

    Parameters
    ----------
    first, second : Shape
        Neither without pieces.
    tolerance_mm : float
    distances_mm : numpy.ndarray, shape (n,), optional
        Distance of each vertex of ``first`` to the surface of ``second``, if known.
    """
    if distances_mm is None:
        distances_mm = _distances(first, second)
    within_mm2 = total_mm2 = farthest_mm = 0.0
    for shape, to_other_mm in ((first, distances_mm), (second, _distances(second, first))):
        triangles = shape.triangles
        areas_mm2 = triangle_areas_mm2(shape.points_mm, triangles)
        total_mm2 += float(areas_mm2.sum())
        # Strictly beyond: a distance of just the tolerance is within it.
        beyond = fraction_below(-to_other_mm, triangles, -tolerance_mm)
        within_mm2 += weighted_sum(areas_mm2, 1.0 - beyond)
        weights = vertex_weights(len(to_other_mm), triangles, areas_mm2)
        (percentile_mm,) = weighted_percentiles(to_other_mm, weights, (_HAUSDORFF_PERCENT,))
        farthest_mm = max(farthest_mm, percentile_mm)
    return SurfaceAgreement(min(within_mm2 / total_mm2, 1.0), farthest_mm)


def _distances(shape: Shape, other: Shape) -> np.ndarray:
    distances_mm, _ = SurfaceLocator(other.points_mm, other.triangles).nearest(shape.points_mm)
    return distances_mm
