"""CT against MR: contrast that rises, falls and differs from place to place; known truth."""

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
)

from interventional_oncology.registration import register

#: HU to signal, up to the liver linear as the soft borders of the abdomen are mixtures; vessels are dark.
_HU, _SIGNAL = (-1000.0, 0.0, 90.0, 160.0, 330.0), (0.0, 150.0, 260.0, 60.0, 30.0)


def as_mr(given: Scan, seed: int) -> Scan:
    """Return the scan with the signal of an MR, a bias field and Rician noise."""
    rng = np.random.default_rng(seed)
    points = points_mm(given.image)
    bias = np.exp(0.25 * np.sin(points @ rng.normal(0.0, 0.008, 3) + rng.uniform(0.0, 6.0)))
    signal = bias * np.interp(sitk.GetArrayFromImage(given.image).ravel(), _HU, _SIGNAL)
    noisy = np.hypot(signal + rng.normal(0.0, 10.0, len(signal)), rng.normal(0.0, 10.0, len(signal)))
    return Scan(filled(given.image, noisy.astype(np.float32)), given.liver)


@pytest.fixture(scope="module")
def breathed_mr(anatomy: Abdomen) -> Scan:
    return as_mr(scan(anatomy, grid(), breath, seed=8, noise_hu=0.0), 9)


@pytest.mark.slow
def test_deformation_between_ct_and_mr_is_recovered(fixed: Scan, breathed_mr: Scan) -> None:
    found = register(fixed.image, breathed_mr.image, fixed_mask=fixed.liver, moving_mask=breathed_mr.liver)
    assert found.preset == "ct-mr-liver"
    errors = error_mm(found.transform, lambda points: inverse(breath, points), fixed.liver)
    assert errors.mean() <= 1.3
    assert np.percentile(errors, 95) <= 3.0
    assert found.quality.folding_fraction == 0.0


def test_rigid_truth_between_ct_and_mr(anatomy: Abdomen, fixed: Scan) -> None:
    truth = rigid_motion((4.0, -3.0, 6.0), (-7.0, 5.0, 10.0))
    back = truth.GetInverse()
    moving = as_mr(scan(anatomy, grid(), lambda p: apply(back, p), seed=4, noise_hu=0.0), 5)
    found = register(
        fixed.image, moving.image, method="rigid", fixed_mask=fixed.liver, moving_mask=moving.liver
    )
    assert error_mm(found.transform, lambda p: apply(truth, p), fixed.liver).mean() <= 0.3


@pytest.mark.parametrize("degrees", [-40.0, 45.0])
def test_patient_on_the_side_is_found_by_the_surface_of_the_organ(
    anatomy: Abdomen, fixed: Scan, degrees: float
) -> None:
    shift = np.array([15.0, -20.0, 10.0])
    truth = rigid_motion((0.0, 0.0, degrees), tuple(shift.tolist()))
    back = truth.GetInverse()
    where = grid((74, 74, 44), center_mm=tuple((LIVER_CENTER_MM + shift).tolist()))
    moving = scan(anatomy, where, lambda p: apply(back, p), seed=4)
    found = register(
        fixed.image, moving.image, method="rigid", fixed_mask=fixed.liver, moving_mask=moving.liver
    )
    assert error_mm(found.transform, lambda p: apply(truth, p), fixed.liver).mean() <= 0.3
