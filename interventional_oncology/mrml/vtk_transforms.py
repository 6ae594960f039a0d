"""SimpleITK transforms (LPS) to VTK transforms (RAS), piece by piece, and back.

A transform here maps points one way only, the same way on both sides: ITK's fixed to moving is Slicer's
"from parent". Which way a node wants it is the business of :mod:`.transforms`.
"""

import numpy as np
import SimpleITK as sitk
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from ..errors import InputError
from .frames import LPS_FROM_RAS, array_from_matrix, ijk_to_ras, matrix_from_array, set_ijk_to_ras
from .voxels import array_from_vtk_image, vtk_image_from_array

_FLIP = np.array([-1.0, -1.0, 1.0])
# VTK stops at 0.01 mm: too coarse where positions are compared.
_INVERSE_TOLERANCE_MM = 1e-4


def vtk_from_itk(transform: sitk.Transform) -> vtk.vtkAbstractTransform:
    """Return the VTK transform that maps RAS points as ``transform`` maps LPS points.

    Displacement fields are interpolated linearly, as SimpleITK does. Outside of a field VTK goes on with the
    displacement at its border, where SimpleITK returns points unmoved.

    Raises
    ------
    InputError
        If the transform is not 3-D, or of a kind Slicer has no counterpart for.
    """
    if transform.GetDimension() != 3:
        msg = f"expected a 3-D transform, got a {transform.GetDimension()}-D {transform.GetName()}"
        raise InputError(msg)
    if transform.IsLinear():
        linear = vtk.vtkTransform()
        linear.SetMatrix(matrix_from_array(linear_matrix_ras(transform)))
        return linear
    kind = transform.GetTransformEnum()
    if kind == sitk.sitkComposite:
        return _composite(sitk.CompositeTransform(transform))
    if kind == sitk.sitkDisplacementField:
        return _grid(sitk.DisplacementFieldTransform(transform).GetDisplacementField())
    if kind == sitk.sitkBSplineTransform:
        return _bspline(sitk.BSplineTransform(transform))
    msg = f"expected a linear, composite, displacement field or B-spline transform, got {transform.GetName()}"
    raise InputError(msg)


def linear_matrix_ras(transform: sitk.Transform) -> np.ndarray:
    """Return the 4x4 matrix, RAS to RAS, of a linear transform given in LPS."""
    matrix = np.eye(4)
    matrix[:3, 3] = transform.TransformPoint((0.0, 0.0, 0.0))
    for axis in range(3):
        matrix[:3, axis] = np.subtract(transform.TransformPoint(np.eye(3)[axis].tolist()), matrix[:3, 3])
    return LPS_FROM_RAS @ matrix @ LPS_FROM_RAS


def _composite(transform: sitk.CompositeTransform) -> vtk.vtkGeneralTransform:
    # Both sides apply the piece that was added last first.
    general = vtk.vtkGeneralTransform()
    for index in range(transform.GetNumberOfTransforms()):
        general.Concatenate(vtk_from_itk(transform.GetNthTransform(index)))
    return general


def _vectors_with_geometry(values: np.ndarray, like: sitk.Image) -> tuple[vtk.vtkImageData, vtk.vtkMatrix4x4]:
    # Slicer's warps keep origin and spacing in the image and the axes in a matrix of their own.
    image = vtk_image_from_array(values)
    matrix = ijk_to_ras(like)
    image.SetOrigin(*matrix[:3, 3])
    image.SetSpacing(*like.GetSpacing())
    axes = np.eye(4)
    axes[:3, :3] = matrix[:3, :3] / like.GetSpacing()
    return image, matrix_from_array(axes)


def _grid(field: sitk.Image) -> vtk.vtkAbstractTransform:
    values = sitk.GetArrayViewFromImage(field).astype(float) * _FLIP
    image, axes = _vectors_with_geometry(values, field)
    grid = slicer.vtkOrientedGridTransform()
    grid.SetDisplacementGridData(image)
    grid.SetGridDirectionMatrix(axes)
    grid.SetInterpolationModeToLinear()
    grid.SetInverseTolerance(_INVERSE_TOLERANCE_MM)
    return grid


def _bspline(transform: sitk.BSplineTransform) -> vtk.vtkAbstractTransform:
    if transform.GetOrder() != 3:
        msg = f"expected a B-spline transform of order 3, as Slicer has it, got order {transform.GetOrder()}"
        raise InputError(msg)
    coefficients = transform.GetCoefficientImages()
    values = np.stack([sitk.GetArrayViewFromImage(one) for one in coefficients], axis=-1) * _FLIP
    image, axes = _vectors_with_geometry(values, coefficients[0])
    bspline = slicer.vtkOrientedBSplineTransform()
    bspline.SetBorderModeToZero()
    bspline.SetCoefficientData(image)
    bspline.SetGridDirectionMatrix(axes)
    return bspline


