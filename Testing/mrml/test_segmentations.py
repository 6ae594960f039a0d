"""Masks and segments: the same voxels at the same place, whatever the grids, layers and transforms."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.images import same_grid
from interventional_oncology.mrml.segmentations import (
    add_segment,
    add_segmentation,
    mask_from_segment,
    segment_id,
    segmentation_from_labels,
)
from interventional_oncology.mrml.terminology import Code, terminology_entry
from interventional_oncology.mrml.transforms import transform_to_node
from interventional_oncology.mrml.volumes import image_from_volume, volume_from_image

LABELMAP = "Binary labelmap"


def voxels(image):
    return sitk.GetArrayFromImage(image)


def rigid():
    rotation = sitk.VersorTransform((0.3, -0.2, 0.9), 0.4)
    return sitk.VersorRigid3DTransform(rotation.GetVersor(), (11.0, -7.0, 23.0))


def ball(grid, center_index, radius_mm):
    """Return a ball on the grid of an image."""
    k, j, i = np.indices(grid.GetSize()[::-1])
    at = (np.stack([i, j, k], axis=-1) - center_index) * grid.GetSpacing()
    mask = sitk.GetImageFromArray((np.linalg.norm(at, axis=-1) <= radius_mm).astype(np.uint8))
    mask.CopyInformation(grid)
    return mask


def fine_grid():
    grid = sitk.Image([40, 36, 30], sitk.sitkUInt8)
    grid.SetSpacing((1.0, 1.1, 1.4))
    grid.SetDirection(sitk.VersorTransform((0.2, 0.1, 1.0), 0.3).GetMatrix())
    grid.SetOrigin((-20.0, 10.0, 30.0))
    return grid


class TestRoundTrip:
    def test_a_mask_comes_back_voxel_by_voxel(self, scene, mask_on, grid_name):
        mask = mask_on(grid_name)
        node = add_segmentation(scene, "masks")
        back = mask_from_segment(node, add_segment(node, mask, "tumor"), mask)
        assert back.GetPixelID() == sitk.sitkUInt8
        assert np.array_equal(voxels(back), voxels(mask))
        assert same_grid(back, mask, tolerance_voxels=1e-9)

    def test_the_cropped_layer_is_put_back_at_its_place(self, scene, mask_on, grid_name):
        mask = mask_on(grid_name) * 0
        mask[4:6, 3:7, 2:4] = 1
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask, "tumor")
        layer = node.GetSegmentation().GetSegment(identifier).GetRepresentation(LABELMAP)
        assert layer.GetExtent() == (4, 5, 3, 6, 2, 3)
        back = mask_from_segment(node, identifier, mask)
        assert np.array_equal(voxels(back), voxels(mask))

    def test_a_volume_as_reference_is_the_same_as_its_image(self, scene, mask_on, image_on, grid_name):
        mask = mask_on(grid_name)
        volume = volume_from_image(scene, image_on(grid_name), "CT")
        node = add_segmentation(scene, "masks", reference=volume)
        back = mask_from_segment(node, add_segment(node, mask, "tumor"), volume)
        assert np.array_equal(voxels(back), voxels(mask))

    def test_any_nonzero_voxel_is_inside(self, scene, mask_on):
        mask = sitk.Cast(mask_on("oblique"), sitk.sitkInt16) * 300
        node = add_segmentation(scene, "masks")
        back = mask_from_segment(node, add_segment(node, mask, "tumor"), mask)
        assert np.array_equal(voxels(back), voxels(mask) // 300)

    def test_overlapping_segments_do_not_disturb_each_other(self, scene, mask_on):
        masks = {name: mask_on("oblique", seed) for seed, name in enumerate(("liver", "tumor", "ablation"))}
        node = add_segmentation(scene, "masks")
        identifiers = {name: add_segment(node, mask, name) for name, mask in masks.items()}
        for name, mask in masks.items():
            assert np.array_equal(voxels(mask_from_segment(node, identifiers[name], mask)), voxels(mask))

    def test_layers_that_slicer_merged_are_told_apart(self, scene, mask_on):
        first = mask_on("oblique", seed=1)
        second = mask_on("oblique", seed=2) * (1 - first)
        node = add_segmentation(scene, "masks")
        identifiers = [add_segment(node, mask, "m") for mask in (first, second)]
        assert node.GetSegmentation().GetNumberOfLayers() == 2
        node.GetSegmentation().CollapseBinaryLabelmaps(False)
        assert node.GetSegmentation().GetNumberOfLayers() == 1
        for identifier, mask in zip(identifiers, (first, second), strict=True):
            assert np.array_equal(voxels(mask_from_segment(node, identifier, mask)), voxels(mask))

    def test_slicers_own_export_says_the_same(self, scene, mask_on, image_on, grid_name):
        mask = mask_on(grid_name)
        volume = volume_from_image(scene, image_on(grid_name), "CT")
        node = add_segmentation(scene, "masks", reference=volume)
        ids = vtk.vtkStringArray()
        ids.InsertNextValue(add_segment(node, mask, "tumor"))
        labels = scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "export")
        export = slicer.vtkSlicerSegmentationsModuleLogic.ExportSegmentsToLabelmapNode
        assert export(node, ids, labels, volume)
        assert np.array_equal(voxels(image_from_volume(labels)), voxels(mask))

    def test_a_segment_drawn_by_slicer_is_read(self, scene, image_on):
        """One imported with Slicer's logic, as the segment editor does, from a label volume."""
        labels = sitk.Modulus(image_on("oblique", np.uint8), 3)
        volume = volume_from_image(scene, labels, "labels", label=True)
        node = add_segmentation(scene, "masks", reference=volume)
        logic = slicer.vtkSlicerSegmentationsModuleLogic
        assert logic.ImportLabelmapToSegmentationNode(volume, node)
        for label, identifier in enumerate(node.GetSegmentation().GetSegmentIDs(), start=1):
            back = mask_from_segment(node, identifier, labels)
            assert np.array_equal(voxels(back), voxels(labels) == label)


