"""Vessels apart, on shapes that can be computed by hand."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import filled, grid, points_mm

from interventional_oncology.registration.inverse import missed_mm
from interventional_oncology.registration.vessels import vessel_distance_mm

WHERE = grid((48, 44, 40), (1.5, 1.5, 1.5), center_mm=(0.0, 0.0, 0.0))
STILL = sitk.Transform(3, sitk.sitkIdentity)


def ball(radius_mm: float) -> sitk.Image:
    return filled(WHERE, (np.linalg.norm(points_mm(WHERE), axis=1) <= radius_mm).astype(np.uint8))


def test_two_balls_are_apart_by_the_difference_of_their_radii() -> None:
    found = vessel_distance_mm(STILL, ball(12.0), ball(15.0))
    assert found is not None
    assert found["mean"] == pytest.approx(3.0, abs=0.15)
    assert found["p95"] == pytest.approx(3.0, abs=0.6)
    same = vessel_distance_mm(STILL, ball(12.0), ball(12.0))
    assert same is not None
    assert same["max"] < 1e-3


def test_the_transform_brings_them_together_and_far_is_cut() -> None:
    away = sitk.TranslationTransform(3, (40.0, 0.0, 0.0))
    moved = sitk.Image(ball(12.0))
    moved.SetOrigin((np.array(moved.GetOrigin()) + np.array([40.0, 0.0, 0.0])).tolist())
    before, after = (vessel_distance_mm(t, ball(12.0), moved) for t in (STILL, away))
    assert before is not None
    assert after is not None
    assert before["max"] == 10.0
    assert before["mean"] > 5.0
    assert after["max"] < 1e-3


def test_no_vessels_no_distance() -> None:
    assert vessel_distance_mm(STILL, ball(12.0) * 0, ball(12.0)) is None


def test_the_way_there_and_back_by_hand() -> None:
    inside = np.ones(WHERE.GetSize()[::-1], dtype=bool)
    there = sitk.TranslationTransform(3, (5.0, 0.0, 0.0))
    back, short = (sitk.TranslationTransform(3, (x, 0.0, 0.0)) for x in (-5.0, -3.0))
    assert missed_mm(there, back, WHERE, inside, WHERE)["max"] == pytest.approx(0.0, abs=1e-5)
    assert missed_mm(there, short, WHERE, inside, WHERE)["mean"] == pytest.approx(2.0, abs=1e-5)
    assert missed_mm(sitk.TranslationTransform(3, (900.0, 0.0, 0.0)), back, WHERE, inside, WHERE) == {}
