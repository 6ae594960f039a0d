"""The parts of a margin: triangles, distances, surfaces, residual sites, capsule, registration error."""

import numpy as np
import pytest
import SimpleITK as sitk
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.errors import InputError
from interventional_oncology.margins import ablation_margin, mask_surface
from interventional_oncology.margins.crop import bounding_slices
from interventional_oncology.margins.distance import SurfaceLocator
from interventional_oncology.margins.shape import shape_of_mask
from interventional_oncology.margins.triangles import (
    enclosed_volume_mm3,
    fraction_below,
    triangle_areas_mm2,
    weighted_percentiles,
)

ONE_TRIANGLE = np.array([[0, 1, 2]])


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.4, 1.0, 2.2, 3.0, 4.0])
def test_fraction_below_is_the_area_cut_off(threshold) -> None:
    values = np.array([0.0, 1.0, 3.0])
    u, v = np.random.default_rng(0).random((2, 200_000))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    sampled = np.mean(values[0] * (1 - u - v) + values[1] * u + values[2] * v < threshold)
    assert fraction_below(values, ONE_TRIANGLE, threshold)[0] == pytest.approx(sampled, abs=0.004)


@pytest.mark.parametrize(("values", "expected"), [((5, 5, 5), 0.0), ((4, 5, 5), 1.0), ((5, 5, 6), 0.0)])
def test_a_value_at_the_threshold_is_not_below_it(values, expected) -> None:
    assert fraction_below(np.array(values, dtype=float), ONE_TRIANGLE, 5.0)[0] == expected


def test_percentiles_count_by_weight() -> None:
    assert weighted_percentiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 98.0]), [50]) == [2.0]


def test_bounding_slices() -> None:
    inside = np.zeros((5, 6, 7), dtype=np.uint8)
    assert bounding_slices(inside) is None
    inside[1, 2, 3] = inside[3, 5, 4] = 1
    assert bounding_slices(inside) == (slice(1, 4), slice(2, 6), slice(3, 5))


def test_distance_agrees_with_vtk(grid) -> None:
    shape = shape_of_mask(grid(reach_mm=14).ball((0.3, 0.1, -0.2), 9.0))
    queries = np.random.default_rng(3).uniform(-4, 34, (300, 3))
    found, feet = SurfaceLocator(shape.points_mm, shape.triangles).nearest(queries)
    mesh = vtk.vtkPolyData()
    points = vtk.vtkPoints()
    points.SetData(numpy_to_vtk(shape.points_mm, deep=True))
    cells = vtk.vtkCellArray()
    for triangle in shape.triangles:
        cells.InsertNextCell(3, triangle)
    mesh.SetPoints(points)
    mesh.SetPolys(cells)
    implicit = vtk.vtkImplicitPolyDataDistance()
    implicit.SetInput(mesh)
    expected = np.array([abs(implicit.EvaluateFunction(q)) for q in queries])
    np.testing.assert_allclose(found, expected, atol=0.02)
    assert np.abs(found - expected).mean() < 0.001
    np.testing.assert_allclose(np.linalg.norm(queries - feet, axis=1), found, atol=1e-9)


