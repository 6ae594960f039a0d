"""Products in blocks against products at once."""

import numpy as np
import pytest

from interventional_oncology.margins.products import product, weighted_sum


@pytest.mark.parametrize("shapes", [((81, 81), (81, 3000)), ((5000, 81), (81, 2)), ((90, 70), (3, 70, 80))])
def test_blocks_give_the_product(shapes) -> None:
    rng = np.random.default_rng(3)
    first, second = (rng.standard_normal(shape) for shape in shapes)
    np.testing.assert_allclose(product(first, second), first @ second, atol=1e-12)
    out = np.full((first @ second).shape, np.nan)
    product(first, second, out=out)
    np.testing.assert_allclose(out, first @ second, atol=1e-12)


def test_nothing_is_left_out_of_huge_inner_sides() -> None:
    first, second = np.ones((5, 200_000)), np.ones((200_000, 3))
    np.testing.assert_array_equal(product(first, second), np.full((5, 3), 200_000.0))


def test_weighted_sum_of_nothing_and_of_some() -> None:
    assert weighted_sum(np.array([]), np.array([])) == 0.0
    assert weighted_sum(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 11.0
