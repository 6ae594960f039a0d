"""The inside of the body, so that air against skin does not decide how alike two scans are."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..images import resample
from .presets import Preset, choose_preset
from .pyramid import clipped, reduced, window_of
from .resolution import FEWEST_VOXELS
from .similarity import correlation

#: Smoothing that leaves vessels of the second order and takes most of the noise.
_STRUCTURE_SIGMA_MM = 2.0

#: Below this a voxel of a CT is air or lung; fat lies at about -100 HU.
_AIR_HU = -200.0
#: Skin, fat below it and most of the ribs: whatever body they belong to, they lie alike.
_RIND_MM = 20.0
#: In a body too small for such a rind, this part of its greatest depth.
_RIND_PART = 0.5
#: Intensities below this part of the range are one to the logarithm: nothing but noise of air.
_DARKEST_PART = 0.02
#: The body is found on voxels of this width: it is large and smooth.
_VOXEL_MM = 4.0
_DEEPEST_MM = 60.0


def tissue_similarity(transform: sitk.Transform, fixed: sitk.Image, moving: sitk.Image) -> float | None:
    """Return the normalized cross-correlation inside the body, of smoothed images in a window of soft tissue.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    fixed, moving : SimpleITK.Image

    Returns
    -------
    float or None
        None where the images share no tissue.
    """
    kind = choose_preset(None, fixed, moving)
    region = shared_tissue(transform, fixed, moving, kind)
    if np.count_nonzero(region) < FEWEST_VOXELS:
        return None
    first, second = (without_noise(clipped(i, _window(i, kind))) for i in (fixed, moving))
    moved = sitk.GetArrayFromImage(resample(second, fixed, transform=transform))
    return correlation(sitk.GetArrayFromImage(first)[region], moved[region])


def shared_tissue(
    transform: sitk.Transform, fixed: sitk.Image, moving: sitk.Image, kind: Preset
) -> np.ndarray:
    """Return where both images show the inside of the body, without its rind of 20 mm, bool [k, j, i].

    The body is what is brighter than air (CT: -200 HU, otherwise Otsu's threshold of the logarithm,
    doi:10.1109/TSMC.1979.4310076), its largest part, filled slice by slice. The border of the field of view
    is not a surface. Where one of two CTs shows air (lung, bowel), nothing is compared.
    """
    inside = np.ones(fixed.GetSize()[::-1], dtype=bool)
    for image, at in ((fixed, sitk.Transform()), (moving, transform)):
        depth = body_depth_mm(image, kind)
        rind_mm = min(_RIND_MM, _RIND_PART * float(sitk.GetArrayViewFromImage(depth).max()))
        there = resample(depth, fixed, transform=at, background=0.0)
        inside &= sitk.GetArrayViewFromImage(there) > rind_mm
        if in_hounsfield(kind):
            values = resample(sitk.Cast(image, sitk.sitkFloat32), fixed, transform=at)
            inside &= sitk.GetArrayViewFromImage(values) > _AIR_HU
    return inside


def body_depth_mm(image: sitk.Image, kind: Preset) -> sitk.Image:
    """Return the distance to the body's surface inside the body, at most 60 mm, on voxels of about 4 mm."""
    coarse = reduced(sitk.Cast(image, sitk.sitkFloat32), _VOXEL_MM)
    body = _body(sitk.GetArrayFromImage(coarse), kind)
    depth = np.full(body.shape, _DEEPEST_MM)
    if not body.all():
        around = np.pad(body, 1, mode="edge")
        depth = ndimage.distance_transform_edt(around, sampling=coarse.GetSpacing()[::-1])[1:-1, 1:-1, 1:-1]
    found = sitk.GetImageFromArray(np.minimum(depth, _DEEPEST_MM).astype(np.float32))
    found.CopyInformation(coarse)
    return found


def _body(values: np.ndarray, kind: Preset) -> np.ndarray:
    bright = values > (_AIR_HU if in_hounsfield(kind) else _between_air_and_tissue(values, kind.percentiles))
    opened = ndimage.binary_opening(bright, np.ones((1, 3, 3), bool))  # off the table
    parts, count = ndimage.label(opened if opened.any() else bright)
    if count == 0:
        return np.zeros(values.shape, dtype=bool)
    largest = parts == 1 + np.argmax(np.bincount(parts.ravel())[1:])
    return np.stack([ndimage.binary_fill_holes(plane) for plane in largest])


def _between_air_and_tissue(values: np.ndarray, percentiles: tuple[float, float]) -> float:
    # On the logarithm: on the values themselves Otsu parts bright tissue (fat, contrast) from dark tissue.
    low, high = np.percentile(values, percentiles)
    floor = _DARKEST_PART * max(float(high - low), 1e-6)
    found = sitk.OtsuThresholdImageFilter()
    logs = np.log(np.clip(values, low, high) - low + floor)
    found.Execute(sitk.GetImageFromArray(logs.astype(np.float32)))
    return float(np.exp(found.GetThreshold()) + low - floor)


def in_hounsfield(kind: Preset) -> bool:
    """Say whether images of this kind are CTs."""
    return kind.window is not None


def _window(image: sitk.Image, kind: Preset) -> tuple[float, float]:
    low, high = window_of(image, kind.window, kind.percentiles)
    return low, max(high, low + 1e-6)


def without_noise(image: sitk.Image) -> sitk.Image:
    """Return the image smoothed by a Gaussian of 2 mm."""
    if min(image.GetSize()) < 4:  # the recursive filter needs four voxels
        return image
    return sitk.SmoothingRecursiveGaussian(sitk.Cast(image, sitk.sitkFloat32), _STRUCTURE_SIGMA_MM)
