"""Images that show no more of an organ than its outline: a mask, its distance map, one value throughout."""

import numpy as np
import SimpleITK as sitk

from ..images import resample
from .correlation_ratio import correlation_ratio
from .pyramid import coarse_grid

#: If the distance to the surface explains this part of the standard deviation, nothing else is there. In
#: livers of the digital patient (CT and MR, 15 contrasts) it explains at most 0.63, of its own map 0.998.
_EXPLAINED = 0.95
#: A standard deviation in the organ below this part of the image's range is none.
_LEAST_CONTRAST = 1e-3
_VOXEL_MM = 2.0
_FEWEST = 500


def shows_only_outline(image: sitk.Image, organ: sitk.Image) -> bool:
    """Say whether an image tells nothing of the inside of an organ that its outline does not.

    A registration then has nothing to go by but the surface, along which an organ can slide unseen.

    Parameters
    ----------
    image, organ : SimpleITK.Image
        On one grid.
    """
    extent_mm = np.array(image.GetSize()) * np.array(image.GetSpacing())
    count = np.round(extent_mm / np.maximum(image.GetSpacing(), _VOXEL_MM)).astype(int)
    grid = coarse_grid(image, np.maximum(count, 2))
    inside_mm = -sitk.SignedMaurerDistanceMap(
        sitk.Cast(organ != 0, sitk.sitkUInt8), squaredDistance=False, useImageSpacing=True
    )
    depth_mm = sitk.GetArrayFromImage(resample(inside_mm, grid))
    values = sitk.GetArrayFromImage(resample(sitk.Cast(image, sitk.sitkFloat32), grid))
    # A voxel at the surface holds some of both sides.
    inside = depth_mm > max(grid.GetSpacing())
    if np.count_nonzero(inside) < _FEWEST:
        return False
    least = _LEAST_CONTRAST * float(np.ptp(values))
    if float(values[inside].std()) <= least:
        return True
    return correlation_ratio(values[inside], depth_mm[inside]) >= _EXPLAINED
