"""Surfaces and model nodes: points turned, triangles and normals not turned inside out, colors as asked."""

import numpy as np
import pytest
import SimpleITK as sitk
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.colors import margin_colors, margin_range_mm
from interventional_oncology.mrml.models import (
    flipped_surface,
    model_from_surface,
    show_scalar,
    sphere_model,
    surface_from_model,
    update_model,
)
from interventional_oncology.mrml.transforms import transform_to_node
from interventional_oncology.report.pictures.margin_colors import margin_steps

CENTER_LPS_MM = np.array([-31.0, 44.0, 815.0])


def sphere(radius_mm=10.0, precision=vtk.vtkAlgorithm.SINGLE_PRECISION):
    source = vtk.vtkSphereSource()
    source.SetRadius(radius_mm)
    source.SetCenter(*CENTER_LPS_MM)
    source.SetThetaResolution(24)
    source.SetPhiResolution(18)
    source.SetOutputPointsPrecision(precision)
    source.Update()
    surface = source.GetOutput()
    margin = numpy_to_vtk(np.linspace(-4.0, 9.0, surface.GetNumberOfPoints()), deep=True)
    margin.SetName("margin_mm")
    surface.GetPointData().AddArray(margin)
    return surface


def points(surface):
    return vtk_to_numpy(surface.GetPoints().GetData())


