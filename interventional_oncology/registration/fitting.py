"""A transform of any engine, written as a linear map after a B-spline displacement."""

import numpy as np
import SimpleITK as sitk

from .bspline import ControlGrid, along
from .jacobian import displacement_field_mm
from .linear import LinearMap

#: Places per control cell and axis at which a transform is read.
_PER_CELL = 3


def points_of_mm(grid: sitk.Image) -> np.ndarray:
    """Return the voxel centers of ``grid``, shape (k, j, i, 3), LPS mm."""
    k, j, i = np.indices(grid.GetSize()[::-1])
    steps = np.stack([i, j, k], axis=-1) * np.array(grid.GetSpacing())
    placed: np.ndarray = steps @ np.reshape(grid.GetDirection(), (3, 3)).T + np.array(grid.GetOrigin())
    return placed


def fit_linear(transform: sitk.Transform, grid: sitk.Image, region: np.ndarray) -> LinearMap:
    """Return the affine map nearest to a transform (least squares) at the voxels of a region.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    grid : SimpleITK.Image
    region : ndarray of bool, shape (k, j, i)
        Voxels of ``grid``; at least four that are not in one plane.
    """
    points = points_of_mm(grid)[region]
    moved = points + displacement_field_mm(transform, grid)[region]
    center = points.mean(axis=0)
    arms = np.column_stack([points - center, np.ones(len(points))])
    found = np.linalg.lstsq(arms, moved - center, rcond=None)[0]
    return LinearMap(found[:3].T.copy(), found[3], center)


def fit_coefficients(
    transform: sitk.Transform, linear: LinearMap, grid: ControlGrid, frame: sitk.Image
) -> np.ndarray:
    """Return the coefficients ``u`` for which ``linear(x + u(x))`` is nearest to ``transform(x)``.

    Least squares along each axis over the whole domain of the control grid; near its border, where the
    displacement of a B-spline fades out, a transform that does not is followed less well.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    linear : LinearMap
    grid : ControlGrid
    frame : SimpleITK.Image
        The fixed image, whose first voxel and axes are the frame of ``grid``.
    """
    places, axes = _places(grid, frame)
    points = points_of_mm(places)
    moved = points + displacement_field_mm(transform, places)
    inverse = np.linalg.inv(linear.matrix)
    before = (moved - linear.center_mm - linear.translation_mm) @ inverse.T + linear.center_mm
    local = (before - points) @ np.reshape(frame.GetDirection(), (3, 3))
    found = np.moveaxis(local, -1, 0)
    free = grid.free()
    for axis in range(3):
        inside = free.any(axis=tuple(other for other in range(3) if other != 2 - axis))
        basis = grid.basis(axis, axes[axis])
        solver = np.zeros((grid.size[axis], len(axes[axis])))
        solver[inside] = np.linalg.pinv(basis[:, inside])
        found = along(solver, found, axis)
    return found


def _places(grid: ControlGrid, frame: sitk.Image) -> tuple[sitk.Image, list[np.ndarray]]:
    axes = []
    for first, step, size in zip(grid.first_mm, grid.spacing_mm, grid.size, strict=True):
        axes.append(np.linspace(first + step, first + step * (size - 2), _PER_CELL * (size - 3) + 1))
    places = sitk.Image([len(axis) for axis in axes], sitk.sitkUInt8)
    places.SetSpacing([float(axis[1] - axis[0]) for axis in axes])
    places.SetDirection(frame.GetDirection())
    direction = np.reshape(frame.GetDirection(), (3, 3))
    corner = np.array(frame.GetOrigin()) + direction @ np.array([axis[0] for axis in axes])
    places.SetOrigin(corner.tolist())
    return places, axes
