"""Layers: the label images in which a segmentation stores its segments (RAS mm, frame of its node)."""

from collections.abc import Sequence

import numpy as np
import slicer
import vtk

from .frames import array_from_matrix, matrix_from_array
from .voxels import vtk_image_from_array

#: Name of the representation of a segment that is voxels.
LABELMAP = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
#: Conversion parameter that holds the grid on which Slicer edits and converts segments.
REFERENCE_GEOMETRY = slicer.vtkSegmentationConverter.GetReferenceImageGeometryParameterName()


def layer_ijk_to_ras(layer: "slicer.vtkOrientedImageData") -> np.ndarray:
    """Return the matrix from array indices of a layer (0 is its first voxel) to RAS mm of its node."""
    vtk_matrix = vtk.vtkMatrix4x4()
    layer.GetImageToWorldMatrix(vtk_matrix)
    matrix = array_from_matrix(vtk_matrix)
    matrix[:, 3] = matrix @ [*layer.GetExtent()[::2], 1.0]
    return matrix


def layer_from_array(array: np.ndarray, matrix: np.ndarray) -> "slicer.vtkOrientedImageData":
    """Return a layer cropped to its labels; indices go on counting from the corner of the whole grid."""
    layer = slicer.vtkOrientedImageData()
    ranges = [np.flatnonzero(array.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1))]
    if all(found.size for found in ranges):
        k, j, i = ((int(found[0]), int(found[-1])) for found in ranges)
        cropped = array[k[0] : k[1] + 1, j[0] : j[1] + 1, i[0] : i[1] + 1]
        vtk_image_from_array(cropped.astype(np.uint8) if array.dtype == bool else cropped, layer)
        layer.SetExtent(*i, *j, *k)
    else:
        layer.SetExtent(0, -1, 0, -1, 0, -1)
        layer.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    layer.SetGeometryFromImageToWorldMatrix(matrix_from_array(matrix))
    return layer


def set_reference_geometry(
    segmentation: "slicer.vtkSegmentation", matrix: np.ndarray, size: Sequence[int]
) -> None:
    """Set the grid of a segmentation from its index-to-RAS matrix and its size (i, j, k)."""
    extent = [part for n in size for part in (0, int(n) - 1)]
    text = slicer.vtkSegmentationConverter.SerializeImageGeometry(matrix_from_array(matrix), extent)
    segmentation.SetConversionParameter(REFERENCE_GEOMETRY, text)
