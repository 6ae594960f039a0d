"""Scans as clinics make them: thick against thin slices, other fields of view, needles and gas."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import (
    LIVER_CENTER_MM,
    Abdomen,
    Scan,
    apply,
    breath,
    error_mm,
    filled,
    grid,
    inverse,
    points_mm,
    rigid_motion,
    scan,
    turned,
)

from interventional_oncology.registration import Registration, register


def truth(points: np.ndarray) -> np.ndarray:
    return inverse(breath, points)


def registered(fixed: Scan, moving: Scan) -> Registration:
    return register(
        fixed.image, moving.image, engine="dense", fixed_mask=fixed.liver, moving_mask=moving.liver
    )


def check(found: Registration, fixed: Scan) -> None:
    errors = error_mm(found.transform, truth, fixed.liver)
    assert errors.mean() <= 1.3
    assert np.percentile(errors, 95) <= 2.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fixed_grid", "moving_grid"),
    [
        (grid((54, 48, 66), (3.6, 3.6, 2.5)), grid((64, 56, 24), (3.2, 3.2, 8.0), turned(8.0))),
        (grid((64, 56, 44)), grid((52, 44, 30), center_mm=(-30.0, -6.0, 10.0))),
    ],
    ids=["8 mm oblique onto 2.5 mm", "smaller field of view"],
)
def test_slices_and_fields_of_view(anatomy: Abdomen, fixed_grid: sitk.Image, moving_grid: sitk.Image) -> None:
    fixed, moving = scan(anatomy, fixed_grid, seed=1), scan(anatomy, moving_grid, breath, seed=2)
    found = registered(fixed, moving)
    check(found, fixed)
    assert found.quality.verdict == "good", found.quality.reasons


def with_needle_and_gas(given: Scan) -> Scan:
    """Return the scan with a metal needle, its streaks, and a bubble at its tip."""
    tip = LIVER_CENTER_MM + np.array([-5.0, 4.0, 0.0])
    shaft = np.array([-0.8, -0.6, 0.0])
    away = points_mm(given.image) - tip
    along = away @ shaft
    beside = np.linalg.norm(away - along[:, None] * shaft, axis=1)
    values = sitk.GetArrayFromImage(given.image).ravel().astype(float)
    fading = np.exp(-((away[:, 2] / 6.0) ** 2) - beside / 60.0)
    values += 60.0 * fading * np.cos(14.0 * np.arctan2(away[:, 1], away[:, 0]))
    values[(along > 0.0) & (beside < 2.5)] = 3000.0
    values[np.linalg.norm(away - np.array([0.0, -9.0, 0.0]), axis=1) < 6.0] = -900.0
    return Scan(filled(given.image, values.astype(np.float32)), given.liver)


@pytest.mark.slow
def test_a_needle_and_gas_in_one_image(fixed: Scan, breathed: Scan) -> None:
    found = registered(fixed, with_needle_and_gas(breathed))
    check(found, fixed)
    assert found.quality.verdict == "good", found.quality.reasons


def test_a_needle_and_gas_in_the_fixed_image_rigidly(anatomy: Abdomen, fixed: Scan) -> None:
    truth = rigid_motion((4.0, -3.0, 6.0), (-7.0, 5.0, 10.0))
    back = truth.GetInverse()
    moving = scan(anatomy, grid(), lambda points: apply(back, points), seed=4)
    with_needle = with_needle_and_gas(fixed)
    found = register(
        with_needle.image, moving.image, method="rigid", fixed_mask=fixed.liver, moving_mask=moving.liver
    )
    assert error_mm(found.transform, lambda points: apply(truth, points), fixed.liver).mean() <= 0.3
    assert found.quality.verdict == "good", found.quality.reasons
