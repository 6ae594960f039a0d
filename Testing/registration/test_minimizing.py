"""The optimizer on functions whose minimum is known."""

import numpy as np
import pytest

from interventional_oncology.progress import silent
from interventional_oncology.registration.minimizing import minimize


def valley(p: np.ndarray) -> tuple[float, np.ndarray]:
    a, b = p
    return (1 - a) ** 2 + 100 * (b - a * a) ** 2, np.array(
        [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]
    )


def test_curved_valley() -> None:
    found = minimize(
        valley, np.array([-1.2, 1.0]), iterations=300, largest_step=1.0, progress=silent, title="valley"
    )
    np.testing.assert_allclose(found, 1.0, atol=1e-2)


@pytest.mark.parametrize("stretch", [1.0, 1e4])
def test_bowl_in_many_directions(stretch: float) -> None:
    scales = np.geomspace(1.0, stretch, 50)
    goal = np.linspace(-3, 3, 50)
    found = minimize(
        lambda p: (float(np.sum(scales * (p - goal) ** 2)), 2 * scales * (p - goal)),
        np.zeros(50),
        iterations=400,
        largest_step=2.0,
        progress=silent,
        title="bowl",
    )
    np.testing.assert_allclose(found, goal, atol=0.05)


def test_no_step_is_longer_than_asked_and_none_goes_up() -> None:
    seen: list[tuple[float, float]] = []

    def cost(p: np.ndarray) -> tuple[float, np.ndarray]:
        seen.append((float(p[0]), float(p[0] ** 2)))
        return float(p[0] ** 2), 2 * p

    said: list[float] = []
    found = minimize(
        cost,
        np.array([100.0]),
        iterations=10,
        largest_step=3.0,
        progress=lambda fraction, _: said.append(fraction),
        title="slope",
    )
    assert 70.0 <= found[0] < 100.0
    assert max(abs(a[0] - b[0]) for a, b in zip(seen[1:], seen, strict=False)) <= 3.0 + 1e-9
    assert said == sorted(said)
    assert said[-1] == 1.0


def test_start_at_the_minimum_stays() -> None:
    still = minimize(
        lambda p: (1.0, np.zeros_like(p)),
        np.ones(3),
        iterations=5,
        largest_step=1.0,
        progress=silent,
        title="flat",
    )
    np.testing.assert_array_equal(still, 1.0)
