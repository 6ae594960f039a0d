"""B-spline control points that move nothing outside of a region."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..errors import InputError
from ..images import check_same_grid
from .bspline import ControlGrid
from .deformable import MARGIN_MM
from .pyramid import box_around


class RegionOfChange:
    """A mask outside of which a deformation may change nothing.

    Parameters
    ----------
    mask, fixed : SimpleITK.Image

    Attributes
    ----------
    radius_mm : float
        Of the largest ball in it.

    Raises
    ------
    InputError
        If the mask is empty or not on the grid of the fixed image.
    """

    def __init__(self, mask: sitk.Image, fixed: sitk.Image) -> None:
        check_same_grid(mask, fixed, "region", "the fixed image")
        self._inside = sitk.GetArrayViewFromImage(mask) != 0
        if not self._inside.any():
            msg = "region: expected a mask with voxels, got an empty one"
            raise InputError(msg)
        self._spacing_mm = mask.GetSpacing()
        padded = np.pad(self._inside, 1)  # beyond the image nothing may change either
        self.radius_mm = float(ndimage.distance_transform_edt(padded, sampling=self._spacing_mm[::-1]).max())

    def box(self, margin_mm: float) -> tuple[slice, slice, slice]:
        """Return the slices ``[k, j, i]`` of the fixed image that hold the region and a margin."""
        return box_around(self._inside, np.ceil(margin_mm / np.array(self._spacing_mm[::-1])).astype(int))

    def grid(self, control_mm: float) -> "RegionGrid":
        """Return the control points at this distance."""
        along_ijk = zip(self.box(0.0)[::-1], self._spacing_mm, strict=True)
        ends = [np.array([part.start, part.stop - 1]) * step_mm for part, step_mm in along_ijk]
        around = ControlGrid.around((ends[0], ends[1], ends[2]), control_mm, MARGIN_MM)
        return RegionGrid.inside(around, self._inside, self._spacing_mm)


@dataclass(frozen=True)
class RegionGrid(ControlGrid):
    """A control grid that moves only where ``allowed`` (bool, [k, j, i]) says so."""

    allowed: np.ndarray

    @classmethod
    def inside(cls, grid: ControlGrid, region: np.ndarray, spacing_mm: tuple[float, ...]) -> "RegionGrid":
        """Return the grid whose control points move nothing outside of a region.

        Parameters
        ----------
        grid : ControlGrid
        region : ndarray of bool, shape (k, j, i)
            Voxels of the image whose frame the grid lives in.
        spacing_mm : tuple of float
            Spacing of that image along i, j, k.
        """
        outside = np.zeros(tuple(n + 1 for n in region.shape), dtype=np.int64)
        outside[1:, 1:, 1:] = (~region).cumsum(0).cumsum(1).cumsum(2)
        axes = [_support(grid, axis, region.shape[2 - axis], spacing_mm[axis]) for axis in (2, 1, 0)]
        low, high, within = zip(*axes, strict=True)
        count = np.zeros(grid.shape[1:], dtype=np.int64)
        for corner in np.ndindex(2, 2, 2):
            at = np.ix_(*(high[a] if corner[a] else low[a] for a in range(3)))
            count += (-1) ** (3 - sum(corner)) * outside[at]
        complete = within[0][:, None, None] & within[1][:, None] & within[2]
        return cls(grid.first_mm, grid.spacing_mm, grid.size, complete & (count == 0))

    def free(self) -> np.ndarray:
        """Return which coefficients may differ from zero, bool ``[k, j, i]``."""
        return super().free() & self.allowed


def _support(
    grid: ControlGrid, axis: int, voxels: int, spacing_mm: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the voxels that each control point moves, first and one past the last, and if all are there."""
    knots = grid.first_mm[axis] + grid.spacing_mm[axis] * np.arange(grid.size[axis])
    reach = 2.0 * grid.spacing_mm[axis]
    low = np.floor((knots - reach) / spacing_mm + 0.5).astype(int)
    high = np.ceil((knots + reach) / spacing_mm + 0.5).astype(int)
    return np.clip(low, 0, voxels), np.clip(high, 0, voxels), (low >= 0) & (high <= voxels)
