"""The smooth occupancy of a mask against a Gaussian laid over it directly."""

import numpy as np
import pytest

from interventional_oncology.margins.smoothing import Stage, smooth_occupancy


def gaussian_of(inside: np.ndarray, spacing_mm, places_mm, sigma_mm: float) -> np.ndarray:
    """Return the mask under a Gaussian at places (x, y, z): each axis weighed on an endless row of voxels."""
    result = inside.astype(float)
    for axis, (place, spacing) in enumerate(zip(reversed(places_mm), reversed(spacing_mm), strict=True)):
        row_mm = np.arange(-60, inside.shape[axis] + 60) * spacing
        weights = np.exp(-0.5 * ((place[:, None] - row_mm) / sigma_mm) ** 2)
        weights /= weights.sum(axis=1, keepdims=True)
        result = np.moveaxis(np.tensordot(weights[:, 60:-60], result, (1, axis)), 0, axis)
    return result


@pytest.mark.parametrize("spacing", [(0.8, 0.8, 1.5), (0.8, 0.8, 5.0), (1.0, 1.0, 1.0)])
@pytest.mark.parametrize("sigma_mm", [0.9, 2.5, 6.0])
def test_without_rounds_it_is_the_gaussian(spacing, sigma_mm) -> None:
    inside = np.zeros((9, 26, 22), dtype=bool)
    inside[1:8, 3:20, 5:19] = True
    inside[3, 4:9, 5:9] = False
    found = smooth_occupancy(inside, np.array(spacing), np.zeros(3), stages=[Stage(sigma_mm, 0)], step_mm=0.7)
    expected = gaussian_of(inside, spacing, found.places_mm, sigma_mm)
    inner = (slice(1, -1),) * 3
    np.testing.assert_allclose(found.values[inner], expected[inner], atol=0.003)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_fit_of_a_flipped_mask_is_flipped(axis) -> None:
    k, j, i = np.ogrid[:14, :22, :21]
    inside = ((k - 6) / 4.2) ** 2 + ((j - 10) / 8.3) ** 2 + ((i - 11) / 7.4) ** 2 <= 1
    stages, spacing = [Stage(5.0, 20), Stage(2.2, 15)], np.array((0.8, 0.8, 1.5))
    plain, flipped = (
        smooth_occupancy(mask, spacing, np.zeros(3), stages=stages, step_mm=0.7)
        for mask in (inside, np.flip(inside, axis))
    )
    last_mm = np.array(inside.shape[::-1]) - 1.0
    places_mm = [np.linspace(0, last, 30) for last in last_mm * spacing]
    mirrored_mm = [
        last * s - p if 2 - a == axis else p
        for a, (p, last, s) in enumerate(zip(places_mm, last_mm, spacing, strict=True))
    ]
    # Between the points of the fine grid, which lie elsewhere, it is linear.
    np.testing.assert_allclose(flipped.on_grid(mirrored_mm), plain.on_grid(places_mm), atol=0.02)
