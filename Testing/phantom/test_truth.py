"""True sizes, margins and categories against shapes whose numbers are known by hand."""

import numpy as np
import pytest

from interventional_oncology.phantom.margin_truth import scale_to_margin, true_margin
from interventional_oncology.phantom.measuring import true_size
from interventional_oncology.phantom.motion import Motion
from interventional_oncology.phantom.noise import stream
from interventional_oncology.phantom.shapes import ellipsoid, rotation, subtract, union
from interventional_oncology.phantom.star import Star
from interventional_oncology.phantom.truth import category


def ball(radius: float, center=(0.0, 0.0, 0.0)) -> Star:
    return Star(center, (radius,) * 3, np.eye(3), np.zeros((0, 3)), (), ())


def uneven(seed: int = 0, radii=(15.0, 13.0, 11.0)) -> Star:
    return Star.random(stream(seed, "test"), (3.0, -5.0, 7.0), radii, 0.05)


def test_size_of_a_ball():
    size = true_size(ball(10.0, (1.2, -3.4, 5.6)).solid())
    assert size.long_axis_mm == pytest.approx(20, abs=0.02)
    assert size.short_axis_mm == pytest.approx(20, abs=0.05)
    assert size.diameter_3d_mm == pytest.approx(20, abs=0.02)
    assert size.volume_ml == pytest.approx(4.18879, rel=2e-3)
    assert size.center_ras_mm == pytest.approx((-1.2, 3.4, 5.6), abs=0.01)


def test_size_of_an_upright_ellipsoid():
    size = true_size(ellipsoid((0, 0, 0), (12.0, 7.0, 20.0), rotation(0, 0, 33)))
    assert size.long_axis_mm == pytest.approx(24, abs=0.03)  # the longest in an axial plane
    assert size.short_axis_mm == pytest.approx(14, abs=0.05)
    assert size.diameter_3d_mm == pytest.approx(40, abs=0.03)


def test_short_axis_is_a_chord_at_right_angles():
    turned = true_size(ellipsoid((0, 0, 0), (12.0, 7.0, 9.0), rotation(0, 0, 71)))
    assert turned.short_axis_mm == pytest.approx(14, abs=0.05)
    assert turned.short_axis_mm <= turned.long_axis_mm


def test_pieces_are_measured_one_by_one():
    two = union([ellipsoid((0, 0, 0), (9, 9, 9)), ellipsoid((30, 0, 0), (5, 5, 5))], 0.01)
    size = true_size(two)
    assert size.long_axis_mm == pytest.approx(18, abs=0.03)
    assert size.volume_ml == pytest.approx(4 / 3 * np.pi * (9**3 + 5**3) / 1000, rel=3e-3)


def test_nothing_left_has_no_size():
    inner = ellipsoid((0, 0, 0), (9, 9, 9))
    assert true_size(subtract(inner, [ellipsoid((0, 0, 0), (12, 12, 12))], 0.01)) is None


def test_a_shift_keeps_the_size():
    shift = Motion(np.zeros((1, 3)), np.full((1, 3), 1e6), np.array([[4.0, -3.0, 12.0]]))
    still, moved = true_size(uneven().solid()), true_size(uneven().solid(), shift)
    assert moved.long_axis_mm == pytest.approx(still.long_axis_mm, abs=0.05)
    assert moved.volume_ml == pytest.approx(still.volume_ml, rel=1e-3)
    offset = np.subtract(moved.center_ras_mm, still.center_ras_mm)
    assert offset == pytest.approx((-4.0, 3.0, 12.0), abs=0.01)


def test_volume_by_rays_is_that_of_an_ellipsoid():
    shape = Star((0, 0, 0), (15.0, 10.0, 8.0), rotation(10, 20, 30), np.zeros((0, 3)), (), ())
    assert shape.volume_ml() == pytest.approx(4 / 3 * np.pi * 1.2, rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_volume_by_rays_agrees_with_the_fine_lattice(seed):
    assert true_size(uneven(seed).solid()).volume_ml == pytest.approx(uneven(seed).volume_ml(), rel=2e-3)


@pytest.mark.parametrize("seed", range(4))
def test_surface_points_lie_on_the_surface_and_its_area_is_whole(seed):
    surface = uneven(seed).surface(5000)
    assert np.abs(uneven(seed).field(*surface.points_mm.T)).max() < 1e-4
    assert ball(10).surface(5000).area_mm2.sum() == pytest.approx(4 * np.pi * 100, rel=1e-4)


@pytest.mark.parametrize(
    ("tumor", "zone", "margin"),
    [
        (ball(10), ball(15), 5.0),
        (ball(10), ball(15, (3, 0, 0)), 2.0),
        (ball(10), ball(12, (0, 5, 0)), -3.0),
        (ball(10), ball(10), 0.0),
        (ball(6), Star((0, 0, 0), (9, 12, 15), rotation(20, 40, 10), np.zeros((0, 3)), (), ()), 3.0),
    ],
    ids=["concentric", "shifted", "uncovered", "same", "ellipsoid"],
)
def test_margin_by_hand(tumor, zone, margin):
    assert true_margin(tumor, zone).minimal_margin_mm == pytest.approx(margin, abs=0.02)


def test_margin_of_a_zone_inside_the_tumor_is_that_of_the_farthest_tumor_point():
    # Of the signed distances of tumor points to the zone the smallest is that of the farthest point outside.
    assert true_margin(ball(10), ball(6, (2, 0, 0))).minimal_margin_mm == pytest.approx(-6.0, abs=0.02)


def test_fractions_of_a_shifted_ball():
    # Margin on the tumor surface at angle a from the shift: about 15 - |p - c|; below 5 mm exactly where
    # |p - (4,0,0)| > 10, that is cos(a) < 0.2: 60 % of the area of a sphere (Archimedes).
    fraction = true_margin(ball(10), ball(15, (4, 0, 0))).surface_fraction
    assert fraction["below_0"] == 0
    assert fraction["from_0_to_threshold"] == pytest.approx(0.6, abs=0.002)
    assert sum(fraction.values()) == pytest.approx(1)


@pytest.mark.parametrize("margin", [-5.0, 0.0, 2.5, 7.0])
def test_zone_is_scaled_to_the_margin_asked_for(margin):
    zone = scale_to_margin(uneven(1), uneven(2, (17.0, 16.0, 20.0)), margin)
    assert true_margin(uneven(1), zone, count=60_000).minimal_margin_mm == pytest.approx(margin, abs=0.02)


@pytest.mark.parametrize(
    ("before", "after", "new", "expected"),
    [
        (30, 0, False, "CR"),
        (30, 21, False, "PR"),
        (30, 21.1, False, "SD"),
        (30, 35.9, False, "SD"),
        (30, 36, False, "PD"),
        (20, 24.5, False, "SD"),  # 22.5 % but less than 5 mm
        (30, 0, True, "PD"),
        (30, 30, True, "PD"),
    ],
)
def test_category(before, after, new, expected):
    assert category(before, after, new=new) == expected
