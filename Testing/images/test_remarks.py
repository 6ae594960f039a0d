"""The frame of reference of images from DICOM, and that nothing of the patient goes with it."""

import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from dicom_files import COLUMNS, ROWS, SLICES, STEP_MM, write_series, write_slice
from pydicom.dataset import Dataset

from interventional_oncology.images import cautions, read_image, shared_frame_of_reference
from interventional_oncology.images.remarks import add_caution

FRAME, OTHER = "1.2.826.0.1.99.7", "1.2.826.0.1.99.8"


def zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return path


def one(tag: str, value: object) -> Dataset:
    item = Dataset()
    setattr(item, tag, value)
    return item


def write_multiframe(path: Path, frame_of_reference: str) -> Path:
    """Write the slices of a sound series as one object of several frames."""
    header = pydicom.dcmread(write_slice(path.parent / "single", 0))
    for tag in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(header, tag)
    header.FrameOfReferenceUID, header.NumberOfFrames = frame_of_reference, SLICES
    header.PixelData = b"".join(np.full((ROWS, COLUMNS), 1000 + n, np.int16).tobytes() for n in range(SLICES))
    shared = Dataset()
    shared.PlaneOrientationSequence = [one("ImageOrientationPatient", [1, 0, 0, 0, 1, 0])]
    shared.PixelMeasuresSequence = [one("PixelSpacing", [0.9, 0.7])]
    header.SharedFunctionalGroupsSequence = [shared]
    header.PerFrameFunctionalGroupsSequence = [
        one("PlanePositionSequence", [one("ImagePositionPatient", [-50.0, -60.0, 100 + STEP_MM * n])])
        for n in range(SLICES)
    ]
    header.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def images(tmp_path: Path) -> dict[str, sitk.Image]:
    """Three ways to store a volume of one frame of reference, one of another, and two without any."""
    folder = write_series(tmp_path / "one", FrameOfReferenceUID=FRAME)
    two = write_series(tmp_path / "two", FrameOfReferenceUID=FRAME)
    write_series(two, series="1.2.3.9", description="delayed", FrameOfReferenceUID=OTHER)
    atlas = "1.2.840.10008.1.4.1.1"
    return {
        "folder": read_image(folder),
        "series in a zip archive": read_image(f"{zipped(two)}#portal"),
        "frames of one file": read_image(write_multiframe(tmp_path / "frames.dcm", FRAME)),
        "another": read_image(f"{two}#delayed"),
        "none": read_image(write_series(tmp_path / "none")),
        "atlas": read_image(write_series(tmp_path / "atlas", FrameOfReferenceUID=atlas)),
    }


def test_only_images_of_one_frame_share_it(images: dict[str, sitk.Image]) -> None:
    same = {"folder", "series in a zip archive", "frames of one file"}
    for first, fixed in images.items():
        for second, moving in images.items():
            expected = {first, second} <= same or first == second == "another"
            assert shared_frame_of_reference(fixed, moving) is expected, (first, second)


def test_a_file_that_is_not_dicom_shares_nothing(images: dict[str, sitk.Image], tmp_path: Path) -> None:
    sitk.WriteImage(images["folder"], str(tmp_path / "scan.nii.gz"))
    assert not shared_frame_of_reference(images["folder"], read_image(tmp_path / "scan.nii.gz"))


def test_no_uid_and_no_name_goes_with_the_image(images: dict[str, sitk.Image], tmp_path: Path) -> None:
    for number, image in enumerate(images.values()):
        kept = " ".join(image.GetMetaData(key) for key in image.GetMetaDataKeys())
        path = tmp_path / f"{number}.nrrd"
        sitk.WriteImage(image, str(path))
        header = path.read_bytes().split(b"\n\n")[0].decode("latin-1")
        for secret in (FRAME, OTHER, "Secret", "ID-7", "1.2.3"):
            assert secret not in kept
            assert secret not in header


def test_cautions_keep_their_order_and_leave_other_images_alone() -> None:
    image, other = sitk.Image([4, 4, 4], sitk.sitkInt16), sitk.Image([4, 4, 4], sitk.sitkInt16)
    add_caution(image, "first")
    add_caution(image, "second")
    assert cautions(image) == ("first", "second")
    assert cautions(other) == ()
