"""The images and masks of a task as files, as programs of others read them."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..prepared import Prepared, distance_on, prepare
from .engine import Deformation

FIXED, MOVING = "fixed.mha", "moving.mha"
FIXED_MASK, MOVING_MASK = "fixed_mask.mha", "moving_mask.mha"


def write_images(task: Deformation, folder: Path, voxel_mm: float) -> float:
    """Write both images, windowed to 0..1, and what is compared of each; return the fixed voxel in mm.

    No voxel is finer than ``voxel_mm``; what is returned is its shortest side.

    The fixed mask is the organ grown by what the preset says, without the excluded tissue, as for our own
    engine; the moving one leaves out what is excluded there. Without masks they are 1 everywhere.
    """
    prepared = prepare(task.fixed, task.moving, task.preset, task.masks, finest_mm=voxel_mm)
    compared, _ = prepared.voxels_that_count(prepared.fixed)
    images = {
        FIXED: prepared.fixed,
        MOVING: prepared.moving,
        FIXED_MASK: _mask(compared, prepared.fixed),
        MOVING_MASK: _mask(_moving_compared(prepared), prepared.moving),
    }
    for name, image in images.items():
        sitk.WriteImage(image, str(folder / name))
    return float(min(prepared.fixed.GetSpacing()))


def _moving_compared(prepared: Prepared) -> np.ndarray:
    if prepared.moving_excluded is None:
        return np.ones(prepared.moving.GetSize()[::-1], dtype=bool)
    distance = distance_on(prepared.moving_excluded, prepared.moving)
    return distance > prepared.exclusion_dilation_mm


def _mask(inside: np.ndarray, grid: sitk.Image) -> sitk.Image:
    mask = sitk.GetImageFromArray(inside.astype(np.uint8))
    mask.CopyInformation(grid)
    return mask
