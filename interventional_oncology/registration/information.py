"""How well the structure of two images fixes a displacement at each place."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from .prepared import Prepared
from .pyramid import reduced
from .resolution import Resolution

#: Width (standard deviation) of the neighborhood in which structure and noise are looked at.
_NEIGHBORHOOD_MM = 12.0
_NOISE_NEIGHBORHOOD_MM = 6.0
#: Smallest gradient energy, per mm2 in the window of intensities: keeps the empty place finite.
_FLOOR = 1e-6
#: Noise is taken to be at least this part of the window of intensities.
_LEAST_NOISE = 1e-3


def localization_mm(prepared: Prepared, resolution: Resolution, transform: sitk.Transform) -> np.ndarray:
    """Return the noise over the gradient of the fixed image at the voxels of ``resolution``, ``[k, j, i]``.

    The root of the trace of the inverse structure tensor (Förstner and Gülch 1987, from memory) times the
    noise: how far a place could be off before the difference stands out, along the directions that the
    structure leaves open. Noise is what is left of the moved image after a linear fit in each neighborhood,
    its median over the region.
    """
    fixed = resolution.values.astype(np.float64)
    moving = reduced(prepared.moving, min(resolution.fixed.GetSpacing()))
    moved = sitk.GetArrayFromImage(
        sitk.Resample(moving, resolution.fixed, transform, sitk.sitkLinear, 0.0, sitk.sitkFloat32)
    )
    counts = _counted(prepared, resolution, transform)
    spacing = np.array(resolution.fixed.GetSpacing())[::-1]
    noise = _noise(fixed, moved.astype(np.float64), counts, _NOISE_NEIGHBORHOOD_MM / spacing)
    slopes = np.gradient(fixed, *spacing)
    width = _NEIGHBORHOOD_MM / spacing
    tensor = np.empty((*fixed.shape, 3, 3))
    for a in range(3):
        for b in range(a, 3):
            product = ndimage.gaussian_filter(slopes[a] * slopes[b] * counts, width)
            tensor[..., a, b] = tensor[..., b, a] = product
    inverse = np.linalg.inv(tensor + _FLOOR * np.eye(3))
    open_mm: np.ndarray = noise * np.sqrt(np.trace(inverse, axis1=-2, axis2=-1))
    return open_mm


def _counted(prepared: Prepared, resolution: Resolution, transform: sitk.Transform) -> np.ndarray:
    counts = resolution.compared.copy()
    if prepared.moving_excluded is not None:
        distance = sitk.Resample(
            prepared.moving_excluded, resolution.fixed, transform, sitk.sitkLinear, 15.0, sitk.sitkFloat32
        )
        counts &= sitk.GetArrayViewFromImage(distance) > prepared.exclusion_dilation_mm
    return counts.astype(np.float64)


def _noise(fixed: np.ndarray, moved: np.ndarray, counts: np.ndarray, width: np.ndarray) -> float:
    share = np.maximum(ndimage.gaussian_filter(counts, width), 1e-3)

    def mean(values: np.ndarray) -> np.ndarray:
        smooth: np.ndarray = ndimage.gaussian_filter(values * counts, width) / share
        return smooth

    mean_fixed, mean_moved = mean(fixed), mean(moved)
    variance = np.maximum(mean(fixed**2) - mean_fixed**2, 0.0)
    covariance = mean(fixed * moved) - mean_fixed * mean_moved
    moved_variance = np.maximum(mean(moved**2) - mean_moved**2, np.finfo(float).tiny)
    left = np.maximum(variance - covariance**2 / moved_variance, 0.0)
    return max(float(np.sqrt(np.median(left[counts > 0]))), _LEAST_NOISE)
