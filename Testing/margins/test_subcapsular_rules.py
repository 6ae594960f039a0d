"""What becomes of the surface below the capsule, by rule."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.margins import ablation_margin


class Case:
    """A ball of 8 mm radius, 2 mm below a flat capsule, in a zone that is cut off by the capsule."""

    RADIUS, DEPTH, ZONE = 8.0, 10.0, 15.0

    def __init__(self, grid, oblique, zone_below: float = 0.0) -> None:
        here = grid((0.8, 0.8, 1.5), direction=oblique, reach_mm=24)
        self.top = here.center_lps_mm[2] + self.DEPTH
        self.organ = here.mask(lambda points: points[..., 2] <= self.top)
        cut = here.mask(lambda points: points[..., 2] <= self.top - zone_below)
        self.tumor = here.ball((0, 0, 0), self.RADIUS)
        self.zone = sitk.And(here.ball((0, 0, 0), self.ZONE), cut)

    def margin(self, rule: str, **more):
        return ablation_margin(
            self.tumor, self.zone, organ=self.organ, subcapsular_rule=rule, **{"subcapsular_mm": 5.0} | more
        )


def test_a_zone_that_reaches_the_capsule_is_enough_there(grid, oblique) -> None:
    case = Case(grid, oblique)
    plain, left_out, to_border = (case.margin(rule) for rule in ("ignore", "exclude", "to_border"))
    # 2 mm to the capsule, where there is nothing left to treat; 7 mm or more to untreated organ elsewhere.
    assert plain.minimal_margin_mm == pytest.approx(2.0, abs=0.4)
    assert to_border.minimal_margin_mm == pytest.approx(7.0, abs=0.5)
    assert to_border.surface_fraction["at_least_threshold"] == pytest.approx(1.0, abs=1e-3)
    assert plain.surface_fraction["at_least_threshold"] < 0.9
    cap = (case.RADIUS - (case.DEPTH - 5.0)) / (2 * case.RADIUS)
    for found in (plain, left_out, to_border):
        assert found.subcapsular_fraction == pytest.approx(cap, abs=0.02)
        assert found.minimal_margin_whole_surface_mm == pytest.approx(2.0, abs=0.4)
    assert left_out.excluded_subcapsular_fraction == pytest.approx(cap, abs=0.02)
    assert plain.excluded_subcapsular_fraction == to_border.excluded_subcapsular_fraction == 0.0


def test_a_zone_that_stops_short_of_the_capsule_is_not(grid, oblique) -> None:
    """With 4 mm of untreated organ below the capsule, tumor sticks out of the zone: no rule but leaving the
    surface out hides that."""
    case = Case(grid, oblique, zone_below=4.0)
    for rule in ("ignore", "to_border"):
        assert case.margin(rule).minimal_margin_mm == pytest.approx(-2.0, abs=0.5)
    excluded = case.margin("exclude")
    assert excluded.minimal_margin_mm > excluded.minimal_margin_whole_surface_mm


def test_deep_tumors_are_judged_the_same_by_all_rules(grid) -> None:
    here = grid((1, 1, 1), reach_mm=30)
    tumor, zone, organ = here.ball((0, 0, 0), 6), here.ball((1, 0, 0), 12), here.ball((0, 0, 0), 26)
    found = [
        ablation_margin(tumor, zone, organ=organ, subcapsular_rule=rule).minimal_margin_mm
        for rule in ("ignore", "exclude", "to_border")
    ]
    assert found == pytest.approx([found[0]] * 3)


@pytest.mark.parametrize("reach", [0.0, 1.0, 8.0])
def test_reach_says_what_is_subcapsular_and_is_left_out(grid, oblique, reach) -> None:
    case = Case(grid, oblique)
    left_out, to_border = (case.margin(rule, subcapsular_mm=reach) for rule in ("exclude", "to_border"))
    cap = max(case.RADIUS - (case.DEPTH - reach), 0) / (2 * case.RADIUS)
    assert left_out.excluded_subcapsular_fraction == pytest.approx(cap, abs=0.02)
    assert to_border.subcapsular_fraction == pytest.approx(cap, abs=0.02)
    assert to_border.minimal_margin_mm == pytest.approx(7.0, abs=0.5)


def test_to_border_never_takes_margin_away(grid, oblique) -> None:
    case = Case(grid, oblique)
    values = []
    for rule in ("ignore", "to_border"):
        surface = case.margin(rule).surface
        array = surface.GetPointData().GetArray("margin_mm")
        values.append(np.array([array.GetValue(i) for i in range(surface.GetNumberOfPoints())]))
    assert (values[1] >= values[0] - 1e-12).all()
    assert (values[1] > values[0] + 0.5).any()


def test_without_an_organ_there_is_no_rule(grid) -> None:
    here = grid((1, 1, 1), reach_mm=16)
    found = ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 10), subcapsular_rule="to_border")
    assert (found.subcapsular_rule, found.subcapsular_fraction) == (None, 0.0)


def test_an_unknown_rule_is_refused(grid) -> None:
    here = grid((1, 1, 1), reach_mm=12)
    with pytest.raises(InputError, match="exclude, to_border, ignore, got shave"):
        ablation_margin(here.ball((0, 0, 0), 4), here.ball((0, 0, 0), 8), subcapsular_rule="shave")


def test_where_all_of_the_organ_is_treated_nothing_limits_the_margin(grid) -> None:
    here = grid((1, 1, 1), reach_mm=22)
    tumor, organ, zone = (here.ball((0, 0, 0), radius) for radius in (6, 12, 16))
    found = ablation_margin(tumor, zone, organ=organ, subcapsular_rule="to_border")
    plain = ablation_margin(tumor, zone)
    assert found.is_lower_bound
    assert found.minimal_margin_mm == plain.minimal_margin_mm
    assert any("nothing limits the margin" in text for text in found.warnings)
    for other in (plain, ablation_margin(tumor, zone, organ=organ)):
        assert not other.is_lower_bound
    smaller = ablation_margin(tumor, here.ball((4, 0, 0), 13), organ=organ, subcapsular_rule="to_border")
    assert not smaller.is_lower_bound


@pytest.mark.parametrize("shift_mm", [0.0, 0.8, 1.6])  # the border lies halfway between voxel centers
def test_the_least_margin_at_the_limit_of_what_is_judged(grid, shift_mm) -> None:
    here = grid((0.8, 0.8, 1.5), reach_mm=24)
    top, radius, zone, away = 10.0 + shift_mm, 8.0, 14.0, 3.0
    organ = here.mask(lambda points: points[..., 0] <= here.center_lps_mm[0] + top)
    found = ablation_margin(here.ball((0, 0, 0), radius), here.ball((-away, 0, 0), zone), organ=organ)
    # The margin falls towards the capsule: it is least where the judged surface ends, 5 mm below.
    rim_mm = zone - np.sqrt(radius**2 + away**2 + 2.0 * away * (top - 5.0))
    assert found.minimal_margin_mm == pytest.approx(rim_mm, abs=0.06)
    x_lps_mm = -found.minimal_margin_at_ras_mm[0] - here.center_lps_mm[0]
    assert x_lps_mm == pytest.approx(top - 5.0, abs=0.15)
