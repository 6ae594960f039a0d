"""The tumor grown by the margin wanted: what the ablation zone has to hold."""

import numpy as np
import SimpleITK as sitk
import vtk
from scipy import ndimage
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from .checks import LARGEST_LENGTH_MM, check_mask, length_mm
from .distance import SurfaceLocator
from .shape import Shape, shape_of_mask
from .surface import polydata

_MOST_STEPS, _LEAST_STEP_MM = 64, 0.5
_NEAR_STEPS = 3.5


def grown_surface(mask: sitk.Image, by_mm: float) -> vtk.vtkPolyData:
    """Return the surface at a distance outside that of a mask.

    Parameters
    ----------
    mask : SimpleITK.Image
        Not empty.
    by_mm : float

    Returns
    -------
    vtkPolyData
        Points in LPS mm.

    Raises
    ------
    InputError
        If it is no mask, or the distance is out of range.
    """
    check_mask(mask, "mask")
    by_mm = length_mm(by_mm, "distance", LARGEST_LENGTH_MM)
    shape = shape_of_mask(mask)
    first_mm, step_mm, beyond_mm = _beyond(shape, by_mm)
    image = vtk.vtkImageData()
    image.SetDimensions(beyond_mm.shape[::-1])
    image.SetSpacing(step_mm, step_mm, step_mm)
    image.SetOrigin(*first_mm)
    image.GetPointData().SetScalars(numpy_to_vtk(beyond_mm.ravel()))
    edges = vtk.vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, by_mm)
    edges.Update()
    found = edges.GetOutput()
    points_mm = vtk_to_numpy(found.GetPoints().GetData()).astype(float)
    triangles = vtk_to_numpy(found.GetPolys().GetConnectivityArray()).astype(np.int64).reshape(-1, 3)
    return polydata(shape.frame.to_lps(points_mm), triangles)


def _beyond(shape: Shape, by_mm: float) -> tuple[np.ndarray, float, np.ndarray]:
    """Return first place, step and signed distances [k, j, i] of a grid around a grown shape."""
    points_mm = shape.points_mm
    low, high = points_mm.min(axis=0) - by_mm, points_mm.max(axis=0) + by_mm
    step_mm = max(float((high - low).max()) / _MOST_STEPS, _LEAST_STEP_MM)
    low = low - step_mm
    along = [np.arange(a, b + 2.0 * step_mm, step_mm) for a, b in zip(low, high, strict=True)]
    z, y, x = np.meshgrid(*reversed(along), indexing="ij")
    places_mm = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    inside = shape.excess_at(places_mm) >= 0
    # Distances between grid places are off by less than two steps; exact ones are wanted at the surface only.
    distances_mm = ndimage.distance_transform_edt(~inside.reshape(x.shape), sampling=step_mm).ravel()
    near = np.abs(distances_mm - by_mm) < _NEAR_STEPS * step_mm
    exact_mm, _ = SurfaceLocator(points_mm, shape.triangles).nearest(places_mm[near])
    distances_mm[near] = np.where(inside[near], -exact_mm, exact_mm)
    return low, step_mm, distances_mm.reshape(x.shape)
