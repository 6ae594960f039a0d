"""Reading an image argument: a file, a folder or a zip of one DICOM series."""

from pathlib import Path

import SimpleITK as sitk

from ..errors import InputError
from . import dicom
from .geometry import check_volume
from .nifti import check_nifti_header


def read_image(path: str | Path) -> sitk.Image:
    """Return the volume stored in ``path``.

    Parameters
    ----------
    path : str or Path
        Any file SimpleITK reads, or a folder or zip archive with one DICOM series.

    Raises
    ------
    InputError
        If nothing is there, it cannot be read, or :func:`~.geometry.check_volume` refuses it.
    """
    path = Path(path)
    if not path.exists():
        msg = f"{path}: expected an image file or a DICOM folder, found nothing there"
        raise InputError(msg)
    image = dicom.read_series(path) if path.is_dir() or path.suffix.lower() == ".zip" else _read_file(path)
    check_volume(image, str(path))
    return image


def _read_file(path: Path) -> sitk.Image:
    check_nifti_header(path)
    try:
        return sitk.ReadImage(str(path))
    except RuntimeError as error:
        msg = f"{path}: expected an image that SimpleITK reads, got a file it refuses ({_last_line(error)})"
        raise InputError(msg) from error


def _last_line(error: RuntimeError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
