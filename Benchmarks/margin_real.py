"""Ablation margins of real masks against dense sampling: HNTS-MRG 2024, before and during radiotherapy.

The tumor during treatment stands for the tumor, the one before for the zone, and the other way around. No
truth is known. Both surfaces are sprinkled with random points, evenly by area, and the margin is the distance
to the nearest of them, with the side told by VTK's enclosed points. This is done twice: on the surfaces of
the package, which checks the arithmetic alone, and on surfaces that nothing of the package has a part in: the
zero of the signed Euclidean distance of the voxels, smoothed by 1 mm, on a cubic grid of 0.5 mm.

    .venv/bin/python Benchmarks/margin_real.py [folder of data]
"""

import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import vtk
from scipy import ndimage
from scipy.spatial import cKDTree
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins import ablation_margin, mask_surface
from interventional_oncology.margins.triangles import triangle_areas_mm2

OF_TUMOR_PER_MM2, OF_ZONE_PER_MM2 = 4, 60
SMOOTHED_MM, STEP_MM, PAD_VOXELS = 1.0, 0.5, 6
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FOLDER = "images/hnts_mrg_pre_mid_masks/Evaluation_example"
LABELS = {1: "primary", 2: "nodes"}
Numbers = tuple[float, float, float]


def pairs(data: Path):
    """Yield name, mask before and mask during treatment, cut to both, for each label that both have."""
    for path in sorted((data / FOLDER / "prediction_masks").glob("*_preRT_mask_registered.nii.gz")):
        case = path.name.split("_")[0]
        before = sitk.ReadImage(str(path))
        during = sitk.ReadImage(str(data / FOLDER / "groundtruth_masks" / f"{case}_midRT_mask.nii.gz"))
        for label, name in LABELS.items():
            both = [mask == label for mask in (before, during)]
            if all(sitk.GetArrayViewFromImage(mask).any() for mask in both):
                yield f"{case} {name}", *(mask[_box(both)] for mask in both)


def _box(masks: list[sitk.Image]) -> tuple[slice, ...]:
    either = np.logical_or(*(sitk.GetArrayViewFromImage(mask) for mask in masks))
    inside = np.argwhere(either)[:, ::-1]
    low, high = np.maximum(inside.min(axis=0) - 2, 0), inside.max(axis=0) + 3
    return tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))


def ours(tumor: sitk.Image, zone: sitk.Image) -> Numbers:
    """Return minimal margin, mean margin (mm) and the fraction of the surface outside the zone."""
    found = ablation_margin(tumor, zone)
    return found.minimal_margin_mm, found.mean_margin_mm, found.surface_fraction["below_0"]


def sampled(tumor: sitk.Image, zone: sitk.Image, rng: np.random.Generator) -> Numbers:
    """Return the same of random points on the package's surfaces."""
    return sprinkled_margin(mask_surface(tumor), mask_surface(zone), rng)


def independent(tumor: sitk.Image, zone: sitk.Image, rng: np.random.Generator) -> Numbers:
    """Return the same of random points on surfaces made in another way."""
    return sprinkled_margin(distance_surface(tumor), distance_surface(zone), rng)


def distance_surface(mask: sitk.Image) -> vtk.vtkPolyData:
    """Return the zero of the smoothed signed distance of a mask, in its index frame turned to LPS."""
    voxels = ndimage.binary_fill_holes(np.pad(sitk.GetArrayViewFromImage(mask) != 0, PAD_VOXELS))
    spacing = np.array(mask.GetSpacing()[::-1])
    inside, outside = (ndimage.distance_transform_edt(side, spacing) for side in (voxels, ~voxels))
    smooth = ndimage.gaussian_filter(inside - outside, SMOOTHED_MM / spacing)
    size = np.floor((np.array(smooth.shape) - 1) * spacing / STEP_MM).astype(int)
    index = np.meshgrid(
        *(np.arange(n) * STEP_MM / s for n, s in zip(size, spacing, strict=True)), indexing="ij"
    )
    fine = ndimage.map_coordinates(smooth, index, order=3, mode="nearest")
    image = vtk.vtkImageData()
    image.SetDimensions(fine.shape[::-1])
    image.SetSpacing(STEP_MM, STEP_MM, STEP_MM)
    image.SetOrigin(*(-PAD_VOXELS * spacing[::-1]))
    image.GetPointData().SetScalars(numpy_to_vtk(fine.ravel(), deep=True))
    edges = vtk.vtkFlyingEdges3D()
    edges.SetInputData(image)
    edges.SetValue(0, 0.0)
    edges.Update()
    turn = vtk.vtkTransform()
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(mask.GetDirection(), (3, 3))
    matrix[:3, 3] = mask.GetOrigin()
    turn.SetMatrix(matrix.ravel())
    placed = vtk.vtkTransformPolyDataFilter()
    placed.SetInputConnection(edges.GetOutputPort())
    placed.SetTransform(turn)
    placed.Update()
    return placed.GetOutput()


