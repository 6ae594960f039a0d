"""The smallest addition to a zone that brings the margin to the one wanted."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.margins import ablation_margin, re_ablation
from interventional_oncology.margins.ablation_case import with_sphere
from interventional_oncology.margins.enclosing_ball import hull_corners, smallest_enclosing_ball


class TestEnclosingBall:
    @pytest.mark.parametrize(
        ("points", "center", "radius"),
        [
            ([[1, 2, 3]], (1, 2, 3), 0.0),
            ([[0, 0, 0], [4, 0, 0]], (2, 0, 0), 2.0),
            ([[0, 0, 0], [4, 0, 0], [2, 1, 0]], (2, 0, 0), 2.0),  # an obtuse triangle
            ([[1, 0, 0], [-0.5, 3**0.5 / 2, 0], [-0.5, -(3**0.5) / 2, 0]], (0, 0, 0), 1.0),
            ([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1], [0, 0, 0]], (0, 0, 0), 3**0.5),
            ([[5, 5, 5]] * 4, (5, 5, 5), 0.0),
        ],
    )
    def test_by_hand(self, points, center, radius) -> None:
        found_center, found_radius = smallest_enclosing_ball(np.array(points, dtype=float))
        np.testing.assert_allclose(found_center, center, atol=1e-9)
        assert found_radius == pytest.approx(radius, abs=1e-9)

    @pytest.mark.parametrize("seed", range(5))
    def test_no_smaller_ball_holds_the_points(self, seed) -> None:
        rng = np.random.default_rng(seed)
        points = rng.normal(size=(400, 3)) * rng.uniform(1, 5, 3) + rng.uniform(-50, 50, 3)
        center, radius = smallest_enclosing_ball(points)
        assert np.linalg.norm(points - center, axis=1).max() <= radius
        # Moving the center any way makes some distance larger: it is the one minimum of a convex function.
        for way in rng.normal(size=(50, 3)) * 1e-3 * radius:
            assert np.linalg.norm(points - center - way, axis=1).max() > radius

    def test_the_hull_has_the_same_ball(self) -> None:
        points = np.random.default_rng(3).normal(size=(500, 3)) * [4, 2, 1]
        corners = hull_corners(points)
        assert len(corners) < 200
        for some, all_of_them in zip(
            smallest_enclosing_ball(corners), smallest_enclosing_ball(points), strict=True
        ):
            np.testing.assert_allclose(some, all_of_them, atol=1e-9)
        for flat in (points[:3], points * [1, 1, 0]):
            np.testing.assert_array_equal(hull_corners(flat), flat)

    def test_a_ball_of_lattice_points(self) -> None:
        lattice = np.stack(np.meshgrid(*[np.arange(-9.0, 10.0)] * 3), axis=-1).reshape(-1, 3)
        center, radius = smallest_enclosing_ball(lattice[np.linalg.norm(lattice, axis=1) <= 9.0])
        np.testing.assert_allclose(center, 0.0, atol=1e-9)
        assert radius == pytest.approx(9.0)


@pytest.fixture(scope="module")
def one_sided(grid):
    """Return a tumor whose zone falls short on the left: LPS x of the zone's center is -8 mm."""
    here = grid((1, 1, 1), reach_mm=26)
    return here.ball((0, 0, 0), 6), here.ball((-8, 0, 0), 18)


def test_nothing_is_advised_where_the_margin_is_reached(grid) -> None:
    here = grid((1, 1, 1), reach_mm=18)
    assert re_ablation(here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 12), threshold_mm=5.0) is None


def test_the_sphere_is_the_ball_around_the_missing_cap(one_sided) -> None:
    found = re_ablation(*one_sided, threshold_mm=5.0)
    # Missing: the cap of the ball of 11 mm beyond that of 18 mm, 8 mm aside. Its rim lies on both spheres.
    along = (18**2 - 11**2 - 8**2) / (2 * 8.0)
    rim = np.sqrt(11**2 - along**2)
    # Wider than it is high: the ball stands on the rim.
    assert rim > 11 - along
    assert found.radius_mm == pytest.approx(rim, abs=0.6)
    np.testing.assert_allclose(found.center_ras_mm, (-12.3 - along, 45.6, 78.9), atol=0.6)
    assert found.covers == len(found.sites) == 1
    assert found.sites[0].direction == "left"
    assert "left side" in found.words
    assert f"{2 * found.radius_mm:.1f} mm" in found.words


