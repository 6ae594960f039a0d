"""Rigid and affine registration against motions that are known exactly."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Abdomen, Scan, apply, error_mm, grid, points_mm, rigid_motion, scan, turned

from interventional_oncology.registration import register
from interventional_oncology.registration.verdict import ORGAN_NOT_JUDGED

# The moving scan is on a grid of its own in each case: other voxels, other axes, another place in space.
GRIDS = {
    "same grid": grid(),
    "anisotropic": grid((80, 70, 30), (2.5, 2.6, 6.0)),
    "oblique": grid((62, 60, 50), (3.4, 3.3, 3.9), turned(17.0), (-22.0, 6.0, 0.0)),
}
MOTIONS = {
    "shift": rigid_motion((0, 0, 0), (9.0, -6.0, 14.0)),
    "turn and shift": rigid_motion((4.0, -3.0, 6.0), (-7.0, 5.0, 10.0)),
}


def moved(anatomy: Abdomen, motion: sitk.Transform, where: sitk.Image, seed: int = 2) -> Scan:
    back = motion.GetInverse()
    return scan(anatomy, where, lambda points: apply(back, points), seed=seed)


def turn_degrees(transform: sitk.Transform) -> float:
    matrix = np.reshape(transform.GetMatrix(), (3, 3))
    return float(np.degrees(np.arccos(np.clip((np.trace(matrix) - 1.0) / 2.0, -1.0, 1.0))))


@pytest.mark.parametrize("masks", ["masks", "no masks"])
@pytest.mark.parametrize("where", GRIDS)
@pytest.mark.parametrize("motion", MOTIONS)
def test_rigid_truth_is_recovered(anatomy: Abdomen, fixed: Scan, motion: str, where: str, masks: str) -> None:
    truth = MOTIONS[motion]
    moving = moved(anatomy, truth, GRIDS[where])
    given = {"fixed_mask": fixed.liver, "moving_mask": moving.liver} if masks == "masks" else {}

    found = register(fixed.image, moving.image, method="rigid", **given)

    errors = error_mm(found.transform, lambda points: apply(truth, points), fixed.liver)
    assert errors.mean() <= 0.3
    left = sitk.CompositeTransform([truth.GetInverse(), found.transform])
    axes = apply(left, np.vstack([np.zeros(3), np.eye(3)]))
    rotation = (axes[1:] - axes[0]).T
    assert np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))) <= 0.3
    assert found.quality.verdict == ("good" if given else "check"), found.quality.reasons
    assert given or found.quality.reasons == (ORGAN_NOT_JUDGED,)
    assert found.quality.similarity_after > found.quality.similarity_before


def test_moving_the_moving_image_in_space_moves_the_result_with_it(anatomy: Abdomen, fixed: Scan) -> None:
    moving = moved(anatomy, MOTIONS["turn and shift"], grid())
    elsewhere = sitk.Image(moving.image)
    away_mm = np.array([300.0, -200.0, 1000.0])  # a table that was reset: no overlap in space
    elsewhere.SetOrigin((np.array(moving.image.GetOrigin()) + away_mm).tolist())
    here = register(fixed.image, moving.image, method="rigid")
    there = register(fixed.image, elsewhere, method="rigid")
    points = points_mm(fixed.liver)[::9999]
    np.testing.assert_allclose(
        apply(there.transform, points), apply(here.transform, points) + away_mm, atol=0.1
    )
    assert there.quality.similarity_before is None
    assert there.quality.similarity_after == pytest.approx(here.quality.similarity_after, abs=0.002)


def test_affine_truth_is_recovered(anatomy: Abdomen, fixed: Scan) -> None:
    truth = sitk.AffineTransform(3)
    truth.SetCenter((-30.0, -8.0, 6.0))
    truth.SetMatrix((1.05, 0.02, 0.0, -0.03, 0.96, 0.02, 0.01, 0.0, 1.06))
    truth.SetTranslation((4.0, -3.0, 6.0))
    moving = moved(anatomy, truth, grid())
    found = register(
        fixed.image, moving.image, method="affine", fixed_mask=fixed.liver, moving_mask=moving.liver
    )
    assert error_mm(found.transform, lambda points: apply(truth, points), fixed.liver).mean() <= 0.3
    assert isinstance(found.transform, sitk.AffineTransform)
    # Volumes change by the determinant, and the record says so.
    assert found.quality.jacobian_min == pytest.approx(
        np.linalg.det(np.reshape(truth.GetMatrix(), (3, 3))), abs=0.02
    )


def test_landmarks_give_the_start_where_the_images_alone_would_fail(anatomy: Abdomen, fixed: Scan) -> None:
    truth = rigid_motion((0.0, 0.0, 75.0), (10.0, 5.0, 0.0))
    moving = moved(anatomy, truth, grid((70, 70, 44)))
    points = np.array([[-60.0, 0.0, 0.0], [10.0, -20.0, 20.0], [-20.0, 30.0, -30.0], [-40.0, -40.0, 30.0]])
    landmarks = np.hstack([points, apply(truth, points)])
    found = register(fixed.image, moving.image, method="rigid", fixed_mask=fixed.liver, landmarks=landmarks)
    assert error_mm(found.transform, lambda points: apply(truth, points), fixed.liver).mean() <= 0.3
    assert found.quality.tre_mm_after["max"] < 0.5 < found.quality.tre_mm_before["mean"]
