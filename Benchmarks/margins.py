"""Ablation margins against peers, in one run: error, time and the same shapes for all.

The shapes (spheres, tilted ellipsoids, irregular blobs, small tumors) have a margin known from a dense mesh
of the exact shape and are drawn with a seed that was not used to choose the method's numbers.

    .venv/bin/python Benchmarks/margins.py [scenarios per kind] [slice spacing in mm]
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import SimpleITK as sitk
import vtk
from scipy import ndimage
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation
from scipy.special import sph_harm_y
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins import ablation_margin
from interventional_oncology.margins.crop import Frame
from interventional_oncology.margins.distance import SurfaceLocator
from interventional_oncology.margins.triangles import fraction_below, triangle_areas_mm2

SEED = 20260
KINDS = ("sphere", "ellipsoid", "irregular", "small")
THRESHOLDS_MM = (0.0, 5.0)


def unit_directions() -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, 3) and triangles (m, 3) of a fine unit sphere."""
    solid = vtk.vtkPlatonicSolidSource()
    solid.SetSolidTypeToIcosahedron()
    finer = vtk.vtkLinearSubdivisionFilter()
    finer.SetInputConnection(solid.GetOutputPort())
    finer.SetNumberOfSubdivisions(6)
    clean = vtk.vtkCleanPolyData()
    clean.SetInputConnection(finer.GetOutputPort())
    clean.Update()
    points = vtk_to_numpy(clean.GetOutput().GetPoints().GetData()).astype(float)
    triangles = vtk_to_numpy(clean.GetOutput().GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return points / np.linalg.norm(points, axis=1, keepdims=True), triangles


UNIT_POINTS, UNIT_TRIANGLES = unit_directions()


class Star:
    """A star-shaped solid: an ellipsoid with spherical harmonics on its radius."""

    def __init__(self, center_mm, radii_mm, turn: Rotation, bumps: dict[tuple[int, int], float]) -> None:
        self.center_mm, self.radii_mm = np.array(center_mm, float), np.array(radii_mm, float)
        self.axes, self.bumps = turn.as_matrix(), bumps

    def _bump(self, unit: np.ndarray) -> np.ndarray:
        polar, azimuth = np.arccos(np.clip(unit[:, 2], -1, 1)), np.arctan2(unit[:, 1], unit[:, 0])
        total = np.zeros(len(unit))
        for (degree, order), height in self.bumps.items():
            total += height * sph_harm_y(degree, order, polar, azimuth).real
        return total

    def points_mm(self) -> np.ndarray:
        """Return the surface at the unit directions."""
        radius = (1 + self._bump(UNIT_POINTS))[:, None]
        return self.center_mm + (UNIT_POINTS * self.radii_mm * radius) @ self.axes.T

    def inside(self, points_mm: np.ndarray) -> np.ndarray:
        """Say which points lie inside."""
        local = (points_mm - self.center_mm) @ self.axes / self.radii_mm
        length = np.linalg.norm(local, axis=1)
        return length <= 1 + self._bump(local / np.maximum(length, 1e-12)[:, None])


def scenario(rng: np.random.Generator, kind: str) -> tuple[Star, Star]:
    """Return tumor and zone."""
    turn, zone_turn = (Rotation.random(random_state=rng) for _ in range(2))
    radii = {
        "sphere": np.full(3, rng.uniform(6, 15)),
        "ellipsoid": rng.uniform(5, 16, 3),
        "irregular": np.full(3, rng.uniform(6, 16)),
        "small": rng.uniform(3, 5, 3),
    }[kind]
    bumps, zone_bumps = {}, {}
    if kind == "irregular":
        bumps = {(n, m): rng.normal() * 0.18 / n for n in range(2, 6) for m in range(n + 1)}
        zone_bumps = {(n, m): rng.normal() * 0.04 / n for n in range(2, 5) for m in range(n + 1)}
    tumor = Star(rng.uniform(-1, 1, 3), radii, turn, bumps)
    reach = np.linalg.norm(tumor.points_mm() - tumor.center_mm, axis=1).max()
    zone = Star(
        tumor.center_mm + rng.normal(size=3) * rng.uniform(0, 3),
        reach + rng.uniform(0, 8, 3),
        zone_turn,
        zone_bumps,
    )
    return tumor, zone


def truth(tumor: Star, zone: Star) -> tuple[float, np.ndarray]:
    """Return minimal margin and fractions below the thresholds of the exact shapes."""
    points = tumor.points_mm()
    distances, _ = SurfaceLocator(zone.points_mm(), UNIT_TRIANGLES).nearest(points)
    margins = np.where(zone.inside(points), distances, -distances)
    areas = triangle_areas_mm2(points, UNIT_TRIANGLES)
    fractions = [fraction_below(margins, UNIT_TRIANGLES, t) @ areas / areas.sum() for t in THRESHOLDS_MM]
    return float(margins.min()), np.array(fractions)


def masks(tumor: Star, zone: Star, spacing, rng: np.random.Generator) -> tuple[sitk.Image, sitk.Image]:
    """Return both shapes sampled at voxel centers, the grid shifted at random."""
    spacing = np.array(spacing)
    everything = np.vstack([tumor.points_mm(), zone.points_mm()])
    low = everything.min(axis=0) - (3 + rng.uniform(0, 1, 3)) * spacing
    size = np.ceil((everything.max(axis=0) - low) / spacing).astype(int) + 4
    k, j, i = np.meshgrid(*(np.arange(n) for n in size[::-1]), indexing="ij")
    points = low + np.stack([i, j, k], axis=-1).reshape(-1, 3) * spacing
    found = []
    for shape in (tumor, zone):
        image = sitk.GetImageFromArray(shape.inside(points).reshape(k.shape).astype(np.uint8))
        image.SetSpacing(spacing.tolist())
        image.SetOrigin(low.tolist())
        found.append(image)
    return found[0], found[1]


Answer = tuple[float, np.ndarray]


def ours(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Return this package's answer."""
    found = ablation_margin(tumor, zone)
    below_0 = found.surface_fraction["below_0"]
    return found.minimal_margin_mm, np.array([below_0, 1 - found.surface_fraction["at_least_threshold"]])


def _of_values(values: np.ndarray) -> Answer:
    return float(values.min()), np.array([np.mean(values < t) for t in THRESHOLDS_MM])


def _border(inside: np.ndarray) -> np.ndarray:
    return inside & ~ndimage.binary_erosion(inside)


def voxel_border(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Border voxels to border voxels by a distance transform, as QAM does (restated, not its code)."""
    t, z = (sitk.GetArrayFromImage(m) > 0 for m in (tumor, zone))
    distances = ndimage.distance_transform_edt(~_border(z), sampling=tumor.GetSpacing()[::-1])
    return _of_values(np.where(z, distances, -distances)[_border(t)])


def edt_in_out(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Distance inside minus distance outside, at the border voxels (scipy)."""
    t, z = (sitk.GetArrayFromImage(m) > 0 for m in (tumor, zone))
    spacing = tumor.GetSpacing()[::-1]
    inner, outer = (ndimage.distance_transform_edt(m, sampling=spacing) for m in (z, ~z))
    return _of_values((inner - outer)[_border(t)])


def maurer(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """SimpleITK's signed Maurer distance at the border voxels."""
    distances = sitk.SignedMaurerDistanceMap(
        zone, insideIsPositive=True, squaredDistance=False, useImageSpacing=True
    )
    t = sitk.GetArrayFromImage(tumor) > 0
    return _of_values(sitk.GetArrayFromImage(distances)[_border(t)])


def _vtk_surface(mask: sitk.Image, kind: str) -> tuple[np.ndarray, np.ndarray, vtk.vtkPolyData]:
    voxels = np.pad(sitk.GetArrayFromImage(mask), 1)
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
    return vtk_to_numpy(mesh.GetPoints().GetData()).astype(float), corners, mesh


def _of_meshes(kind: str) -> Callable[[sitk.Image, sitk.Image], Answer]:
    def measure(tumor: sitk.Image, zone: sitk.Image) -> Answer:
        points, triangles, _ = _vtk_surface(tumor, kind)
        zone_points, zone_triangles, _ = _vtk_surface(zone, kind)
        distances, _ = SurfaceLocator(zone_points, zone_triangles).nearest(points)
        voxels = np.pad(sitk.GetArrayFromImage(zone), 1).astype(np.float32)
        steps = (points / np.array(tumor.GetSpacing()))[:, ::-1].T
        inside = ndimage.map_coordinates(voxels, steps, order=1) > 0.5
        margins = np.where(inside, distances, -distances)
        areas = triangle_areas_mm2(points, triangles)
        fractions = [fraction_below(margins, triangles, t) @ areas / areas.sum() for t in THRESHOLDS_MM]
        return float(margins.min()), np.array(fractions)

    return measure


def nearest_voxels(tumor: sitk.Image, zone: sitk.Image) -> Answer:
    """Border voxel to nearest border voxel by a k-d tree, unsigned, as surface-distance tools do."""
    places = []
    for mask in (tumor, zone):
        index = np.argwhere(_border(sitk.GetArrayFromImage(mask) > 0))[:, ::-1]
        places.append(Frame.of(mask).to_lps(index * np.array(mask.GetSpacing())))
    return _of_values(cKDTree(places[1]).query(places[0])[0])


METHODS: dict[str, Callable[[sitk.Image, sitk.Image], Answer]] = {
    "this package": ours,
    "voxel borders (as QAM)": voxel_border,
    "scipy EDT in-out": edt_in_out,
    "SimpleITK Maurer": maurer,
    "nearest border voxel, unsigned": nearest_voxels,
    "VTK flying edges": _of_meshes("edges"),
    "VTK surface nets": _of_meshes("nets"),
}


def main(count: int = 15, slice_mm: float = 1.5) -> None:
    """Print the table."""
    rng = np.random.default_rng(SEED)
    errors = {name: [] for name in METHODS}
    fractions = {name: [] for name in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    for kind in KINDS:
        for _ in range(count):
            tumor, zone = scenario(rng, kind)
            expected, expected_fractions = truth(tumor, zone)
            pair = masks(tumor, zone, (0.8, 0.8, slice_mm), rng)
            for name, method in METHODS.items():
                start = time.perf_counter()
                margin, found = method(*pair)
                seconds[name] += time.perf_counter() - start
                errors[name].append(margin - expected)
                fractions[name].append(100 * np.abs(found - expected_fractions))
    total = count * len(KINDS)
    print(f"{total} shapes ({', '.join(KINDS)}), 0.8 x 0.8 x {slice_mm:g} mm, cropped to the shapes")
    print(
        "| method | minimal margin: bias | mean abs. | p95 | max (mm) | fractions: mean | max (points) | ms |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name in METHODS:
        error, size = np.array(errors[name]), np.abs(errors[name])
        points, milliseconds = np.concatenate(fractions[name]), 1000 * seconds[name] / total
        print(
            f"| {name} | {error.mean():+.3f} | {size.mean():.3f} | {np.percentile(size, 95):.3f} "
            f"| {size.max():.3f} | {points.mean():.2f} | {points.max():.1f} | {milliseconds:.0f} |"
        )


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)))
