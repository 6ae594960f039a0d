"""How far the surfaces of tumor and zone run together, and where the margin is reached."""

import numpy as np
import pytest

from interventional_oncology.margins import ablation_margin
from interventional_oncology.margins.anatomical_direction import direction_words


def test_concentric_balls(grid) -> None:
    here = grid(reach_mm=18)
    masks = here.ball((0, 0, 0), 8), here.ball((0, 0, 0), 12)
    # All of both surfaces lies 4 mm from the other one.
    for tolerance, expected in ((3.5, 0.0), (4.5, 1.0)):
        found = ablation_margin(*masks, threshold_mm=tolerance, agreement=True)
        assert found.surface_dice == pytest.approx(expected, abs=0.01)
        assert found.hausdorff95_mm == pytest.approx(4.0, abs=0.15)


def test_offset_balls_by_area(grid) -> None:
    here, radius, zone, apart = grid(reach_mm=24), 8.0, 14.0, 4.0
    found = ablation_margin(
        here.ball((0, 0, 0), radius), here.ball((apart, 0, 0), zone), threshold_mm=5.0, agreement=True
    )
    # On a sphere area goes with the height: distances to the other sphere are 14 - |x - c| and |y| - 8.
    height = np.linspace(-1, 1, 200001)
    of_tumor = zone - np.sqrt(radius**2 + apart**2 - 2 * radius * apart * height)
    of_zone = np.sqrt(zone**2 + apart**2 + 2 * zone * apart * height) - radius
    areas = radius**2, zone**2
    within = [float(np.mean(d <= 5.0)) for d in (of_tumor, of_zone)]
    assert found.surface_dice == pytest.approx(np.dot(areas, within) / sum(areas), abs=0.01)
    expected = max(np.quantile(of_tumor, 0.95), np.quantile(of_zone, 0.95))
    assert found.hausdorff95_mm == pytest.approx(expected, abs=0.15)


def test_the_same_surface_and_none_in_common(grid) -> None:
    here = grid(reach_mm=24)
    ball = here.ball((-10, 0, 0), 6)
    same = ablation_margin(ball, ball, threshold_mm=1.0, agreement=True)
    assert (same.surface_dice, same.hausdorff95_mm) == pytest.approx((1.0, 0.0), abs=0.05)
    apart = ablation_margin(ball, here.ball((10, 0, 0), 6), threshold_mm=5.0, agreement=True)
    assert apart.surface_dice == 0.0
    assert apart.hausdorff95_mm > 15


def test_it_costs_nothing_unless_asked(grid) -> None:
    here = grid(reach_mm=18)
    found = ablation_margin(here.ball((0, 0, 0), 8), here.ball((0, 0, 0), 12))
    assert (found.surface_dice, found.hausdorff95_mm) == (None, None)


def test_fractions_at_free_thresholds(grid) -> None:
    here, radius, zone, apart = grid(reach_mm=24), 8.0, 16.0, 4.0
    found = ablation_margin(
        here.ball((0, 0, 0), radius), here.ball((apart, 0, 0), zone), thresholds_mm=(0, 3, 6, 10, 30)
    )
    height = np.linspace(-1, 1, 200001)
    margins = zone - np.sqrt(radius**2 + apart**2 - 2 * radius * apart * height)
    for threshold, fraction in found.surface_fraction_at_least.items():
        assert fraction == pytest.approx(np.mean(margins >= float(threshold)), abs=0.01)
    assert list(found.surface_fraction_at_least) == ["0", "3", "6", "10", "30"]
    default = ablation_margin(here.ball((0, 0, 0), radius), here.ball((apart, 0, 0), zone))
    assert list(default.surface_fraction_at_least) == ["0", "5", "10"]
    assert default.surface_fraction_at_least["5"] == pytest.approx(
        default.surface_fraction["at_least_threshold"]
    )


def test_eccentricity_points_to_the_zone(grid, oblique) -> None:
    here = grid(direction=oblique, reach_mm=24)
    found = ablation_margin(here.ball((0, 0, 0), 8), here.ball((3, -2, 1), 14))
    # LPS to RAS: the first two change sign.
    np.testing.assert_allclose(found.eccentricity_ras_mm, (-3, 2, 1), atol=0.1)
    assert found.eccentricity_mm == pytest.approx(np.sqrt(14), abs=0.1)


@pytest.mark.parametrize(
    ("offset", "words"),
    [((-6, 0, 0), "left"), ((6, 0, 0), "right"), ((0, 0, -6), "cranial"), ((0, -4, 4), "posterior")],
)
def test_direction_of_residual_tumor(grid, offset, words) -> None:
    """The zone lies off to one side (LPS), so tumor is left on the other."""
    here = grid((1, 1, 1), reach_mm=24)
    found = ablation_margin(here.ball((0, 0, 0), 9), here.ball(offset, 11))
    (site,) = found.residual_sites
    assert words in site.direction.split("-")
    away = -np.array(offset, float) / np.linalg.norm(offset) * (-1, -1, 1)
    assert site.direction_ras @ away > 0.97
    assert np.linalg.norm(site.direction_ras) == pytest.approx(1.0)


def test_words_of_directions() -> None:
    assert direction_words((1, 0, 0)) == "right"
    assert direction_words((0, -1, 0.1)) == "posterior"
    assert direction_words((1, 1, 1)) == "right-anterior-cranial"
    assert direction_words((0, 0.5, -0.9)) == "caudal-anterior"
    assert direction_words((0, 0, 0)) == ""
    assert direction_words((float("nan"), 0, 0)) == ""
