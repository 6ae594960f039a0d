"""Every number is defined for every pair of masks that is accepted."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.margins import ablation_margin


def union(*masks: sitk.Image) -> sitk.Image:
    found = masks[0]
    for mask in masks[1:]:
        found = sitk.Or(found, mask)
    return found


def pairs(here) -> dict[str, tuple[sitk.Image, sitk.Image]]:
    ball = here.ball
    hollow = sitk.And(ball((0, 0, 0), 12), sitk.BinaryNot(ball((0, 0, 0), 4), 0, 1))
    return {
        "two tumors": (union(ball((-8, 0, 0), 4), ball((8, 0, 0), 4)), ball((0, 0, 0), 15)),
        "two tumors that touch": (union(ball((-4, 0, 0), 4), ball((4, 0, 0), 4)), ball((0, 0, 0), 15)),
        "two zones": (ball((0, 0, 0), 5), union(ball((-9, 0, 0), 6), ball((9, 0, 0), 6))),
        "two zones that overlap": (ball((0, 0, 0), 5), union(ball((-3, 0, 0), 9), ball((3, 0, 0), 9))),
        "zone inside the tumor": (ball((0, 0, 0), 10), ball((0, 0, 0), 5)),
        "nothing in common": (ball((-10, 0, 0), 5), ball((10, 0, 0), 5)),
        "hollow zone": (ball((0, 0, 0), 7), hollow),
        "one voxel in a zone": (ball((0, 0, 0), 0.5), ball((2, 0, 0), 8)),
        "one voxel each": (ball((0, 0, 0), 0.5), ball((0, 0, 0), 0.5)),
    }


NAMES = (
    *("two tumors", "two tumors that touch", "two zones", "two zones that overlap", "zone inside the tumor"),
    *("nothing in common", "hollow zone", "one voxel in a zone", "one voxel each"),
)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of(grid, name) -> None:
    tumor, zone = pairs(grid((1, 1, 1), reach_mm=22))[name]
    found = ablation_margin(tumor, zone, agreement=True, registration_error_mm=1.0)
    record = found.to_json()
    assert [key for key, value in record.items() if value is None] == ["subcapsular_rule"]
    low, high = found.minimal_margin_interval_mm
    assert low <= found.minimal_margin_median_mm <= high
    assert 0.0 <= found.probability_minimal_margin_at_least_threshold <= 1.0
    assert 0.0 <= found.surface_dice <= 1.0
    assert found.hausdorff95_mm >= 0.0
    proven = found.minimal_margin_mm >= found.smallest_provable_margin_mm > 0
    assert proven == (low > 0)  # the lower end of a 90 % interval leaves 5 % below it
    fractions = list(found.surface_fraction_at_least.values())
    assert fractions == sorted(fractions, reverse=True)
    for site in found.residual_sites:
        assert np.linalg.norm(site.direction_ras) == pytest.approx(1.0, abs=1e-6)
        assert site.direction
    probability = found.surface.GetPointData().GetArray("probability")
    assert 0.0 <= probability.GetRange()[0] <= probability.GetRange()[1] <= 1.0


def test_each_of_two_zones_is_near_its_part_of_the_tumor(grid) -> None:
    tumor, zone = pairs(grid((1, 1, 1), reach_mm=22))["two zones"]
    found = ablation_margin(tumor, zone)
    # Half way between the zones the tumor is farthest out, on a ring across x: sqrt(9^2 + 5^2) - 6 at most.
    assert found.minimal_margin_mm == pytest.approx(-(np.hypot(9, 5) - 6), abs=0.3)
    assert found.ablation_count == 2


def test_a_zone_that_ends_with_the_tumor_is_no_more_certain_than_others(grid) -> None:
    """There the direction to the zone is that of the surface itself."""
    ball = grid((1, 1, 1), reach_mm=14).ball((0, 0, 0), 8)
    found = ablation_margin(ball, ball, threshold_mm=1.0, registration_error_mm=1.0)
    assert found.minimal_margin_mm == pytest.approx(0.0, abs=1e-6)
    assert found.probability_minimal_margin_at_least_threshold < 0.2
    assert np.ptp(found.minimal_margin_interval_mm) > 0.5
