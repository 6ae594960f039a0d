"""DICOM series written by the test, so that every defect is known."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from dicom_files import COLUMNS, ROWS, SLICES, STEP_MM, write_series, write_slice

from interventional_oncology.errors import InputError
from interventional_oncology.images import read_image
from interventional_oncology.images.dicom import list_series


class TestSoundSeries:
    def check(self, image: sitk.Image):
        assert image.GetSize() == (COLUMNS, ROWS, SLICES)
        assert np.allclose(image.GetSpacing(), (0.7, 0.9, STEP_MM))
        assert np.allclose(image.GetOrigin(), (-50, -60, 100))
        # The slice number is in the voxels: rescaled to HU and in the order of the positions.
        assert sitk.GetArrayFromImage(image)[:, 3, 4].tolist() == list(range(SLICES))

    def test_a_folder(self, tmp_path):
        self.check(read_image(write_series(tmp_path / "scan")))

    def test_a_zip_archive(self, tmp_path):
        folder = write_series(tmp_path / "scan")
        with zipfile.ZipFile(tmp_path / "scan.zip", "w") as archive:
            for path in folder.iterdir():
                archive.write(path, f"export/{path.name}")
            archive.writestr("export/readme.txt", "not DICOM")
        self.check(read_image(tmp_path / "scan.zip"))

    def test_a_member_that_points_outside_the_archive_is_left_alone(self, tmp_path):
        folder = write_series(tmp_path / "scan")
        with zipfile.ZipFile(tmp_path / "scan.zip", "w") as archive:
            for path in folder.iterdir():
                archive.write(path, path.name)
            archive.writestr("../outside.txt", "must not be written")
        self.check(read_image(tmp_path / "scan.zip"))
        assert not list(tmp_path.rglob("outside.txt"))

    def test_slices_that_run_downward_come_back_upward(self, tmp_path):
        for number in range(SLICES):
            write_slice(tmp_path / "scan", number, position=[-50.0, -60.0, 100.0 - STEP_MM * number])
        image = read_image(tmp_path / "scan")
        assert np.isclose(image.GetOrigin()[2], 100 - STEP_MM * (SLICES - 1))
        assert sitk.GetArrayFromImage(image)[:, 0, 0].tolist() == list(range(SLICES))[::-1]

    def test_oblique_slices(self, tmp_path):
        normal = np.array([0, -0.6, 0.8])
        for number in range(SLICES):
            write_slice(
                tmp_path / "scan",
                number,
                position=(np.array([1.0, 2.0, 3.0]) + STEP_MM * number * normal).tolist(),
                ImageOrientationPatient=[1, 0, 0, 0, 0.8, 0.6],
            )
        image = read_image(tmp_path / "scan")
        assert np.allclose(image.TransformIndexToPhysicalPoint((0, 0, 5)), [1, 2 - 7.5, 3 + 10])


class TestSeveralSeries:
    @pytest.fixture
    def folder(self, tmp_path):
        write_series(tmp_path / "scan" / "first", description="arterial")
        write_series(tmp_path / "scan" / "second", series="1.2.3.5", description="portal", RescaleIntercept=0)
        return tmp_path / "scan"

    def test_they_are_listed_without_the_patient(self, folder):
        with pytest.raises(InputError) as refused:
            read_image(folder)
        text = str(refused.value)
        assert "expected one series, got 2" in text
        assert "arterial (number 5, 6 files, folder first)" in text
        assert "Secret" not in text
        assert "ID-7" not in text

    @pytest.mark.parametrize("selector", ["1.2.3.5", "portal", "second"])
    def test_one_is_chosen_by_uid_description_or_folder(self, folder, selector):
        assert sitk.GetArrayFromImage(read_image(f"{folder}#{selector}")).min() == 1000

    def test_a_choice_that_means_both_is_refused(self, folder):
        with pytest.raises(InputError, match="expected one series, got 2"):
            read_image(f"{folder}#5")  # both have the number 5

    def test_a_choice_that_means_none_is_refused(self, folder):
        with pytest.raises(InputError, match="expected one of the series arterial"):
            read_image(f"{folder}#delayed")

    def test_the_listing_tells_date_and_modality(self, folder):
        assert [(s.study_date, s.modality, len(s.headers)) for s in list_series(folder)] == [
            ("20250220", "CT", 6)
        ] * 2


class TestDefects:
    def refused(self, folder: Path) -> str:
        with pytest.raises(InputError) as refused:
            read_image(folder)
        return str(refused.value)

    def test_a_missing_slice(self, tmp_path):
        text = self.refused(write_series(tmp_path / "scan", numbers=[0, 1, 2, 4, 5, 6]))
        assert "expected slices every 2.50 mm, got a gap of 5.00 mm after slice 3 (1 slice missing)" in text

    def test_uneven_slices(self, tmp_path):
        write_series(tmp_path / "scan")
        write_slice(tmp_path / "scan", 9, position=[-50.0, -60.0, 100 + STEP_MM * SLICES + 0.8])
        text = self.refused(tmp_path / "scan")
        assert "a gap of 3.30 mm" in text
        assert "missing" not in text

    def test_two_images_at_one_position(self, tmp_path):
        write_series(tmp_path / "scan")
        write_slice(tmp_path / "scan", 3)
        assert "expected one slice at each position" in self.refused(tmp_path / "scan")

    def test_a_stack_too_steep_for_any_gantry(self, tmp_path):
        for number in range(SLICES):
            write_slice(
                tmp_path / "scan", number, position=[-50.0, -60.0 + 2 * number, 100 + STEP_MM * number]
            )
        assert "got a stack sheared by 39 degrees" in self.refused(tmp_path / "scan")

    def test_a_slice_beside_the_line_of_the_others(self, tmp_path):
        write_series(tmp_path / "scan", numbers=[0, 1, 2, 4])
        write_slice(tmp_path / "scan", 3, position=[-49.0, -60.0, 100 + STEP_MM * 3])
        text = self.refused(tmp_path / "scan")
        assert "expected slices in one line, got some up to 1.0 mm beside it" in text

    def test_a_localizer_among_the_slices(self, tmp_path):
        write_series(tmp_path / "scan")
        write_slice(tmp_path / "scan", 8, ImageOrientationPatient=[1, 0, 0, 0, 0, -1])
        assert "alike in size, spacing and orientation" in self.refused(tmp_path / "scan")

    def test_a_single_slice(self, tmp_path):
        assert "at least 2 slices, got 1" in self.refused(write_series(tmp_path / "scan", numbers=[0]))

    def test_slices_without_position(self, tmp_path):
        assert "without ImagePositionPatient" in self.refused(
            write_series(tmp_path / "scan", ImagePositionPatient=None)
        )

    def test_a_broken_archive(self, tmp_path):
        (tmp_path / "scan.zip").write_bytes(b"PK\x03\x04 and then nothing")
        assert "expected a zip archive" in self.refused(tmp_path / "scan.zip")


@pytest.mark.data
def test_real_liver_ct(shared_data):
    image = read_image(shared_data / "images/crlm_liver_ct/CRLM-CT-1006_dicom.zip")
    assert image.GetSize() == (512, 512, 51)
    assert np.allclose(image.GetSpacing(), (0.8047, 0.8047, 5.0), atol=1e-3)
    # The README of the data set gives a crop of this volume.
    crop = sitk.GetArrayFromImage(
        sitk.ReadImage(str(shared_data / "images/crlm_liver_ct/CRLM-CT-1006_liver_crop.nii.gz"))
    )
    assert np.array_equal(sitk.GetArrayFromImage(image)[9:42, 130:390, 40:340], crop)


@pytest.mark.data
def test_real_archive_with_two_dates_lists_its_series(shared_data):
    archive = shared_data / "images/cmb_crc_liver_mr_pair/CMB-CRC-MSB-06489_T2_ADC_two_timepoints_dicom.zip"
    assert [series.study_date for series in list_series(archive)] == ["19591209"] * 2 + ["19600413"] * 2
    image = read_image(f"{archive}#1960-04-13_followup/t2_image")
    assert image.GetSize() == (584, 512, 33)
