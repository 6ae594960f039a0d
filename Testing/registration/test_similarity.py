"""Measures of likeness: values by hand and derivatives by differences."""

import numpy as np
import pytest

from interventional_oncology.registration.sampling import sample
from interventional_oncology.registration.similarity import (
    GlobalCorrelation,
    LocalCorrelation,
    SquaredDifference,
    correlation,
)

SHAPE = (7, 8, 9)


def made(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    voxels = rng.random(SHAPE) < 0.7
    n = np.count_nonzero(voxels)
    fixed = rng.normal(size=n)
    return voxels, fixed, 0.6 * fixed + rng.normal(size=n)


def measures(voxels: np.ndarray, fixed: np.ndarray) -> dict[str, object]:
    return {
        "global": GlobalCorrelation(fixed),
        "local": LocalCorrelation(fixed, voxels, (3, 5, 3), (0.01, 0.02)),
        "weighted": LocalCorrelation(fixed, voxels, (3, 5, 3), (0.01, 0.02), np.arange(len(fixed)) % 3.0),
        "difference": SquaredDifference(fixed),
    }


@pytest.mark.parametrize("name", ["global", "local", "weighted", "difference"])
def test_derivative_is_that_of_the_value(name: str) -> None:
    voxels, fixed, moving = made()
    measure = measures(voxels, fixed)[name]
    _, derivative = measure(moving)
    step = np.random.default_rng(5).normal(size=len(moving))
    size = 1e-2  # single precision inside
    change = (measure(moving + size * step)[0] - measure(moving - size * step)[0]) / (2 * size)
    assert change == pytest.approx(float(derivative @ step), rel=5e-3)


@pytest.mark.parametrize("name", ["global", "local"])
def test_correlation_does_not_depend_on_brightness_and_contrast(name: str) -> None:
    voxels, fixed, moving = made()
    measure = measures(voxels, fixed)["global"]
    if name == "local":
        measure = LocalCorrelation(fixed, voxels, (3, 5, 3), (1e-7, 1e-7))
    assert measure(3.0 * moving + 2.0)[0] == pytest.approx(measure(moving)[0], abs=1e-3)
    assert measure(fixed)[0] == pytest.approx(0.0, abs=1e-3)


def test_local_correlation_follows_a_contrast_that_turns_over() -> None:
    voxels, fixed, _ = made()
    turned = LocalCorrelation(fixed, voxels, (3, 5, 3), (1e-6, 1e-6))(-fixed)[0]
    assert turned == pytest.approx(0.0, abs=1e-3)
    assert GlobalCorrelation(fixed)(-fixed)[0] == pytest.approx(2.0)


def test_weights_that_are_alike_change_nothing_and_where_they_are_zero_nothing_is_asked() -> None:
    voxels, fixed, moving = made()
    plain = LocalCorrelation(fixed, voxels, (3, 3, 3), (0.01, 0.01))(moving)
    alike = LocalCorrelation(fixed, voxels, (3, 3, 3), (0.01, 0.01), np.full(len(fixed), 7.0))(moving)
    assert alike[0] == pytest.approx(plain[0], rel=1e-6)
    np.testing.assert_allclose(alike[1], plain[1], atol=1e-8)
    k = np.nonzero(voxels)[0]
    half = LocalCorrelation(fixed, voxels, (3, 3, 3), (0.01, 0.01), (k < 3).astype(float))
    other = np.where(k > 3, 0.0, moving)  # a box reaches one voxel farther than its weight
    assert half(other)[0] == pytest.approx(half(moving)[0], rel=1e-6)
    assert np.all(half(moving)[1][k > 3] == 0.0)


def test_constant_moving_values_are_no_likeness_and_no_nan() -> None:
    voxels, fixed, moving = made()
    for name in ("global", "local"):
        cost, derivative = measures(voxels, fixed)[name](np.full_like(moving, 3.0))
        assert cost == pytest.approx(1.0, abs=1e-3)
        assert np.isfinite(derivative).all()


def test_correlation_by_hand() -> None:
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])) == pytest.approx(0.5)
    assert correlation(np.ones(4), np.arange(4.0)) == 0.0


def test_sampling_is_trilinear_with_its_own_derivative() -> None:
    from scipy import ndimage

    rng = np.random.default_rng(0)
    volume = rng.normal(size=SHAPE).astype(np.float32)
    index = rng.uniform(-1.5, 9.5, (3, 500))
    values, slopes = sample(volume, index)
    expected = ndimage.map_coordinates(volume, index[::-1], order=1, mode="nearest")
    np.testing.assert_allclose(values, expected, atol=1e-5)
    inside = np.all((index > 0) & (index < np.array(SHAPE[::-1])[:, None] - 1), axis=0)
    inside &= np.all(np.abs(index - np.round(index)) > 0.01, axis=0)
    for axis in range(3):
        step = np.zeros((3, 1))
        step[axis] = 0.005
        change = (sample(volume, index + step)[0] - sample(volume, index - step)[0]) / 0.01
        np.testing.assert_allclose(slopes[axis, inside], change[inside], atol=2e-3)
    assert np.all(slopes[0, (index[0] < 0) | (index[0] > 8)] == 0.0)
