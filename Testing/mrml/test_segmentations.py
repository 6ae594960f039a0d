"""Masks and segments: the same voxels at the same place, whatever the grids, layers and transforms."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.images import resample_mask, same_grid
from interventional_oncology.mrml.segmentations import (
    add_segment,
    add_segmentation,
    mask_from_segment,
    segment_id,
    segmentation_from_labels,
)
from interventional_oncology.mrml.terminology import Code, terminology_entry
from interventional_oncology.mrml.volumes import image_from_volume, volume_from_image

LABELMAP = "Binary labelmap"


def voxels(image):
    return sitk.GetArrayFromImage(image)


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

    def test_a_ball_keeps_its_place_and_volume_on_an_oblique_grid(self, scene, ball):
        mask = ball
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

    def test_cropping_makes_no_difference(self, scene, ball):
        """The edges and corners of a box that is all of its layer end where they do in a large volume."""
        block = ball * 0
        block[10:22, 12:20, 8:15] = 1
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, block, "block")
        other = sitk.Image([60, 60, 60], sitk.sitkUInt8)
        center = np.array(block.TransformIndexToPhysicalPoint((16, 16, 11)))
        other.SetOrigin((center - 30 * 0.5).tolist())
        other.SetSpacing((0.5, 0.5, 0.5))
        expected = resample_mask(block, other)
        assert voxels(expected).any()
        assert np.array_equal(voxels(mask_from_segment(node, identifier, other)), voxels(expected))

    def test_elsewhere_is_empty(self, scene, mask_on):
        node = add_segmentation(scene, "masks")
        identifier = add_segment(node, mask_on("oblique"), "tumor")
        far = mask_on("oblique")
        far.SetOrigin((5000.0, 0.0, 0.0))
        assert not voxels(mask_from_segment(node, identifier, far)).any()


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

    @pytest.mark.parametrize("identifier", ["tumor", "", None])
    def test_unknown_identifier(self, scene, mask_on, identifier):
        node = add_segmentation(scene, "masks")
        add_segment(node, mask_on("oblique"), "liver")
        with pytest.raises(InputError, match="masks: expected the identifier of a segment, got"):
            mask_from_segment(node, identifier, mask_on("oblique"))

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
