"""Voxels of a vtkImageData as an array, and the other way."""

import numpy as np
import vtk
from vtk.util.numpy_support import get_vtk_array_type, numpy_to_vtk, vtk_to_numpy


def array_from_vtk_image(image: vtk.vtkImageData) -> np.ndarray:
    """Return the voxels as ``[k, j, i]`` (or ``[k, j, i, component]``), sharing memory with ``image``."""
    values = vtk_to_numpy(image.GetPointData().GetScalars())
    shape = tuple(reversed(image.GetDimensions()))
    components = image.GetNumberOfScalarComponents()
    return values.reshape(shape if components == 1 else (*shape, components))


def vtk_image_from_array(array: np.ndarray, image: vtk.vtkImageData | None = None) -> vtk.vtkImageData:
    """Copy voxels ``[k, j, i]`` (or ``[k, j, i, component]``) into a new, or the given, vtkImageData."""
    image = vtk.vtkImageData() if image is None else image
    image.SetDimensions(array.shape[2], array.shape[1], array.shape[0])
    components = array.shape[3] if array.ndim == 4 else 1
    flat = np.ascontiguousarray(array).reshape(-1, components)
    scalars = numpy_to_vtk(
        flat if components > 1 else flat.ravel(), deep=True, array_type=get_vtk_array_type(array.dtype)
    )
    scalars.SetName("ImageScalars")
    image.GetPointData().SetScalars(scalars)
    return image


def has_voxels(image: vtk.vtkImageData | None) -> bool:
    """Say whether there is an image with at least one voxel."""
    return (
        image is not None and image.GetNumberOfPoints() > 0 and image.GetPointData().GetScalars() is not None
    )
