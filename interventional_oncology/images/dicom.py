"""One volume from a folder or a zip archive of DICOM files.

``pydicom`` sorts the files into series and checks that the slices are all there; SimpleITK (GDCM) decodes
them, so that every transfer syntax Slicer reads is read here.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from .dicom_multiframe import is_multiframe, read_multiframe
from .dicom_slices import measured_stack, sorted_by_position, with_geometry
from .native_messages import native_messages_hidden
from .remarks import note_frame_of_reference

_TAGS = [
    "SeriesInstanceUID",
    "SeriesDescription",
    "SeriesNumber",
    "Modality",
    "PatientID",
    "StudyDate",
    "FrameOfReferenceUID",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
    "NumberOfFrames",
]


@dataclass(frozen=True)
class Series:
    """One DICOM series.

    Attributes
    ----------
    uid, description, number, modality, patient_id, study_date, frame_of_reference : str
        As in the files, empty where a file has none. ``study_date`` is ``YYYYMMDD``.
    folder : str
        Folder of the files below the folder or archive read, ``""`` for its top.
    headers : tuple
        ``pydicom`` data sets without pixels, one a file, each with its path in ``filename``.
    """

    uid: str
    description: str
    number: str
    modality: str
    patient_id: str
    study_date: str
    frame_of_reference: str
    folder: str
    headers: tuple[Any, ...]

    def label(self) -> str:
        """Return how the series is listed for the user: never with the patient's name or number."""
        where = f", folder {self.folder}" if self.folder else ""
        name = self.description or "without description"
        return f"{name} (number {self.number or '?'}, {len(self.headers)} files{where})"

    def answers_to(self, selector: str) -> bool:
        """Say whether the text after ``#`` means this series: UID, number, description or folder."""
        return selector in (self.uid, self.number, self.description, self.folder)


def holds_series(path: Path) -> bool:
    """Say whether a path is read as DICOM: a folder or a zip archive."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def list_series(path: str | Path) -> list[Series]:
    """Return the image series in a folder or zip archive, in the order of their numbers.

    The headers of a zip archive name files that are gone on return: read it with :func:`read_series`.

    Raises
    ------
    InputError
        If it cannot be opened or holds no DICOM image.
    """
    with _as_folder(Path(path)) as folder:
        return _series_in(folder, Path(path))


def read_series(path: str | Path, selector: str | None = None) -> sitk.Image:
    """Return the volume of the only series, or of the one that ``selector`` means.

    The slices of a tilted gantry are brought into a rectangular volume, with a caution that
    :func:`~.remarks.cautions` tells.

    Parameters
    ----------
    path : str or Path
        Folder or zip archive.
    selector : str, optional
        UID, number, description or folder of the series when there are several.

    Raises
    ------
    InputError
        If there are several series and none is selected (they are listed), slices are missing,
        unevenly spaced, in no line or taken several times at one position.
    """
    path = Path(path)
    with _as_folder(path) as folder:
        return _read_volume(_select(_series_in(folder, path), selector, path), path)


@contextmanager
def _as_folder(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as unpacked:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, Path(unpacked))
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            msg = f"{path}: expected a zip archive of DICOM files, got one that cannot be read ({error})"
            raise InputError(msg) from error
        yield Path(unpacked)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    for member in archive.infolist():
        parts = Path(member.filename).parts
        # A member may name any place of the disk; only those that stay inside are taken.
        if member.is_dir() or ".." in parts or Path(member.filename).is_absolute():
            continue
        archive.extract(member, folder)


def _series_in(folder: Path, path: Path) -> list[Series]:
    grouped: dict[str, list[Any]] = {}
    for header in _image_headers(folder):
        grouped.setdefault(str(header.SeriesInstanceUID), []).append(header)
    if not grouped:
        msg = f"{path}: expected DICOM images, found none"
        raise InputError(msg)
    found = [_series(headers, folder) for headers in grouped.values()]
    return sorted(
        found, key=lambda series: (series.study_date, len(series.number), series.number, series.uid)
    )


def _image_headers(folder: Path) -> Iterator[Any]:
    import pydicom
    from pydicom.errors import InvalidDicomError

    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            header = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=_TAGS)
        except (InvalidDicomError, OSError):
            continue
        if "Rows" in header and "SeriesInstanceUID" in header:
            yield header


def _series(headers: list[Any], folder: Path) -> Series:
    first = headers[0]

    def text(tag: str) -> str:
        return str(first.get(tag, "") or "").strip()

    return Series(
        uid=text("SeriesInstanceUID"),
        description=text("SeriesDescription"),
        number=text("SeriesNumber"),
        modality=text("Modality"),
        patient_id=text("PatientID"),
        study_date=text("StudyDate"),
        frame_of_reference=text("FrameOfReferenceUID"),
        folder=Path(str(first.filename)).parent.relative_to(folder).as_posix().removeprefix("."),
        headers=tuple(headers),
    )


def _select(found: list[Series], selector: str | None, path: Path) -> Series:
    chosen = found if selector is None else [series for series in found if series.answers_to(selector)]
    if len(chosen) == 1:
        return chosen[0]
    listed = "; ".join(series.label() for series in chosen or found)
    if selector is None or len(chosen) > 1:
        how = f"choose one by {path.name}#description, number, UID or folder"
        msg = f"{path}: expected one series, got {len(chosen)}: {listed}; {how}"
    else:
        msg = f"{path}#{selector}: expected one of the series {listed}"
    raise InputError(msg)


def _read_volume(series: Series, path: Path) -> sitk.Image:
    name = f"{path} series {series.label()}"
    try:
        with native_messages_hidden():
            if len(series.headers) == 1 and is_multiframe(series.headers[0]):
                return read_multiframe(Path(series.headers[0].filename), name)
            headers = sorted_by_position(list(series.headers), name)
            stack = measured_stack(headers, name)
            image = sitk.ReadImage([str(header.filename) for header in headers])
            image = with_geometry(image, headers[0], stack)
            note_frame_of_reference(image, series.frame_of_reference)
            return image
    except RuntimeError as error:
        msg = f"{name}: expected DICOM images, got files that cannot be decoded"
        raise InputError(msg) from error