class TestOtherGrids:
    def test_flipped_and_permuted_grids_are_exact(self, scene, mask_on, grid_name):
        mask = mask_on(grid_name)
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask, "tumor")
        for other in (sitk.Flip(mask, (True, False, True)), sitk.PermuteAxes(mask, (2, 0, 1))):
            back = mask_from_segment(node, identifier, other)
            assert np.array_equal(voxels(back), voxels(other))

    def test_a_larger_grid_is_filled_with_zeros(self, scene, mask_on, grid_name):
        mask = mask_on(grid_name)
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask, "tumor")
        larger = sitk.ConstantPad(mask, (3, 2, 1), (1, 2, 3), 0)
        assert np.array_equal(voxels(mask_from_segment(node, identifier, larger)), voxels(larger))

    def test_a_smaller_grid_cuts(self, scene, mask_on):
        mask = mask_on("oblique")
        node = add_segmentation(scene, "masks")
        smaller = mask[2:9, 3:8, 1:6]
        back = mask_from_segment(node, add_segment(node, mask, "tumor"), smaller)
        assert np.array_equal(voxels(back), voxels(smaller))

    def test_a_ball_keeps_its_place_and_volume_on_an_oblique_grid(self, scene):
        mask = ball(fine_grid(), (20, 17, 14), 9.0)
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask, "tumor")
        other = sitk.Image([50, 50, 50], sitk.sitkUInt8)
        center = np.array(mask.TransformIndexToPhysicalPoint((20, 17, 14)))
        other.SetOrigin((center - 25.0 * 0.9).tolist())
        other.SetSpacing((0.9, 0.9, 0.9))
        back = voxels(mask_from_segment(node, identifier, other))
        volume_mm3 = voxels(mask).sum() * np.prod(mask.GetSpacing())
        assert back.sum() * 0.9**3 == pytest.approx(volume_mm3, rel=0.02)
        found = np.argwhere(back).mean(axis=0)[::-1] * 0.9 + other.GetOrigin()
        assert found == pytest.approx(center, abs=0.1)

    def test_elsewhere_is_empty(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask_on("oblique"), "tumor")
        far = mask_on("oblique")
        far.SetOrigin((5000.0, 0.0, 0.0))
        assert not voxels(mask_from_segment(node, identifier, far)).any()


