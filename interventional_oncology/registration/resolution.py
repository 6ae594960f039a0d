"""Both images at one resolution: which voxels are compared and where they are."""

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .prepared import MOVING_FINER, ORGAN_CLAMP_MM, Prepared, distance_on
from .pyramid import box_around, cut, reduced

#: Fewer voxels than this say nothing about where an image belongs.
FEWEST_VOXELS = 64


class Resolution:
    """The images of one registration on voxels of at least ``voxel_mm``.

    Attributes
    ----------
    fixed : SimpleITK.Image
        The part of the fixed image that holds all voxels that count.
    moving : ndarray, shape (k, j, i)
    compared, banded : ndarray of bool, shape (k, j, i)
        Voxels of ``fixed`` at which the images, and the organ maps, are compared.
    organ_fixed, organ_moving : ndarray or None
        Distance to the organ's surface, cut and scaled to -1..1.
    organ_moving_room : ndarray or None
        In the unit of the organ maps: a distance to the moving organ that is larger is not known.
    moving_excluded : ndarray or None
        Distance in mm to tissue of the moving image that is not compared.
    positions_mm : tuple of ndarray
        Voxel centers along axes 0, 1, 2 in the local frame of the fixed image.
    """

    def __init__(self, prepared: Prepared, voxel_mm: float) -> None:
        moving = reduced(prepared.moving, MOVING_FINER * voxel_mm)
        fixed = reduced(prepared.fixed, voxel_mm, unlike=moving)
        compared, banded = prepared.voxels_that_count(fixed)
        if np.count_nonzero(compared) < FEWEST_VOXELS:
            msg = (
                f"registration: expected at least {FEWEST_VOXELS} voxels in the organ and outside "
                f"excluded tissue, got {np.count_nonzero(compared)} voxels of the fixed image to compare"
            )
            raise InputError(msg)
        box = box_around(compared | banded, np.zeros(3, dtype=int))
        self.fixed = cut(fixed, box)
        self.compared, self.banded = compared[box], banded[box]
        self.values = sitk.GetArrayFromImage(self.fixed)
        self.moving = sitk.GetArrayFromImage(moving)
        self.organ_fixed = self.organ_moving = self.organ_moving_room = self.moving_excluded = None
        if prepared.organ is not None and prepared.organ_moving is not None:
            self.organ_fixed = _organ_map(prepared.organ, self.fixed)
            self.organ_moving = _organ_map(prepared.organ_moving, moving)
        if prepared.organ_moving_room is not None:
            self.organ_moving_room = _organ_map(prepared.organ_moving_room, moving)
        if prepared.moving_excluded is not None:
            self.moving_excluded = distance_on(prepared.moving_excluded, moving)
        self.positions_mm = _local_positions(self.fixed, prepared.frame)
        self.direction = np.reshape(self.fixed.GetDirection(), (3, 3))
        self.to_index = (
            np.diag(1.0 / np.array(moving.GetSpacing())) @ np.reshape(moving.GetDirection(), (3, 3)).T
        )
        self.offset = -self.to_index @ np.array(moving.GetOrigin())

    @property
    def voxel_mm3(self) -> float:
        """Volume of one voxel."""
        return float(np.prod(self.fixed.GetSpacing()))

    def points_mm(self, mask: np.ndarray) -> np.ndarray:
        """Return the centers of the voxels of a mask, shape (3, n), LPS mm."""
        k, j, i = np.nonzero(mask)
        scaled = np.stack([i, j, k]) * np.array(self.fixed.GetSpacing())[:, None]
        return self.direction @ scaled + np.array(self.fixed.GetOrigin())[:, None]


def _local_positions(grid: sitk.Image, frame: sitk.Image) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    direction = np.reshape(frame.GetDirection(), (3, 3))
    first = direction.T @ (np.array(grid.GetOrigin()) - np.array(frame.GetOrigin()))
    steps = [first[a] + grid.GetSpacing()[a] * np.arange(grid.GetSize()[a]) for a in range(3)]
    return steps[0], steps[1], steps[2]


def _organ_map(distance: sitk.Image, grid: sitk.Image) -> np.ndarray:
    scaled: np.ndarray = np.clip(distance_on(distance, grid) / ORGAN_CLAMP_MM, -1.0, 1.0)
    return scaled
