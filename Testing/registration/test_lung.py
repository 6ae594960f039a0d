"""The lung preset against a breath that is known: the base moves 20 mm, the ribs keep still."""

import numpy as np
import pytest
from known_abdomen import Scan, error_mm, grid, inverse
from known_chest import BREATH_MM, Chest, chest_breath, chest_scan

from interventional_oncology.registration import register

SIZE, SPACING_MM = (44, 50, 64), (3.2, 3.2, 3.2)


def truth(points: np.ndarray) -> np.ndarray:
    return inverse(chest_breath, points)


@pytest.fixture(scope="module")
def pair() -> tuple[Scan, Scan]:
    chest = Chest(0)
    where = [grid(SIZE, SPACING_MM, center_mm=center) for center in ((0.0, 0.0, -6.0), (3.0, 2.0, -5.0))]
    # Breathing in thins the lung.
    return (
        chest_scan(chest, where[0], seed=1, air_hu=-820.0),
        chest_scan(chest, where[1], chest_breath, seed=2, air_hu=-870.0),
    )


@pytest.mark.slow
def test_a_breath_is_found_inside_the_lung(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    found = register(
        fixed.image, moving.image, preset="lung", fixed_mask=fixed.liver, moving_mask=moving.liver
    )
    points_move = np.linalg.norm(truth(np.array([[0.0, 0.0, -78.0]])) - [0.0, 0.0, -78.0])
    assert points_move > 0.9 * BREATH_MM
    errors = error_mm(found.transform, truth, fixed.liver)
    assert errors.mean() <= 1.5
    assert np.percentile(errors, 95) <= 2.0
    assert found.quality.folding_fraction == 0.0
    assert found.quality.verdict == "good", found.quality.reasons


def test_air_of_the_lung_is_compared_and_not_taken_for_gas(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    found = register(
        fixed.image,
        moving.image,
        method="affine",
        preset="lung",
        fixed_mask=fixed.liver,
        moving_mask=moving.liver,
    )
    errors = error_mm(found.transform, truth, fixed.liver)
    assert errors.mean() <= 2.0, "a breath is almost a stretch"
