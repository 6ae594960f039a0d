"""Outlines between voxels: lines on a slice that agree with the margin, which is measured between voxels."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ...margins.crop import Frame
from ...margins.distance import SurfaceLocator
from ...margins.shape import shape_of_array
from .planes import Plane

#: The distance is smooth: sampled this far apart and interpolated, its line is off by less than a pixel.
_STEP_MM = 0.75


class MaskOutline:
    """The surface of a mask, reconstructed as for the margin, cut by planes.

    Parameters
    ----------
    mask : SimpleITK.Image
        Nonzero inside, not empty.
    fill_cavities : bool
        Take closed cavities as inside, as the margin does for tumors.
    """

    def __init__(self, mask: sitk.Image, *, fill_cavities: bool = False) -> None:
        self._frame = Frame.of(mask)
        voxels = sitk.GetArrayViewFromImage(mask)
        self._shape = shape_of_array(voxels, self._frame, fill_cavities=fill_cavities)
        self._locator = SurfaceLocator(self._shape.points_mm, self._shape.triangles)

    def excess(self, plane: Plane) -> np.ndarray:
        """Return what is 0 on the surface and positive inside it, on a plane, shape (rows, columns)."""
        rows, columns = plane.shape
        return self._shape.excess_at(self._places_mm(plane, np.arange(rows), np.arange(columns))).reshape(
            rows, columns
        )

    def distance_mm(self, plane: Plane) -> np.ndarray:
        """Return the signed distance to the surface on a plane, shape (rows, columns), negative inside.

        Nearer to the surface than half a millimeter the sign can be wrong: triangles cut corners.
        """
        rows, columns = plane.shape
        step = max(1, round(_STEP_MM / plane.pixel_mm))
        row, column = np.arange(-step, rows + 2 * step, step), np.arange(-step, columns + 2 * step, step)
        places_mm = self._places_mm(plane, row, column)
        distances_mm, _ = self._locator.nearest(places_mm)
        inside = self._shape.excess_at(places_mm) >= 0
        coarse = np.where(inside, -distances_mm, distances_mm).reshape(len(row), len(column))
        at = np.meshgrid(np.arange(rows) / step + 1, np.arange(columns) / step + 1, indexing="ij")
        return np.asarray(ndimage.map_coordinates(coarse, at, order=3, mode="nearest"))

    def _places_mm(self, plane: Plane, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Return pixels, row by row, in the index frame of the mask, shape (n, 3)."""
        rows, columns = plane.shape
        down, right = np.meshgrid(row - 0.5 * (rows - 1), column - 0.5 * (columns - 1), indexing="ij")
        away = right[..., None] * np.array(plane.view.right_lps) + down[..., None] * np.array(
            plane.view.down_lps
        )
        points_lps_mm = np.array(plane.center_lps_mm) + plane.pixel_mm * away
        return self._frame.from_lps(points_lps_mm.reshape(-1, 3))
