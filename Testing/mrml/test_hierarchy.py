"""The subject hierarchy: one item a node, in the wheel and as the application does it."""

import datetime

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.mrml.hierarchy import (
    item_of,
    place_beside,
    place_in,
    study,
    study_date,
    subject,
)
from interventional_oncology.mrml.volumes import volume_from_image

DATE = datetime.date(2025, 2, 20)


@pytest.fixture
def hierarchy(scene):
    return scene.GetSubjectHierarchyNode()


@pytest.fixture
def volumes(scene):
    image = sitk.GetImageFromArray(np.zeros((3, 3, 3), np.int16))
    return [volume_from_image(scene, image, name) for name in ("baseline", "result")]


def test_in_the_wheel_the_item_is_made_once(hierarchy, volumes):
    assert hierarchy.GetItemByDataNode(volumes[0]) == 0
    item = item_of(volumes[0])
    assert item_of(volumes[0]) == item == hierarchy.GetItemByDataNode(volumes[0])
    assert hierarchy.GetNumberOfItems() == 1


def test_an_item_the_application_has_made_is_taken(hierarchy, volumes):
    made = hierarchy.CreateItem(hierarchy.GetSceneItemID(), volumes[0])
    assert item_of(volumes[0]) == made
    assert hierarchy.GetNumberOfItems() == 1


@pytest.mark.parametrize("made_by_application", [False, True])
def test_a_result_goes_beside_its_input(scene, hierarchy, volumes, made_by_application):
    folder = study(scene, subject(scene, "CASE-001"), "baseline", DATE)
    if made_by_application:
        for volume in volumes:
            hierarchy.CreateItem(hierarchy.GetSceneItemID(), volume)
    place_in(volumes[0], folder)
    for _ in range(2):
        place_beside(volumes[1], volumes[0])
    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(volumes[1])) == folder
    assert hierarchy.GetNumberOfItemChildren(folder) == 2
    assert hierarchy.GetNumberOfItems() == 4


def test_beside_an_input_nobody_has_placed_is_at_the_top(hierarchy, volumes):
    place_beside(volumes[1], volumes[0])
    assert hierarchy.GetItemParent(item_of(volumes[1])) == hierarchy.GetSceneItemID()


def test_a_study_is_made_once_and_has_its_date(scene, hierarchy):
    patient = subject(scene, "CASE-001")
    item = study(scene, patient, "baseline", DATE)
    assert study(scene, subject(scene, "CASE-001"), "baseline") == item
    assert hierarchy.GetItemParent(item) == patient
    assert hierarchy.GetItemAttribute(item, "DICOM.StudyDate") == "20250220"
    assert hierarchy.GetItemLevel(item) == "Study"
    assert hierarchy.GetItemLevel(patient) == "Patient"
    assert study_date(scene, item) == DATE


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), ("2025", None), ("2025-02-20", DATE), ("20250230", None)]
)
def test_dates_as_dicom_and_slicer_write_them(scene, hierarchy, text, expected):
    item = study(scene, subject(scene, "CASE-001"), "baseline")
    hierarchy.SetItemAttribute(item, "DICOM.StudyDate", text)
    assert study_date(scene, item) == expected
