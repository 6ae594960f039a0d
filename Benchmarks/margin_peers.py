"""How others measure an ablation margin, on the same masks.

Each method takes the masks of tumor and zone (SimpleITK) and returns the minimal margin in mm and the
fractions of the surface below the thresholds. QAM's method is restated, not its code. Packages that are not
installed are left out and named; put them beside the benchmark with

    python -m pip install --target DIR --no-deps edt surface-distance
    PYTHONPATH=DIR python Benchmarks/margins.py
"""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import SimpleITK as sitk
import vtk
from margin_shapes import THRESHOLDS_MM
from scipy import ndimage
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins import ablation_margin
from interventional_oncology.margins.distance import SurfaceLocator
from interventional_oncology.margins.triangles import fraction_below, triangle_areas_mm2

Answer = tuple[float, np.ndarray]
Method = Callable[[sitk.Image, sitk.Image], Answer]


def ours(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Return this package's answer, all its other numbers included in the time."""
    found = ablation_margin(tumor, zone)
    below_0 = found.surface_fraction["below_0"]
    return found.minimal_margin_mm, np.array([below_0, 1 - found.surface_fraction["at_least_threshold"]])


def _of_values(values: np.ndarray, weights: np.ndarray | None = None) -> Answer:
    fractions = [np.average(values < t, weights=weights) for t in THRESHOLDS_MM]
    return float(values.min()), np.array(fractions)


def _arrays(*masks: sitk.Image) -> list[np.ndarray]:
    return [sitk.GetArrayViewFromImage(mask) != 0 for mask in masks]


def _border(inside: np.ndarray) -> np.ndarray:
    return inside & ~ndimage.binary_erosion(inside)


def voxel_border(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Border voxels to border voxels by a distance map, as QAM does."""
    t, z = _arrays(tumor, zone)
    distances = ndimage.distance_transform_edt(~_border(z), sampling=tumor.GetSpacing()[::-1])
    return _of_values(np.where(z, distances, -distances)[_border(t)])


def scipy_maps(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Distance inside minus distance outside, at the border voxels."""
    t, z = _arrays(tumor, zone)
    spacing = tumor.GetSpacing()[::-1]
    inner, outer = (ndimage.distance_transform_edt(m, sampling=spacing) for m in (z, ~z))
    return _of_values((inner - outer)[_border(t)])


def edt_maps(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Distance inside minus distance outside by the package `edt`, one thread."""
    import edt

    t, z = _arrays(tumor, zone)
    spacing = tumor.GetSpacing()[::-1]
    inner, outer = (edt.edt(np.ascontiguousarray(m), anisotropy=spacing, parallel=1) for m in (z, ~z))
    return _of_values((inner - outer)[_border(t)])


def maurer(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """SimpleITK's signed Maurer distance at the border voxels."""
    distances = sitk.SignedMaurerDistanceMap(
        zone, insideIsPositive=True, squaredDistance=False, useImageSpacing=True
    )
    (t,) = _arrays(tumor)
    return _of_values(sitk.GetArrayViewFromImage(distances)[_border(t)])


def surface_distance(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """DeepMind's surface-distance: weighted by area, but without a sign."""
    from surface_distance import compute_surface_distances

    found = compute_surface_distances(*_arrays(tumor, zone), tumor.GetSpacing()[::-1])
    return _of_values(found["distances_gt_to_pred"], found["surfel_areas_gt"])


def _vtk_surface(mask: sitk.Image, kind: str) -> tuple[np.ndarray, np.ndarray]:
    voxels = np.pad(sitk.GetArrayViewFromImage(mask), 1)
    image = vtk.vtkImageData()
    image.SetDimensions(voxels.shape[::-1])
    image.SetSpacing(mask.GetSpacing())
    image.GetPointData().SetScalars(numpy_to_vtk(voxels.ravel(), deep=True))
    surface = vtk.vtkSurfaceNets3D() if kind == "nets" else vtk.vtkFlyingEdges3D()
    surface.SetInputData(image)
    surface.SetValue(0, 1 if kind == "nets" else 0.5)
    triangles = vtk.vtkTriangleFilter()
    triangles.SetInputConnection(surface.GetOutputPort())
    triangles.Update()
    mesh = triangles.GetOutput()
    corners = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return vtk_to_numpy(mesh.GetPoints().GetData()).astype(float), corners


def _of_meshes(kind: str) -> Method:
    """Distance between the meshes of both masks, at the vertices, by area."""

    def measure(tumor: sitk.Image, zone: sitk.Image) -> Answer:
        points, triangles = _vtk_surface(tumor, kind)
        distances, _ = SurfaceLocator(*_vtk_surface(zone, kind)).nearest(points)
        voxels = np.pad(sitk.GetArrayViewFromImage(zone), 1).astype(np.float32)
        steps = (points / np.array(tumor.GetSpacing()))[:, ::-1].T
        inside = ndimage.map_coordinates(voxels, steps, order=1) > 0.5
        margins = np.where(inside, distances, -distances)
        areas = triangle_areas_mm2(points, triangles)
        fractions = [fraction_below(margins, triangles, t) @ areas / areas.sum() for t in THRESHOLDS_MM]
        return float(margins.min()), np.array(fractions)

    return measure


_NEEDS = {"edt distance maps": "edt", "DeepMind surface-distance": "surface_distance"}
_ALL: dict[str, Method] = {
    "**this package**": ours,
    "VTK surface nets": _of_meshes("nets"),
    "VTK flying edges": _of_meshes("edges"),
    "voxel borders (as QAM does)": voxel_border,
    "scipy distance maps": scipy_maps,
    "edt distance maps": edt_maps,
    "SimpleITK Maurer map": maurer,
    "DeepMind surface-distance": surface_distance,
}
NOT_INSTALLED = tuple(name for name, package in _NEEDS.items() if find_spec(package) is None)
METHODS = {name: method for name, method in _ALL.items() if name not in NOT_INSTALLED}
