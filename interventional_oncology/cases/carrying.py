"""Carrying masks along a registration, either way.

The mask is carried as a shape: its surface is reconstructed between the voxels where it was outlined, and
each voxel of the new grid asks on which side it lies. Interpolating the 0/1 voxels instead rounds the
staircase of thick slices into the shape; on the digital patient it moved the minimal margin by up to 0.5 mm.
"""

from collections.abc import Callable

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..images import resample
from ..margins.crop import bounding_slices
from ..margins.shape import shape_of_mask

# Fixed-point steps: each shortens the error by the local strain of the motion, which is well below one half.
_STEPS = 12
_BORDER_MM = 30.0
_BORDER_VOXELS = 2


def carry_back(mask: sitk.Image, transform: sitk.Transform, grid: sitk.Image) -> sitk.Image:
    """Return a mask of the moving image where the registration puts it in the fixed image.

    Parameters
    ----------
    mask : SimpleITK.Image
        0/1 mask on the moving grid.
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    grid : SimpleITK.Image
        The fixed image.

    Returns
    -------
    SimpleITK.Image
        0/1 mask on ``grid``.
    """
    result = np.zeros(grid.GetSize()[::-1], dtype=np.uint8)
    soft = resample(sitk.Cast(mask, sitk.sitkFloat32), grid, transform=transform, background=0.0)
    box = bounding_slices(sitk.GetArrayViewFromImage(soft) > 0)
    if box is not None:
        slices = tuple(
            slice(max(s.start - _BORDER_VOXELS, 0), min(s.stop + _BORDER_VOXELS, n))
            for s, n in zip(box, result.shape, strict=True)
        )
        shape = shape_of_mask(mask)
        points_mm = _sent(grid, slices, transform)
        result[slices] = (shape.excess_at(shape.frame.from_lps(points_mm)) >= 0).reshape(result[slices].shape)
    carried = sitk.GetImageFromArray(result)
    carried.CopyInformation(grid)
    return carried


def _sent(grid: sitk.Image, slices: tuple[slice, ...], transform: sitk.Transform) -> np.ndarray:
    """Return where the transform sends the voxels of a part of ``grid``, LPS mm, shape (n, 3)."""
    part = grid[tuple(reversed(slices))]
    field = sitk.TransformToDisplacementField(
        transform,
        sitk.sitkVectorFloat64,
        part.GetSize(),
        part.GetOrigin(),
        part.GetSpacing(),
        part.GetDirection(),
    )
    kji = np.indices(part.GetSize()[::-1]).reshape(3, -1).T
    direction = np.reshape(part.GetDirection(), (3, 3))
    points_mm = np.array(part.GetOrigin()) + (kji[:, ::-1] * part.GetSpacing()) @ direction.T
    return np.asarray(points_mm + sitk.GetArrayFromImage(field).reshape(-1, 3))


def carry_forward(mask: sitk.Image, transform: sitk.Transform, grid: sitk.Image) -> sitk.Image:
    """Return a mask of the fixed image where the registration carries it in the moving image.

    Parameters
    ----------
    mask : SimpleITK.Image
        0/1 mask on the fixed grid.
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    grid : SimpleITK.Image
        The moving image.

    Returns
    -------
    SimpleITK.Image
        0/1 mask on ``grid``.

    Notes
    -----
    For each voxel ``y`` of the moving image, ``x`` with ``T(x) = y`` is found by repeating
    ``x <- x + (y - T(x))``, which converges where the motion does not fold space.
    """
    low, high = _moved_box(mask, transform)
    slices, y_mm = _points_in_box(grid, low, high)
    result = np.zeros(grid.GetSize()[::-1], dtype=np.uint8)
    if y_mm.size:
        x_mm = _fetched(y_mm, mask, transform)
        shape = shape_of_mask(mask)
        inside = shape.excess_at(shape.frame.from_lps(x_mm)) >= 0
        result[slices] = inside.reshape(result[slices].shape)
    carried = sitk.GetImageFromArray(result)
    carried.CopyInformation(grid)
    return carried


