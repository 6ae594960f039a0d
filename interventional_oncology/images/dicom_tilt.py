"""A rectangular volume from the slices of a tilted gantry."""

import numpy as np
import SimpleITK as sitk

from .remarks import add_caution
from .resampling import resample


def straightened(image: sitk.Image, shift_mm: np.ndarray) -> sitk.Image:
    """Return the volume of a stack in which each slice lies a little sideways of the one before.

    The new volume keeps the planes of the slices and covers all of them. Its values are interpolated within
    a slice only (linearly, so that nothing overshoots at bone or metal): the object stays where it was.

    Parameters
    ----------
    image : SimpleITK.Image
        The slices as if they lay straight above the first one.
    shift_mm : ndarray, shape (2,)
        How far each slice lies beyond the one before, along rows (x) and columns (y) of the image.
    """
    spacing_mm = np.array(image.GetSpacing())
    whole = shift_mm * (image.GetSize()[2] - 1) / spacing_mm[:2]
    low, high = np.floor(np.minimum(whole, 0.0)).astype(int), np.ceil(np.maximum(whole, 0.0)).astype(int)
    grid = sitk.Image(
        [*(np.array(image.GetSize()[:2]) + high - low).tolist(), image.GetSize()[2]], sitk.sitkUInt8
    )
    grid.SetSpacing(image.GetSpacing())
    grid.SetDirection(image.GetDirection())
    grid.SetOrigin(image.TransformContinuousIndexToPhysicalPoint([*low.astype(float).tolist(), 0.0]))

    shear = np.eye(3)
    shear[:2, 2] = -shift_mm / spacing_mm[2]
    direction = np.reshape(image.GetDirection(), (3, 3))
    to_slice = sitk.AffineTransform(3)
    to_slice.SetCenter(image.GetOrigin())
    to_slice.SetMatrix((direction @ shear @ direction.T).ravel().tolist())
    straight = resample(sitk.Cast(image, sitk.sitkFloat32), grid, transform=to_slice)
    if "float" not in image.GetPixelIDTypeAsString():
        straight = sitk.Round(straight)
    straight = sitk.Cast(straight, image.GetPixelID())
    degrees = np.degrees(np.arctan2(np.linalg.norm(shift_mm), spacing_mm[2]))
    add_caution(
        straight,
        f"slices tilted by {degrees:.1f} degrees against their stack (gantry tilt) "
        "were brought into a rectangular volume by interpolation within each slice",
    )
    return straight
