"""Markup lines (a diameter, a needle path) to two points and back, and point lists to points."""

from collections.abc import Sequence

import numpy as np
import slicer
import vtk

from ..errors import InputError
from ..images import lps_to_ras


def line_from_points(
    scene: "slicer.vtkMRMLScene", p_lps_mm: Sequence[float], q_lps_mm: Sequence[float], name: str
) -> "slicer.vtkMRMLMarkupsLineNode":
    """Add a line from p to q, both in LPS mm in world.

    Raises
    ------
    InputError
        If a point does not have three finite coordinates.
    """
    points_ras = [_ras_point(point, name) for point in (p_lps_mm, q_lps_mm)]
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode", name)
    for point in points_ras:
        node.AddControlPointWorld(vtk.vtkVector3d(*point))
    node.CreateDefaultDisplayNodes()
    return node


def _ras_point(point_lps_mm: Sequence[float], name: str) -> np.ndarray:
    point = np.asarray(point_lps_mm, dtype=float)
    if point.shape != (3,) or not np.isfinite(point).all():
        msg = f"{name}: expected a point of three finite coordinates, got {list(point_lps_mm)}"
        raise InputError(msg)
    return lps_to_ras(point)


def points_from_line(node: "slicer.vtkMRMLMarkupsLineNode") -> tuple[np.ndarray, np.ndarray]:
    """Return the two end points of a line in LPS mm, in world: where the line is shown.

    Raises
    ------
    InputError
        If there is no node, or not both of its points are placed.
    """
    placed = 0 if node is None else node.GetNumberOfDefinedControlPoints()
    if placed != 2:
        msg = f"expected a line with two points placed, got {placed}"
        raise InputError(msg)
    points = []
    for index in range(2):
        position = [0.0, 0.0, 0.0]
        node.GetNthControlPointPositionWorld(index, position)
        points.append(lps_to_ras(position))
    return points[0], points[1]


def points_from_list(node: "slicer.vtkMRMLMarkupsFiducialNode") -> np.ndarray:
    """Return the points of a list in LPS mm, in world and in their order, shape (n, 3).

    Raises
    ------
    InputError
        If there is no node, or a point is not placed yet: the order of the others would no longer tell which
        points belong together.
    """
    count = 0 if node is None else node.GetNumberOfControlPoints()
    placed = 0 if node is None else node.GetNumberOfDefinedControlPoints()
    if node is None or placed != count:
        what = "none" if node is None else f"{node.GetName()} with {placed} of {count} points placed"
        msg = f"expected a list of placed points, got {what}"
        raise InputError(msg)
    positions = np.zeros((count, 3))
    for index in range(count):
        position = [0.0, 0.0, 0.0]
        node.GetNthControlPointPositionWorld(index, position)
        positions[index] = lps_to_ras(position)
    return positions
