"""The two images and their masks, made ready once for all levels."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from .cut_off import room_of
from .foreign import without_foreign
from .presets import Preset
from .pyramid import clipped, reduced, window_of

#: Distance maps are cut here: farther from the surface they say nothing more.
ORGAN_CLAMP_MM = 15.0
#: The moving image keeps finer voxels than those at which it is read: see :func:`~.pyramid.reduced`.
MOVING_FINER = 0.8


@dataclass(frozen=True)
class Masks:
    """Masks given for a registration, each on the grid of its image; see :func:`~.registering.register`."""

    fixed: sitk.Image | None = None
    moving: sitk.Image | None = None
    exclude: sitk.Image | None = None
    moving_exclude: sitk.Image | None = None
    rigid: sitk.Image | None = None


@dataclass(frozen=True)
class Prepared:
    """Images in 0..1 at the finest working resolution and signed distances (mm, negative inside).

    Attributes
    ----------
    frame : SimpleITK.Image
        The fixed image as given: its first voxel and axes are the local frame.
    fixed, moving : SimpleITK.Image
    region : SimpleITK.Image or None
        Distance to the fixed organ; None compares everywhere.
    organ, organ_moving : SimpleITK.Image or None
        Distances to the organ in both images, or None for both.
    excluded, moving_excluded : SimpleITK.Image or None
        Distances to tissue that is not compared.
    organ_room, organ_moving_room : SimpleITK.Image or None
        Where an image cuts its organ off: a distance to the organ that is larger is not known. None where
        nothing is cut off. See :func:`~.cut_off.room_of`.
    """

    frame: sitk.Image
    fixed: sitk.Image
    moving: sitk.Image
    region: sitk.Image | None
    organ: sitk.Image | None
    organ_moving: sitk.Image | None
    excluded: sitk.Image | None
    moving_excluded: sitk.Image | None
    region_dilation_mm: float
    exclusion_dilation_mm: float
    organ_room: sitk.Image | None = None
    organ_moving_room: sitk.Image | None = None

    def voxels_that_count(self, grid: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
        """Return which voxels of ``grid`` compare images, and which compare organ maps, bool [k, j, i]."""
        compared = np.ones(grid.GetSize()[::-1], dtype=bool)
        banded = np.zeros_like(compared)
        if self.region is not None:
            distance = distance_on(self.region, grid)
            compared = distance <= self.region_dilation_mm
            if self.organ is not None:
                banded = distance < ORGAN_CLAMP_MM
                if self.organ_room is not None:
                    banded &= np.abs(distance) <= distance_on(self.organ_room, grid)
        if self.excluded is not None:
            compared = compared & (distance_on(self.excluded, grid) > self.exclusion_dilation_mm)
        return compared, banded


def prepare(
    fixed: sitk.Image, moving: sitk.Image, preset: Preset, masks: Masks, *, finest_mm: float
) -> Prepared:
    """Return the images and masks ready for the levels, none finer than ``finest_mm``."""
    images = []
    for image, voxel_mm in ((fixed, finest_mm), (moving, MOVING_FINER * finest_mm)):
        window = window_of(image, preset.window_for(image), preset.percentiles)
        images.append(reduced(clipped(image, window), voxel_mm, smooth_all=True))
    given = (
        masks.fixed,
        masks.moving,
        without_foreign(masks.exclude, fixed, masks.fixed, preset.window_for(fixed)),
        without_foreign(masks.moving_exclude, moving, masks.moving, preset.window_for(moving)),
    )
    organ, organ_moving, excluded, moving_excluded = (
        None if mask is None else distance_map(mask, finest_mm) for mask in given
    )
    both = organ is not None and organ_moving is not None
    return Prepared(
        frame=fixed,
        fixed=images[0],
        moving=images[1],
        region=organ,
        organ=organ if both else None,
        organ_moving=organ_moving if both else None,
        excluded=excluded,
        moving_excluded=moving_excluded,
        region_dilation_mm=preset.region_dilation_mm,
        exclusion_dilation_mm=preset.exclusion_dilation_mm,
        organ_room=room_of(masks.fixed, finest_mm) if both and masks.fixed is not None else None,
        organ_moving_room=room_of(masks.moving, finest_mm) if both and masks.moving is not None else None,
    )


def distance_map(mask: sitk.Image, spacing_mm: float) -> sitk.Image:
    """Return the signed distance to the mask's surface in mm, negative inside.

    The map covers the mask and what lies within the clamp; elsewhere it is read as the clamp.
    """
    margin = [int(np.ceil((ORGAN_CLAMP_MM + 5.0) / s)) for s in mask.GetSpacing()]
    inside = sitk.Cast(mask != 0, sitk.sitkUInt8)
    statistics = sitk.LabelShapeStatisticsImageFilter()
    statistics.Execute(inside)
    box = statistics.GetBoundingBox(1)
    first, size = np.array(box[:3]), np.array(box[3:])
    low = np.maximum(first - margin, 0)
    high = np.minimum(first + size + margin, mask.GetSize())
    part = inside[int(low[0]) : int(high[0]), int(low[1]) : int(high[1]), int(low[2]) : int(high[2])]
    distance = sitk.SignedMaurerDistanceMap(
        part, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    return reduced(distance, spacing_mm)


def distance_on(distance: sitk.Image, grid: sitk.Image) -> np.ndarray:
    """Return a distance map at the voxels of ``grid``, shape (k, j, i)."""
    array: np.ndarray = sitk.GetArrayFromImage(
        sitk.Resample(distance, grid, sitk.Transform(), sitk.sitkLinear, ORGAN_CLAMP_MM, sitk.sitkFloat32)
    )
    return array
