"""Whether the DICOM files of a case come from one patient and from the days the case says.

The identifiers themselves never leave this file: no message, log or file name carries them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import InputError
from ..images.dicom import Series, holds_series, list_series
from ..images.reading import split_selector
from .case import Timepoint

_DICOM_PREFIX = b"DICM"


def check_one_patient(timepoints: Sequence[Timepoint], where: str) -> None:
    """Refuse DICOM images of two patients.

    Raises
    ------
    InputError
        If two images that are DICOM carry different patient identifiers.
    """
    seen: dict[str, str] = {}
    for timepoint, role, patient_id, _ in _identities(timepoints):
        if patient_id:
            seen.setdefault(patient_id, f"'{timepoint.name}' {role}")
    if len(seen) > 1:
        first, second = list(seen.values())[:2]
        msg = f"{where}: expected images of one patient, got two in the DICOM files of {first} and {second}"
        raise InputError(msg)


def date_differences(timepoints: Sequence[Timepoint]) -> list[str]:
    """Return a sentence for each DICOM image whose study date is not the date of its time point."""
    found = []
    for timepoint, role, _, study_date in _identities(timepoints):
        if study_date and study_date != timepoint.date.strftime("%Y%m%d"):
            written = f"{study_date[:4]}-{study_date[4:6]}-{study_date[6:]}"
            found.append(
                f"{timepoint.name}: the case says {timepoint.date}, the DICOM files of {role} say {written}"
            )
    return found


def _identities(timepoints: Sequence[Timepoint]) -> Iterator[tuple[Timepoint, str, str, str]]:
    listed: dict[Path, list[Series]] = {}
    for timepoint in timepoints:
        for role, argument in timepoint.images.items():
            path, selector = split_selector(argument)
            if holds_series(path):
                series = listed[path] if path in listed else listed.setdefault(path, list_series(path))
                for one in series:
                    if selector is None or one.answers_to(selector):
                        yield timepoint, role, one.patient_id, one.study_date
            elif _is_dicom(path):
                yield (timepoint, role, *_file_identity(path))


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(132)[128:] == _DICOM_PREFIX


def _file_identity(path: Path) -> tuple[str, str]:
    import pydicom

    header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["PatientID", "StudyDate"])
    return str(header.get("PatientID", "") or "").strip(), str(header.get("StudyDate", "") or "").strip()