@pytest.mark.parametrize("flip", [False, True])
def test_surface_of_a_ball(grid, oblique, flip) -> None:
    direction = oblique @ np.diag([1, 1, -1]) if flip else oblique
    here = grid((0.8, 0.8, 1.5), direction, reach_mm=16)
    mesh = mask_surface(here.ball((0, 0, 0), 12.0))
    points = vtk_to_numpy(mesh.GetPoints().GetData())
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    radii = np.linalg.norm(points - here.center_lps_mm, axis=1)
    assert np.abs(radii - 12.0).max() < 0.35
    assert np.abs(radii - 12.0).mean() < 0.06
    assert enclosed_volume_mm3(points, triangles) == pytest.approx(4 / 3 * np.pi * 12**3, rel=0.01)
    assert triangle_areas_mm2(points, triangles).sum() == pytest.approx(4 * np.pi * 12**2, rel=0.01)
    assert mesh.GetFieldData().GetAbstractArray("SPACE").GetValue(0) == "LPS"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_voxels_have_a_surface_of_their_volume(count) -> None:
    voxels = np.zeros((9, 9, 9), dtype=np.uint8)
    voxels[4, 4, 3 : 3 + count] = 1
    mask = sitk.GetImageFromArray(voxels)
    mask.SetSpacing((0.8, 0.8, 1.5))
    mesh = mask_surface(mask)
    points = vtk_to_numpy(mesh.GetPoints().GetData())
    triangles = vtk_to_numpy(mesh.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    assert enclosed_volume_mm3(points, triangles) == pytest.approx(count * 0.96, rel=0.2)
    assert mesh.GetNumberOfPoints() > 10


def test_residual_volume_and_depth_of_two_balls(grid) -> None:
    here, r, zone, apart = grid(reach_mm=30), 12.0, 13.0, 10.0
    found = ablation_margin(here.ball((0, 0, 0), r), here.ball((apart, 0, 0), zone))
    lens = (
        np.pi
        * (r + zone - apart) ** 2
        * (apart**2 + 2 * apart * (r + zone) - 3 * (r - zone) ** 2)
        / (12 * apart)
    )
    left_ml = (4 / 3 * np.pi * r**3 - lens) / 1000
    assert found.uncovered_volume_ml == pytest.approx(left_ml, rel=0.03)
    assert found.volume_fraction_covered == pytest.approx(
        1 - left_ml / (4 / 3 * np.pi * r**3 / 1000), abs=0.01
    )
    (site,) = found.residual_sites
    assert site.depth_mm == pytest.approx(r + apart - zone, abs=0.2)
    assert site.volume_ml == pytest.approx(left_ml, rel=0.05)
    # The tumor is left on the side away from the zone, L 12.3 - 12 in LPS.
    np.testing.assert_allclose(site.deepest_at_ras_mm, (-0.3, 45.6, 78.9), atol=2.0)


class TestSubcapsular:
    """A tumor below a flat capsule."""

    DEPTH_MM, RADIUS_MM = 9.0, 8.0

    def masks(self, grid, oblique):
        here = grid(
            direction=oblique, reach_mm=24
        )  # a capsule along the slices is known to half a slice only
        top = here.center_lps_mm[2] + self.DEPTH_MM
        organ = here.mask(lambda points: points[..., 2] <= top)
        return here.ball((0, 0, 0), self.RADIUS_MM), here.ball((0, 0, -3), 14.0), organ

    @pytest.mark.parametrize("reach_mm", [0.0, 3.0, 5.0, 9.0])
    def test_fraction_is_that_of_the_cap(self, grid, oblique, reach_mm) -> None:
        tumor, zone, organ = self.masks(grid, oblique)
        found = ablation_margin(tumor, zone, organ=organ, subcapsular_mm=reach_mm)
        cap = np.clip((self.RADIUS_MM - (self.DEPTH_MM - reach_mm)) / (2 * self.RADIUS_MM), 0, 1)
        assert found.excluded_subcapsular_fraction == pytest.approx(cap, abs=0.02)

    def test_the_margin_of_the_rest(self, grid, oblique) -> None:
        tumor, zone, organ = self.masks(grid, oblique)
        found = ablation_margin(tumor, zone, organ=organ, subcapsular_mm=5.0)
        assert found.minimal_margin_whole_surface_mm == pytest.approx(14 - 8 - 3, abs=0.2)
        # The edge of the cap lies 4 mm above the center of the tumor, 7 mm above that of the zone.
        edge = np.hypot(np.sqrt(8**2 - 4**2), 7.0)
        assert found.minimal_margin_mm == pytest.approx(14 - edge, abs=0.2)

    def test_an_organ_that_ends_with_the_volume_has_no_capsule_there(self, grid, oblique) -> None:
        tumor, zone, organ = self.masks(grid, oblique)
        everywhere = sitk.Image(organ) * 0 + 1
        assert ablation_margin(tumor, zone, organ=everywhere).excluded_subcapsular_fraction == 0.0

    def test_an_organ_mask_with_a_hole_for_the_tumor(self, grid) -> None:
        here = grid(reach_mm=26)
        tumor, zone = here.ball((0, 0, 0), 6.0), here.ball((0, 0, 0), 10.0)
        around = here.mask(lambda points: np.linalg.norm(points - here.center_lps_mm, axis=-1) >= 7.0)
        organ = sitk.Or(around, here.ball((0, 0, 0), 2.0))
        assert ablation_margin(tumor, zone, organ=organ).excluded_subcapsular_fraction == 0.0

    def test_nothing_left_to_judge(self, grid, oblique) -> None:
        tumor, zone, organ = self.masks(grid, oblique)
        found = ablation_margin(tumor, zone, organ=organ, subcapsular_mm=20.0, registration_error_mm=1.0)
        assert found.minimal_margin_mm is None
        assert found.surface_fraction is None
        assert found.probability_minimal_margin_at_least_threshold is None
        assert found.excluded_subcapsular_fraction == pytest.approx(1.0)
        assert any("no margin is judged" in text for text in found.warnings)

    def test_tumor_outside_the_organ_is_refused(self, grid) -> None:
        here = grid(reach_mm=26)
        with pytest.raises(InputError, match="inside the organ"):
            ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 9), organ=here.ball((0, 0, 20), 4))
