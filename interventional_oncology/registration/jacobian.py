"""How a transform changes volume: the determinant of its Jacobian, and where it folds space."""

import numpy as np
import SimpleITK as sitk

from .pyramid import coarse_grid

#: The field is looked at on voxels of about this size: finer than the control points by a factor of four.
_VOXEL_MM = 3.0


def displacement_field_mm(transform: sitk.Transform, grid: sitk.Image) -> np.ndarray:
    """Return ``transform(x) - x`` at the voxels of ``grid``, shape (k, j, i, 3), LPS mm."""
    field = sitk.TransformToDisplacementField(
        transform,
        sitk.sitkVectorFloat32,
        grid.GetSize(),
        grid.GetOrigin(),
        grid.GetSpacing(),
        grid.GetDirection(),
    )
    return sitk.GetArrayFromImage(field)


def jacobian_determinant(field_mm: np.ndarray, grid: sitk.Image) -> np.ndarray:
    """Return the determinant of the Jacobian of ``x + field(x)``, shape (k, j, i).

    Parameters
    ----------
    field_mm : ndarray, shape (k, j, i, 3)
        Displacement in LPS mm on the voxels of ``grid``.
    grid : SimpleITK.Image
        Its spacing and direction are used, so that oblique grids come out right.

    Notes
    -----
    Central differences inside, one-sided ones at the border. Below 1 the tissue shrinks from fixed to
    moving, above 1 it grows, and at 0 or less space is folded.
    """
    direction = np.reshape(grid.GetDirection(), (3, 3))
    local = np.einsum("ba,kjib->akji", direction, field_mm)
    spacing = grid.GetSpacing()
    rows = []
    for component in range(3):
        by_k, by_j, by_i = np.gradient(local[component], spacing[2], spacing[1], spacing[0])
        rows.append([by_i, by_j, by_k])
    for axis in range(3):
        rows[axis][axis] = rows[axis][axis] + 1.0
    (a, b, c), (d, e, f), (g, h, i) = rows
    determinant: np.ndarray = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return determinant


def bending_per_mm(field_mm: np.ndarray, grid: sitk.Image) -> np.ndarray:
    """Return the root of the summed squares of all second derivatives of a displacement, shape (k, j, i).

    Parameters
    ----------
    field_mm : ndarray, shape (k, j, i, 3)
        Displacement in mm on the voxels of ``grid``, along any axes.
    grid : SimpleITK.Image
    """
    spacing = grid.GetSpacing()[::-1]
    squares = np.zeros(field_mm.shape[:3])
    for component in range(3):
        for slope in np.gradient(field_mm[..., component], *spacing):
            squares += sum(second**2 for second in np.gradient(slope, *spacing))
    return np.sqrt(squares)


def coarse_grid_of(image: sitk.Image) -> sitk.Image:
    """Return the grid over the extent of ``image`` on which fields are judged."""
    size, spacing = np.array(image.GetSize()), np.array(image.GetSpacing())
    return coarse_grid(
        image, np.maximum(np.round(size * spacing / np.maximum(spacing, _VOXEL_MM)), 2).astype(int)
    )
