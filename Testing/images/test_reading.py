"""Reading files: what comes back whole, and what is refused although ITK would take it."""

import gzip
import struct

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.images import describe, read_image, same_grid


@pytest.fixture
def scan() -> sitk.Image:
    image = sitk.GetImageFromArray(np.random.default_rng(1).normal(100, 20, (7, 8, 9)).astype(np.float32))
    image.SetSpacing((0.8, 0.9, 2.5))
    image.SetOrigin((-120.5, 33.25, 801))
    image.SetDirection([0, 1, 0, -1, 0, 0, 0, 0, 1])
    return image


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha"])
def test_voxels_and_geometry_come_back(scan, ending, tmp_path):
    path = tmp_path / f"scan.{ending}"
    sitk.WriteImage(scan, str(path))
    again = read_image(path)
    assert np.array_equal(sitk.GetArrayFromImage(again), sitk.GetArrayFromImage(scan))
    assert same_grid(again, scan), describe(again)


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.99])
def test_a_truncated_file_is_refused(scan, ending, kept, tmp_path):
    path = tmp_path / f"scan.{ending}"
    sitk.WriteImage(scan, str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(InputError, match=str(path)):
        read_image(path)


# Byte offset and struct format of NIfTI-1 header fields (nifti1.h).
PIXDIM_X, PIXDIM_Y, SROW_X = 80, 84, 280


@pytest.mark.parametrize(
    ("offset", "layout", "values", "expected"),
    [
        (PIXDIM_X, "f", (0.0,), "expected a positive voxel spacing"),
        (PIXDIM_X, "f", (-0.8,), "expected a positive voxel spacing"),
        (PIXDIM_Y, "f", (float("nan"),), "expected a positive voxel spacing"),
        (SROW_X, "3f", (0.0, 0.0, 0.0), "expected a positive voxel spacing|right angles"),
        (SROW_X, "3f", (0.8, 0.3, 0.4), "expected image axes at right angles"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_nifti_header_that_itk_would_mend_silently_is_refused(
    scan, offset, layout, values, expected, packed, tmp_path
):
    plain = tmp_path / "scan.nii"
    sitk.WriteImage(scan, str(plain))
    raw = bytearray(plain.read_bytes())
    struct.pack_into("<" + layout, raw, offset, *values)
    path = tmp_path / ("bad.nii.gz" if packed else "bad.nii")
    path.write_bytes(gzip.compress(bytes(raw)) if packed else bytes(raw))
    with pytest.raises(InputError, match=expected):
        read_image(path)


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_voxel_that_itk_would_read_as_zero_is_refused(scan, ending, kind, bad, tmp_path):
    values = sitk.GetArrayFromImage(scan).astype(kind)
    values[3, 4, 5] = bad
    path = tmp_path / f"scan.{ending}"
    sitk.WriteImage(sitk.GetImageFromArray(values), str(path))
    assert np.isfinite(sitk.GetArrayFromImage(sitk.ReadImage(str(path)))).all()  # that is why we look
    with pytest.raises(InputError, match="expected finite voxels, got 1"):
        read_image(path)


def test_a_folder_without_dicom_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no image", encoding="utf-8")
    with pytest.raises(InputError, match="expected DICOM images, found none"):
        read_image(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="found nothing there"):
        read_image(tmp_path / "nowhere.nii.gz")


def test_an_image_in_the_plane_is_refused(tmp_path):
    path = tmp_path / "slice.nrrd"
    sitk.WriteImage(sitk.Image(5, 5, sitk.sitkFloat32), str(path))
    with pytest.raises(InputError, match="expected a 3-D volume, got 2-D"):
        read_image(path)


def test_readers_of_other_formats_keep_quiet(scan, tmp_path, capfd):
    path = tmp_path / "scan.mha"
    sitk.WriteImage(scan, str(path))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError):
        read_image(path)
    assert capfd.readouterr().err == ""
