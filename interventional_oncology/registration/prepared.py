"""The two images and their masks, made ready once for all levels."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from .presets import Preset
from .pyramid import clipped, reduced, window_of

#: Distance maps of organs are cut here: farther from the surface they say nothing more.
ORGAN_CLAMP_MM = 15.0


@dataclass(frozen=True)
class Prepared:
    """Images in 0..1 at the finest working resolution and signed distances (mm, negative inside)."""

    fixed: sitk.Image
    moving: sitk.Image
    organ: sitk.Image | None
    organ_moving: sitk.Image | None
    region: sitk.Image | None
    excluded: sitk.Image | None
    region_dilation_mm: float
    exclusion_dilation_mm: float

    def voxels_that_count(self, grid: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
        """Return which voxels of ``grid`` compare images, and which compare organ maps, bool [k, j, i]."""
        shape = grid.GetSize()[::-1]
        counts = np.ones(shape, dtype=bool)
        organ_counts = np.zeros(shape, dtype=bool)
        if self.region is not None:
            counts = _on(self.region, grid) <= self.region_dilation_mm
        if self.excluded is not None:
            counts &= _on(self.excluded, grid) > self.exclusion_dilation_mm
        if self.organ is not None:
            organ_counts = _on(self.organ, grid) < ORGAN_CLAMP_MM
        return counts, organ_counts

    def organ_maps(self, grid: sitk.Image, moving_grid: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
        """Return the organ distance maps of both images, cut at the clamp and scaled to -1..1."""
        if self.organ is None or self.organ_moving is None:
            msg = "organ maps need a mask of both images"
            raise ValueError(msg)
        return (
            np.clip(_on(self.organ, grid) / ORGAN_CLAMP_MM, -1.0, 1.0),
            np.clip(_on(self.organ_moving, moving_grid) / ORGAN_CLAMP_MM, -1.0, 1.0),
        )


def prepare(
    fixed: sitk.Image,
    moving: sitk.Image,
    preset: Preset,
    *,
    finest_mm: float,
    fixed_mask: sitk.Image | None,
    moving_mask: sitk.Image | None,
    exclude_mask: sitk.Image | None,
) -> Prepared:
    """Return the images and masks ready for the levels, none finer than ``finest_mm``."""
    images = []
    for image in (fixed, moving):
        window = window_of(image, preset.window, preset.percentiles)
        images.append(reduced(clipped(image, window), finest_mm))
    maps = [
        None if mask is None else distance_map(mask, finest_mm)
        for mask in (fixed_mask, moving_mask, exclude_mask)
    ]
    both = maps[0] is not None and maps[1] is not None
    return Prepared(
        fixed=images[0],
        moving=images[1],
        organ=maps[0] if both else None,
        organ_moving=maps[1] if both else None,
        region=maps[0],
        excluded=maps[2],
        region_dilation_mm=preset.region_dilation_mm,
        exclusion_dilation_mm=preset.exclusion_dilation_mm,
    )


def distance_map(mask: sitk.Image, spacing_mm: float) -> sitk.Image:
    """Return the signed distance to the mask's surface in mm (negative inside), cut at the clamp outside.

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
    part = inside[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    distance = sitk.SignedMaurerDistanceMap(
        part, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    return reduced(distance, spacing_mm)


def _on(distance: sitk.Image, grid: sitk.Image) -> np.ndarray:
    return sitk.GetArrayFromImage(
        sitk.Resample(distance, grid, sitk.Transform(), sitk.sitkLinear, ORGAN_CLAMP_MM, sitk.sitkFloat32)
    )
