"""Reading an image argument: a file, or a folder or zip archive with one DICOM series."""

from pathlib import Path

import SimpleITK as sitk

from ..errors import InputError
from . import dicom, dicom_multiframe
from .geometry import check_volume
from .native_messages import native_messages_hidden
from .nifti import check_nifti


def split_selector(argument: str | Path) -> tuple[Path, str | None]:
    """Return the path and what stands after ``#``, if anything.

    Raises
    ------
    InputError
        If nothing is at the path.
    """
    path, selector = Path(argument), None
    if not path.exists() and "#" in str(argument):
        before, _, after = str(argument).rpartition("#")
        path, selector = Path(before), after
    if not path.exists():
        msg = f"{path}: expected a file or a DICOM folder, found nothing there"
        raise InputError(msg)
    return path, selector


def read_image(argument: str | Path) -> sitk.Image:
    """Return the volume stored at ``argument``.

    Parameters
    ----------
    argument : str or Path
        Any file SimpleITK reads; a folder or a zip archive with one DICOM series; or, when there are
        several, ``folder#series`` with the UID, number or description of the series.

    Raises
    ------
    InputError
        If nothing is there, it cannot be read, or :func:`~.geometry.check_volume` refuses it.
    """
    path, selector = split_selector(argument)
    if dicom.holds_series(path):
        image = dicom.read_series(path, selector)
    elif selector is not None:
        msg = f"{argument}: expected a DICOM folder or zip archive before '#', got a file"
        raise InputError(msg)
    else:
        image = _read_file(path)
    check_volume(image, str(argument))
    return image


def _read_file(path: Path) -> sitk.Image:
    check_nifti(path)
    if dicom_multiframe.is_multiframe_file(path):
        return dicom_multiframe.read_multiframe(path, str(path))
    try:
        with native_messages_hidden():
            return sitk.ReadImage(str(path))
    except RuntimeError as error:
        msg = f"{path}: expected an image file, got one that cannot be read ({_reason(error)})"
        raise InputError(msg) from error


def _reason(error: RuntimeError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("sitk::ERROR: ") if lines else "no reason given"