def sprinkled_margin(tumor: vtk.vtkPolyData, mesh: vtk.vtkPolyData, rng: np.random.Generator) -> Numbers:
    """Return the margin between two meshes by random points on both."""
    points_mm = _sprinkled(tumor, OF_TUMOR_PER_MM2, rng)
    places_mm = _sprinkled(mesh, OF_ZONE_PER_MM2, rng)
    distances_mm, _ = cKDTree(places_mm).query(points_mm)
    margins_mm = np.where(_enclosed(points_mm, mesh), distances_mm, -distances_mm)
    return float(margins_mm.min()), float(margins_mm.mean()), float(np.mean(margins_mm < 0))


def _sprinkled(mesh: vtk.vtkPolyData, per_mm2: float, rng: np.random.Generator) -> np.ndarray:
    points_mm = vtk_to_numpy(mesh.GetPoints().GetData())
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    areas_mm2 = triangle_areas_mm2(points_mm, triangles)
    count = int(per_mm2 * areas_mm2.sum())
    chosen = triangles[rng.choice(len(triangles), count, p=areas_mm2 / areas_mm2.sum())]
    return np.einsum("nc,ncx->nx", rng.dirichlet((1, 1, 1), count), points_mm[chosen])


def _enclosed(points_mm: np.ndarray, mesh: vtk.vtkPolyData) -> np.ndarray:
    cloud, points = vtk.vtkPolyData(), vtk.vtkPoints()
    points.SetDataTypeToDouble()
    points.SetData(numpy_to_vtk(points_mm, deep=True))
    cloud.SetPoints(points)
    enclosed = vtk.vtkSelectEnclosedPoints()
    enclosed.SetInputData(cloud)
    enclosed.SetSurfaceData(mesh)
    enclosed.Update()
    return vtk_to_numpy(enclosed.GetOutput().GetPointData().GetArray("SelectedPoints")) > 0


def main(data: Path = DATA) -> None:
    """Print the table."""
    if not (data / FOLDER).is_dir():
        print(f"the masks of HNTS-MRG are not there: expected the folder {FOLDER} in {data}")
        return
    rng = np.random.default_rng(0)
    print("minimal margin / mean margin (mm) / surface outside (%)\n")
    print("| case | tumor | this package | same surfaces: difference | other surfaces: difference |")
    print("|---|---|---|---|---|")
    apart = []
    for name, before, during in pairs(data):
        for said, tumor, zone in (("during", during, before), ("before", before, during)):
            mine = np.array(ours(tumor, zone)) * [1, 1, 100]
            others = [np.array(way(tumor, zone, rng)) * [1, 1, 100] - mine for way in (sampled, independent)]
            apart.append(others)
            told = "{:.2f} / {:.2f} / {:.1f}".format(*mine)
            differences = " | ".join("{:+.2f} / {:+.2f} / {:+.1f}".format(*other) for other in others)
            print(f"| {name} | {said} | {told} | {differences} |", flush=True)
    for name, differences in zip(("same", "other"), np.abs(apart).transpose(1, 2, 0), strict=True):
        for what, values in zip(("minimal", "mean", "outside"), differences, strict=True):
            middle, most = np.median(values), values.max()
            print(f"{name} surfaces, {what}: median {middle:.2f}, mean {values.mean():.2f}, most {most:.2f}")


if __name__ == "__main__":
    main(*(Path(text) for text in sys.argv[1:]))
