"""New voxels for a segment: they come back, and nothing else changes."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.segment_voxels import replace_segment
from interventional_oncology.mrml.segmentations import (
    add_segment,
    add_segmentation,
    mask_from_segment,
    segmentation_from_labels,
)


def values(image):
    return sitk.GetArrayFromImage(image)


def test_the_new_voxels_come_back_and_the_segment_stays(scene, grid_name, mask_on):
    first, second = mask_on(grid_name, seed=1), mask_on(grid_name, seed=2)
    node = add_segmentation(scene, "lesions")
    segment_id = add_segment(node, first, "L1", color=(1.0, 0.0, 0.0))
    replace_segment(node, segment_id, second)
    assert np.array_equal(values(mask_from_segment(node, segment_id, first)), values(second))
    segment = node.GetSegmentation().GetSegment(segment_id)
    assert (segment.GetName(), segment.GetColor()) == ("L1", (1.0, 0.0, 0.0))
    assert node.GetSegmentation().GetNumberOfSegments() == 1


def test_segments_of_the_same_layer_stay_as_they_are(scene, ball):
    labels = sitk.Cast(ball, sitk.sitkInt16)
    array = values(labels)
    array[:, :, : array.shape[2] // 2] *= 2
    labels = sitk.GetImageFromArray(array)
    labels.CopyInformation(ball)
    node = segmentation_from_labels(scene, labels, {1: "a", 2: "b"})
    first, second = node.GetSegmentation().GetSegmentIDs()
    before = values(mask_from_segment(node, second, ball))
    replace_segment(node, first, ball)
    assert np.array_equal(values(mask_from_segment(node, first, ball)), values(ball))
    assert np.array_equal(values(mask_from_segment(node, second, ball)), before)


def test_surfaces_shown_in_3d_follow_the_new_voxels(scene, ball):
    node = add_segmentation(scene, "lesions")
    changed, other = add_segment(node, ball, "L1"), add_segment(node, ball, "L2")
    assert node.CreateClosedSurfaceRepresentation()
    size_mm = surface_size_mm(node, changed)
    replace_segment(node, changed, sitk.BinaryErode(ball, (3, 3, 3)))
    assert np.all(surface_size_mm(node, changed) < size_mm - 2.0)
    assert np.allclose(surface_size_mm(node, other), size_mm)


def test_no_surface_is_made_that_was_not_there(scene, ball):
    node = add_segmentation(scene, "lesions")
    segment_id = add_segment(node, ball, "L1")
    replace_segment(node, segment_id, ball)
    assert not node.GetSegmentation().ContainsRepresentation("Closed surface")


def surface_size_mm(node, segment_id):
    bounds = np.reshape(node.GetClosedSurfaceInternalRepresentation(segment_id).GetBounds(), (3, 2))
    return np.ptp(bounds, axis=1)


def test_the_mask_is_given_in_world(scene, ball):
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    matrix = np.eye(4)
    matrix[:3, 3] = 4.0, -9.0, 2.5
    transform.SetMatrixTransformToParent(slicer.util.vtkMatrixFromArray(matrix))
    node = add_segmentation(scene, "lesions")
    node.SetAndObserveTransformNodeID(transform.GetID())
    segment_id = add_segment(node, ball, "L1")
    smaller = sitk.BinaryErode(ball, (2, 2, 2))
    replace_segment(node, segment_id, smaller)
    assert np.array_equal(values(mask_from_segment(node, segment_id, ball)), values(smaller))


def test_what_cannot_be_replaced_is_refused(scene, ball):
    node = add_segmentation(scene, "lesions")
    with pytest.raises(InputError, match="expected the identifier of a segment, got 'x'"):
        replace_segment(node, "x", ball)
    segment_id = add_segment(node, ball, "L1")
    node.GetSegmentation().CreateRepresentation("Closed surface")
    node.GetSegmentation().SetSourceRepresentationName("Closed surface")
    with pytest.raises(InputError, match="expected segments drawn as voxels, got Closed surface"):
        replace_segment(node, segment_id, ball)
