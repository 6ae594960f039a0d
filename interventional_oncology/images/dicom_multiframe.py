"""A volume from one multi-frame DICOM object (enhanced CT or MR)."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import SimpleITK as sitk

from .dicom_slices import measured_stack, sorted_by_position, with_geometry
from .remarks import note_frame_of_reference


def is_multiframe(header: Any) -> bool:
    """Say whether a ``pydicom`` data set holds several frames."""
    return int(header.get("NumberOfFrames", 1) or 1) > 1


def is_multiframe_file(path: Path) -> bool:
    """Say whether a file is a DICOM object with several frames."""
    if path.suffix.lower() not in (".dcm", ""):
        return False
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        return is_multiframe(pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["NumberOfFrames"]))
    except (InvalidDicomError, OSError):
        return False


def read_multiframe(path: Path, name: str) -> sitk.Image:
    """Return the volume of a multi-frame object, its frames in the order of their positions.

    Raises
    ------
    InputError
        If the frames have no position, or do not make one evenly spaced volume.
    """
    import pydicom

    header = pydicom.dcmread(path, stop_before_pixels=True)
    frames = [_frame(header, number) for number in range(int(header.NumberOfFrames))]
    ordered = sorted_by_position(frames, name)
    stack = measured_stack(ordered, name)
    values = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    image = sitk.GetImageFromArray(np.ascontiguousarray(values[[frame.number for frame in ordered]]))
    image = with_geometry(image, ordered[0], stack)
    note_frame_of_reference(image, str(header.get("FrameOfReferenceUID", "") or "").strip())
    return image


class _Frame(SimpleNamespace):
    """One frame with the attributes that :mod:`~.dicom_slices` asks of a single-frame header."""

    def get(self, tag: str) -> Any:
        return getattr(self, tag)


def _frame(header: Any, number: int) -> _Frame:
    def group(sequence: str, tag: str) -> Any:
        for groups in (
            header.get("PerFrameFunctionalGroupsSequence"),
            header.get("SharedFunctionalGroupsSequence"),
        ):
            holder = groups[number if len(groups) > 1 else 0] if groups else {}
            if holder and holder.get(sequence):
                return holder[sequence].value[0].get(tag)
        return None

    return _Frame(
        number=number,
        Rows=header.Rows,
        Columns=header.Columns,
        ImagePositionPatient=group("PlanePositionSequence", "ImagePositionPatient"),
        ImageOrientationPatient=group("PlaneOrientationSequence", "ImageOrientationPatient"),
        PixelSpacing=group("PixelMeasuresSequence", "PixelSpacing"),
    )
