"""Real outlines of tumors before and during radiotherapy, as if they were tumor and zone."""

import numpy as np
import pytest
import SimpleITK as sitk
import vtk
from scipy.spatial import cKDTree
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins import ablation_margin, mask_surface

FOLDER = "images/hnts_mrg_pre_mid_masks/Evaluation_example"
OF_TUMOR_PER_MM2, OF_ZONE_PER_MM2 = 5, 100


def sprinkled(mesh: vtk.vtkPolyData, per_mm2: float) -> np.ndarray:
    """Return random points on a surface, evenly by area."""
    rng = np.random.default_rng(0)
    corners = vtk_to_numpy(mesh.GetPoints().GetData())[
        vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    ]
    areas = 0.5 * np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    chosen = rng.choice(len(areas), int(per_mm2 * areas.sum()), p=areas / areas.sum())
    return np.einsum("nc,ncx->nx", rng.dirichlet((1, 1, 1), len(chosen)), corners[chosen])


def enclosed(points_mm: np.ndarray, mesh: vtk.vtkPolyData) -> np.ndarray:
    cloud, points, side = vtk.vtkPolyData(), vtk.vtkPoints(), vtk.vtkSelectEnclosedPoints()
    points.SetDataTypeToDouble()
    points.SetData(numpy_to_vtk(points_mm, deep=True))
    cloud.SetPoints(points)
    side.SetInputData(cloud)
    side.SetSurfaceData(mesh)
    side.Update()
    return vtk_to_numpy(side.GetOutput().GetPointData().GetArray("SelectedPoints")) > 0


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(("case", "label", "swapped"), [("84", 1, False), ("84", 1, True), ("88", 2, False)])
def test_margin_agrees_with_dense_sampling(shared_data, case, label, swapped) -> None:
    before = shared_data / FOLDER / "prediction_masks" / f"{case}_preRT_mask_registered.nii.gz"
    during = shared_data / FOLDER / "groundtruth_masks" / f"{case}_midRT_mask.nii.gz"
    tumor, zone = (sitk.ReadImage(str(path)) == label for path in (during, before))
    if swapped:
        tumor, zone = zone, tumor
    found = ablation_margin(tumor, zone)
    surface = mask_surface(zone)
    points_mm = sprinkled(mask_surface(tumor), OF_TUMOR_PER_MM2)
    distances_mm, _ = cKDTree(sprinkled(surface, OF_ZONE_PER_MM2)).query(points_mm)
    margins_mm = np.where(enclosed(points_mm, surface), distances_mm, -distances_mm)
    assert found.minimal_margin_whole_surface_mm == pytest.approx(margins_mm.min(), abs=0.2)
    assert found.mean_margin_mm == pytest.approx(margins_mm.mean(), abs=0.1)
    assert found.surface_fraction["below_0"] == pytest.approx(np.mean(margins_mm < 0), abs=0.02)
    for percent in (5, 50, 95):
        expected_mm = np.percentile(margins_mm, percent)
        assert found.percentiles_mm[f"p{percent}"] == pytest.approx(expected_mm, abs=0.2)
    assert sum(found.surface_fraction.values()) == pytest.approx(1.0)
    assert 0.0 <= found.volume_fraction_covered <= 1.0
