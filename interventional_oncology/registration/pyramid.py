"""Images for one level of resolution: clipped to a window, smoothed, on fewer voxels."""

import numpy as np
import SimpleITK as sitk

#: Gaussian sigma in parts of the voxel: against aliasing, and so that interpolation between voxels
#: changes the noise little (see :func:`reduced`).
_SIGMA_OF_SPACING = 0.55
#: Voxels whose widths differ by less than this part are made different, by this factor.
_ALIKE, _FINER = 0.15, 0.8


def window_of(
    image: sitk.Image, window: tuple[float, float] | None, percentiles: tuple[float, float]
) -> tuple[float, float]:
    """Return the intensity window: the one given, or the percentiles of the image."""
    if window is not None:
        return window
    values = sitk.GetArrayViewFromImage(image).ravel()
    low, high = np.percentile(values[:: max(1, values.size // 500_000)], percentiles)
    return float(low), float(high)


def clipped(image: sitk.Image, window: tuple[float, float]) -> sitk.Image:
    """Return the image as float 0..1 inside its window."""
    low, high = window
    return sitk.Cast(
        sitk.IntensityWindowing(sitk.Cast(image, sitk.sitkFloat32), low, high, 0.0, 1.0), sitk.sitkFloat32
    )


def reduced(
    image: sitk.Image, spacing_mm: float, *, smooth_all: bool = False, unlike: sitk.Image | None = None
) -> sitk.Image:
    """Return ``image`` on voxels of at least ``spacing_mm``, smoothed along the axes that were finer, or all.

    Along an axis where the voxels would be about as wide as those of ``unlike``, they are made finer. Where
    two noisy images are compared voxel on voxel, interpolation smooths the noise of one of them least at
    whole and most at half voxels, and the optimum is drawn to the latter (by 0.5 mm on 3 mm voxels); with
    two different steps all fractions occur side by side and the pull cancels.
    """
    spacing = np.array(image.GetSpacing())
    size = np.array(image.GetSize())
    goal = np.where(spacing < spacing_mm * 0.999, spacing_mm, spacing)
    if unlike is not None:
        alike = np.abs(goal / np.array(unlike.GetSpacing()) - 1.0) < _ALIKE
        goal = np.where(alike, _FINER * goal, goal)
    count = np.maximum(np.round(size * spacing / goal), 2).astype(int)
    goal = size * spacing / count
    sigma = np.where(
        smooth_all | (goal > spacing * 1.001), _SIGMA_OF_SPACING * np.maximum(goal, spacing), 0.0
    )
    smooth = image
    for axis in np.flatnonzero(sigma):
        if size[axis] >= 4:  # the recursive filter needs four voxels
            smooth = sitk.RecursiveGaussian(
                smooth, float(sigma[axis]), False, sitk.RecursiveGaussianImageFilter.ZeroOrder, int(axis)
            )
    return sitk.Resample(smooth, coarse_grid(image, count), sitk.Transform(), sitk.sitkLinear, 0.0)


def coarse_grid(image: sitk.Image, count: np.ndarray) -> sitk.Image:
    """Return an empty image of ``count`` voxels over the same extent."""
    spacing = np.array(image.GetSpacing())
    goal = np.array(image.GetSize()) * spacing / count
    direction = np.reshape(image.GetDirection(), (3, 3))
    grid = sitk.Image([int(n) for n in count], sitk.sitkUInt8)
    grid.SetSpacing(goal.tolist())
    grid.SetOrigin((np.array(image.GetOrigin()) + direction @ ((goal - spacing) / 2.0)).tolist())
    grid.SetDirection(image.GetDirection())
    return grid


def box_around(mask: np.ndarray, margin_voxels: np.ndarray) -> tuple[slice, slice, slice]:
    """Return the slices ``[k, j, i]`` of the box of a mask, wider by a margin (k, j, i)."""
    slices = []
    for axis in range(3):
        there = np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != axis)))
        low = max(int(there[0] - margin_voxels[axis]), 0)
        high = min(int(there[-1] + margin_voxels[axis]) + 1, mask.shape[axis])
        slices.append(slice(low, high))
    return slices[0], slices[1], slices[2]


def cut(image: sitk.Image, box: tuple[slice, slice, slice]) -> sitk.Image:
    """Return the part of an image inside ``[k, j, i]`` slices."""
    k, j, i = box
    return image[i.start : i.stop, j.start : j.stop, k.start : k.stop]
