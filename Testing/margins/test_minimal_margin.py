"""The margin of shapes whose margin is known by hand."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from interventional_oncology.margins import ablation_margin


def fraction_below(radius: float, zone_radius: float, apart: float, threshold: float) -> float:
    """Return the fraction of a sphere's surface with a margin below a threshold to a sphere around it."""
    reach = (zone_radius - threshold) ** 2 - apart**2 - radius**2
    return float(np.clip(0.5 * (1.0 - reach / (2 * apart * radius)), 0.0, 1.0))


def offset_balls(rng: np.random.Generator, smallest: float, largest: float):
    """Return radius of tumor, radius of zone and offset of the zone."""
    radius = rng.uniform(smallest, largest)
    way = rng.normal(size=3)
    offset = way / np.linalg.norm(way) * rng.uniform(0.5, 5.0)
    return radius, radius + rng.uniform(1.0, 9.0), offset


@pytest.mark.parametrize(
    ("smallest", "largest", "spacing", "mean_bar", "max_bar"),
    [
        (5.0, 15.0, (0.8, 0.8, 1.5), 0.1, 0.3),
        (3.0, 5.0, (0.8, 0.8, 1.5), 0.1, 0.3),
        (8.0, 15.0, (0.8, 0.8, 3.0), 0.2, 0.6),
    ],
    ids=["5-15 mm radius", "small, 3-5 mm radius", "3 mm slices"],
)
def test_offset_spheres(grid, smallest, largest, spacing, mean_bar, max_bar) -> None:
    rng = np.random.default_rng(11)
    errors, fraction_errors = [], []
    for _ in range(8):
        radius, zone_radius, offset = offset_balls(rng, smallest, largest)
        apart = float(np.linalg.norm(offset))
        turn = Rotation.random(random_state=rng).as_matrix()
        here = grid(spacing, turn, tuple(rng.uniform(-90, 90, 3)), reach_mm=zone_radius + apart + 3)
        found = ablation_margin(here.ball((0, 0, 0), radius), here.ball(tuple(offset), zone_radius))
        errors.append(found.minimal_margin_mm - (zone_radius - radius - apart))
        below_0, below = (fraction_below(radius, zone_radius, apart, t) for t in (0.0, 5.0))
        fractions = found.surface_fraction
        fraction_errors += [fractions["below_0"] - below_0, fractions["at_least_threshold"] - (1 - below)]
        assert sum(fractions.values()) == pytest.approx(1.0)
    assert np.mean(np.abs(errors)) <= mean_bar
    assert np.max(np.abs(errors)) <= max_bar
    assert np.mean(np.abs(fraction_errors)) <= 0.01


@pytest.mark.parametrize("angles", [(0, 0, 0), (33, 21, -48)])
def test_sphere_in_tilted_ellipsoid(grid, angles) -> None:
    here = grid()
    zone = here.ellipsoid((0, 0, 0), (21.0, 15.0, 26.0), Rotation.from_euler("xyz", angles, degrees=True))
    found = ablation_margin(here.ball((0, 0, 0), 9.0), zone)
    # The short half axis is nearest: from the sphere's point on it, 15 - 9 to the flat side of the ellipsoid.
    assert found.minimal_margin_mm == pytest.approx(6.0, abs=0.2)


def test_location_is_in_ras(grid) -> None:
    here = grid(center_lps_mm=(30.0, -20.0, 50.0))
    found = ablation_margin(here.ball((0, 0, 0), 10.0), here.ball((-4, 0, 0), 18.0))
    # The zone lies to the right, so the margin is least on the left: L = 30 + 10, in RAS -40.
    np.testing.assert_allclose(found.minimal_margin_at_ras_mm, (-40.0, 20.0, 50.0), atol=2.5)


def test_a_tilted_grid_changes_little(grid, oblique) -> None:
    straight, tilted = (
        ablation_margin(g.ball((0, 0, 0), 9.0), g.ball((3, 1, 0), 15.0))
        for g in (grid(), grid(direction=oblique))
    )
    assert tilted.minimal_margin_mm == pytest.approx(straight.minimal_margin_mm, abs=0.2)
    assert tilted.mean_margin_mm == pytest.approx(straight.mean_margin_mm, abs=0.05)


