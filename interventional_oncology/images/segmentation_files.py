"""One segment out of a segmentation file: Slicer's ``.seg.nrrd`` or a DICOM SEG object."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .geometry import check_volume
from .native_messages import native_messages_hidden

_DICOM_SEG = "1.2.840.10008.5.1.4.1.1.66.4"
_DICOM_LABELMAP_SEG = "1.2.840.10008.5.1.4.1.1.66.7"


def is_segmentation(path: Path) -> bool:
    """Say whether a file holds named segments."""
    return path.name.lower().endswith(".seg.nrrd") or _is_dicom_seg(path)


def segment_names(path: Path) -> list[str]:
    """Return the names of the segments of a file, in their order."""
    if path.name.lower().endswith(".seg.nrrd"):
        return [name for name, _, _ in _nrrd_segments(_read_nrrd(path))]
    return [str(segment.SegmentLabel) for segment in _dicom_seg(path).SegmentSequence]


def read_segment(path: Path, selector: str | None) -> sitk.Image:
    """Return one segment as a 0/1 mask (``sitkUInt8``), on the grid of the file.

    Parameters
    ----------
    path : Path
    selector : str or None
        Name or number (from 1) of the segment; may be left out when there is one only.

    Raises
    ------
    InputError
        If the file cannot be read or the segment is not there or not the only one.
    """
    names = segment_names(path)
    index = _choose(names, selector, path)
    mask = _nrrd_mask(path, index) if path.name.lower().endswith(".seg.nrrd") else _dicom_mask(path, index)
    check_volume(mask, str(path))
    return mask


def _choose(names: list[str], selector: str | None, path: Path) -> int:
    if selector is None and len(names) == 1:
        return 0
    if selector is not None and names.count(selector) == 1:
        return names.index(selector)
    if selector is not None and selector.isdigit() and 1 <= int(selector) <= len(names):
        return int(selector) - 1
    got = "no choice" if selector is None else repr(selector)
    msg = f"{path}: expected one of the segments {names} after '#', got {got}"
    raise InputError(msg)


def _read_nrrd(path: Path) -> sitk.Image:
    try:
        with native_messages_hidden():
            return sitk.ReadImage(str(path))
    except RuntimeError as error:
        msg = f"{path}: expected a segmentation file, got one that cannot be read"
        raise InputError(msg) from error


def _nrrd_segments(image: sitk.Image) -> list[tuple[str, int, int]]:
    """Return name, label value and layer of each segment (Slicer's seg.nrrd header fields)."""
    keys = {key: image.GetMetaData(key) for key in image.GetMetaDataKeys()}
    numbers = sorted(int(m.group(1)) for m in (re.fullmatch(r"Segment(\d+)_ID", key) for key in keys) if m)
    return [
        (
            keys.get(f"Segment{n}_Name", keys[f"Segment{n}_ID"]),
            int(keys.get(f"Segment{n}_LabelValue", 1)),
            int(keys.get(f"Segment{n}_Layer", 0)),
        )
        for n in numbers
    ]


def _nrrd_mask(path: Path, index: int) -> sitk.Image:
    image = _read_nrrd(path)
    _, label, layer = _nrrd_segments(image)[index]
    if image.GetNumberOfComponentsPerPixel() > 1:
        image = sitk.VectorIndexSelectionCast(image, layer)
    return sitk.Cast(image == label, sitk.sitkUInt8)


def _is_dicom_seg(path: Path) -> bool:
    if path.is_dir() or path.suffix.lower() not in (".dcm", ".seg", ""):
        return False
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID"])
    except (InvalidDicomError, OSError):
        return False
    return str(header.get("SOPClassUID", "")) in (_DICOM_SEG, _DICOM_LABELMAP_SEG)


def _dicom_seg(path: Path) -> Any:
    try:
        from highdicom.seg import segread
    except ImportError as error:  # Slicer before 5.12 does not bundle it
        msg = f"{path}: reading DICOM SEG needs the package highdicom (pip install highdicom, or Slicer 5.12)"
        raise InputError(msg) from error
    try:
        return segread(path)
    except (ValueError, AttributeError, KeyError, RuntimeError) as error:
        msg = f"{path}: expected a DICOM segmentation, got one that cannot be read ({error})"
        raise InputError(msg) from error


def _dicom_mask(path: Path, index: int) -> sitk.Image:
    segmentation = _dicom_seg(path)
    number = int(segmentation.SegmentSequence[index].SegmentNumber)
    try:
        volume = segmentation.get_volume(
            segment_numbers=[number], combine_segments=True, relabel=True, allow_missing_positions=True
        )
    except (
        ValueError,
        RuntimeError,
        AttributeError,
        sqlite3.Error,
    ) as error:  # highdicom keeps frames in SQLite
        msg = f"{path}: expected segments on evenly spaced slices with positions, got others ({error})"
        raise InputError(msg) from error
    # highdicom arrays run slice, row, column; its affine maps those indices to LPS mm.
    mask = sitk.GetImageFromArray((np.asarray(volume.array) > 0).astype(np.uint8))
    mask.SetOrigin([float(x) for x in volume.position])
    mask.SetSpacing([float(s) for s in reversed(volume.spacing)])
    mask.SetDirection(np.asarray(volume.direction)[:, ::-1].ravel().tolist())
    return mask
