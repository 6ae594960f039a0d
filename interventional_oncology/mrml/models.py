"""Surfaces (LPS) to model nodes (RAS) and back, with their colors."""

from collections.abc import Sequence

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from ..errors import InputError
from .colors import margin_colors, margin_range_mm
from .transforms import to_world_transform
from .volumes import wants_world

_FLIP = np.array([-1.0, -1.0, 1.0])
_RAINBOW = "vtkMRMLColorTableNodeRainbow"
_SPHERE_RESOLUTION = 48


def flipped_surface(surface: vtk.vtkPolyData) -> vtk.vtkPolyData:
    """Return a copy in RAS of a surface in LPS, or the other way; values keep their order.

    LPS to RAS is half a turn about the body axis, not a mirror: triangles keep their winding and normals
    go on pointing outward. Normals and vectors (the active ones of VTK) are turned with the points, other
    arrays are kept.
    """
    flipped = vtk.vtkPolyData()
    flipped.DeepCopy(surface)
    if surface.GetNumberOfPoints() == 0:
        return flipped
    flipped.GetPoints().SetData(_negated_xy(surface.GetPoints().GetData()))
    for data in (flipped.GetPointData(), flipped.GetCellData()):
        if data.GetNormals() is not None:
            data.SetNormals(_negated_xy(data.GetNormals()))
        if data.GetVectors() is not None:
            data.SetVectors(_negated_xy(data.GetVectors()))
    return flipped


def _negated_xy(array: vtk.vtkDataArray) -> vtk.vtkDataArray:
    values = vtk_to_numpy(array)
    turned = numpy_to_vtk(np.ascontiguousarray(values * _FLIP.astype(values.dtype)), deep=True)
    turned.SetName(array.GetName())
    return turned


def model_from_surface(
    scene: "slicer.vtkMRMLScene",
    surface_lps: vtk.vtkPolyData,
    name: str,
    *,
    scalar: str | None = "margin_mm",
    color_node: "slicer.vtkMRMLColorNode | None" = None,
    range_mm: tuple[float, float] | None = None,
) -> "slicer.vtkMRMLModelNode":
    """Add a model node of a surface, colored by one of its point arrays if it has it.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    surface_lps : vtkPolyData
        Points in LPS mm, world.
    name : str
    scalar : str, optional
        Point array to color by; ignored if the surface does not have it.
    color_node : slicer.vtkMRMLColorNode, optional
        :func:`interventional_oncology.mrml.colors.margin_colors` for a margin, else a rainbow.
    range_mm : (float, float), optional
        Values of the first and the last color. The range of the margin colors for a margin, else the range
        of the values.

    Raises
    ------
    InputError
        If the surface has no point.
    """
    node = scene.AddNewNodeByClass("vtkMRMLModelNode", name)
    try:
        update_model(node, surface_lps)
    except InputError:
        scene.RemoveNode(node)
        raise
    node.CreateDefaultDisplayNodes()
    show_scalar(node, scalar, color_node=color_node, range_mm=range_mm)
    return node


def sphere_model(
    scene: "slicer.vtkMRMLScene", center_lps_mm: Sequence[float], radius_mm: float, name: str
) -> "slicer.vtkMRMLModelNode":
    """Add a model node of a sphere around a point in LPS mm, world.

    Raises
    ------
    InputError
        If the center does not have three finite coordinates or the radius is not positive.
    """
    center = np.asarray(center_lps_mm, dtype=float)
    if center.shape != (3,) or not np.isfinite(center).all() or not 0 < radius_mm < np.inf:
        msg = (
            f"{name}: expected a center of three finite coordinates and a positive radius, "
            f"got {list(center_lps_mm)} and {radius_mm:g} mm"
        )
        raise InputError(msg)
    source = vtk.vtkSphereSource()
    source.SetCenter(*center.tolist())
    source.SetRadius(radius_mm)
    source.SetThetaResolution(_SPHERE_RESOLUTION)
    source.SetPhiResolution(_SPHERE_RESOLUTION)
    source.Update()
    return model_from_surface(scene, source.GetOutput(), name, scalar=None)


def update_model(node: "slicer.vtkMRMLModelNode", surface_lps: vtk.vtkPolyData) -> None:
    """Replace the surface of a model node; colors stay.

    Raises
    ------
    InputError
        If the surface has no point.
    """
    if surface_lps.GetNumberOfPoints() == 0:
        msg = f"{node.GetName()}: expected a surface with points, got an empty one"
        raise InputError(msg)
    node.SetAndObservePolyData(flipped_surface(surface_lps))


def show_scalar(
    node: "slicer.vtkMRMLModelNode",
    scalar: str | None,
    *,
    color_node: "slicer.vtkMRMLColorNode | None" = None,
    range_mm: tuple[float, float] | None = None,
) -> None:
    """Color a model by a point array, as in :func:`model_from_surface`; without the array, plainly."""
    display = node.GetDisplayNode()
    values = node.GetPolyData().GetPointData().GetArray(scalar) if scalar else None
    display.SetScalarVisibility(values is not None)
    if values is None:
        return
    is_margin = scalar == "margin_mm"
    if color_node is None:
        scene = node.GetScene()
        color_node = margin_colors(scene) if is_margin else scene.GetNodeByID(_RAINBOW)
    if range_mm is None:
        range_mm = margin_range_mm() if is_margin else values.GetRange()
    display.SetActiveScalar(scalar, vtk.vtkAssignAttribute.POINT_DATA)
    display.SetAndObserveColorNodeID(color_node.GetID())
    display.SetScalarRangeFlag(slicer.vtkMRMLDisplayNode.UseManualScalarRange)
    display.SetScalarRange(*range_mm)


def surface_from_model(node: "slicer.vtkMRMLModelNode", *, world: bool | None = None) -> vtk.vtkPolyData:
    """Return a copy of the surface of a model node in LPS mm.

    Parameters
    ----------
    node : slicer.vtkMRMLModelNode
    world : bool, optional
        For a model under a transform: ``True`` where it is shown, ``False`` as it is stored. Without it such
        a model is refused.

    Raises
    ------
    InputError
        If there is no node or no surface, or ``world`` is needed.
    """
    in_world = wants_world(node, world)
    surface = node.GetPolyData()
    if surface is None or surface.GetNumberOfPoints() == 0:
        msg = f"{node.GetName()}: expected a model with points, got an empty one"
        raise InputError(msg)
    if in_world:
        mover = vtk.vtkTransformPolyDataFilter()
        mover.SetInputData(surface)
        mover.SetTransform(to_world_transform(node.GetParentTransformNode()))
        mover.Update()
        surface = mover.GetOutput()
    return flipped_surface(surface)
