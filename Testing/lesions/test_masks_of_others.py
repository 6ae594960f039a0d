"""``measure`` on masks that other programs wrote."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cli.main import main
from interventional_oncology.response import read_lesions_csv

pytestmark = pytest.mark.data


def measured(tmp_path, image, mask) -> list:
    table = tmp_path / "lesions.csv"
    arguments = ("--image", str(image), "--lesions", str(mask), "--out", str(table), "--date", "2025-01-01")
    assert main(["measure", *arguments]) == 0
    return read_lesions_csv(table)


def test_totalsegmentator_labels(shared_data, tmp_path):
    """A label image of 117 organs: the left kidney (3) by its label, and all of them at once."""
    folder = shared_data / "images" / "totalsegmentator_examples"
    image = next(folder.rglob("example_ct_sm.nii.gz"))
    labels = next(folder.rglob("example_seg.nii.gz"))
    values = sitk.GetArrayFromImage(sitk.ReadImage(str(labels)))
    [kidney] = measured(tmp_path, image, f"{labels}#3")
    assert kidney.volume_ml == pytest.approx(np.count_nonzero(values == 3) * 0.027, rel=1e-3)


def test_a_dicom_segmentation_of_dcmqi(shared_data, tmp_path):
    """The liver in three CT slices, as DICOM SEG, against the same segment as NRRD."""
    folder = shared_data / "images" / "dcmqi_dicom_seg_sr" / "data" / "segmentations"
    pieces = measured(tmp_path, folder / "ct-3slice", folder / "liver.dcm")
    label = sitk.ReadImage(str(folder / "liver_seg.nrrd"))
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(label))
    volume_ml = sum(piece.volume_ml for piece in pieces)
    assert volume_ml == pytest.approx(voxels * np.prod(label.GetSpacing()) / 1000, rel=1e-3)


def test_a_dicom_segmentation_of_highdicom(shared_data, tmp_path):
    """Bone in slices of a CT: the segment is measured on a grid made of its own frames."""
    file = shared_data / "images" / "highdicom_pydicom_test_files" / "highdicom" / "seg_image_ct_binary.dcm"
    from interventional_oncology.images import read_mask

    mask = read_mask(str(file))
    image = tmp_path / "image.nii.gz"
    sitk.WriteImage(sitk.Cast(mask, sitk.sitkFloat32) * 300, str(image))
    [row] = measured(tmp_path, image, file)
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(mask))
    assert row.volume_ml == pytest.approx(voxels * np.prod(mask.GetSpacing()) / 1000, rel=1e-3)
    assert row.mean_hu == pytest.approx(300)
