"""Volume nodes to SimpleITK images and back, with their geometry.

A volume under a transform node has two geometries: *local*, as stored, and *world*, where Slicer shows it.
Which one is wanted must be said; taking the wrong one silently shifts every measurement. Segments are
measured in world, so ``world=True`` is right for everything that is compared with segments.
"""

import numpy as np
import SimpleITK as sitk
import slicer
import vtk

from ..errors import InputError
from ..images import resample
from .frames import (
    array_from_matrix,
    empty_grid,
    has_right_angles,
    ijk_to_ras,
    matrix_from_array,
    set_ijk_to_ras,
)
from .transforms import linear_to_world, to_world_transform, transform_between
from .voxels import array_from_vtk_image, has_voxels, vtk_image_from_array
from .vtk_transforms import map_points


def image_from_volume(
    node: "slicer.vtkMRMLVolumeNode", *, world: bool | None = None, reference: sitk.Image | None = None
) -> sitk.Image:
    """Return the voxels and geometry of a volume node.

    Parameters
    ----------
    node : slicer.vtkMRMLVolumeNode
        Scalar, label or vector volume.
    world : bool, optional
        For a volume under a transform: ``True`` returns it where Slicer shows it, ``False`` as it is stored.
        A rigid transform changes the geometry only, voxels stay as they are; any other makes it necessary
        to interpolate (linearly; labels by the nearest voxel). Without it such a volume is refused.
    reference : SimpleITK.Image, optional
        With ``world=True``: return the volume interpolated on this grid (LPS world), whatever its own.

    Returns
    -------
    SimpleITK.Image
        LPS mm, voxel type kept, a copy.

    Raises
    ------
    InputError
        If there is no node or no voxel, the voxel axes are not at right angles, the volume is under a
        transform and ``world`` does not say what to do about it, or says the opposite of ``reference``.
    """
    in_world = wants_world(node, world)
    if reference is not None and world is False:
        msg = (
            f"{node.GetName()}: expected world=True with a reference grid, which is in world, got world=False"
        )
        raise InputError(msg)
    image = _local_image(node)
    if reference is None and not in_world:
        return image
    to_world = linear_to_world(node.GetParentTransformNode())
    if reference is None and to_world is not None:
        matrix = to_world @ ijk_to_ras(image)
        if has_right_angles(matrix):
            set_ijk_to_ras(image, matrix)
            return image
    grid = grid_from_volume(node, world=True) if reference is None else reference
    back = transform_between(None, node.GetParentTransformNode(), node.GetName(), grid)
    is_label = isinstance(node, slicer.vtkMRMLLabelMapVolumeNode)
    background = 0.0 if is_label or image.GetNumberOfComponentsPerPixel() > 1 else None
    return resample(
        image, grid, transform=back, interpolator="nearest" if is_label else "linear", background=background
    )


def wants_world(node: "slicer.vtkMRMLTransformableNode", world: bool | None) -> bool:
    """Decide between world and local for a node; equal where no transform moves it.

    Raises
    ------
    InputError
        If there is no node, or it is under a transform that moves it and ``world`` is not given.
    """
    if node is None:
        msg = "expected a node, got none"
        raise InputError(msg)
    parent = node.GetParentTransformNode()
    to_world = linear_to_world(parent)
    if to_world is not None and np.allclose(to_world, np.eye(4), rtol=0, atol=1e-9):
        return False
    if world is None:
        msg = (
            f"{node.GetName()} is under the transform {parent.GetName()}: expected to be told whether to "
            "take it where it is shown (world=True) or as it is stored (world=False)"
        )
        raise InputError(msg)
    return world


def local_ijk_to_ras(node: "slicer.vtkMRMLVolumeNode") -> np.ndarray:
    """Return the 4x4 matrix from array indices (i, j, k; 0 is the first voxel) to RAS mm, transforms aside.

    Raises
    ------
    InputError
        If the node has no voxels or its axes are not at right angles.
    """
    if not has_voxels(node.GetImageData()):
        msg = f"{node.GetName()}: expected a volume with voxels, got an empty one"
        raise InputError(msg)
    vtk_matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(vtk_matrix)
    matrix = array_from_matrix(vtk_matrix)
    # Slicer counts indices from the start of the extent, arrays from zero.
    matrix[:, 3] = matrix @ [*node.GetImageData().GetExtent()[::2], 1.0]
    if not has_right_angles(matrix):
        axes = np.round(matrix[:3, :3], 4).tolist()
        msg = f"{node.GetName()}: expected voxel axes at right angles, got {axes}"
        raise InputError(msg)
    return matrix


