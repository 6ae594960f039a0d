"""Lines and point lists: LPS in, RAS in the node, LPS out, also under a transform."""

import numpy as np
import pytest
import SimpleITK as sitk
import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.markups import line_from_points, points_from_line, points_from_list
from interventional_oncology.mrml.transforms import transform_to_node

P, Q = (-12.5, 33.0, 801.25), (20.0, 40.5, 790.0)


def test_a_line_comes_back(scene):
    p, q = points_from_line(line_from_points(scene, P, Q, "long axis"))
    assert p == pytest.approx(P)
    assert q == pytest.approx(Q)


def test_the_node_is_in_ras_and_measures_the_length(scene):
    node = line_from_points(scene, P, Q, "long axis")
    assert tuple(node.GetNthControlPointPosition(0)) == pytest.approx((12.5, -33.0, 801.25))
    assert node.GetLineLengthWorld() == pytest.approx(np.linalg.norm(np.subtract(P, Q)))


def test_under_a_transform_the_points_are_where_the_line_is_shown(scene):
    node = line_from_points(scene, P, Q, "long axis")
    parent = transform_to_node(scene, sitk.TranslationTransform(3, (1.0, 2.0, 3.0)), "shift")
    node.SetAndObserveTransformNodeID(parent.GetID())
    p, _ = points_from_line(node)
    assert p == pytest.approx(np.subtract(P, (1.0, 2.0, 3.0)))


@pytest.mark.parametrize("point", [(1.0, 2.0), (1.0, 2.0, float("nan")), ()])
def test_malformed_points_are_refused_and_leave_nothing(scene, point):
    with pytest.raises(InputError, match="long axis: expected a point of three finite coordinates"):
        line_from_points(scene, P, point, "long axis")
    assert scene.GetNumberOfNodesByClass("vtkMRMLMarkupsLineNode") == 0


def test_a_line_still_being_placed_is_refused(scene):
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode")
    with pytest.raises(InputError, match="expected a line with two points placed, got 0"):
        points_from_line(node)
    with pytest.raises(InputError, match="expected a line with two points placed, got 0"):
        points_from_line(None)


def test_a_point_list_comes_out_in_its_order_where_it_is_shown(scene):
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode")
    for x, y, z in (P, Q):
        node.AddControlPointWorld(vtk.vtkVector3d(-x, -y, z))
    parent = transform_to_node(scene, sitk.TranslationTransform(3, (1.0, 2.0, 3.0)), "shift")
    node.SetAndObserveTransformNodeID(parent.GetID())
    assert points_from_list(node) == pytest.approx(np.array([P, Q]) - (1.0, 2.0, 3.0))


def test_a_list_with_a_point_that_is_not_placed_is_refused(scene):
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "vessels")
    node.AddControlPointWorld(vtk.vtkVector3d(*P))
    node.UnsetNthControlPointPosition(0)
    with pytest.raises(InputError, match="got vessels with 0 of 1 points placed"):
        points_from_list(node)
    with pytest.raises(InputError, match="expected a list of placed points, got none"):
        points_from_list(None)
