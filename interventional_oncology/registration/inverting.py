"""The way back: moving points to fixed points."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_3d_image
from .chaining import check_3d, pieces
from .fitting import fit_linear
from .jacobian import displacement_field_mm
from .spread import spread

#: A transform with a smaller determinant flattens space.
_SMALLEST_DETERMINANT = 1e-9
_STEPS = 30


@dataclass(frozen=True)
class Inverse:
    """An inverse and how exact it is.

    Attributes
    ----------
    transform : SimpleITK.Transform
        Moving points to fixed points, LPS mm.
    residual_mm : dict
        ``mean``, ``p95``, ``max`` of the distance of ``T(inverse(y))`` from ``y`` at the voxels of the grid;
        0 for a linear map.
    """

    transform: sitk.Transform
    residual_mm: dict[str, float]


def invert(transform: sitk.Transform, grid: sitk.Image, *, tolerance_mm: float = 0.01) -> Inverse:
    """Return the inverse of a transform over a grid.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    grid : SimpleITK.Image
        Where the inverse is needed: the moving image. Its voxels become the samples of a displacement field
        (in memory 24 bytes each), so a coarser grid of the same extent does for a smooth deformation.
    tolerance_mm : float
        Residual at which the iteration ends.

    Returns
    -------
    Inverse
        Linear maps are inverted exactly. Of others the result is a displacement field, then the inverse of
        the affine map nearest to the transform, which alone is left outside of ``grid``.

    Raises
    ------
    InputError
        If the transform or the grid is not 3-D, or the transform is linear and flattens space.

    Notes
    -----
    ``x <- x + L^-1 (y - T(x))`` with the nearest affine map ``L`` converges where the displacement that ``L``
    leaves changes by less than the way (Chen 2008, doi:10.1118/1.2816107); where it does not, the residual
    tells. Between voxels the displacement is interpolated linearly.
    """
    check_3d(transform, "inverse")
    check_3d_image(grid, "inverse: grid")
    if transform.IsLinear():
        return Inverse(_inverse_of_linear(transform), spread(np.zeros(1)))
    linear = fit_linear(transform, grid, np.ones(grid.GetSize()[::-1], dtype=bool))
    back = linear.transform(rigid=False).GetInverse()
    # With back(y + d(y)) as the inverse each voxel iterates on its own: what is missed is taken off d.
    displacement = np.zeros((*grid.GetSize()[::-1], 3))
    best, missed_mm = displacement, np.full(displacement.shape[:3], np.inf)
    for _ in range(_STEPS):
        whole = [*pieces(transform), *pieces(_before(displacement, grid, back))]
        missed = displacement_field_mm(sitk.CompositeTransform(whole), grid)
        length_mm = np.linalg.norm(missed, axis=-1)
        better = length_mm < missed_mm
        best = np.where(better[..., None], displacement, best)
        missed_mm = np.minimum(length_mm, missed_mm)
        if missed_mm.max() <= tolerance_mm or not better.any():
            break
        displacement = displacement - missed
    return Inverse(_before(best, grid, back), spread(missed_mm))


def _inverse_of_linear(transform: sitk.Transform) -> sitk.Transform:
    origin = np.array(transform.TransformPoint((0.0, 0.0, 0.0)))
    columns = [np.subtract(transform.TransformPoint(axis), origin) for axis in np.eye(3).tolist()]
    determinant = float(np.linalg.det(np.stack(columns, axis=1)))
    if abs(determinant) < _SMALLEST_DETERMINANT:
        msg = f"inverse: expected a transform that can be undone, got one of determinant {determinant:g}"
        raise InputError(msg)
    if transform.GetTransformEnum() != sitk.sitkComposite:
        return transform.Downcast().GetInverse()
    return sitk.CompositeTransform([piece.GetInverse() for piece in pieces(transform)][::-1])


def _before(displacement: np.ndarray, grid: sitk.Image, linear: sitk.Transform) -> sitk.Transform:
    field = sitk.GetImageFromArray(displacement, isVector=True)
    field.CopyInformation(grid)
    return sitk.CompositeTransform([linear, sitk.DisplacementFieldTransform(field)])
