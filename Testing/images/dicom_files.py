"""Writing DICOM slices of which everything is known."""

from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SLICES, ROWS, COLUMNS = 6, 8, 10
STEP_MM = 2.5


def write_slice(
    folder: Path,
    number: int,
    *,
    series="1.2.3.4",
    description="portal",
    position=None,
    pixels=None,
    **changes,
) -> Path:
    """Write one slice of a series that is sound but for the ``changes``; voxels tell its number."""
    header = pydicom.Dataset()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.file_meta.MediaStorageSOPClassUID = header.SOPClassUID = CTImageStorage
    header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID = generate_uid()
    header.PatientName, header.PatientID, header.Modality = "Secret^Name", "ID-7", "CT"
    header.StudyInstanceUID, header.SeriesInstanceUID = "1.2.3", series
    header.SeriesDescription, header.SeriesNumber, header.StudyDate = description, "5", "20250220"
    header.ImagePositionPatient = [-50.0, -60.0, 100.0 + STEP_MM * number] if position is None else position
    header.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    header.PixelSpacing = [0.9, 0.7]  # rows apart, columns apart
    header.Rows, header.Columns = ROWS, COLUMNS
    header.SamplesPerPixel, header.PhotometricInterpretation = 1, "MONOCHROME2"
    header.BitsAllocated, header.BitsStored, header.HighBit, header.PixelRepresentation = 16, 16, 15, 1
    header.RescaleSlope, header.RescaleIntercept = 1, -1000
    stored = np.full((ROWS, COLUMNS), 1000 + number) if pixels is None else np.rint(pixels)
    header.PixelData = stored.astype(np.int16).tobytes()
    for tag, value in changes.items():
        setattr(header, tag, value)
    folder.mkdir(parents=True, exist_ok=True)
    # The order of names is not the order of positions.
    path = folder / f"{(number * 7) % 11:02d}-{len(list(folder.iterdir())):02d}.dcm"
    header.save_as(path, enforce_file_format=True)
    return path


def write_series(folder: Path, numbers=range(SLICES), **changes) -> Path:
    """Write the slices of these numbers."""
    for number in numbers:
        write_slice(folder, number, **changes)
    return folder