class TestUnderTransforms:
    """Segments are in world: the mask is inside where Slicer shows the segment."""

    def test_a_rigid_transform_moves_the_segment(self, scene, mask_on, grid_name):
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

    def test_with_its_volume_under_the_same_transform_nothing_changes(
        self, scene, mask_on, image_on, grid_name
    ):
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

    def test_only_the_segmentation_under_a_warp(self, scene):
        mask = ball(fine_grid(), (20, 17, 14), 9.0)
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask, "tumor")
        shift = sitk.Image([12, 12, 12], sitk.sitkVectorFloat64, 3) + 0.0
        shift.SetOrigin((-100.0, -100.0, -100.0))
        shift.SetSpacing((20.0, 20.0, 20.0))
        values = np.zeros((12, 12, 12, 3))
        values[...] = (4.0, -3.0, 5.0)
        field = sitk.GetImageFromArray(values, isVector=True)
        field.CopyInformation(shift)
        parent = transform_to_node(scene, sitk.DisplacementFieldTransform(field), "warp")
        node.SetAndObserveTransformNodeID(parent.GetID())
        reference = sitk.Image(mask)
        reference.SetOrigin((np.array(mask.GetOrigin()) - (4.0, -3.0, 5.0)).tolist())
        assert np.array_equal(voxels(mask_from_segment(node, identifier, reference)), voxels(mask))

    def test_the_whole_way_of_a_registered_follow_up(self, scene):
        """Volume and segmentation under a warp: the mask fits the volume, stored and as shown."""
        grid = fine_grid()
        mask = ball(grid, (20, 17, 14), 9.0)
        image = sitk.Cast(mask, sitk.sitkFloat32) * 100
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
        overlap = 2 * (voxels(stored) & voxels(mask)).sum() / (voxels(stored).sum() + voxels(mask).sum())
        assert overlap > 0.95
        shown = mask_from_segment(node, identifier, volume, world=True)
        overlap = 2 * (voxels(shown) & voxels(world_mask)).sum()
        assert overlap / (voxels(shown).sum() + voxels(world_mask).sum()) > 0.95

    def test_adding_to_a_moved_segmentation_keeps_the_place_in_world(self, scene, mask_on, grid_name):
        mask = mask_on(grid_name)
        node = add_segmentation(scene, "masks")
        node.SetAndObserveTransformNodeID(transform_to_node(scene, rigid(), "registration").GetID())
        identifier = add_segment(node, mask, "tumor")
        assert np.array_equal(voxels(mask_from_segment(node, identifier, mask)), voxels(mask))

    def test_hardening_in_slicer_changes_nothing(self, scene, mask_on, grid_name):
        mask = mask_on(grid_name)
        node = add_segmentation(scene, "masks")
        node.SetAndObserveTransformNodeID(transform_to_node(scene, rigid(), "registration").GetID())
        identifier = add_segment(node, mask, "tumor")
        assert node.HardenTransform()
        assert node.GetParentTransformNode() is None
        assert np.array_equal(voxels(mask_from_segment(node, identifier, mask)), voxels(mask))

    def test_a_moved_reference_must_say_its_frame(self, scene, mask_on, image_on):
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask_on("oblique"), "tumor")
        volume = volume_from_image(scene, image_on("oblique"), "follow-up")
        volume.SetAndObserveTransformNodeID(transform_to_node(scene, rigid(), "registration").GetID())
        with pytest.raises(InputError, match="follow-up is under the transform registration"):
            mask_from_segment(node, identifier, volume)


NAMES = {4: "viable tumor", 1: "necrosis", 9: "nobody"}


class TestLabels:
    def labels(self, image_on, grid_name):
        return sitk.Modulus(image_on(grid_name, np.uint8), 6)

    def test_each_label_is_a_segment_in_one_layer(self, scene, image_on, grid_name):
        labels = self.labels(image_on, grid_name)
        node = segmentation_from_labels(scene, labels, NAMES, name="zones")
        assert node.GetName() == "zones"
        segmentation = node.GetSegmentation()
        assert segmentation.GetNumberOfLayers() == 1
        ids = segmentation.GetSegmentIDs()
        assert [segmentation.GetSegment(one).GetName() for one in ids] == list(NAMES.values())
        for label, name in NAMES.items():
            back = mask_from_segment(node, segment_id(node, name), labels)
            assert np.array_equal(voxels(back), voxels(labels) == label)

    def test_editing_one_segment_in_slicer_leaves_the_others(self, scene, image_on):
        labels = self.labels(image_on, "oblique")
        node = segmentation_from_labels(scene, labels, NAMES)
        node.GetSegmentation().SeparateSegmentLabelmap(segment_id(node, "necrosis"))
        for label, name in NAMES.items():
            back = mask_from_segment(node, segment_id(node, name), labels)
            assert np.array_equal(voxels(back), voxels(labels) == label)

    @pytest.mark.parametrize(
        ("pixel_type", "names"), [(sitk.sitkFloat32, {1: "a"}), (sitk.sitkUInt8, {0: "background"})]
    )
    def test_fractions_and_the_background_are_refused(self, scene, image_on, pixel_type, names):
        labels = sitk.Cast(self.labels(image_on, "oblique"), pixel_type)
        with pytest.raises(InputError, match="zones: expected whole labels from 1"):
            segmentation_from_labels(scene, labels, names, name="zones")