def _local_image(node: "slicer.vtkMRMLVolumeNode") -> sitk.Image:
    matrix = local_ijk_to_ras(node)
    array = array_from_vtk_image(node.GetImageData())
    image = sitk.GetImageFromArray(array, isVector=array.ndim == 4)
    set_ijk_to_ras(image, matrix)
    return image


def grid_from_volume(node: "slicer.vtkMRMLVolumeNode", *, world: bool | None = None) -> sitk.Image:
    """Return an image of zeros with the geometry that :func:`image_from_volume` returns.

    Raises
    ------
    InputError
        As :func:`image_from_volume`.
    """
    in_world = wants_world(node, world)
    matrix = local_ijk_to_ras(node)
    size = node.GetImageData().GetDimensions()
    if not in_world:
        return empty_grid(size, matrix)
    to_world = linear_to_world(node.GetParentTransformNode())
    if to_world is not None and has_right_angles(to_world @ matrix):
        return empty_grid(size, to_world @ matrix)
    return grid_around(empty_grid(size, matrix), to_world_transform(node.GetParentTransformNode()))


def grid_around(grid: sitk.Image, transform: vtk.vtkAbstractTransform) -> sitk.Image:
    """Return the grid, same axes and spacing, that holds all voxels of ``grid`` after a transform (RAS)."""
    matrix = ijk_to_ras(grid)
    border = _border_indices(grid.GetSize())
    moved = map_points(transform, border @ matrix[:3, :3].T + matrix[:3, 3])
    back = np.linalg.inv(matrix)
    index = moved @ back[:3, :3].T + back[:3, 3]
    low, high = np.floor(index.min(axis=0)), np.ceil(index.max(axis=0))
    matrix[:3, 3] += matrix[:3, :3] @ low
    return empty_grid((high - low + 1).astype(int), matrix)


def _border_indices(size: tuple[int, int, int]) -> np.ndarray:
    """Return the indices (n, 3) of the voxels on the six faces of a volume."""
    faces = []
    for axis in range(3):
        ranges = [np.array([0, n - 1]) if a == axis else np.arange(n) for a, n in enumerate(size)]
        faces.append(np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, 3))
    return np.concatenate(faces).astype(float)


def volume_from_image(
    scene: "slicer.vtkMRMLScene", image: sitk.Image, name: str, *, label: bool = False
) -> "slicer.vtkMRMLVolumeNode":
    """Add a volume node with the voxels (copied, type kept) and the geometry of an image.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    image : SimpleITK.Image
        3-D, LPS mm; one value per voxel, or three (shown as a color image).
    name : str
    label : bool
        Make a label map instead of an image of gray values.

    Raises
    ------
    InputError
        If the image is not 3-D, has complex values, or another number of values per voxel.
    """
    _check_for_node(image, name)
    class_name = "vtkMRMLLabelMapVolumeNode" if label else "vtkMRMLScalarVolumeNode"
    if image.GetNumberOfComponentsPerPixel() == 3:
        class_name = "vtkMRMLVectorVolumeNode"
    node = scene.AddNewNodeByClass(class_name, name)
    update_volume(node, image)
    node.CreateDefaultDisplayNodes()
    return node


def update_volume(node: "slicer.vtkMRMLVolumeNode", image: sitk.Image) -> None:
    """Replace voxels and geometry of a volume node by those of an image, LPS mm.

    Raises
    ------
    InputError
        As :func:`volume_from_image`.
    """
    _check_for_node(image, node.GetName())
    modified = node.StartModify()
    node.SetIJKToRASMatrix(matrix_from_array(ijk_to_ras(image)))
    node.SetAndObserveImageData(vtk_image_from_array(sitk.GetArrayViewFromImage(image)))
    node.EndModify(modified)


def _check_for_node(image: sitk.Image, name: str) -> None:
    components = image.GetNumberOfComponentsPerPixel()
    if image.GetDimension() != 3 or components not in (1, 3) or "complex" in image.GetPixelIDTypeAsString():
        msg = (
            f"{name}: expected a 3-D image with one or three real values per voxel, "
            f"got {image.GetDimension()}-D with {components} ({image.GetPixelIDTypeAsString()})"
        )
        raise InputError(msg)
