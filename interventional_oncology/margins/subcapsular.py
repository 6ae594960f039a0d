"""The part of the tumor surface that lies at the border of its organ, where no margin can be gained."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..errors import InputError
from .crop import bounding_slices
from .distance import SurfaceLocator
from .shape import Shape, shape_of_array
from .triangles import fraction_below, triangle_areas_mm2

_BEYOND_VOXELS = 8


@dataclass(frozen=True)
class Reach:
    """Which part of a surface is judged.

    Attributes
    ----------
    judged : numpy.ndarray, shape (n,), bool
        Per vertex.
    areas_mm2, judged_areas_mm2 : numpy.ndarray, shape (m,)
        Per triangle: the whole, and the part that is judged.
    """

    judged: np.ndarray
    areas_mm2: np.ndarray
    judged_areas_mm2: np.ndarray

    @classmethod
    def everywhere(cls, tumor: Shape) -> "Reach":
        """Return the reach without an organ: all is judged."""
        points_mm = tumor.points_mm
        areas_mm2 = triangle_areas_mm2(points_mm, tumor.triangles)
        return cls(np.ones(len(points_mm), dtype=bool), areas_mm2, areas_mm2)

    @property
    def excluded_fraction(self) -> float:
        """Fraction of the area that is not judged."""
        return max(0.0, float(1.0 - self.judged_areas_mm2.sum() / self.areas_mm2.sum()))


def subcapsular_reach(
    tumor: Shape, tumor_voxels: np.ndarray, organ_voxels: np.ndarray, subcapsular_mm: float
) -> Reach:
    """Return the reach that leaves out the surface nearer than ``subcapsular_mm`` to the organ border.

    The tumor counts as part of its organ, and so do closed holes of the organ mask (lesions left out of it).
    Where the organ leaves the volume there is no border.

    Parameters
    ----------
    tumor : Shape
    tumor_voxels, organ_voxels : numpy.ndarray, shape (k, j, i)
    subcapsular_mm : float

    Raises
    ------
    InputError
        If no voxel of the tumor lies in the organ with its holes filled.
    """
    around, start = _surroundings(tumor, tumor_voxels, organ_voxels, subcapsular_mm)
    border = shape_of_array(around, tumor.frame, start=start, fit=False)
    distances_mm, _ = SurfaceLocator(border.points_mm, border.triangles).nearest(tumor.points_mm)
    depths_mm = np.where(border.excess_at(tumor.points_mm) >= 0, distances_mm, -distances_mm)
    areas_mm2 = triangle_areas_mm2(tumor.points_mm, tumor.triangles)
    excluded = fraction_below(depths_mm, tumor.triangles, subcapsular_mm)
    return Reach(depths_mm >= subcapsular_mm, areas_mm2, areas_mm2 * (1.0 - excluded))


def _surroundings(
    tumor: Shape, tumor_voxels: np.ndarray, organ_voxels: np.ndarray, subcapsular_mm: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return organ and tumor around the tumor, and the index (i, j, k) of the first voxel.

    The cut is so far away that the border it makes is never within reach.
    """
    box = bounding_slices(tumor_voxels)
    assert box is not None  # the shape of the tumor has pieces
    margins = np.ceil(subcapsular_mm / tumor.frame.spacing_mm[::-1]).astype(int) + _BEYOND_VOXELS
    grown = [(s.start - m, s.stop + m) for s, m in zip(box, margins, strict=True)]
    inner = tuple(slice(max(a, 0), min(b, n)) for (a, b), n in zip(grown, organ_voxels.shape, strict=True))
    organ = ndimage.binary_fill_holes(organ_voxels[inner] != 0)
    own = tumor_voxels[inner] != 0
    if not np.logical_and(organ, own).any():
        msg = "organ mask: expected the tumor inside the organ, got no common voxel"
        raise InputError(msg)
    beyond = [(s.start - a, b - s.stop) for (a, b), s in zip(grown, inner, strict=True)]
    return np.pad(organ | own, beyond, mode="edge"), np.array([a for a, _ in reversed(grown)])
