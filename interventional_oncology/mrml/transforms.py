"""Transforms between SimpleITK and Slicer's transform nodes.

A registration gives a transform that maps points of the fixed image to points of the moving image (LPS):
what resampling needs. In Slicer a volume *under* a transform node appears where the node's "to parent" puts
it. So the node of a registration has the fixed-to-moving transform as its "from parent": a moving volume
put under it appears in the space of the fixed image. Slicer reads a ``transform.h5`` the same way, with one
difference: it interpolates a displacement field read from a file with cubic splines, where SimpleITK and the
nodes made here interpolate linearly. Between the points of the field that moves a point by at most an eighth
of the squared grid step times the second derivative: 0.06 mm for waves of 12 mm height and 350 mm length on a
grid of 11 mm.
"""

import numpy as np
import SimpleITK as sitk
import slicer
import vtk

from ..errors import InputError
from .frames import array_from_matrix, matrix_from_array
from .vtk_transforms import itk_from_vtk, linear_matrix_ras, vtk_from_itk

_NODE_CLASSES = {
    sitk.sitkDisplacementField: "vtkMRMLGridTransformNode",
    sitk.sitkBSplineTransform: "vtkMRMLBSplineTransformNode",
}
_SMALLEST_DETERMINANT = 1e-12


def transform_to_node(
    scene: "slicer.vtkMRMLScene", transform: sitk.Transform, name: str
) -> "slicer.vtkMRMLTransformNode":
    """Add a transform node; a moving volume put under it appears in the space of the fixed image.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm: linear, composite, displacement field or B-spline of order 3.
    name : str

    Raises
    ------
    InputError
        If the transform is of another kind, not 3-D, or linear and not invertible.
    """
    class_name = "vtkMRMLTransformNode"
    if transform.IsLinear():
        class_name = "vtkMRMLLinearTransformNode"
    elif transform.GetTransformEnum() in _NODE_CLASSES:
        class_name = _NODE_CLASSES[transform.GetTransformEnum()]
    from_parent = vtk_from_itk(transform)
    node = scene.AddNewNodeByClass(class_name, name)
    _set_from_parent(node, transform, from_parent)
    return node


def update_transform(node: "slicer.vtkMRMLTransformNode", transform: sitk.Transform) -> None:
    """Replace what a transform node holds, as :func:`transform_to_node` would make it.

    Raises
    ------
    InputError
        As :func:`transform_to_node`.
    """
    _set_from_parent(node, transform, vtk_from_itk(transform))


def _set_from_parent(
    node: "slicer.vtkMRMLTransformNode", transform: sitk.Transform, from_parent: vtk.vtkAbstractTransform
) -> None:
    if not transform.IsLinear():
        node.SetAndObserveTransformFromParent(from_parent)
        return
    matrix = linear_matrix_ras(transform)
    determinant = np.linalg.det(matrix[:3, :3])
    if abs(determinant) < _SMALLEST_DETERMINANT:
        msg = f"expected an invertible transform, got a linear one with determinant {determinant}"
        raise InputError(msg)
    # The linear node class of older scenes and modules reads "to parent" only.
    node.SetMatrixTransformToParent(matrix_from_array(np.linalg.inv(matrix)))


def transform_from_node(
    node: "slicer.vtkMRMLTransformNode", *, reference: sitk.Image | None = None
) -> sitk.Transform:
    """Return the transform from points in world to points in the frame under the node, LPS mm.

    For the node of a registration that is fixed to moving. Transforms above the node count in.

    Parameters
    ----------
    node : slicer.vtkMRMLTransformNode
    reference : SimpleITK.Image, optional
        Grid (usually the fixed image) to sample the transform on where a part of it has no closed form in
        ITK: the inverse of a warp or a thin-plate spline. The result is then a displacement field.

    Returns
    -------
    SimpleITK.Transform
        An affine transform, displacement field, B-spline, or a composite of these. SimpleITK interpolates
        a displacement field linearly also where the node does so with cubic splines (fields read from files).

    Raises
    ------
    InputError
        If no node is given, or sampling is needed and there is no ``reference``.
    """
    if node is None:
        msg = "expected a transform node, got none"
        raise InputError(msg)
    return transform_between(None, node, node.GetName(), reference)


def transform_between(
    source: "slicer.vtkMRMLTransformNode | None",
    target: "slicer.vtkMRMLTransformNode | None",
    name: str,
    reference: sitk.Image | None = None,
) -> sitk.Transform:
    """Return the transform from points under ``source`` to points under ``target``, LPS mm; None is world.

    Raises
    ------
    InputError
        If it must be sampled and there is no ``reference``; ``name`` says in the message whose it is.
    """
    general = vtk.vtkGeneralTransform()
    slicer.vtkMRMLTransformNode.GetTransformBetweenNodes(source, target, general)
    return itk_from_vtk(general, name, reference)


def to_world_transform(parent: "slicer.vtkMRMLTransformNode | None") -> vtk.vtkGeneralTransform:
    """Return the VTK transform (RAS) from the frame under ``parent`` to world; None is world itself."""
    general = vtk.vtkGeneralTransform()
    slicer.vtkMRMLTransformNode.GetTransformBetweenNodes(parent, None, general)
    return general


def linear_to_world(parent: "slicer.vtkMRMLTransformNode | None") -> np.ndarray | None:
    """Return the 4x4 matrix (RAS) from under ``parent`` to world, or None where the way is not linear."""
    linear = vtk.vtkTransform()
    if not slicer.vtkMRMLTransformNode.IsGeneralTransformLinear(to_world_transform(parent), linear):
        return None
    return array_from_matrix(linear.GetMatrix())
