"""Farthest points and widest lines, against comparing every pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from interventional_oncology.lesions.chords import diameter, length, widest_across
from interventional_oncology.lesions.outline import outline_pieces


@given(seed=st.integers(0, 10_000), count=st.integers(2, 60), dimension=st.sampled_from((2, 3)))
@settings(deadline=None, max_examples=80)
def test_the_diameter_is_the_largest_of_all_distances(seed, count, dimension):
    points = np.random.default_rng(seed).normal(size=(count, dimension)) * (1.0, 2.0, 0.5)[:dimension]
    assert length(diameter(points)) == pytest.approx(pdist(points).max(), rel=1e-12)


@given(seed=st.integers(0, 10_000), count=st.integers(1, 40), dimension=st.sampled_from((2, 3)))
@settings(deadline=None, max_examples=60)
def test_points_on_a_lattice(seed, count, dimension):
    """Many points are equal, on one line or on one plane."""
    points = np.random.default_rng(seed).integers(0, 3, (count, dimension)).astype(float)
    expected = pdist(points).max() if count > 1 else 0.0
    assert length(diameter(points)) == pytest.approx(expected, abs=1e-12)


def test_a_regular_polygon():
    angle = 2 * np.pi * np.arange(7) / 7
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert length(diameter(points)) == pytest.approx(2 * np.sin(3 * np.pi / 7))


def test_the_widest_line_across_a_rectangle_and_a_triangle():
    def outline(*corners):
        corners = np.array(corners, dtype=float)
        return np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)

    rectangle = outline((0, 0), (4, 0), (4, 3), (0, 3))
    assert length(widest_across(rectangle, np.array([0.0, 1.0]))) == pytest.approx(3)
    assert length(widest_across(rectangle, np.array([1.0, 1.0]))) == pytest.approx(3 * np.sqrt(2))
    triangle = outline((0, 0), (6, 0), (2, 4))
    assert length(widest_across(triangle, np.array([0.0, 1.0]))) == pytest.approx(4)


def test_the_outline_of_a_linear_field_lies_between_the_pixels():
    rows = np.arange(6)[:, None] * np.ones(5)
    pieces = outline_pieces(2.25 - rows, np.array([2.0, 1.0]))
    assert len(pieces) == 4
    assert pieces[..., 0] == pytest.approx(4.5)


def test_the_outline_of_a_saddle_has_two_pieces():
    assert len(outline_pieces(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones(2))) == 2
