"""How alike two images are deep inside an organ, whatever their contrast, against what chance gives.

The outline of an organ fits that of any other patient after a deformation; its vessels do not. So the rim
of the organ is left out, and what is left is compared with what places that do not belong together have in
common.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..images import everywhere, resample
from .correlation_ratio import either_ratio
from .pyramid import box_around, coarse_grid, cut, reduced

#: The rim of the organ, and around treated tissue, that is left out.
_RIM_MM = 6.0
#: Structures between these two widths (standard deviations) are compared: vessels, not noise and not the
#: shading of a coil, which two patients share.
_FINE_MM, _BROAD_MM = 2.0, 15.0
_VOXEL_MM = 2.0
#: Chance: the two images this far out of step, along the axes and the diagonals.
_SHIFT_MM = 15.0
#: Fewer voxels than this say nothing.
_FEWEST = 500


@dataclass(frozen=True)
class InnerSimilarity:
    """Correlation ratio inside the organ, 0 to 1: as registered, and the mean of images out of step."""

    value: float
    by_chance: float


def inner_similarity(
    transform: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    organ: sitk.Image,
    *,
    exclude: sitk.Image | None = None,
    moving_exclude: sitk.Image | None = None,
) -> InnerSimilarity | None:
    """Return how much of the structure inside an organ one image tells about the other.

    The correlation ratio (Roche 1998, doi:10.1007/BFb0056301) asks for no relation of the two contrasts but
    that there is one; the larger of both ways counts.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    fixed, moving : SimpleITK.Image
    organ : SimpleITK.Image
        Mask on the fixed grid.
    exclude, moving_exclude : SimpleITK.Image, optional
        Tissue that treatment changed, on the fixed and on the moving grid.

    Returns
    -------
    InnerSimilarity or None
        None where the organ is too thin, or too little of it is seen in the moving image.
    """
    grid = _grid_around(organ)
    spacing = np.array(grid.GetSpacing())[::-1]
    tissue = _there(organ, grid, sitk.Transform()) & _there(everywhere(moving), grid, transform)
    for mask, to in ((exclude, sitk.Transform()), (moving_exclude, transform)):
        if mask is not None:
            tissue &= _far_from(_there(mask, grid, to), spacing)
    deep = ndimage.distance_transform_edt(np.pad(tissue, 1), sampling=spacing)[1:-1, 1:-1, 1:-1] > _RIM_MM
    if np.count_nonzero(deep) < _FEWEST:
        return None
    first, second = (
        _structures(sitk.GetArrayFromImage(_on(image, grid, to)), tissue, spacing)
        for image, to in ((fixed, sitk.Transform()), (moving, transform))
    )
    chance = [_ratio(first, second, deep, shift) for shift in _shifts(spacing)]
    known = [ratio for ratio in chance if ratio is not None]
    value = _ratio(first, second, deep, (0, 0, 0))
    if value is None or not known:
        return None
    return InnerSimilarity(value, float(np.mean(known)))


def _grid_around(organ: sitk.Image) -> sitk.Image:
    size, spacing = np.array(organ.GetSize()), np.array(organ.GetSpacing())
    count = np.maximum(np.round(size * spacing / np.maximum(spacing, _VOXEL_MM)), 2).astype(int)
    grid = coarse_grid(organ, count)
    inside = _there(organ, grid, sitk.Transform())
    if not inside.any():
        return grid
    return cut(grid, box_around(inside, np.ones(3, dtype=int)))


def _there(mask: sitk.Image, grid: sitk.Image, transform: sitk.Transform) -> np.ndarray:
    there: np.ndarray = (
        sitk.GetArrayFromImage(
            resample(mask, grid, transform=transform, interpolator="nearest", background=0)
        )
        != 0
    )
    return there


def _on(image: sitk.Image, grid: sitk.Image, transform: sitk.Transform) -> sitk.Image:
    smooth = reduced(sitk.Cast(image, sitk.sitkFloat32), _VOXEL_MM)
    return resample(smooth, grid, transform=transform)


def _far_from(mask: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    if not mask.any():
        return np.ones(mask.shape, dtype=bool)
    far: np.ndarray = ndimage.distance_transform_edt(~mask, sampling=spacing) > _RIM_MM
    return far


def _structures(values: np.ndarray, tissue: np.ndarray, spacing: np.ndarray) -> np.ndarray:
    low, high = np.percentile(values[tissue], (0.5, 99.5))
    clipped = np.clip(values, low, high) * tissue

    def smooth(width_mm: float) -> np.ndarray:
        share = ndimage.gaussian_filter(tissue.astype(np.float32), width_mm / spacing)
        result: np.ndarray = ndimage.gaussian_filter(clipped, width_mm / spacing) / np.maximum(share, 1e-3)
        return result

    return smooth(_FINE_MM) - smooth(_BROAD_MM)


def _shifts(spacing: np.ndarray) -> list[tuple[int, ...]]:
    shifts = []
    for way in itertools.product((-1, 0, 1), repeat=3):
        if np.count_nonzero(way) in (1, 3):
            step_mm = _SHIFT_MM / np.sqrt(np.count_nonzero(way))
            shifts.append(tuple(round(step_mm * w / s) for w, s in zip(way, spacing, strict=True)))
    return shifts


def _ratio(first: np.ndarray, second: np.ndarray, deep: np.ndarray, shift: tuple[int, ...]) -> float | None:
    both = deep & np.roll(deep, shift, (0, 1, 2))
    if np.count_nonzero(both) < _FEWEST:
        return None
    a, b = first[both], np.roll(second, shift, (0, 1, 2))[both]
    return either_ratio(a, b)
