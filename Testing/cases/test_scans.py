"""The scans of a time point: masks find the grid of their image."""

import datetime

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import Timepoint
from interventional_oncology.cases.scans import read_scans
from interventional_oncology.errors import InputError


@pytest.fixture
def image():
    image = sitk.GetImageFromArray(np.random.default_rng(3).normal(80, 10, (12, 20, 24)).astype(np.float32))
    image.SetSpacing((1.0, 1.5, 3.0))
    image.SetOrigin((-30, 12, 700))
    return image


@pytest.fixture
def tumor(image):
    mask = sitk.Image(image.GetSize(), sitk.sitkUInt8)
    mask.CopyInformation(image)
    mask[8:14, 6:12, 4:8] = 1
    return mask


def scans_of(folder, image, mask, name):
    sitk.WriteImage(image, str(folder / "ct.nrrd"))
    sitk.WriteImage(mask, str(folder / name))
    masks = {"tumor": str(folder / name)}
    return read_scans(
        Timepoint("baseline", datetime.datetime(2025, 2, 20), {"ct_portal": str(folder / "ct.nrrd")}, masks)
    )


def test_a_cropped_segment_is_put_on_the_grid_of_the_image(tmp_path, image, tumor):
    segment = tumor[6:16, 4:14, 3:9]
    for key, value in {"ID": "S1", "Name": "tumor", "LabelValue": "1", "Layer": "0"}.items():
        segment.SetMetaData(f"Segment0_{key}", value)
    scans = scans_of(tmp_path, image, segment, "case.seg.nrrd")
    assert np.array_equal(sitk.GetArrayFromImage(scans.masks["tumor"]), sitk.GetArrayFromImage(tumor))


def test_a_cropped_label_image_is_refused(tmp_path, image, tumor):
    with pytest.raises(InputError, match="on the grid of no image of 'baseline'"):
        scans_of(tmp_path, image, tumor[6:16, 4:14, 3:9], "tumor.nii.gz")