def enclosed_mm3(surface):
    """Volume by the divergence theorem: negative where triangles face inward."""
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    a, b, c = (points(surface)[triangles[:, corner]] - CENTER_LPS_MM for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


@pytest.mark.parametrize("precision", [vtk.vtkAlgorithm.SINGLE_PRECISION, vtk.vtkAlgorithm.DOUBLE_PRECISION])
def test_a_surface_comes_back_exactly(scene, precision):
    surface = sphere(precision=precision)
    back = surface_from_model(model_from_surface(scene, surface, "margin"))
    assert points(back).dtype == points(surface).dtype
    assert np.array_equal(points(back), points(surface))
    values = [vtk_to_numpy(one.GetPointData().GetArray("margin_mm")) for one in (surface, back)]
    assert np.array_equal(*values)


def test_the_node_has_the_points_in_ras(scene):
    surface = sphere()
    node = model_from_surface(scene, surface, "margin")
    assert np.array_equal(points(node.GetPolyData()), points(surface) * (-1, -1, 1))
    bounds = [0.0] * 6
    node.GetRASBounds(bounds)
    middle = (np.array(bounds[::2]) + bounds[1::2]) / 2
    assert middle == pytest.approx(CENTER_LPS_MM * (-1, -1, 1), abs=0.1)


def test_the_surface_given_is_not_changed(scene):
    surface = sphere()
    before = points(surface).copy()
    model_from_surface(scene, surface, "margin")
    assert np.array_equal(points(surface), before)


def test_triangles_face_outward_on_both_sides(scene):
    surface = sphere()
    node = model_from_surface(scene, surface, "margin")
    properties = vtk.vtkMassProperties()
    properties.SetInputData(node.GetPolyData())
    assert enclosed_mm3(surface) == pytest.approx(properties.GetVolume(), rel=1e-4)
    turned = vtk.vtkPolyData()
    turned.DeepCopy(node.GetPolyData())
    turned.GetPoints().SetData(
        numpy_to_vtk((points(turned) - CENTER_LPS_MM * (-1, -1, 1) + CENTER_LPS_MM).copy(), deep=True)
    )
    assert enclosed_mm3(turned) == pytest.approx(enclosed_mm3(surface), rel=1e-3)


def test_normals_go_on_pointing_outward(scene):
    node = model_from_surface(scene, sphere(), "margin")
    outward = points(node.GetPolyData()) - CENTER_LPS_MM * (-1, -1, 1)
    normals = vtk_to_numpy(node.GetPolyData().GetPointData().GetNormals())
    cosine = np.einsum("ij,ij->i", outward, normals) / np.linalg.norm(outward, axis=1)
    assert cosine.min() > 0.999


def test_turning_twice_changes_nothing():
    surface = sphere()
    displacement = numpy_to_vtk(np.random.default_rng(1).normal(size=points(surface).shape), deep=True)
    displacement.SetName("displacement_mm")
    surface.GetPointData().SetVectors(displacement)
    once = flipped_surface(surface)
    twice = flipped_surface(once)
    for name in ("Normals", "displacement_mm", "margin_mm"):
        arrays = [vtk_to_numpy(one.GetPointData().GetArray(name)) for one in (surface, once, twice)]
        assert np.array_equal(arrays[0], arrays[2])
        assert np.array_equal(arrays[0], arrays[1]) == (name == "margin_mm")


class TestColors:
    def test_a_margin_is_colored_by_the_margin_colors(self, scene):
        display = model_from_surface(scene, sphere(), "margin").GetDisplayNode()
        assert display.GetScalarVisibility()
        assert display.GetActiveScalarName() == "margin_mm"
        assert display.GetColorNode().GetName() == "Ablation margin 5 mm"
        assert display.GetScalarRange() == margin_range_mm()
        assert display.GetScalarRangeFlag() == slicer.vtkMRMLDisplayNode.UseManualScalarRange

    @pytest.mark.parametrize("threshold_mm", [3.0, 5.0, 9.75, 10.0, 15.0, 30.0])
    def test_the_steps_and_colors_are_those_of_the_report(self, scene, threshold_mm):
        lookup = margin_colors(scene, threshold_mm=threshold_mm).GetLookupTable()
        assert lookup.GetTableRange() == margin_range_mm(threshold_mm)
        steps = margin_steps(threshold_mm)
        starts_mm = [-5.0, *(step.from_mm for step in steps[1:]), margin_range_mm(threshold_mm)[1]]
        for step, start_mm, end_mm in zip(steps, starts_mm[:-1], starts_mm[1:], strict=True):
            for margin_mm in (start_mm, (start_mm + end_mm) / 2, end_mm - 0.01):
                color = [0.0, 0.0, 0.0]
                lookup.GetColor(margin_mm, color)
                assert "#" + "".join(f"{round(part * 255):02X}" for part in color) == step.color

    def test_margins_beyond_the_table_have_its_end_colors(self, scene):
        lookup = margin_colors(scene).GetLookupTable()
        for margin_mm, end_mm in ((-40.0, -5.0), (60.0, 14.99)):
            colors = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
            lookup.GetColor(margin_mm, colors[0])
            lookup.GetColor(end_mm, colors[1])
            assert colors[0] == colors[1]

    def test_one_table_per_threshold(self, scene):
        assert margin_colors(scene) is margin_colors(scene)
        assert margin_colors(scene, threshold_mm=10 / 3) is not margin_colors(scene)

    @pytest.mark.parametrize("threshold_mm", [0.0, -1.0, 30.5, float("nan")])
    def test_a_threshold_that_nobody_asks_for(self, scene, threshold_mm):
        with pytest.raises(InputError, match="expected a threshold above 0 and up to 30 mm, got"):
            margin_colors(scene, threshold_mm=threshold_mm)

    def test_own_color_table_and_range(self, scene):
        ocean = scene.GetNodeByID("vtkMRMLColorTableNodeOcean")
        node = model_from_surface(scene, sphere(), "margin", color_node=ocean, range_mm=(0.0, 7.0))
        assert node.GetDisplayNode().GetColorNode() is ocean
        assert node.GetDisplayNode().GetScalarRange() == (0.0, 7.0)

    def test_another_scalar_spans_its_values(self, scene):
        surface = sphere()
        surface.GetPointData().GetArray("margin_mm").SetName("dose_gy")
        node = model_from_surface(scene, surface, "dose", scalar="dose_gy")
        assert node.GetDisplayNode().GetScalarRange() == (-4.0, 9.0)
        assert node.GetDisplayNode().GetColorNode().GetName() == "Rainbow"

    def test_a_plain_surface_is_plain(self, scene):
        surface = sphere()
        surface.GetPointData().RemoveArray("margin_mm")
        assert not model_from_surface(scene, surface, "liver").GetDisplayNode().GetScalarVisibility()

    def test_colors_can_be_switched_off_again(self, scene):
        node = model_from_surface(scene, sphere(), "margin")
        show_scalar(node, None)
        assert not node.GetDisplayNode().GetScalarVisibility()


class TestUnderTransform:
    def placed(self, scene):
        node = model_from_surface(scene, sphere(precision=vtk.vtkAlgorithm.DOUBLE_PRECISION), "margin")
        parent = transform_to_node(scene, sitk.TranslationTransform(3, (10.0, 20.0, 30.0)), "shift")
        node.SetAndObserveTransformNodeID(parent.GetID())
        return node

    def test_it_is_refused_until_the_frame_is_said(self, scene):
        with pytest.raises(InputError, match="margin is under the transform shift"):
            surface_from_model(self.placed(scene))

    def test_local_and_world(self, scene):
        node = self.placed(scene)
        stored, shown = (surface_from_model(node, world=world) for world in (False, True))
        assert np.allclose(points(shown), points(stored) - (10.0, 20.0, 30.0), rtol=0, atol=1e-9)


def test_updating_keeps_node_and_colors(scene):
    node = model_from_surface(scene, sphere(), "margin")
    update_model(node, sphere(radius_mm=5.0))
    assert np.linalg.norm(points(surface_from_model(node)) - CENTER_LPS_MM, axis=1).max() < 5.01
    assert node.GetDisplayNode().GetActiveScalarName() == "margin_mm"


def test_empty_surfaces_are_refused_and_leave_nothing(scene):
    with pytest.raises(InputError, match="margin: expected a surface with points"):
        model_from_surface(scene, vtk.vtkPolyData(), "margin")
    assert scene.GetNumberOfNodesByClass("vtkMRMLModelNode") == 0
    with pytest.raises(InputError, match="new: expected a model with points"):
        surface_from_model(scene.AddNewNodeByClass("vtkMRMLModelNode", "new"))


def test_a_sphere_stands_in_ras_where_it_was_asked_for_in_lps(scene):
    node = sphere_model(scene, CENTER_LPS_MM.tolist(), 12.0, "sphere")
    bounds = [0.0] * 6
    node.GetRASBounds(bounds)
    center = (np.array(bounds[::2]) + bounds[1::2]) / 2
    assert center == pytest.approx(CENTER_LPS_MM * (-1, -1, 1), abs=0.05)
    assert bounds[5] - bounds[4] == pytest.approx(24.0, abs=0.01)
    assert not node.GetDisplayNode().GetScalarVisibility()
    assert enclosed_mm3(surface_from_model(node)) == pytest.approx(4 / 3 * np.pi * 12**3, rel=0.02)


@pytest.mark.parametrize(
    ("center", "radius"), [((0.0, 0.0, 0.0), 0.0), ((0.0, np.nan, 0.0), 5.0), ((0.0, 0.0), 5.0)]
)
def test_a_sphere_without_place_or_size_is_refused(scene, center, radius):
    with pytest.raises(InputError, match="expected a center of three finite coordinates and a positive"):
        sphere_model(scene, center, radius, "sphere")
    assert scene.GetNumberOfNodesByClass("vtkMRMLModelNode") == 0
