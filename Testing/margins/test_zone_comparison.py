"""The planned zone against the achieved one."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from interventional_oncology.errors import InputError
from interventional_oncology.margins import ablation_margin, compare_zones


def turned(degrees: float) -> Rotation:
    return Rotation.from_euler("z", degrees, degrees=True)


def test_numbers_of_both_zones_and_what_lies_between(grid) -> None:
    here = grid((1, 1, 1), reach_mm=24)
    tumor, planned = here.ball((0, 0, 0), 7), here.ball((0, 0, 0), 13)
    achieved = here.ball((3, -2, 1), 12)
    found = compare_zones(planned, achieved, tumor)
    for part, zone in ((found.planned, planned), (found.achieved, achieved)):
        assert part.to_json() == ablation_margin(tumor, zone).to_json()
    assert found.volume_difference_ml == pytest.approx(4 / 3 * np.pi * (12**3 - 13**3) / 1000, rel=0.03)
    assert found.volume_ratio == pytest.approx((12 / 13) ** 3, rel=0.02)
    np.testing.assert_allclose(found.center_shift_ras_mm, (-3, 2, 1), atol=0.05)
    assert found.center_shift_mm == pytest.approx(np.sqrt(14), abs=0.05)
    assert found.minimal_margin_difference_mm == pytest.approx((12 - 7 - np.sqrt(14)) - 6, abs=0.3)
    assert 0.5 < found.dice < 0.95
    assert found.axis_angle_degrees is None


@pytest.mark.parametrize("degrees", [0.0, 25.0, 90.0])
def test_angle_of_the_long_axes(grid, oblique, degrees) -> None:
    here = grid((1, 1, 1.5), direction=oblique, reach_mm=22)
    tumor = here.ball((0, 0, 0), 5)
    planned = here.ellipsoid((0, 0, 0), (18, 10, 10), turned(10))
    achieved = here.ellipsoid((1, 0, 0), (17, 11, 10), turned(10 + degrees))
    found = compare_zones(planned, achieved, tumor)
    assert found.axis_angle_degrees == pytest.approx(degrees, abs=1.5)


def test_balls_and_disks_have_no_axis(grid) -> None:
    here = grid((1, 1, 1.5), reach_mm=20)
    tumor, long = here.ball((0, 0, 0), 5), here.ellipsoid((0, 0, 0), (18, 10, 10), turned(0))
    for shape in (here.ball((0, 0, 0), 12), here.ellipsoid((0, 0, 0), (15, 15, 8), turned(0))):
        assert compare_zones(long, shape, tumor).axis_angle_degrees is None


def test_a_zone_compared_with_itself(grid) -> None:
    here = grid((1, 1, 1), reach_mm=20)
    tumor, zone = here.ball((0, 0, 0), 5), here.ellipsoid((2, 0, 0), (16, 9, 10), turned(30))
    found = compare_zones(zone, zone, tumor, threshold_mm=3.0)
    assert (found.dice, found.volume_ratio, found.center_shift_mm) == pytest.approx((1, 1, 0))
    assert found.minimal_margin_difference_mm == found.volume_difference_ml == 0.0
    assert found.axis_angle_degrees == pytest.approx(0.0, abs=1e-6)
    assert set(found.to_json()) >= {"margin", "dice", "center_shift_ras_mm", "axis_angle_degrees"}


def test_another_grid_is_refused(grid) -> None:
    here, other = grid((1, 1, 1), reach_mm=16), grid((1, 1, 2), reach_mm=16)
    tumor, zone = here.ball((0, 0, 0), 5), here.ball((0, 0, 0), 10)
    with pytest.raises(InputError, match="another grid"):
        compare_zones(other.ball((0, 0, 0), 10), zone, tumor)
