"""What an initial transform means to a registration that starts with a linear map."""

import numpy as np
import SimpleITK as sitk

from ..images import resample
from .fitting import fit_linear
from .jacobian import coarse_grid_of
from .linear import LinearMap


def linear_of(
    transform: sitk.Transform, center_mm: np.ndarray, region: sitk.Image, *, rigid: bool = False
) -> LinearMap:
    """Return the linear map to start from.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm: moved by hand, from an earlier registration, or the identity
        of a shared frame of reference.
    center_mm : ndarray, shape (3,)
        Center of rotation of the map returned.
    region : SimpleITK.Image
        Mask on the fixed grid where the map matters. A deformable transform is replaced by the affine map
        nearest to it there (least squares); what is left of it is kept by :func:`~.refining.refine`, which
        goes on from the transform itself.
    rigid : bool
        Return the nearest rotation and shift: the turn of the polar decomposition, and the same image of the
        center.

    Returns
    -------
    LinearMap
        The transform itself where it is linear (and not to be rigid).
    """
    found = _exact(transform) if transform.IsLinear() else _nearest(transform, region)
    matrix = found.matrix
    if rigid:
        u, _, vt = np.linalg.svd(matrix)
        matrix = u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))]) @ vt
    center = np.asarray(center_mm, dtype=float)
    return LinearMap(matrix, found.apply(center[None])[0] - center, center)


def _exact(transform: sitk.Transform) -> LinearMap:
    origin = np.array(transform.TransformPoint((0.0, 0.0, 0.0)))
    columns = [np.subtract(transform.TransformPoint(axis), origin) for axis in np.eye(3).tolist()]
    return LinearMap(np.stack(columns, axis=1), origin, np.zeros(3))


def _nearest(transform: sitk.Transform, region: sitk.Image) -> LinearMap:
    grid = coarse_grid_of(region)
    inside = sitk.GetArrayFromImage(resample(region, grid, interpolator="nearest", background=0)) != 0
    if not _spans_space(inside):  # thinner than the coarse voxels
        grid, inside = region, sitk.GetArrayFromImage(region) != 0
    if not _spans_space(inside):
        inside = np.ones_like(inside)
    return fit_linear(transform, grid, inside)


def _spans_space(inside: np.ndarray) -> bool:
    return all(len(np.unique(index)) > 1 for index in np.nonzero(inside))