class TestDescription:
    def test_name_color_and_terminology_are_kept(self, scene, mask_on):
        entry = terminology_entry(
            Code("SCT", "49755003", "Morphologically Altered Structure"),
            Code("SCT", "4147007", "Mass"),
            region=Code("SCT", "10200004", "Liver"),
        )
        node = add_segmentation(scene, "masks")
        identifier = add_segment(
            node, mask_on("oblique"), "target 1", color=(0.25, 0.5, 1.0), terminology=entry
        )
        segment = node.GetSegmentation().GetSegment(identifier)
        assert segment.GetName() == "target 1"
        assert segment.GetColor() == (0.25, 0.5, 1.0)
        text = vtk.reference("")
        assert segment.GetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), text)
        assert text.get() == entry

    def test_slicer_picks_different_colors(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        ids = [add_segment(node, mask_on("oblique"), name) for name in "ab"]
        colors = {node.GetSegmentation().GetSegment(one).GetColor() for one in ids}
        assert len(colors) == 2

    def test_two_segments_of_one_name_have_two_identifiers(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        ids = {add_segment(node, mask_on("oblique"), "tumor") for _ in range(2)}
        assert len(ids) == 2
        with pytest.raises(InputError, match="masks: expected one segment called tumor, got 2"):
            segment_id(node, "tumor")

    def test_slicer_takes_the_grid_of_the_first_mask_for_editing(self, scene, mask_on):
        mask = mask_on("oblique")
        node = add_segmentation(scene, "masks")
        add_segment(node, mask, "tumor")
        parameter = slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName()
        geometry = slicer.vtkOrientedImageData()
        text = node.GetSegmentation().GetConversionParameter(parameter)
        assert slicer.vtkSegmentationConverter.DeserializeImageGeometry(text, geometry, False)
        assert geometry.GetDimensions() == mask.GetSize()
        assert geometry.GetSpacing() == pytest.approx(mask.GetSpacing())


class TestSurfaces:
    def test_a_segment_that_is_a_surface_becomes_voxels_and_stays_a_surface(self, scene):
        sphere = vtk.vtkSphereSource()
        sphere.SetRadius(9.0)
        sphere.SetCenter(-5.0, 4.0, 3.0)
        sphere.SetThetaResolution(60)
        sphere.SetPhiResolution(60)
        sphere.Update()
        node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "contours")
        node.GetSegmentation().SetSourceRepresentationName("Closed surface")
        node.AddSegmentFromClosedSurfaceRepresentation(sphere.GetOutput(), "tumor", (1.0, 0.0, 0.0), "tumor")
        reference = sitk.Image([40, 40, 40], sitk.sitkUInt8)
        reference.SetOrigin((-15.0, -24.0, -17.0))
        back = voxels(mask_from_segment(node, "tumor", reference))
        assert back.sum() == pytest.approx(4 / 3 * np.pi * 9.0**3, rel=0.03)
        center_lps_mm = np.argwhere(back).mean(axis=0)[::-1] + reference.GetOrigin()
        assert center_lps_mm == pytest.approx((5.0, -4.0, 3.0), abs=0.6)
        assert not node.GetSegmentation().ContainsRepresentation(LABELMAP)


class TestEmpty:
    def test_an_empty_mask_is_an_empty_segment(self, scene, mask_on):
        empty = mask_on("oblique") * 0
        node = add_segmentation(scene, "masks")
        back = mask_from_segment(node, add_segment(node, empty, "nothing"), empty)
        assert not voxels(back).any()
        assert same_grid(back, empty)

    def test_a_segment_nobody_has_drawn_in_yet(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        identifier = node.GetSegmentation().AddEmptySegment("new", "new")
        assert not voxels(mask_from_segment(node, identifier, mask_on("oblique"))).any()

    def test_one_voxel(self, scene, mask_on):
        mask = mask_on("oblique") * 0
        mask[10, 8, 6] = 1
        node = add_segmentation(scene, "masks")
        back = mask_from_segment(node, add_segment(node, mask, "dot"), mask)
        assert np.array_equal(voxels(back), voxels(mask))


class TestRefused:
    def test_no_node(self, mask_on):
        with pytest.raises(InputError, match="expected a segmentation node, got none"):
            mask_from_segment(None, "tumor", mask_on("oblique"))

    def test_unknown_identifier(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        add_segment(node, mask_on("oblique"), "liver")
        with pytest.raises(InputError, match="masks: expected the identifier of a segment, got 'tumor'"):
            mask_from_segment(node, "tumor", mask_on("oblique"))

    def test_unknown_name(self, scene):
        with pytest.raises(InputError, match=r"masks: expected one segment called tumor, got 0; .* none"):
            segment_id(add_segmentation(scene, "masks"), "tumor")

    def test_malformed_color_and_terminology(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        with pytest.raises(InputError, match="tumor: expected a color of three numbers from 0 to 1"):
            add_segment(node, mask_on("oblique"), "tumor", color=(255, 0, 0))
        with pytest.raises(InputError, match="expected a terminology entry of 7 parts"):
            add_segment(node, mask_on("oblique"), "tumor", terminology="Mass")
        assert node.GetSegmentation().GetNumberOfSegments() == 0

    def test_two_dimensions(self, scene):
        with pytest.raises(InputError, match="tumor: expected a 3-D mask with one value per voxel, got 2-D"):
            add_segment(add_segmentation(scene, "masks"), sitk.Image([4, 4], sitk.sitkUInt8), "tumor")