def test_the_margin_is_reached_with_it_and_not_with_less(one_sided) -> None:
    tumor, zone = one_sided
    found = re_ablation(tumor, zone, threshold_mm=5.0)
    assert found.margin_after_mm >= 5.0
    center_lps = np.array(found.center_ras_mm) * (-1, -1, 1)
    united = with_sphere(zone, center_lps, found.radius_mm)
    assert ablation_margin(tumor, united).minimal_margin_mm == pytest.approx(found.margin_after_mm, abs=0.05)
    smaller = with_sphere(zone, center_lps, found.radius_mm - 1.5)
    assert ablation_margin(tumor, smaller).minimal_margin_mm < 4.8


def test_two_sites_have_a_sphere_each_and_one_for_both(grid) -> None:
    here = grid((1, 1, 1), reach_mm=28)
    middle = here.center_lps_mm
    waist = here.mask(lambda points: np.abs(points[..., 2] - middle[2]) <= 8.5)
    zone = sitk.And(here.ball((0, 0, 0), 22), waist)
    found = re_ablation(here.ball((0, 0, 0), 7), zone, threshold_mm=5.0)
    assert found.covers == 2
    assert {site.direction for site in found.sites} == {"cranial", "caudal"}
    rim = np.sqrt(12**2 - 8.5**2)
    assert [site.radius_mm for site in found.sites] == pytest.approx([rim, rim], abs=0.7)
    assert found.radius_mm == pytest.approx(12.0, abs=0.7)
    assert found.margin_after_mm >= 5.0


def test_a_sphere_beyond_the_volume_is_checked_too(grid) -> None:
    tight = grid((1, 1, 1), reach_mm=9)
    found = re_ablation(tight.ball((0, 0, 0), 6), tight.ball((0, 0, 0), 8), threshold_mm=5.0)
    assert found.radius_mm == pytest.approx(11.0, abs=0.5)
    assert found.margin_after_mm >= 5.0
    assert found.sites[0].direction == ""
    assert "all sides" in found.words


def test_the_rule_says_what_has_to_be_covered(grid) -> None:
    """The zone reaches 14 mm on all sides, but at the capsule, 8 mm above the center of the tumor."""
    here = grid((1, 1, 1), reach_mm=26)
    top = here.center_lps_mm[2] + 8.0
    organ = here.mask(lambda points: points[..., 2] <= top)
    tumor, zone = here.ball((0, 0, 0), 6), sitk.And(here.ball((0, 0, 0), 14), organ)
    for rule in ("exclude", "to_border"):
        assert re_ablation(tumor, zone, organ=organ, subcapsular_rule=rule) is None
    ignored = re_ablation(tumor, zone, organ=organ, subcapsular_rule="ignore")
    assert ignored == re_ablation(tumor, zone)
    assert ignored.sites[0].direction == "cranial"


@pytest.mark.parametrize("rule", ["exclude", "to_border", "ignore"])
def test_the_margin_by_the_same_rule_is_reached(grid, rule) -> None:
    here = grid((1, 1, 1), reach_mm=26)
    top = here.center_lps_mm[2] + 8.0
    organ = here.mask(lambda points: points[..., 2] <= top)
    tumor, zone = here.ball((0, 0, 0), 6), sitk.And(here.ball((0, -5, 0), 13), organ)
    settings = {"organ": organ, "subcapsular_rule": rule}
    found = re_ablation(tumor, zone, **settings)
    united = with_sphere(zone, np.array(found.center_ras_mm) * (-1, -1, 1), found.radius_mm)
    after = ablation_margin(tumor, united, **settings)
    assert after.minimal_margin_mm == pytest.approx(found.margin_after_mm, abs=0.1)
    assert after.minimal_margin_mm >= 5.0 - 0.1


def test_nothing_is_advised_where_all_of_the_organ_is_treated(grid) -> None:
    """The zone ends 3 mm beyond the tumor, where the organ ends too: nothing limits the margin."""
    here = grid((1, 1, 1), reach_mm=22)
    tumor, zone = here.ball((0, 0, 0), 8), here.ball((0, 0, 0), 11)
    settings = {"organ": zone, "subcapsular_rule": "to_border"}
    assert ablation_margin(tumor, zone, **settings).is_lower_bound
    assert re_ablation(tumor, zone, **settings) is None
    # Where some of the organ is left, a sphere that treats it leaves nothing to limit the margin either.
    some = re_ablation(tumor, here.ball((-3, 0, 0), 11), **settings)
    assert some.margin_after_mm is None or some.margin_after_mm >= 5.0
    assert some.radius_mm <= 11.5


