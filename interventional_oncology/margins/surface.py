"""Surfaces as VTK meshes in LPS mm, marked so that Slicer reads them in the right frame."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
import vtk
from vtk.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray

from ..errors import InputError
from .shape import Shape, shape_of_mask


def mask_surface(mask: sitk.Image) -> vtk.vtkPolyData:
    """Return the sub-voxel surface of a mask.

    Parameters
    ----------
    mask : SimpleITK.Image
        3-D, nonzero inside; any spacing and orthonormal direction.

    Returns
    -------
    vtkPolyData
        Triangles turned outwards, points in LPS mm, enclosing the volume of the voxels.

    Raises
    ------
    InputError
        If the mask is empty.
    """
    shape = shape_of_mask(mask)
    if not shape.pieces:
        msg = "mask: expected at least one voxel inside, got an empty mask"
        raise InputError(msg)
    return shape_polydata(shape)


def shape_polydata(shape: Shape) -> vtk.vtkPolyData:
    """Return the surface of a shape in LPS mm, triangles turned outwards."""
    triangles = shape.triangles
    if np.linalg.det(shape.frame.direction) < 0:  # a mirrored frame turns the triangles inside out
        triangles = triangles[:, ::-1]
    return polydata(shape.frame.to_lps(shape.points_mm), triangles)


def polydata(points_lps_mm: np.ndarray, triangles: np.ndarray) -> vtk.vtkPolyData:
    """Return ``points_lps_mm`` (n, 3) and ``triangles`` (m, 3) as a mesh.

    The field data ``SPACE`` says LPS: Slicer's model reader looks there (vtkMRMLModelStorageNode).
    """
    points = vtk.vtkPoints()
    points.SetDataTypeToDouble()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(points_lps_mm, dtype=float), deep=True))
    cells = vtk.vtkCellArray()
    ids = np.ascontiguousarray(triangles, dtype=np.int64).ravel()
    cells.SetData(3, numpy_to_vtkIdTypeArray(ids, deep=True))
    mesh = vtk.vtkPolyData()
    mesh.SetPoints(points)
    mesh.SetPolys(cells)
    space = vtk.vtkStringArray()
    space.SetName("SPACE")
    space.InsertNextValue("LPS")
    mesh.GetFieldData().AddArray(space)
    return mesh


def add_point_values(mesh: vtk.vtkPolyData, name: str, values: np.ndarray) -> None:
    """Add one value per point to a mesh and make it the active scalar."""
    array = numpy_to_vtk(np.ascontiguousarray(values, dtype=float), deep=True)
    array.SetName(name)
    mesh.GetPointData().AddArray(array)
    mesh.GetPointData().SetActiveScalars(name)


def write_surface(mesh: vtk.vtkPolyData, path: Path) -> None:
    """Write a mesh as VTK XML (.vtp), compressed.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    writer = vtk.vtkXMLPolyDataWriter()
    writer.SetInputData(mesh)
    writer.SetFileName(str(path))
    if not writer.Write():
        msg = f"{path}: the surface could not be written"
        raise OSError(msg)
