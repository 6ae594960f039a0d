"""Images, masks, transforms, surfaces, tables and points in nodes, read back by Slicer's own means."""

import math
import unittest

import numpy as np
import SimpleITK as sitk
import slicer
import vtk

from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.markups import line_from_points, points_from_line
from interventional_oncology.mrml.models import model_from_surface
from interventional_oncology.mrml.segmentations import add_segment, mask_from_segment
from interventional_oncology.mrml.tables import table_from_rows
from interventional_oncology.mrml.transforms import transform_from_node, transform_to_node
from interventional_oncology.mrml.volumes import image_from_volume, volume_from_image

TURNED = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)
POINT = (7.0, -12.0, 33.0)


def scan():
    """A small image, anisotropic and turned, no two voxels alike."""
    image = sitk.GetImageFromArray(np.arange(6 * 7 * 8, dtype=np.int16).reshape(6, 7, 8))
    image.SetSpacing((0.9, 1.1, 2.5))
    image.SetOrigin((-30.0, 12.0, 5.0))
    image.SetDirection(TURNED)
    return image


def mask():
    """A block inside the image, away from its border."""
    values = np.zeros((6, 7, 8), np.uint8)
    values[2:4, 1:5, 3:7] = 1
    found = sitk.GetImageFromArray(values)
    found.CopyInformation(scan())
    return found


def flipped(point):
    """LPS to RAS and back."""
    return (-point[0], -point[1], point[2])


class RoundTripTestCase(unittest.TestCase):
    """An empty scene with the small image."""

    def setUp(self):
        slicer.mrmlScene.Clear()
        self.volume = volume_from_image(slicer.mrmlScene, scan(), "scan")

    def assertClose(self, got, expected, delta=1e-4):
        self.assertEqual(len(got), len(expected))
        for one, other in zip(got, expected, strict=True):
            self.assertAlmostEqual(one, other, delta=delta)


class Volumes(RoundTripTestCase):
    def test_slicer_sees_the_voxels_with_k_first(self):
        np.testing.assert_array_equal(
            slicer.util.arrayFromVolume(self.volume), sitk.GetArrayFromImage(scan())
        )

    def test_slicer_sees_each_voxel_where_the_image_has_it(self):
        matrix = vtk.vtkMatrix4x4()
        self.volume.GetIJKToRASMatrix(matrix)
        ras = matrix.MultiplyPoint((3, 2, 1, 1))[:3]
        self.assertClose(ras, flipped(scan().TransformIndexToPhysicalPoint((3, 2, 1))))

    def test_the_image_comes_back(self):
        back = image_from_volume(self.volume)
        np.testing.assert_array_equal(sitk.GetArrayFromImage(back), sitk.GetArrayFromImage(scan()))
        self.assertClose(back.GetOrigin(), scan().GetOrigin())
        self.assertClose(back.GetSpacing(), scan().GetSpacing())
        self.assertClose(back.GetDirection(), TURNED)


class Segments(RoundTripTestCase):
    def setUp(self):
        super().setUp()
        self.node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "segments")
        self.node.CreateDefaultDisplayNodes()
        self.node.SetReferenceImageGeometryParameterFromVolumeNode(self.volume)

    def test_slicer_sees_the_segment_that_we_add(self):
        identifier = add_segment(self.node, mask(), "tumor")
        seen = slicer.util.arrayFromSegmentBinaryLabelmap(self.node, identifier, self.volume)
        np.testing.assert_array_equal(seen != 0, sitk.GetArrayFromImage(mask()) != 0)
        self.assertEqual(self.node.GetSegmentation().GetSegment(identifier).GetName(), "tumor")

    def test_we_see_the_segment_that_slicer_adds(self):
        identifier = self.node.GetSegmentation().AddEmptySegment("zone", "zone")
        values = sitk.GetArrayFromImage(mask())
        slicer.util.updateSegmentBinaryLabelmapFromArray(values, self.node, identifier, self.volume)
        seen = mask_from_segment(self.node, identifier, self.volume)
        np.testing.assert_array_equal(sitk.GetArrayFromImage(seen), values)

    def test_two_segments_that_overlap_stay_whole(self):
        first = add_segment(self.node, mask(), "tumor")
        second = add_segment(self.node, mask(), "zone")
        for identifier in (first, second):
            seen = mask_from_segment(self.node, identifier, self.volume)
            np.testing.assert_array_equal(sitk.GetArrayFromImage(seen), sitk.GetArrayFromImage(mask()))

    def test_a_segment_under_a_transform_is_where_it_is_shown(self):
        identifier = add_segment(self.node, mask(), "tumor")
        step = np.array(scan().TransformIndexToPhysicalPoint((1, 0, 0))) - np.array(scan().GetOrigin())
        matrix = vtk.vtkMatrix4x4()
        for axis, shift in enumerate(flipped(step)):
            matrix.SetElement(axis, 3, shift)
        transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "one voxel along i")
        transform.SetMatrixTransformToParent(matrix)
        self.node.SetAndObserveTransformNodeID(transform.GetID())
        seen = sitk.GetArrayFromImage(mask_from_segment(self.node, identifier, self.volume))
        np.testing.assert_array_equal(seen, np.roll(sitk.GetArrayFromImage(mask()), 1, axis=2))


