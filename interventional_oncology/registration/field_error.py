"""The distance between an estimated and a true transform."""

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
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
        If the mask is empty.
    """
    inside = sitk.GetArrayFromImage(mask) != 0
    if not inside.any():
        msg = "field error: expected a mask with voxels, got an empty one"
        raise InputError(msg)
    if isinstance(truth, sitk.Image):
        truth = sitk.DisplacementFieldTransform(sitk.Cast(truth, sitk.sitkVectorFloat64))
    box = box_around(inside, np.zeros(3, dtype=int))
    grid, inside = cut(mask, box), inside[box]
    apart = displacement_field_mm(estimated, grid)[inside] - displacement_field_mm(truth, grid)[inside]
    return spread(np.linalg.norm(apart.astype(np.float64), axis=1))
