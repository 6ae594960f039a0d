"""The part of the tumor surface that lies at the border of its organ, where no margin can be gained.

Three rules say what becomes of the surface within reach of that border:

``exclude``
    It is not judged, and its area is told. This is what the published method does (Sandu 2021,
    doi:10.3389/fonc.2021.623098), so it is the default.
``to_border``
    It is judged towards tissue of the organ only. Beyond the capsule there is nothing to treat, so the margin
    of a point is its distance to the nearest *untreated tissue of the organ*: the margin to the zone united
    with everything outside the organ. Along a way that meets the capsule before the wanted margin is reached,
    the zone has to reach the capsule and no more; along all others it has to reach the wanted margin. That
    holds for the whole surface; the reach only says how much of it is called subcapsular. No published
    definition was found for this rule; it is our own.
``ignore``
    The organ border plays no part.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import ndimage

from ..errors import InputError
from .crop import bounding_slices
from .distance import SurfaceLocator
from .shape import Shape, shape_of_array
from .triangles import fraction_below, longest_edge_mm, triangle_areas_mm2

#: What becomes of the surface within reach of the organ border; the first is the default.
SUBCAPSULAR_RULES = ("exclude", "to_border", "ignore")
_BEYOND_VOXELS = 8


@dataclass(frozen=True)
class Reach:
    """Which part of a surface is judged.

    Attributes
    ----------
    judged : numpy.ndarray, shape (n,), bool
        Per vertex.
    areas_mm2, judged_areas_mm2, near_border_areas_mm2 : numpy.ndarray, shape (m,)
        Per triangle: the whole, the part that is judged, and the part within reach of the border.
    """

    judged: np.ndarray
    areas_mm2: np.ndarray
    judged_areas_mm2: np.ndarray
    near_border_areas_mm2: np.ndarray

    @classmethod
    def everywhere(cls, tumor: Shape) -> "Reach":
        """Return the reach without an organ: all is judged."""
        points_mm = tumor.points_mm
        areas_mm2 = triangle_areas_mm2(points_mm, tumor.triangles)
        everything = np.ones(len(points_mm), dtype=bool)
        return cls(everything, areas_mm2, areas_mm2, np.zeros_like(areas_mm2))

    @property
    def excluded_fraction(self) -> float:
        """Fraction of the area that is not judged."""
        return max(0.0, float(1.0 - self.judged_areas_mm2.sum() / self.areas_mm2.sum()))

    @property
    def near_border_fraction(self) -> float:
        """Fraction of the area within reach of the organ border."""
        return float(self.near_border_areas_mm2.sum() / self.areas_mm2.sum())

    def judged_all(self) -> "Reach":
        """Return the same reach with all of the surface judged."""
        return replace(self, judged=np.ones_like(self.judged), judged_areas_mm2=self.areas_mm2)


class OrganBorder:
    """The border of the organ around a tumor and its zone.

    The tumor counts as part of its organ, and so do closed holes of the organ mask (lesions left out of it).
    Where the organ leaves the volume there is no border.

    Parameters
    ----------
    tumor : Shape
    tumor_voxels, organ_voxels : numpy.ndarray, shape (k, j, i)
        On the frame of the shape.
    reach_mm : float
        How near the border matters.
    around : tuple of slice, optional
        A box that matters too, such as that of the zone.

    Raises
    ------
    InputError
        If no voxel of the tumor lies in the organ with its holes filled.
    """

    def __init__(
        self,
        tumor: Shape,
        tumor_voxels: np.ndarray,
        organ_voxels: np.ndarray,
        *,
        reach_mm: float,
        around: tuple[slice, ...] | None = None,
    ) -> None:
        box = around or bounding_slices(tumor_voxels)
        assert box is not None  # the shape of the tumor has pieces
        voxels, start = _surroundings(tumor, tumor_voxels, organ_voxels, box, reach_mm)
        self._organ = shape_of_array(voxels, tumor.frame, start=start, fit=False)
        self._points_mm, self._triangles = self._organ.points_mm, self._organ.triangles
        self._locator = SurfaceLocator(self._points_mm, self._triangles)
        self._tumor, self._reach_mm = tumor, reach_mm

    @cached_property
    def reach(self) -> Reach:
        """The reach that leaves out the surface nearer than ``reach_mm`` to the border."""
        points_mm, triangles = self._tumor.points_mm, self._tumor.triangles
        # Where a triangle of the tumor is cut at the reach, its corners are no deeper than an edge below it.
        deepest_mm = self._reach_mm + longest_edge_mm(points_mm, triangles)
        distances_mm = np.minimum(self._locator.distances_up_to(points_mm, deepest_mm), deepest_mm)
        depths_mm = np.where(self._organ.excess_at(points_mm) >= 0, distances_mm, -distances_mm)
        areas_mm2 = triangle_areas_mm2(points_mm, triangles)
        near_mm2 = areas_mm2 * fraction_below(depths_mm, triangles, self._reach_mm)
        return Reach(depths_mm >= self._reach_mm, areas_mm2, areas_mm2 - near_mm2, near_mm2)

    def untreated_tissue(self, zone: Shape, to_zone: SurfaceLocator) -> SurfaceLocator | None:
        """Return the surface of the organ's untreated tissue, or None where all of it is treated.

        The zone's surface inside the organ, and the organ's border outside the zone. What lies within one
        voxel of both borders is where two outlines of one capsule differ, not untreated tissue.

        Parameters
        ----------
        zone : Shape
            On the same frame.
        to_zone : SurfaceLocator
            Of its surface.
        """
        within_mm = float(self._tumor.frame.spacing_mm.max())
        zone_points_mm, zone_triangles = zone.points_mm, zone.triangles
        inside = self._organ.excess_at(zone_points_mm) >= 0
        inside[inside] = np.isinf(self._locator.distances_up_to(zone_points_mm[inside], within_mm))
        outside = zone.excess_at(self._points_mm) < 0
        outside[outside] = np.isinf(to_zone.distances_up_to(self._points_mm[outside], within_mm))
        kept = zone_triangles[inside[zone_triangles].any(axis=1)]
        bare = self._triangles[outside[self._triangles].any(axis=1)]
        if not len(kept) + len(bare):
            return None
        points_mm = np.concatenate([zone_points_mm, self._points_mm])
        triangles = np.concatenate([kept, bare + len(zone_points_mm)])
        used, compact = np.unique(triangles, return_inverse=True)
        return SurfaceLocator(points_mm[used], compact.reshape(-1, 3))


def _surroundings(
    tumor: Shape,
    tumor_voxels: np.ndarray,
    organ_voxels: np.ndarray,
    box: tuple[slice, ...],
    reach_mm: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return organ and tumor around a box, and the index (i, j, k) of the first voxel.

    The cut is so far away that the border it makes is never within reach.
    """
    margins = np.ceil(reach_mm / tumor.frame.spacing_mm[::-1]).astype(int) + _BEYOND_VOXELS
    grown = [(s.start - m, s.stop + m) for s, m in zip(box, margins, strict=True)]
    inner = tuple(slice(max(a, 0), min(b, n)) for (a, b), n in zip(grown, organ_voxels.shape, strict=True))
    organ = ndimage.binary_fill_holes(organ_voxels[inner] != 0)
    own = tumor_voxels[inner] != 0
    if not np.logical_and(organ, own).any():
        msg = "organ mask: expected the tumor inside the organ, got no common voxel"
        raise InputError(msg)
    beyond = [(s.start - a, b - s.stop) for (a, b), s in zip(grown, inner, strict=True)]
    return np.pad(organ | own, beyond, mode="edge"), np.array([a for a, _ in reversed(grown)])
