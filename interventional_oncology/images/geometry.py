"""Geometry of a volume: what is accepted, whether two grids agree, and how to say it."""

from collections.abc import Sequence

import numpy as np
import SimpleITK as sitk

from ..errors import InputError

#: Two grids are the same when no corner of one lies farther than this from its twin, in voxels.
GRID_TOLERANCE_VOXELS = 1e-3
_ORTHOGONALITY_TOLERANCE = 1e-3


def describe(image: sitk.Image) -> str:
    """Return the geometry in one phrase, for messages.

    Examples
    --------
    >>> describe(sitk.Image(4, 5, 6, sitk.sitkUInt8))
    '4x5x6 voxels of 1x1x1 mm at (0, 0, 0)'
    """
    size = "x".join(str(n) for n in image.GetSize())
    spacing = "x".join(f"{s:.4g}" for s in image.GetSpacing())
    origin = ", ".join(f"{o:.5g}" for o in image.GetOrigin())
    turned = (
        "" if np.allclose(image.GetDirection(), np.eye(image.GetDimension()).ravel()) else ", turned axes"
    )
    return f"{size} voxels of {spacing} mm at ({origin}){turned}"


def check_3d_image(image: sitk.Image, name: str) -> None:
    """Raise :class:`InputError` unless ``image`` is a 3-D image, as what a caller of Python may hand in."""
    if not isinstance(image, sitk.Image):
        msg = f"{name}: expected a SimpleITK image, got {type(image).__name__}"
        raise InputError(msg)
    if image.GetDimension() != 3:
        msg = f"{name}: expected a 3-D volume, got {image.GetDimension()}-D with size {image.GetSize()}"
        raise InputError(msg)


def check_volume(image: sitk.Image, name: str) -> None:
    """Refuse what no part of this software can work on.

    Parameters
    ----------
    image : SimpleITK.Image
    name : str
        How the image is called in the message, usually its path.

    Raises
    ------
    InputError
        If the image is not 3-D, has fewer than 2 voxels along an axis, several components or a complex number
        per voxel, a spacing that is not positive and finite, axes that are not at right angles, or a voxel
        that is not finite.
    """
    check_3d_image(image, name)
    if min(image.GetSize()) < 2:
        msg = f"{name}: expected at least 2 voxels along each axis, got {describe(image)}"
        raise InputError(msg)
    if image.GetNumberOfComponentsPerPixel() != 1:
        msg = f"{name}: expected one value per voxel, got {image.GetNumberOfComponentsPerPixel()}"
        raise InputError(msg)
    check_spacing(image.GetSpacing(), name)
    check_direction(np.reshape(image.GetDirection(), (3, 3)), name)
    values = sitk.GetArrayViewFromImage(image)
    if np.iscomplexobj(values):
        msg = f"{name}: expected real numbers, got {image.GetPixelIDTypeAsString()}"
        raise InputError(msg)
    if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
        count = np.count_nonzero(~np.isfinite(values))
        msg = f"{name}: expected finite voxels, got {count} that are NaN or infinite"
        raise InputError(msg)


def check_spacing(spacing_mm: Sequence[float], name: str) -> None:
    """Raise :class:`InputError` unless every spacing is finite and positive."""
    if not all(np.isfinite(s) and s > 0 for s in spacing_mm):
        msg = f"{name}: expected a positive voxel spacing, got {tuple(float(s) for s in spacing_mm)} mm"
        raise InputError(msg)


def check_direction(direction: np.ndarray, name: str) -> None:
    """Raise :class:`InputError` unless the columns of ``direction`` (3x3) are orthonormal."""
    if not np.allclose(direction.T @ direction, np.eye(3), atol=_ORTHOGONALITY_TOLERANCE):
        msg = f"{name}: expected image axes at right angles, got {np.round(direction, 4).tolist()}"
        raise InputError(msg)


def corners_lps_mm(image: sitk.Image) -> np.ndarray:
    """Return the centers of the eight corner voxels, shape (8, 3), LPS mm."""
    last = [n - 1 for n in image.GetSize()]
    steps = [(i, j, k) for k in (0, last[2]) for j in (0, last[1]) for i in (0, last[0])]
    return np.array([image.TransformIndexToPhysicalPoint(step) for step in steps])


def same_grid(
    first: sitk.Image, second: sitk.Image, *, tolerance_voxels: float = GRID_TOLERANCE_VOXELS
) -> bool:
    """Say whether two volumes share one voxel grid, to a rounding error of the geometry."""
    if first.GetSize() != second.GetSize():
        return False
    apart_mm = np.linalg.norm(corners_lps_mm(first) - corners_lps_mm(second), axis=1).max()
    return bool(apart_mm <= tolerance_voxels * min(first.GetSpacing()))


def check_same_grid(image: sitk.Image, reference: sitk.Image, name: str, reference_name: str) -> None:
    """Raise :class:`InputError`, saying both geometries, unless the grids are the same."""
    if not same_grid(image, reference):
        msg = (
            f"{name} is on another grid than {reference_name}: "
            f"expected {describe(reference)}, got {describe(image)}; resample it first"
        )
        raise InputError(msg)


def touches_border(mask: sitk.Image) -> bool:
    """Say whether a mask reaches the border of its volume, where it may have been cut off."""
    inside = sitk.GetArrayViewFromImage(mask)
    return any(bool(np.take(inside, index, axis=axis).any()) for axis in range(3) for index in (0, -1))


def lps_to_ras(points: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return points (..., 3) with the first two coordinates negated; the same function undoes it."""
    return np.asarray(points, dtype=float) * (-1.0, -1.0, 1.0)
