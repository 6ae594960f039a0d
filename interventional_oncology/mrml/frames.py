"""RAS and LPS, voxel indices and millimeters: the matrices between them."""

import numpy as np
import SimpleITK as sitk
import vtk

#: Turns homogeneous RAS points into LPS points, and LPS into RAS: half a turn about the body axis.
LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
# Cosines as rounded in files pass, as they do in interventional_oncology.images; ITK takes them as they are.
_RIGHT_ANGLE_TOLERANCE = 1e-3


def array_from_matrix(matrix: vtk.vtkMatrix4x4) -> np.ndarray:
    """Return a vtkMatrix4x4 as a 4x4 array of its own."""
    return np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])


def matrix_from_array(array: np.ndarray) -> vtk.vtkMatrix4x4:
    """Return a 4x4 array as a vtkMatrix4x4."""
    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(np.asarray(array, dtype=float).ravel().tolist())
    return matrix


def ijk_to_ras(image: sitk.Image) -> np.ndarray:
    """Return the 4x4 matrix from voxel indices (i, j, k) of a 3-D image to RAS mm."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    matrix[:3, 3] = image.GetOrigin()
    return LPS_FROM_RAS @ matrix


def set_ijk_to_ras(image: sitk.Image, matrix: np.ndarray) -> None:
    """Give a 3-D image the geometry of a 4x4 matrix from voxel indices to RAS mm."""
    to_lps = LPS_FROM_RAS @ matrix
    spacing_mm = np.linalg.norm(to_lps[:3, :3], axis=0)
    image.SetSpacing(spacing_mm.tolist())
    image.SetDirection((to_lps[:3, :3] / spacing_mm).ravel().tolist())
    image.SetOrigin(to_lps[:3, 3].tolist())


def has_right_angles(matrix: np.ndarray) -> bool:
    """Say whether the voxel axes of an index-to-mm matrix are at right angles, as images must have them."""
    axes = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    return bool(np.allclose(axes.T @ axes, np.eye(3), atol=_RIGHT_ANGLE_TOLERANCE))


def empty_grid(size: tuple[int, int, int], matrix: np.ndarray) -> sitk.Image:
    """Return an image of zeros with ``size`` (i, j, k) and the geometry of an index-to-RAS matrix."""
    grid = sitk.Image([int(n) for n in size], sitk.sitkUInt8)
    set_ijk_to_ras(grid, matrix)
    return grid
