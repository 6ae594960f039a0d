"""Segments are in world: the mask is inside where Slicer shows the segment."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.images import same_grid
from interventional_oncology.mrml.segmentations import add_segment, add_segmentation, mask_from_segment
from interventional_oncology.mrml.transforms import transform_to_node
from interventional_oncology.mrml.volumes import image_from_volume, volume_from_image


def voxels(image):
    return sitk.GetArrayFromImage(image)


def rigid():
    rotation = sitk.VersorTransform((0.3, -0.2, 0.9), 0.4)
    return sitk.VersorRigid3DTransform(rotation.GetVersor(), (11.0, -7.0, 23.0))


def test_a_rigid_transform_moves_the_segment(scene, mask_on, grid_name):
    mask = mask_on(grid_name)
    node = add_segmentation(scene, "masks")
    identifier = add_segment(node, mask, "tumor")
    transform = rigid()
    node.SetAndObserveTransformNodeID(transform_to_node(scene, transform, "registration").GetID())
    moved = sitk.Image(mask)
    direction = np.reshape(mask.GetDirection(), (3, 3))
    back = np.reshape(transform.GetInverse().GetMatrix(), (3, 3))
    moved.SetOrigin(transform.GetInverse().TransformPoint(mask.GetOrigin()))
    moved.SetDirection((back @ direction).ravel().tolist())
    assert np.array_equal(voxels(mask_from_segment(node, identifier, moved)), voxels(mask))


def test_with_its_volume_under_the_same_transform_nothing_changes(scene, mask_on, image_on, grid_name):
    mask = mask_on(grid_name)
    volume = volume_from_image(scene, image_on(grid_name), "follow-up")
    node = add_segmentation(scene, "masks", reference=volume)
    identifier = add_segment(node, mask, "tumor")
    parent = transform_to_node(scene, rigid(), "registration")
    for one in (volume, node):
        one.SetAndObserveTransformNodeID(parent.GetID())
    for world in (False, True):
        back = mask_from_segment(node, identifier, volume, world=world)
        assert np.array_equal(voxels(back), voxels(mask))
        assert same_grid(back, image_from_volume(volume, world=world))


def test_only_the_segmentation_under_a_warp(scene, ball):
    node = add_segmentation(scene, "masks")
    identifier = add_segment(node, ball, "tumor")
    field = sitk.GetImageFromArray(np.full((12, 12, 12, 3), (4.0, -3.0, 5.0)), isVector=True)
    field.SetOrigin((-100.0, -100.0, -100.0))
    field.SetSpacing((20.0, 20.0, 20.0))
    parent = transform_to_node(scene, sitk.DisplacementFieldTransform(field), "warp")
    node.SetAndObserveTransformNodeID(parent.GetID())
    reference = sitk.Image(ball)
    reference.SetOrigin((np.array(ball.GetOrigin()) - (4.0, -3.0, 5.0)).tolist())
    assert np.array_equal(voxels(mask_from_segment(node, identifier, reference)), voxels(ball))


def test_the_whole_way_of_a_registered_follow_up(scene, ball):
    """Volume and segmentation under a warp: the mask fits the volume, stored and as shown."""
    image = sitk.Cast(ball, sitk.sitkFloat32) * 100
    k, j, i = np.indices((12, 12, 12))
    values = np.stack([4 * np.sin(j / 3), 3 * np.cos(k / 4), -5 * np.sin(i / 3)], axis=-1)
    field = sitk.GetImageFromArray(values, isVector=True)
    field.SetOrigin((-80.0, -60.0, -40.0))
    field.SetSpacing((15.0, 15.0, 15.0))
    parent = transform_to_node(scene, sitk.DisplacementFieldTransform(field), "warp")
    volume = volume_from_image(scene, image, "follow-up")
    volume.SetAndObserveTransformNodeID(parent.GetID())
    node = add_segmentation(scene, "masks", reference=volume)
    world_image = image_from_volume(volume, world=True)
    world_mask = sitk.Cast(world_image > 50, sitk.sitkUInt8)
    identifier = add_segment(node, world_mask, "as shown")
    stored = mask_from_segment(node, identifier, volume, world=False)
    # Resampled there and back, so only the voxels at the rim may change.
    overlap = 2 * (voxels(stored) & voxels(ball)).sum() / (voxels(stored).sum() + voxels(ball).sum())
    assert overlap > 0.95
    shown = mask_from_segment(node, identifier, volume, world=True)
    overlap = 2 * (voxels(shown) & voxels(world_mask)).sum()
    assert overlap / (voxels(shown).sum() + voxels(world_mask).sum()) > 0.95


def test_adding_to_a_moved_segmentation_keeps_the_place_in_world(scene, mask_on, grid_name):
    mask = mask_on(grid_name)
    node = add_segmentation(scene, "masks")
    node.SetAndObserveTransformNodeID(transform_to_node(scene, rigid(), "registration").GetID())
    identifier = add_segment(node, mask, "tumor")
    assert np.array_equal(voxels(mask_from_segment(node, identifier, mask)), voxels(mask))


def test_hardening_in_slicer_changes_nothing(scene, mask_on, grid_name):
    mask = mask_on(grid_name)
    node = add_segmentation(scene, "masks")
    node.SetAndObserveTransformNodeID(transform_to_node(scene, rigid(), "registration").GetID())
    identifier = add_segment(node, mask, "tumor")
    assert node.HardenTransform()
    assert node.GetParentTransformNode() is None
    assert np.array_equal(voxels(mask_from_segment(node, identifier, mask)), voxels(mask))


def test_a_moved_reference_must_say_its_frame(scene, mask_on, image_on):
    node = add_segmentation(scene, "masks")
    identifier = add_segment(node, mask_on("oblique"), "tumor")
    volume = volume_from_image(scene, image_on("oblique"), "follow-up")
    volume.SetAndObserveTransformNodeID(transform_to_node(scene, rigid(), "registration").GetID())
    with pytest.raises(InputError, match="follow-up is under the transform registration"):
        mask_from_segment(node, identifier, volume)
