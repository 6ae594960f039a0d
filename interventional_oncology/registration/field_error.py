"""The distance between an estimated and a true transform."""

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_3d_image
from .chaining import check_3d
from .jacobian import displacement_field_mm
from .pyramid import box_around, cut
from .spread import spread


def field_error_mm(
    estimated: sitk.Transform, truth: sitk.Transform | sitk.Image, mask: sitk.Image
) -> dict[str, float]:
    """Return how far two transforms send the voxels of a mask apart.

    Parameters
    ----------
    estimated : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    truth : SimpleITK.Transform or SimpleITK.Image
        The true transform, or its displacement field (vector image, mm) on the grid of ``mask`` or another.
    mask : SimpleITK.Image
        Where to compare, on the fixed grid.

    Returns
    -------
    dict
        ``mean``, ``p95`` and ``max`` in mm.

    Raises
    ------
    InputError
        If the mask is empty, or something is not 3-D.
    """
    check_3d(estimated, "field error: estimated")
    check_3d_image(mask, "field error: mask")
    inside = sitk.GetArrayFromImage(mask) != 0
    if not inside.any():
        msg = "field error: expected a mask with voxels, got an empty one"
        raise InputError(msg)
    if isinstance(truth, sitk.Image):
        truth = sitk.DisplacementFieldTransform(sitk.Cast(truth, sitk.sitkVectorFloat64))
    check_3d(truth, "field error: truth")
    box = box_around(inside, np.zeros(3, dtype=int))
    grid, inside = cut(mask, box), inside[box]
    apart = displacement_field_mm(estimated, grid)[inside] - displacement_field_mm(truth, grid)[inside]
    return spread(np.linalg.norm(apart.astype(np.float64), axis=1))