def carry_labels(
    labels: sitk.Image,
    transform: sitk.Transform,
    other_transform: sitk.Transform,
    fixed: sitk.Image,
    grid: sitk.Image,
) -> sitk.Image:
    """Return labels of one moving image where another one, registered to the same image, shows their tissue.

    Parameters
    ----------
    labels : SimpleITK.Image
        Whole numbers on the grid of the first moving image; 0 is background.
    transform, other_transform : SimpleITK.Transform
        Fixed points to points of the first and of the second moving image, LPS mm.
    fixed : SimpleITK.Image
        The image both were registered to.
    grid : SimpleITK.Image
        The second moving image.

    Returns
    -------
    SimpleITK.Image
        Nearest label on ``grid``. What the fixed image does not show follows the tissue at its border.
    """
    values = sitk.GetArrayViewFromImage(labels)
    result = np.zeros(grid.GetSize()[::-1], dtype=values.dtype)
    on_fixed = resample(labels, fixed, transform=transform, interpolator="nearest", background=0)
    if sitk.GetArrayViewFromImage(on_fixed).any():
        low, high = _moved_box(on_fixed, other_transform)
        slices, y_mm = _points_in_box(grid, low, high)
        if y_mm.size:
            x_mm = _fetched(y_mm, fixed, other_transform)
            displacement, to_index = _displacement(fixed, transform)
            index_ijk = _index_of(labels)(x_mm + _sample(displacement, to_index(x_mm)))
            carried = ndimage.map_coordinates(values, index_ijk.T[::-1], order=0, mode="constant")
            result[slices] = carried.reshape(result[slices].shape)
    image = sitk.GetImageFromArray(result)
    image.CopyInformation(grid)
    return image


def _fetched(y_mm: np.ndarray, fixed: sitk.Image, transform: sitk.Transform) -> np.ndarray:
    """Return the fixed points that the transform sends to the moving points ``y_mm`` (n, 3)."""
    displacement, to_index = _displacement(fixed, transform)
    x_mm = y_mm.copy()
    for _ in range(_STEPS):
        x_mm = y_mm - _sample(displacement, to_index(x_mm))
    return x_mm


def _index_of(image: sitk.Image) -> Callable[[np.ndarray], np.ndarray]:
    direction = np.reshape(image.GetDirection(), (3, 3))
    origin, spacing = np.array(image.GetOrigin()), np.array(image.GetSpacing())

    def to_index(points_mm: np.ndarray) -> np.ndarray:
        return (points_mm - origin) @ direction / spacing

    return to_index


def _displacement(
    mask: sitk.Image, transform: sitk.Transform
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    # Every 6 mm is enough for a motion whose control points lie 20 mm apart.
    spacing = np.maximum(mask.GetSpacing(), 6.0)
    size = np.ceil(np.array(mask.GetSize()) * mask.GetSpacing() / spacing).astype(int) + 1
    field = sitk.TransformToDisplacementField(
        transform,
        sitk.sitkVectorFloat64,
        size.tolist(),
        mask.GetOrigin(),
        spacing.tolist(),
        mask.GetDirection(),
    )
    return sitk.GetArrayFromImage(field), _index_of(field)


def _sample(values: np.ndarray, index_ijk: np.ndarray) -> np.ndarray:
    at = index_ijk.T[::-1]
    parts = [
        ndimage.map_coordinates(values[..., n], at, order=1, mode="nearest") for n in range(values.shape[-1])
    ]
    return np.stack(parts, axis=-1)


def _moved_box(mask: sitk.Image, transform: sitk.Transform) -> tuple[np.ndarray, np.ndarray]:
    index = np.argwhere(sitk.GetArrayViewFromImage(mask))[:, ::-1]
    low, high = index.min(axis=0) - 0.5, index.max(axis=0) + 0.5
    steps = np.stack(np.meshgrid(*np.linspace(low, high, 5).T, indexing="ij"), axis=-1).reshape(-1, 3)
    points = [
        transform.TransformPoint(mask.TransformContinuousIndexToPhysicalPoint(step))
        for step in steps.tolist()
    ]
    return np.min(points, axis=0) - _BORDER_MM, np.max(points, axis=0) + _BORDER_MM


def _points_in_box(
    grid: sitk.Image, low: np.ndarray, high: np.ndarray
) -> tuple[tuple[slice, ...], np.ndarray]:
    corners = np.stack(np.meshgrid(*np.stack([low, high], axis=-1), indexing="ij"), axis=-1).reshape(-1, 3)
    index = _index_of(grid)(corners)
    first = np.clip(np.floor(index.min(axis=0)).astype(int), 0, None)
    last = np.minimum(np.ceil(index.max(axis=0)).astype(int) + 1, grid.GetSize())
    slices = tuple(slice(a, max(a, b)) for a, b in zip(first, last, strict=True))[::-1]
    kji = np.stack(
        np.meshgrid(*(np.arange(s.start, s.stop) for s in slices), indexing="ij"), axis=-1
    ).reshape(-1, 3)
    direction = np.reshape(grid.GetDirection(), (3, 3))
    points = np.array(grid.GetOrigin()) + (kji[:, ::-1] * grid.GetSpacing()) @ direction.T
    return slices, points
