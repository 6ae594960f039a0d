"""How far vessels lie apart after a registration: in masks of both images, or found by their shape."""

import numpy as np
import SimpleITK as sitk
import vtk
from scipy import ndimage
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from .pyramid import reduced
from .spread import spread

#: Farther apart than this, two surfaces are not those of one vessel; the distance is cut there.
FARTHEST_MM = 10.0
#: Voxel on which vessels are looked at: half the diameter of the segmental branches.
_VOXEL_MM = 1.5
#: Radii looked for: portal and hepatic veins from the segments to the stem.
_RADII_MM = (1.5, 2.5, 4.0)
#: Frangi's parameters: plate against line, blob against line.
_PLATE, _BLOB = 0.5, 0.5
#: Part of the organ that its most vessel-like voxels fill: vessels are 3 to 6 % of a liver (from memory).
_VESSEL_PART = 0.04


def vessel_distance_mm(
    transform: sitk.Transform, fixed_vessels: sitk.Image, moving_vessels: sitk.Image
) -> dict[str, float] | None:
    """Return how far the surfaces of the vessels lie apart, both ways, measured in the moving image.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    fixed_vessels, moving_vessels : SimpleITK.Image
        Masks, each on a grid of its own.

    Returns
    -------
    dict or None
        ``mean``, ``p95`` and ``max`` of the distances from each vertex of either surface to the other
        surface, cut at 10 mm: a vessel that only one image shows counts that much. None for an empty mask.
    """
    here, there = _surface(fixed_vessels), _surface(moving_vessels)
    if not here.GetNumberOfPoints() or not there.GetNumberOfPoints():
        return None
    moved = vtk_to_numpy(here.GetPoints().GetData()).astype(np.float64)
    moved = np.array([transform.TransformPoint(point) for point in moved.tolist()])
    here.GetPoints().SetData(numpy_to_vtk(np.ascontiguousarray(moved), deep=True))
    both = np.concatenate([_distances_mm(here, there), _distances_mm(there, here)])
    return spread(np.minimum(both, FARTHEST_MM))


def find_vessels(image: sitk.Image, organ: sitk.Image, *, bright: bool) -> sitk.Image:
    """Return the voxels of an organ that look most like vessels: 4 % of it, on voxels of 1.5 mm or coarser.

    Multi-scale vesselness of the Hessian, Frangi 1998, doi:10.1007/BFb0056195.

    Parameters
    ----------
    image, organ : SimpleITK.Image
        On one grid.
    bright : bool
        Vessels are brighter than the organ (contrast); otherwise bright and dark ones count.
    """
    values = reduced(sitk.Cast(image, sitk.sitkFloat32), _VOXEL_MM)
    inside = sitk.GetArrayFromImage(
        sitk.Resample(organ, values, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    )
    inside = ndimage.binary_erosion(inside != 0, iterations=2)  # the capsule is an edge, not a vessel
    found = vesselness(sitk.GetArrayFromImage(values), values.GetSpacing()[::-1], inside, bright=bright)
    most = np.zeros(found.shape, dtype=np.uint8)
    if inside.any():
        most = (inside & (found > max(np.quantile(found[inside], 1.0 - _VESSEL_PART), 0.0))).astype(np.uint8)
    mask = sitk.GetImageFromArray(most)
    mask.CopyInformation(values)
    return mask


def vesselness(
    values: np.ndarray, spacing_mm: tuple[float, ...], inside: np.ndarray, *, bright: bool
) -> np.ndarray:
    """Return Frangi's measure (0 to 1) at the voxels inside, the largest over the radii, ``[k, j, i]``."""
    best = np.zeros(values.shape, dtype=np.float32)
    for radius_mm in _RADII_MM:
        sigma = radius_mm / np.array(spacing_mm)
        hessian = np.empty((int(np.count_nonzero(inside)), 3, 3), dtype=np.float32)
        for a in range(3):
            for b in range(a, 3):
                order = [int(axis == a) + int(axis == b) for axis in range(3)]
                second = ndimage.gaussian_filter(values, sigma, order=order)[inside]
                hessian[:, a, b] = hessian[:, b, a] = second / (spacing_mm[a] * spacing_mm[b])
        measure = _of_eigenvalues(np.linalg.eigvalsh(radius_mm**2 * hessian), bright=bright)
        best[inside] = np.maximum(best[inside], measure)
    return best


def _of_eigenvalues(eigenvalues: np.ndarray, *, bright: bool) -> np.ndarray:
    order = np.argsort(np.abs(eigenvalues), axis=1)
    low, middle, high = np.take_along_axis(eigenvalues, order, axis=1).T
    strength = np.sqrt(low**2 + middle**2 + high**2)
    half = max(float(strength.max(initial=0.0)) / 2.0, np.finfo(np.float32).tiny)
    tiny = np.finfo(np.float32).tiny
    plate = np.abs(middle) / np.maximum(np.abs(high), tiny)
    blob = np.abs(low) / np.maximum(np.sqrt(np.abs(middle * high)), tiny)
    measure = (
        (1.0 - np.exp(-(plate**2) / (2.0 * _PLATE**2)))
        * np.exp(-(blob**2) / (2.0 * _BLOB**2))
        * (1.0 - np.exp(-(strength**2) / (2.0 * half**2)))
    )
    one_sign = (middle < 0) & (high < 0) if bright else middle * high > 0
    found: np.ndarray = np.where(one_sign, measure, 0.0)
    return found


def _surface(mask: sitk.Image) -> vtk.vtkPolyData:
    soft = sitk.SmoothingRecursiveGaussian(
        sitk.ConstantPad(sitk.Cast(mask != 0, sitk.sitkFloat32), [4] * 3, [4] * 3, 0.0),
        0.6 * min(mask.GetSpacing()),
    )
    values = sitk.GetArrayFromImage(soft)
    grid = vtk.vtkImageData()
    grid.SetDimensions(soft.GetSize())
    grid.GetPointData().SetScalars(numpy_to_vtk(values.ravel(), deep=True))
    edges = vtk.vtkFlyingEdges3D()
    edges.SetInputData(grid)
    edges.SetValue(0, 0.5)
    edges.ComputeNormalsOff()
    edges.Update()
    surface = edges.GetOutput()
    if surface.GetNumberOfPoints():
        index = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)
        direction = np.reshape(soft.GetDirection(), (3, 3))
        points = (index * np.array(soft.GetSpacing())) @ direction.T + np.array(soft.GetOrigin())
        surface.GetPoints().SetData(numpy_to_vtk(np.ascontiguousarray(points), deep=True))
    return surface


def _distances_mm(points_of: vtk.vtkPolyData, surface: vtk.vtkPolyData) -> np.ndarray:
    measure = vtk.vtkImplicitPolyDataDistance()
    measure.SetInput(surface)
    found = vtk.vtkDoubleArray()
    measure.FunctionValue(points_of.GetPoints().GetData(), found)
    return np.abs(vtk_to_numpy(found))