class Transforms(RoundTripTestCase):
    def rigid(self):
        transform = sitk.Euler3DTransform()
        transform.SetRotation(0.1, -0.2, 0.3)
        transform.SetTranslation((4.0, -5.0, 6.0))
        return transform

    def field(self):
        grid = sitk.Image([12, 12, 12], sitk.sitkVectorFloat64)
        grid.SetSpacing((8.0, 8.0, 8.0))
        grid.SetOrigin((-40.0, -50.0, -10.0))
        index = np.moveaxis(np.indices((12, 12, 12)), 0, -1)
        values = np.stack([np.sin(index[..., axis] / 4.0) for axis in range(3)], axis=-1)
        field = sitk.GetImageFromArray(values, isVector=True)
        field.CopyInformation(grid)
        return sitk.DisplacementFieldTransform(field)

    def shown(self, node, ras):
        """Where Slicer shows a point of what is under the node."""
        general = vtk.vtkGeneralTransform()
        node.GetTransformToWorld(general)
        return general.TransformPoint(ras)

    def test_what_is_under_a_rigid_transform_is_shown_in_the_fixed_space(self):
        node = transform_to_node(slicer.mrmlScene, self.rigid(), "rigid")
        moving = self.rigid().TransformPoint(POINT)
        self.assertClose(self.shown(node, flipped(moving)), flipped(POINT))

    def test_what_is_under_a_warp_is_shown_in_the_fixed_space(self):
        node = transform_to_node(slicer.mrmlScene, self.field(), "warp")
        moving = self.field().TransformPoint(POINT)
        self.assertClose(self.shown(node, flipped(moving)), flipped(POINT), delta=0.01)

    def test_a_rigid_transform_comes_back(self):
        node = transform_to_node(slicer.mrmlScene, self.rigid(), "rigid")
        back = transform_from_node(node)
        self.assertClose(back.TransformPoint(POINT), self.rigid().TransformPoint(POINT))

    def test_a_warp_comes_back(self):
        node = transform_to_node(slicer.mrmlScene, self.field(), "warp")
        back = transform_from_node(node)
        self.assertClose(back.TransformPoint(POINT), self.field().TransformPoint(POINT))


class Results(RoundTripTestCase):
    def surface(self):
        source = vtk.vtkSphereSource()
        source.SetCenter(*POINT)
        source.Update()
        surface = source.GetOutput()
        margin = vtk.vtkDoubleArray()
        margin.SetName("margin_mm")
        for number in range(surface.GetNumberOfPoints()):
            margin.InsertNextValue(float(number))
        surface.GetPointData().AddArray(margin)
        return surface

    def test_a_surface_is_where_it_was_and_carries_its_numbers(self):
        model = model_from_surface(slicer.mrmlScene, self.surface(), "tumor surface")
        center = slicer.util.arrayFromModelPoints(model).mean(axis=0)
        self.assertClose(center, flipped(POINT), delta=1e-3)
        values = slicer.util.arrayFromModelPointData(model, "margin_mm")
        np.testing.assert_array_equal(values, np.arange(len(values)))

    def test_a_surface_is_colored_by_its_numbers(self):
        model = model_from_surface(slicer.mrmlScene, self.surface(), "tumor surface")
        display = model.GetDisplayNode()
        self.assertTrue(display.GetScalarVisibility())
        self.assertEqual(display.GetActiveScalarName(), "margin_mm")
        self.assertIsNotNone(display.GetColorNode())

    def test_a_table_has_a_column_for_each_key(self):
        rows = [{"lesion": "L1", "long_axis_mm": 12.5}, {"lesion": "L2", "long_axis_mm": None}]
        table = table_from_rows(slicer.mrmlScene, rows, name="lesions").GetTable()
        self.assertEqual(table.GetColumnByName("lesion").GetValue(1), "L2")
        self.assertEqual(table.GetColumnByName("long_axis_mm").GetValue(0), 12.5)
        self.assertTrue(math.isnan(table.GetColumnByName("long_axis_mm").GetValue(1)))

    def test_a_line_goes_from_point_to_point(self):
        line = line_from_points(slicer.mrmlScene, POINT, (0.0, 0.0, 0.0), "shortest margin")
        position = [0.0, 0.0, 0.0]
        line.GetNthControlPointPositionWorld(0, position)
        self.assertClose(position, flipped(POINT))
        self.assertClose(points_from_line(line)[0], POINT)

    def test_a_result_is_placed_beside_its_input(self):
        hierarchy = slicer.mrmlScene.GetSubjectHierarchyNode()
        folder = hierarchy.CreateFolderItem(hierarchy.GetSceneItemID(), "follow-up")
        hierarchy.SetItemParent(hierarchy.GetItemByDataNode(self.volume), folder)
        model = model_from_surface(slicer.mrmlScene, self.surface(), "tumor surface")
        place_beside(model, self.volume)
        self.assertEqual(hierarchy.GetItemParent(hierarchy.GetItemByDataNode(model)), folder)
