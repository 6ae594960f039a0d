"""The pet-ct preset: a CT against a blurred, noisy image of uptake on voxels of 4 mm; known truth."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import (
    Abdomen,
    Points,
    Scan,
    apply,
    breath,
    error_mm,
    filled,
    grid,
    inverse,
    points_mm,
    rigid_motion,
)

from interventional_oncology.registration import Registration, register

TURN = rigid_motion((4.0, -3.0, 6.0), (-7.0, 5.0, 10.0))
#: Full width at half maximum of a scanner.
BLUR_MM = 6.0


def pet(anatomy: Abdomen, motion: Points, seed: int = 3) -> Scan:
    """Return uptake: some in soft tissue, more in the liver, uneven there, less in bone."""
    where = grid((52, 46, 44), (4.0, 4.0, 4.0), center_mm=(-12.0, 2.0, 3.0))
    points = motion(points_mm(where))
    values, liver = anatomy.hounsfield(points), anatomy.liver(points)
    uneven = 0.25 * liver * np.clip((values - 90.0) / 70.0, -1.0, 1.0)
    bone = 0.3 * (1.0 - liver) * np.clip((values - 150.0) / 100.0, 0.0, 1.0)
    uptake = 0.8 * np.clip(values / 1000.0 + 1.0, 0.0, 1.0) + 1.4 * liver + uneven - bone
    blurred = sitk.SmoothingRecursiveGaussian(filled(where, uptake.astype(np.float32)), BLUR_MM / 2.355)
    there = sitk.GetArrayFromImage(blurred)
    # Counts: the noise grows with the root of what is there.
    noise = np.random.default_rng(seed).normal(0.0, 0.12, there.shape) * np.sqrt(np.maximum(there, 0.05))
    noisy = np.maximum(there + noise, 0.0)
    return Scan(filled(where, noisy.astype(np.float32)), filled(where, (liver > 0.5).astype(np.uint8)))


def registered(fixed: Scan, moving: Scan, method: str) -> Registration:
    return register(
        fixed.image,
        moving.image,
        method=method,
        preset="pet-ct",
        fixed_mask=fixed.liver,
        moving_mask=moving.liver,
    )


@pytest.mark.parametrize(("method", "bar_mm"), [("rigid", 0.6), ("affine", 0.6), ("deformable", 0.8)])
def test_rigid_truth(anatomy: Abdomen, fixed: Scan, method: str, bar_mm: float) -> None:
    back = TURN.GetInverse()
    found = registered(fixed, pet(anatomy, lambda points: apply(back, points)), method)
    assert error_mm(found.transform, lambda points: apply(TURN, points), fixed.liver).mean() <= bar_mm
    assert found.quality.folding_fraction == 0.0
    assert found.quality.verdict != "failed", found.quality.reasons


def test_a_breath_is_followed_better_by_a_deformation_than_rigidly(anatomy: Abdomen, fixed: Scan) -> None:
    moving = pet(anatomy, breath)
    errors = [
        error_mm(
            registered(fixed, moving, method).transform, lambda points: inverse(breath, points), fixed.liver
        )
        for method in ("rigid", "deformable")
    ]
    assert errors[1].mean() < 0.5 * errors[0].mean()
    assert errors[1].mean() <= 1.5
    assert np.percentile(errors[1], 95) < np.percentile(errors[0], 95)


def test_without_masks_nothing_folds(anatomy: Abdomen, fixed: Scan) -> None:
    back = TURN.GetInverse()
    moving = pet(anatomy, lambda points: apply(back, points))
    found = register(fixed.image, moving.image, preset="pet-ct")
    assert found.quality.folding_fraction == 0.0
    assert error_mm(found.transform, lambda points: apply(TURN, points), fixed.liver).mean() <= 2.0
    assert found.quality.verdict != "good", "nobody said where the organ is"
