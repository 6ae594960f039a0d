"""Metal and gas inside the organ of a CT: in one image only, and brighter or darker than all tissue."""

import numpy as np
import SimpleITK as sitk

from .pyramid import box_around, cut

#: No soft tissue is outside: gas below, metal above (a cortical bone of 1000 HU is not inside an organ).
_TISSUE_HU = (-200.0, 1000.0)
#: Voxels nearer to the surface than this may hold lung or bowel by half.
_DEPTH_MM = 5.0


def without_foreign(
    excluded: sitk.Image | None,
    image: sitk.Image,
    organ: sitk.Image | None,
    window: tuple[float, float] | None,
) -> sitk.Image | None:
    """Return ``excluded`` and the metal and gas deep in the organ; it is grown later as all that is excluded.

    Parameters
    ----------
    excluded, organ : SimpleITK.Image or None
        Masks on the grid of ``image``.
    image : SimpleITK.Image
    window : tuple of float, or None
        Of this image in its preset: None for an image that is no CT; one that holds air is that of the lung.
    """
    if organ is None or window is None or window[0] < _TISSUE_HU[0]:
        return excluded
    values = sitk.GetArrayViewFromImage(image)
    inside = sitk.GetArrayViewFromImage(organ) != 0
    strange = inside & ((values < _TISSUE_HU[0]) | (values > _TISSUE_HU[1]))
    if not strange.any():
        return excluded
    box = box_around(strange, np.ceil(_DEPTH_MM / np.array(image.GetSpacing())[::-1]).astype(int) + 1)
    depth = sitk.SignedMaurerDistanceMap(sitk.Cast(cut(organ, box) != 0, sitk.sitkUInt8), True, False, True)
    strange[box] &= sitk.GetArrayViewFromImage(depth) > _DEPTH_MM
    if not strange.any():
        return excluded
    if excluded is not None:
        strange |= sitk.GetArrayViewFromImage(excluded) != 0
    found = sitk.GetImageFromArray(strange.astype(np.uint8))
    found.CopyInformation(image)
    return found
