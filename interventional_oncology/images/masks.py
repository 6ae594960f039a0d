"""Reading a mask argument: ``file``, ``file#label``, ``file.seg.nrrd#segment name``, ``file.dcm#segment``."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from . import segmentation_files
from .geometry import GRID_TOLERANCE_VOXELS, check_same_grid, corners_lps_mm
from .reading import read_image, split_selector


def read_mask(
    argument: str | Path, reference: sitk.Image | None = None, reference_name: str = "the image"
) -> sitk.Image:
    """Return a 0/1 mask (``sitkUInt8``).

    Parameters
    ----------
    argument : str or Path
        ``file`` (any voxel that is not zero), ``file#2`` (one label), ``file.seg.nrrd#name`` or
        ``file.dcm#name`` (one segment of a segmentation, by name or by number).
    reference : SimpleITK.Image, optional
        The image whose grid the mask must have.
    reference_name : str
        How messages call ``reference``.

    Raises
    ------
    InputError
        If the file cannot be read, the label or segment is not in it, the mask is empty or lies on
        another grid than ``reference``.
    """
    path, selector = split_selector(argument)
    if segmentation_files.is_segmentation(path):
        mask = segmentation_files.read_segment(path, selector)
        if reference is not None:
            mask = placed_on_lattice(mask, reference)
    else:
        mask = _label_mask(read_label_image(path), path, selector)
    if not sitk.GetArrayViewFromImage(mask).any():
        msg = f"{argument}: expected a mask, got one without a single voxel"
        raise InputError(msg)
    if reference is not None:
        check_same_grid(mask, reference, str(argument), reference_name)
    return mask


def everywhere(image: sitk.Image) -> sitk.Image:
    """Return a mask of all voxels of an image."""
    mask = sitk.Image(image.GetSize(), sitk.sitkUInt8) + 1
    mask.CopyInformation(image)
    return mask


def read_label_image(path: str | Path) -> sitk.Image:
    """Return a volume of whole-number labels (``sitkInt32``).

    Raises
    ------
    InputError
        If the file cannot be read or holds a voxel that is negative or not a whole number.
    """
    image = read_image(path)
    values = sitk.GetArrayViewFromImage(image)
    if np.issubdtype(values.dtype, np.floating) and not np.array_equal(values, np.rint(values)):
        msg = f"{path}: expected whole-number labels, got voxels between them (is it an image, not a mask?)"
        raise InputError(msg)
    if values.min() < 0:
        msg = f"{path}: expected labels of zero and above, got {values.min()} (is it an image, not a mask?)"
        raise InputError(msg)
    return sitk.Cast(image, sitk.sitkInt32)


def read_masks(arguments: Sequence[str | Path]) -> list[sitk.Image]:
    """Return several masks on one grid.

    Label images must share it. Segments of segmentation files may be cropped: they are put on a grid that
    holds all of them, when their voxels are voxels of it.

    Raises
    ------
    InputError
        As :func:`read_mask`; or if the masks do not share a grid.
    """
    masks = [read_mask(argument) for argument in arguments]
    segments = [segmentation_files.is_segmentation(split_selector(argument)[0]) for argument in arguments]
    if any(segments):
        # Where all are cropped to what they hold, their common border is no border of a scan.
        grid = _common_lattice(masks, padding=1 if all(segments) else 0)
        masks = [placed_on_lattice(mask, grid) for mask in masks]
    for mask, argument in zip(masks[1:], arguments[1:], strict=True):
        check_same_grid(mask, masks[0], str(argument), str(arguments[0]))
    return masks


def _common_lattice(masks: Sequence[sitk.Image], *, padding: int) -> sitk.Image:
    """Return a grid on the lattice of the first mask that holds the corners of all."""
    first = masks[0]
    corners = np.concatenate([corners_lps_mm(mask) for mask in masks]).tolist()
    index = np.rint([first.TransformPhysicalPointToContinuousIndex(corner) for corner in corners])
    low, high = index.min(axis=0) - padding, index.max(axis=0) + padding
    grid = sitk.Image((high - low + 1).astype(int).tolist(), sitk.sitkUInt8)
    grid.SetSpacing(first.GetSpacing())
    grid.SetDirection(first.GetDirection())
    grid.SetOrigin(first.TransformContinuousIndexToPhysicalPoint(low.tolist()))
    return grid


def placed_on_lattice(mask: sitk.Image, reference: sitk.Image) -> sitk.Image:
    """Return ``mask`` on the grid of ``reference`` if its voxels are voxels of that grid, else as it is.

    Segmentation files are cropped to what is segmented and may count their slices the other way; each of
    their voxels is still one voxel of the image, so nothing is interpolated. A mask with a voxel outside
    the image is returned as it is.
    """
    corners = [
        reference.TransformPhysicalPointToContinuousIndex(point) for point in corners_lps_mm(mask).tolist()
    ]
    on_voxels = np.allclose(corners, np.rint(corners), atol=10 * GRID_TOLERANCE_VOXELS)
    steps = np.ptp(np.rint(corners), axis=0) + 1
    if not on_voxels or sorted(steps) != sorted(
        mask.GetSize()
    ):  # coarser or finer voxels, or turned by an angle
        return mask
    placed = sitk.Resample(mask, reference, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    kept = np.count_nonzero(sitk.GetArrayViewFromImage(placed))
    return placed if kept == np.count_nonzero(sitk.GetArrayViewFromImage(mask)) else mask


def _label_mask(labels: sitk.Image, path: Path, selector: str | None) -> sitk.Image:
    if selector is None:
        return sitk.Cast(labels != 0, sitk.sitkUInt8)
    present = [int(label) for label in np.unique(sitk.GetArrayViewFromImage(labels)) if label]
    if not selector.isdigit() or int(selector) not in present:
        msg = f"{path}#{selector}: expected one of the labels {present}, got {selector!r}"
        raise InputError(msg)
    return sitk.Cast(labels == int(selector), sitk.sitkUInt8)