@pytest.fixture(scope="module")
def masks(grid):
    here = grid(reach_mm=24.0)
    turn = Rotation.from_euler("xyz", [20, 40, 60], degrees=True)
    return here.ellipsoid((0, 0, 0), (7, 9, 11), turn), here.ball((2, -3, 1), 14.0)


class TestInvariants:
    """What must not change the margin."""

    @staticmethod
    def numbers(masks) -> np.ndarray:
        found = ablation_margin(*masks, registration_error_mm=1.0)
        return np.array(
            [
                found.minimal_margin_mm,
                found.mean_margin_mm,
                found.surface_fraction["at_least_threshold"],
                found.uncovered_volume_ml,
                found.dice,
                found.eccentricity_mm,
                *found.minimal_margin_interval_mm,
            ]
        )

    @staticmethod
    def check_same(first: np.ndarray, second: np.ndarray) -> None:
        np.testing.assert_allclose(first[:6], second[:6], atol=0.02)
        # The ends of the interval are quantiles of 3000 random draws, on a mirrored surface at nearly the
        # same places.
        np.testing.assert_allclose(first[6:], second[6:], atol=0.1)

    def test_axes_swapped(self, masks) -> None:
        swapped = [sitk.PermuteAxes(mask, (2, 0, 1)) for mask in masks]
        self.check_same(self.numbers(swapped), self.numbers(masks))

    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_flipped(self, masks, axis) -> None:
        flipped = [sitk.Flip(mask, [axis == n for n in range(3)]) for mask in masks]
        self.check_same(self.numbers(flipped), self.numbers(masks))

    def test_moved_together(self, masks, oblique) -> None:
        moved = []
        for mask in masks:
            copy = sitk.Image(mask)
            copy.SetOrigin((oblique @ np.array(mask.GetOrigin()) + [100.0, -7.0, 3.0]).tolist())
            copy.SetDirection((oblique @ np.reshape(mask.GetDirection(), (3, 3))).ravel().tolist())
            moved.append(copy)
        np.testing.assert_allclose(self.numbers(moved)[:6], self.numbers(masks)[:6], atol=1e-6)

    def test_scaled(self, masks) -> None:
        scaled = [sitk.Image(mask) for mask in masks]
        for mask in scaled:
            mask.SetSpacing([2.0 * s for s in mask.GetSpacing()])
        one, two = ablation_margin(*masks, threshold_mm=4.0), ablation_margin(*scaled, threshold_mm=8.0)
        assert two.minimal_margin_mm == pytest.approx(2 * one.minimal_margin_mm, rel=1e-4)
        assert two.surface_fraction["at_least_threshold"] == pytest.approx(
            one.surface_fraction["at_least_threshold"], abs=1e-4
        )

    def test_resampled_to_half_voxels(self, masks) -> None:
        finer = []
        for mask in masks:
            spacing = np.array(mask.GetSpacing()) / 2
            origin = mask.TransformContinuousIndexToPhysicalPoint((-0.25, -0.25, -0.25))
            size = [2 * n for n in mask.GetSize()]
            finer.append(
                sitk.Resample(
                    mask, size, sitk.Transform(), sitk.sitkNearestNeighbor, origin, spacing.tolist(),
                    mask.GetDirection(), 0, mask.GetPixelID(),
                )
            )  # fmt: skip
        self.check_same(self.numbers(finer), self.numbers(masks))

    def test_both_exchanged_changes_the_sign_of_concentric_balls(self, grid) -> None:
        here = grid(reach_mm=24.0)
        small, large = here.ball((0, 0, 0), 8.0), here.ball((0, 0, 0), 14.0)
        outward, inward = ablation_margin(small, large), ablation_margin(large, small)
        assert outward.minimal_margin_mm == pytest.approx(6.0, abs=0.2)
        assert inward.minimal_margin_mm == pytest.approx(-6.0, abs=0.3)
        assert inward.surface_fraction["below_0"] == 1.0


def test_the_same_input_gives_the_same_answer(grid) -> None:
    here = grid(reach_mm=20.0)
    masks = here.ball((0, 0, 0), 6.0), here.ball((1, 0, 0), 12.0)
    first, second = (ablation_margin(*masks, registration_error_mm=2.0).to_json() for _ in range(2))
    assert first == second
