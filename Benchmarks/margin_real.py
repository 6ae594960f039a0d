"""Ablation margins of real masks against dense sampling: HNTS-MRG 2024, before and during radiotherapy.

The tumor during treatment stands for the tumor, the one before for the zone, and the other way around. No
truth is known, so the arithmetic is checked: both surfaces are sprinkled with random points, evenly by area,
and the margin is the distance to the nearest of them, with the side told by VTK's enclosed points. Nothing of
the package but the surfaces themselves has a part in it.

    .venv/bin/python Benchmarks/margin_real.py [folder of data]
"""

import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import vtk
from scipy.spatial import cKDTree
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins import ablation_margin, mask_surface
from interventional_oncology.margins.triangles import triangle_areas_mm2

OF_TUMOR_PER_MM2, OF_ZONE_PER_MM2 = 10, 150
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FOLDER = "images/hnts_mrg_pre_mid_masks/Evaluation_example"
LABELS = {1: "primary", 2: "nodes"}
Numbers = tuple[float, float, float]


def pairs(data: Path):
    """Yield name, mask before and mask during treatment, cropped, for each label that both have."""
    for path in sorted((data / FOLDER / "prediction_masks").glob("*_preRT_mask_registered.nii.gz")):
        case = path.name.split("_")[0]
        before = sitk.ReadImage(str(path))
        during = sitk.ReadImage(str(data / FOLDER / "groundtruth_masks" / f"{case}_midRT_mask.nii.gz"))
        for label, name in LABELS.items():
            both = [mask == label for mask in (before, during)]
            if all(sitk.GetArrayViewFromImage(mask).any() for mask in both):
                yield f"{case} {name}", *both


def ours(tumor: sitk.Image, zone: sitk.Image) -> Numbers:
    """Return minimal margin, mean margin (mm) and the fraction of the surface outside the zone."""
    found = ablation_margin(tumor, zone)
    return found.minimal_margin_mm, found.mean_margin_mm, found.surface_fraction["below_0"]


def sampled(tumor: sitk.Image, zone: sitk.Image, rng: np.random.Generator) -> Numbers:
    """Return the same of random points on the package's surfaces."""
    mesh = mask_surface(zone)
    points_mm = _sprinkled(mask_surface(tumor), OF_TUMOR_PER_MM2, rng)
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
    rng = np.random.default_rng(0)
    print("minimal margin / mean margin (mm) / surface outside (%)\n")
    print("| case | tumor | this package | dense sampling: difference |\n|---|---|---|---|")
    for name, before, during in pairs(data):
        for said, tumor, zone in (("during", during, before), ("before", before, during)):
            mine = np.array(ours(tumor, zone)) * [1, 1, 100]
            apart = np.array(sampled(tumor, zone, rng)) * [1, 1, 100] - mine
            told = "{:.2f} / {:.2f} / {:.1f}".format(*mine)
            difference = "{:+.2f} / {:+.2f} / {:+.1f}".format(*apart)
            print(f"| {name} | {said} | {told} | {difference} |", flush=True)


if __name__ == "__main__":
    main(*(Path(text) for text in sys.argv[1:]))
