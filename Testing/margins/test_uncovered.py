"""Tumor left uncovered: its volume by hand, and its sites against the margin of the surface."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from interventional_oncology.margins import ablation_margin

RADIUS_MM, ZONE_MM = 16.0, 20.0
FINE, THIN, THICK = (1.4, 1.4, 2.5), (2.4, 2.4, 2.5), (3.7, 3.7, 3.9)


def ball_ml(radius_mm: float) -> float:
    return 4 / 3 * np.pi * radius_mm**3 / 1000


def left_ml(r: float, zone: float, apart: float) -> float:
    """Return the volume of a ball outside another that cuts it: the ball less the lens of both."""
    sides = apart**2 + 2 * apart * (r + zone) - 3 * (r - zone) ** 2
    return ball_ml(r) - np.pi * (r + zone - apart) ** 2 * sides / (12 * apart) / 1000


def pair(grid, spacing, apart, seed, *, radius=RADIUS_MM, zone=ZONE_MM):
    """Return two balls on a grid turned and shifted at random."""
    rng = np.random.default_rng(seed)
    way = rng.normal(size=3)
    start = rng.uniform(-0.5, 0.5, 3) * spacing
    here = grid(spacing, Rotation.random(random_state=rng).as_matrix(), reach_mm=zone + apart + 4)
    return here.ball(tuple(start), radius), here.ball(tuple(start + way / np.linalg.norm(way) * apart), zone)


def depth_of_sites_is_that_of_the_surface(found) -> None:
    """Check what holds for every margin that is negative."""
    deepest_mm = max(site.depth_mm for site in found.residual_sites)
    assert deepest_mm == -found.minimal_margin_whole_surface_mm


def test_the_formula_of_the_lens() -> None:
    assert left_ml(RADIUS_MM, ZONE_MM, 7.0) == pytest.approx(1.27335, abs=1e-5)
    assert left_ml(RADIUS_MM, ZONE_MM, ZONE_MM - RADIUS_MM) == pytest.approx(0.0, abs=1e-9)
    assert left_ml(RADIUS_MM, ZONE_MM, ZONE_MM + RADIUS_MM) == pytest.approx(ball_ml(RADIUS_MM))


@pytest.mark.parametrize("apart", [7.0, 10.0, 20.0])
@pytest.mark.parametrize(
    ("spacing", "mean_bar", "bias_bar", "largest_bar"),
    [(FINE, 0.025, 0.02, 0.05), (THIN, 0.04, 0.03, 0.07), (THICK, 0.10, 0.04, 0.22)],
)
def test_volume_left_of_two_balls(grid, spacing, mean_bar, bias_bar, largest_bar, apart) -> None:
    truth_ml = left_ml(RADIUS_MM, ZONE_MM, apart)
    errors = []
    for seed in range(8):
        found = ablation_margin(*pair(grid, spacing, apart, seed))
        errors.append(found.uncovered_volume_ml / truth_ml - 1)
        (site,) = found.residual_sites
        assert site.volume_ml == pytest.approx(found.uncovered_volume_ml, rel=0.01)
        covered = 1 - found.uncovered_volume_ml / found.tumor_volume_ml
        assert found.volume_fraction_covered == pytest.approx(covered, abs=1e-9)
        depth_of_sites_is_that_of_the_surface(found)
    assert np.mean(np.abs(errors)) < mean_bar
    assert abs(np.mean(errors)) < bias_bar
    # The rest is of the masks: at 3.8 mm, balls of the volume and center of the masks are as far off.
    assert np.max(np.abs(errors)) < largest_bar


@pytest.mark.parametrize("spacing", [(0.8, 0.8, 1.5), FINE, THIN, THICK])
@pytest.mark.parametrize("apart", [0.1, 1.5, 3.0])
def test_a_covered_tumor_leaves_nothing(grid, spacing, apart) -> None:
    for seed in range(3):
        found = ablation_margin(*pair(grid, spacing, apart, seed))
        assert found.minimal_margin_whole_surface_mm > 0
        assert found.uncovered_volume_ml == 0.0
        assert found.volume_fraction_covered == 1.0
        assert found.residual_sites == ()


@pytest.mark.parametrize("spacing", [FINE, THICK])
@pytest.mark.parametrize("apart", [36.0, 38.0, 45.0])
def test_a_tumor_beside_the_zone_is_left_as_a_whole(grid, spacing, apart) -> None:
    for seed in range(2):
        found = ablation_margin(*pair(grid, spacing, apart, seed))
        assert found.uncovered_volume_ml == pytest.approx(found.tumor_volume_ml, rel=2e-3)
        (site,) = found.residual_sites
        assert site.volume_ml == pytest.approx(found.tumor_volume_ml, rel=2e-3)
        depth_of_sites_is_that_of_the_surface(found)
        if apart > 40:
            assert found.volume_fraction_covered == 0.0


@pytest.mark.parametrize("spacing", [FINE, THICK])
def test_the_same_mask_twice_leaves_nothing(grid, spacing) -> None:
    tumor, _ = pair(grid, spacing, 3.0, 1)
    found = ablation_margin(tumor, tumor)
    assert found.minimal_margin_whole_surface_mm == pytest.approx(0.0, abs=1e-3)
    assert found.uncovered_volume_ml < 0.001 * found.tumor_volume_ml


@pytest.mark.parametrize("spacing", [FINE, THIN])
def test_an_ellipsoid_beyond_a_ball_leaves_both_poles(grid, oblique, spacing) -> None:
    here = grid(spacing, oblique, reach_mm=28)
    turn = Rotation.from_euler("xyz", [20, 40, 60], degrees=True)
    half, short, zone = 22.0, 12.0, 17.0
    found = ablation_margin(here.ellipsoid((0, 0, 0), (half, short, short), turn), here.ball((0, 0, 0), zone))
    # Slices across the long axis beyond the circle where ellipsoid and ball cross.
    crossing = np.sqrt((zone**2 - short**2) / (1 - (short / half) ** 2))
    x = np.linspace(crossing, half, 20001)
    areas = np.pi * (short**2 * (1 - (x / half) ** 2) - np.maximum(zone**2 - x**2, 0.0))
    each_ml = float(np.trapezoid(areas, x)) / 1000
    assert found.uncovered_volume_ml == pytest.approx(2 * each_ml, rel=0.06)
    assert len(found.residual_sites) == 2
    for site in found.residual_sites:
        assert site.volume_ml == pytest.approx(each_ml, rel=0.1)
        assert site.depth_mm == pytest.approx(half - zone, abs=0.7)
    depth_of_sites_is_that_of_the_surface(found)


@pytest.mark.parametrize("spacing", [FINE, THIN, THICK])
@pytest.mark.parametrize("apart", [4.2, 4.6, 5.0, 5.5])
def test_depth_at_the_border(grid, spacing, apart) -> None:
    for seed in range(4):
        found = ablation_margin(*pair(grid, spacing, apart, seed))
        least_mm = found.minimal_margin_whole_surface_mm
        assert (least_mm < 0) == (found.uncovered_volume_ml > 0)
        assert bool(found.residual_sites) == (least_mm < 0)
        if found.residual_sites:
            depth_of_sites_is_that_of_the_surface(found)
            deepest = max(found.residual_sites, key=lambda site: site.depth_mm)
            assert deepest.deepest_at_ras_mm == found.minimal_margin_at_ras_mm


def test_each_piece_of_a_tumor_on_its_own(grid, oblique) -> None:
    here = grid(FINE, oblique, reach_mm=40)
    inside, outside = here.ball((-6, 0, 0), 5.0), here.ball((30, 0, 0), 6.0)
    found = ablation_margin(sitk.Or(inside, outside), here.ball((-6, 0, 0), 12.0))
    assert found.uncovered_volume_ml == pytest.approx(ball_ml(6.0), rel=0.03)
    (site,) = found.residual_sites
    assert site.volume_ml == pytest.approx(found.uncovered_volume_ml, rel=1e-6)
    depth_of_sites_is_that_of_the_surface(found)


def test_a_cavity_of_the_zone_is_a_site_without_surface(grid, oblique) -> None:
    here = grid(FINE, oblique, reach_mm=24)
    cavity = here.ball((2, 0, 0), 5.0)
    found = ablation_margin(here.ball((0, 0, 0), 13.0), here.ball((0, 0, 0), 20.0) - cavity)
    cavity_ml = np.count_nonzero(sitk.GetArrayViewFromImage(cavity)) * np.prod(FINE) / 1000
    assert found.minimal_margin_whole_surface_mm > 5
    assert found.uncovered_volume_ml == pytest.approx(cavity_ml, rel=0.06)
    (site,) = found.residual_sites
    assert site.depth_mm == pytest.approx(5.0, abs=0.6)
    np.testing.assert_allclose(site.center_ras_mm, (-14.3, 45.6, 78.9), atol=0.3)