def test_tumor_left_below_the_capsule_is_advised_on_though_it_is_not_judged(grid) -> None:
    here = grid((1, 1, 1), reach_mm=26)
    top = here.center_lps_mm[2] + 7.0
    organ = here.mask(lambda points: points[..., 2] <= top)
    zone = here.mask(lambda points: points[..., 2] <= here.center_lps_mm[2] + 3.0) & here.ball((0, 0, 0), 24)
    found = re_ablation(here.ball((0, 0, 0), 6), zone, organ=organ, subcapsular_rule="exclude")
    assert found.sites[0].direction == "cranial"
    # The cap of 3 mm height above the plane that ends the zone, and what its judged rim wants.
    assert found.radius_mm >= np.sqrt(6**2 - 3**2) - 0.3


def test_no_advice_for_what_masks_do_not_show(grid) -> None:
    here = grid((1, 1, 1), reach_mm=20)
    tumor, zone = here.ball((0, 0, 0), 6), here.ball((-1, 0, 0), 12)
    measured = ablation_margin(tumor, zone).minimal_margin_mm
    assert re_ablation(tumor, zone, threshold_mm=measured + 0.3) is None
    found = re_ablation(tumor, zone, threshold_mm=measured + 1.0)
    assert found.radius_mm > 3.0
    assert found.margin_after_mm >= measured + 1.0 - 0.15  # the edge between both zones is rounded
    assert all(site.radius_mm > 0.5 for site in found.sites)


@pytest.mark.parametrize(
    ("tumor", "zone", "radius"),
    [
        (((0, 0, 0), 5), ((16, 0, 0), 6), 10.0),  # nothing in common
        (((0, 0, 0), 9), ((0, 0, 0), 5), 14.0),  # zone inside the tumor
        (((0, 0, 0), 0.5), ((8, 0, 0), 6), 5.6),  # a tumor of one voxel
    ],
)
def test_where_the_whole_tumor_is_missed(grid, tumor, zone, radius) -> None:
    here = grid((1, 1, 1), reach_mm=24)
    found = re_ablation(here.ball(*tumor), here.ball(*zone), threshold_mm=5.0)
    assert found.radius_mm == pytest.approx(radius, abs=0.6)
    assert found.margin_after_mm >= 5.0


class TestEllipsoid:
    def test_a_large_one_is_enough_and_a_small_one_is_not(self, one_sided) -> None:
        for half_axes, enough in (((14.0, 11.0), True), ((6.0, 4.0), False)):
            found = re_ablation(*one_sided, half_axes_mm=half_axes, entry_direction_ras=(0, 0, -1)).ellipsoid
            assert found.covers_all is enough
            assert (found.scale_needed <= 1) is enough
            assert found.half_axes_mm == half_axes
            np.testing.assert_allclose(found.entry_direction_ras, (0, 0, -1))

    def test_a_ball_shaped_one_needs_the_radius_of_the_sphere(self, one_sided) -> None:
        found = re_ablation(*one_sided, half_axes_mm=(10.0, 10.0), entry_direction_ras=(1, 1, 0))
        assert 10.0 * found.ellipsoid.scale_needed == pytest.approx(found.sites[0].radius_mm, rel=1e-6)
        np.testing.assert_allclose(found.ellipsoid.center_ras_mm, found.center_ras_mm, atol=1e-6)

    def test_without_a_direction_the_best_one_is_taken(self, one_sided) -> None:
        free = re_ablation(*one_sided, half_axes_mm=(12.0, 8.0)).ellipsoid
        bound = re_ablation(*one_sided, half_axes_mm=(12.0, 8.0), entry_direction_ras=(1, 0, 0)).ellipsoid
        assert free.scale_needed < bound.scale_needed
        # The missing cap is a disk across x: the applicator lies more in its plane than across it.
        assert abs(free.entry_direction_ras[0]) < np.sqrt(0.5)

    @pytest.mark.parametrize(
        ("half_axes", "entry", "says"),
        [
            ((10.0,), None, "two half axes"),
            ((10.0, 0.0), None, "more than 0"),
            ((10.0, float("nan")), None, "more than 0"),
            ((10.0, 8.0), (0.0, 0.0, 0.0), "not all zero"),
            ((10.0, 8.0), (1.0, 0.0), "three numbers"),
            ("ab", None, "two half axes .* got str 'ab'"),
            ((10.0, 8.0), "abc", "three numbers, not all zero, got str 'abc'"),
            ((10.0, 8.0), 3, "three numbers, not all zero, got int 3"),
        ],
    )
    def test_nonsense_is_refused(self, one_sided, half_axes, entry, says) -> None:
        with pytest.raises(InputError, match=says):
            re_ablation(*one_sided, half_axes_mm=half_axes, entry_direction_ras=entry)
