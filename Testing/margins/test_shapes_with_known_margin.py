"""Capsules, tori and a volume with more air: shapes whose margin is the difference of their radii."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.margins import ablation_margin

SPACINGS = pytest.mark.parametrize(
    ("spacing", "bar_mm"), [((0.8, 0.8, 1.0), 0.2), ((0.8, 0.8, 1.5), 0.2), ((0.8, 0.8, 3.0), 0.4)]
)


def capsule(here, axis: np.ndarray, half_mm: float, radius_mm: float, offset_mm=(0, 0, 0)) -> sitk.Image:
    def inside(points):
        own = points - np.add(here.center_lps_mm, offset_mm)
        along = np.clip(own @ axis, -half_mm, half_mm)
        return np.linalg.norm(own - along[..., None] * axis, axis=-1) <= radius_mm

    return here.mask(inside)


def torus(here, axis: np.ndarray, ring_mm: float, tube_mm: float) -> sitk.Image:
    def inside(points):
        own = points - np.array(here.center_lps_mm)
        height = own @ axis
        around = np.linalg.norm(own - height[..., None] * axis, axis=-1)
        return np.hypot(around - ring_mm, height) <= tube_mm

    return here.mask(inside)


@SPACINGS
def test_capsule_in_a_capsule(grid, oblique, spacing, bar_mm) -> None:
    axis = np.array([1.0, 2.0, 2.0]) / 3.0
    here = grid(spacing, oblique, reach_mm=22)
    found = ablation_margin(capsule(here, axis, 7.0, 5.0), capsule(here, axis, 7.0, 11.0))
    assert found.minimal_margin_mm == pytest.approx(6.0, abs=bar_mm)
    assert found.mean_margin_mm == pytest.approx(6.0, abs=0.1)


@SPACINGS
def test_torus_in_a_torus(grid, spacing, bar_mm) -> None:
    axis = np.array([2.0, -1.0, 2.0]) / 3.0
    here = grid(spacing, reach_mm=22)
    found = ablation_margin(torus(here, axis, 10.0, 3.5), torus(here, axis, 10.0, 7.0))
    assert found.minimal_margin_mm == pytest.approx(3.5, abs=bar_mm)
    assert found.mean_margin_mm == pytest.approx(3.5, abs=0.1)


@pytest.mark.parametrize("offset", [(0.0, 0.0, 0.0), (0.3, 0.2, 1.7), (-0.4, 0.1, 2.5)])
@pytest.mark.parametrize("turned", [False, True])
def test_five_millimeter_slices(grid, oblique, offset, turned) -> None:
    """What such slices allow: the mean and a round shape well, the minimum at a tip to a tenth of a slice."""
    here = grid((0.8, 0.8, 5.0), oblique if turned else None, reach_mm=34)
    center = np.array(offset)
    axis = np.array([0.6, 0.0, 0.8])
    zone_center = center + np.array([2.0, 0.0, 1.0])
    balls = ablation_margin(here.ball(center, 12.0), here.ball(zone_center, 19.0))
    assert balls.minimal_margin_mm == pytest.approx(7.0 - np.sqrt(5.0), abs=0.25)
    capsules = ablation_margin(capsule(here, axis, 8.0, 9.0, offset), capsule(here, axis, 8.0, 15.0, offset))
    assert capsules.minimal_margin_mm == pytest.approx(6.0, abs=0.55)
    assert capsules.mean_margin_mm == pytest.approx(6.0, abs=0.15)
    assert any("slices are 5.0 mm apart" in text for text in capsules.warnings)


def test_a_ring_shaped_zone_leaves_the_middle(grid, oblique) -> None:
    axis = np.array([0.0, 0.6, 0.8])
    here = grid(direction=oblique, reach_mm=20)
    found = ablation_margin(here.ball((0, 0, 0), 6.0), torus(here, axis, 10.0, 6.0))
    # The poles of the ball lie 6 mm from the plane of the ring, whose tube is hypot(10, 6) - 6 mm away.
    assert found.minimal_margin_mm == pytest.approx(-(np.hypot(10, 6) - 6), abs=0.2)
    assert 0 < found.volume_fraction_covered < 1


def test_more_volume_around_changes_nothing(grid) -> None:
    here = grid(reach_mm=16)
    pair = here.ball((1, 0, 0), 6.0), here.ball((0, 0, 0), 11.0)
    wider = [sitk.ConstantPad(mask, (9, 3, 40), (70, 5, 80), 0) for mask in pair]
    small, large = (ablation_margin(*masks).to_json() for masks in (pair, wider))
    # Vertices are of single precision, and lie farther from the origin of the larger volume.
    assert large["minimal_margin_mm"] == pytest.approx(small["minimal_margin_mm"], abs=1e-5)
    assert large["surface_fraction"] == pytest.approx(small["surface_fraction"], abs=1e-5)
    assert large["minimal_margin_at_ras_mm"] == pytest.approx(small["minimal_margin_at_ras_mm"], abs=1e-4)