def itk_from_vtk(
    transform: vtk.vtkAbstractTransform, name: str, reference: sitk.Image | None = None
) -> sitk.Transform:
    """Return the SimpleITK transform that maps LPS points as ``transform`` maps RAS points.

    Parameters
    ----------
    transform : vtkAbstractTransform
    name : str
        How the transform is called in messages.
    reference : SimpleITK.Image, optional
        Where a piece has no counterpart in ITK (the inverse of a warp, a thin-plate spline), the transform
        is sampled at the voxels of this image and returned as a displacement field on its grid.

    Raises
    ------
    InputError
        If such a piece is there and no ``reference`` is given.
    """
    linear = vtk.vtkTransform()
    if slicer.vtkMRMLTransformNode.IsGeneralTransformLinear(transform, linear):
        return _affine(array_from_matrix(linear.GetMatrix()))
    flat = vtk.vtkCollection()
    slicer.vtkMRMLTransformNode.FlattenGeneralTransform(flat, transform)
    found = [_itk_piece(flat.GetItemAsObject(index)) for index in range(flat.GetNumberOfItems())]
    pieces = [piece for piece in found if piece is not None]
    if len(pieces) == len(found):
        # VTK lists the piece applied first first, a SimpleITK composite last.
        return pieces[0] if len(pieces) == 1 else sitk.CompositeTransform(pieces[::-1])
    if reference is None:
        msg = (
            f"{name}: expected a transform with a closed form in ITK, got one with the inverse of a warp or "
            "a spline in it; give a reference image to sample it on"
        )
        raise InputError(msg)
    return sitk.DisplacementFieldTransform(sampled_field(transform, reference))


def _affine(matrix_ras: np.ndarray) -> sitk.AffineTransform:
    matrix = LPS_FROM_RAS @ matrix_ras @ LPS_FROM_RAS
    affine = sitk.AffineTransform(3)
    affine.SetMatrix(matrix[:3, :3].ravel().tolist())
    affine.SetTranslation(matrix[:3, 3].tolist())
    return affine


def _itk_piece(piece: vtk.vtkAbstractTransform) -> sitk.Transform | None:
    piece.Update()  # a warp that depends on its inverse tells its direction only after this
    if isinstance(piece, vtk.vtkLinearTransform):
        return _affine(array_from_matrix(piece.GetMatrix()))
    if not isinstance(piece, vtk.vtkWarpTransform) or piece.GetInverseFlag():
        return None
    if isinstance(piece, slicer.vtkOrientedGridTransform) and _is_plain_grid(piece):
        field = _image_of_vectors(piece.GetDisplacementGrid(), piece.GetGridDirectionMatrix())
        return sitk.DisplacementFieldTransform(field)
    if isinstance(piece, slicer.vtkOrientedBSplineTransform) and _is_plain_bspline(piece):
        coefficients = _image_of_vectors(piece.GetCoefficientData(), piece.GetGridDirectionMatrix())
        parts = [sitk.VectorIndexSelectionCast(coefficients, axis) for axis in range(3)]
        return sitk.BSplineTransform(parts, 3)
    return None


def _is_plain_grid(grid: vtk.vtkGridTransform) -> bool:
    return grid.GetDisplacementScale() == 1.0 and grid.GetDisplacementShift() == 0.0


def _is_plain_bspline(bspline: vtk.vtkBSplineTransform) -> bool:
    bulk = bspline.GetBulkTransformMatrix()
    return bspline.GetDisplacementScale() == 1.0 and (
        bulk is None or np.array_equal(array_from_matrix(bulk), np.eye(4))
    )


def _image_of_vectors(image: vtk.vtkImageData, axes: vtk.vtkMatrix4x4 | None) -> sitk.Image:
    matrix = np.eye(4) if axes is None else array_from_matrix(axes)
    matrix[:3, :3] *= image.GetSpacing()
    matrix[:3, 3] = image.GetOrigin()
    values = array_from_vtk_image(image).astype(float) * _FLIP
    vectors = sitk.GetImageFromArray(values, isVector=True)
    set_ijk_to_ras(vectors, matrix)
    return vectors


def sampled_field(transform: vtk.vtkAbstractTransform, reference: sitk.Image) -> sitk.Image:
    """Return the displacement (LPS mm) of ``transform`` (RAS) at each voxel of ``reference``."""
    size = reference.GetSize()
    k, j, i = np.meshgrid(*(np.arange(n, dtype=float) for n in reversed(size)), indexing="ij")
    matrix = ijk_to_ras(reference)
    points = np.stack([i.ravel(), j.ravel(), k.ravel()], axis=1) @ matrix[:3, :3].T + matrix[:3, 3]
    displacement = (map_points(transform, points) - points) * _FLIP
    field = sitk.GetImageFromArray(displacement.reshape(*reversed(size), 3), isVector=True)
    field.CopyInformation(reference)
    return field


def map_points(transform: vtk.vtkAbstractTransform, points: np.ndarray) -> np.ndarray:
    """Return points (n, 3) mapped by a VTK transform, in double precision and in its own frame."""
    before, after = vtk.vtkPoints(), vtk.vtkPoints()
    for one in (before, after):
        one.SetDataTypeToDouble()
    before.SetData(numpy_to_vtk(np.ascontiguousarray(points, dtype=float), deep=True))
    transform.TransformPoints(before, after)
    return vtk_to_numpy(after.GetData()).copy()
