"""The rigid-head preset, without masks, against a turn of 12 degrees and a shift of 15 mm."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Points, apply, error_mm, filled, grid, points_mm, still

from interventional_oncology.registration import Registration, register

HEAD_MM = np.array([75.0, 95.0, 85.0])
SHIFT_MM = (9.0, -8.0, 9.0)
TURN_DEG = 12.0


def _soft(depth: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(np.clip(depth, -30.0, 30.0)))


def _ball(points: np.ndarray, center: tuple[float, ...], radii: tuple[float, ...]) -> np.ndarray:
    away = (points - np.array(center)) / np.array(radii)
    return _soft((1.0 - np.linalg.norm(away, axis=1)) * min(radii))


def parts(points: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return head with nose and neck, skull, brain, ventricles and gyri, each 0 to 1 (gyri -1 to 1)."""
    deep = (1.0 - np.linalg.norm(points / HEAD_MM, axis=1)) * HEAD_MM.min()
    neck = _soft(45.0 - np.hypot(points[:, 0], points[:, 1] - 25.0)) * _soft(-40.0 - points[:, 2])
    head = np.maximum.reduce([_soft(deep), neck, _ball(points, (0, -98, -20), (12, 16, 18))])
    brain = _soft(deep - 13.0)
    skull = _soft(deep - 6.0) * (1.0 - brain)
    chambers = [((-13, -5, 12), (7, 30, 14)), ((13, -5, 12), (7, 30, 14)), ((0, 30, -12), (9, 12, 10))]
    ventricles = np.maximum.reduce([_ball(points, *chamber) for chamber in chambers])
    rng = np.random.default_rng(0)
    gyri = np.zeros(len(points))
    for number, middle in enumerate(rng.uniform(-0.55, 0.55, (25, 3)) * HEAD_MM):
        away = np.linalg.norm(points - middle, axis=1) / rng.uniform(4.0, 11.0)
        gyri += (-1.0) ** number * np.exp(-0.5 * away**2)
    return head, skull, brain, ventricles, gyri


def ct(points: np.ndarray) -> np.ndarray:
    head, skull, brain, ventricles, gyri = parts(points)
    return -1000.0 + head * (1040.0 + 810.0 * skull + brain * (6.0 * gyri - 30.0 * ventricles))


def mr(points: np.ndarray) -> np.ndarray:
    head, skull, brain, ventricles, gyri = parts(points)
    return head * (400.0 - 360.0 * skull + brain * (60.0 * gyri - 280.0 * ventricles))


FIXED_GRID = grid((50, 60, 55), (3.6, 3.6, 3.6), center_mm=(0.0, 0.0, -5.0))
MOVING_GRID = grid((56, 64, 52), (3.4, 3.4, 4.0), center_mm=(5.0, -5.0, 0.0))


def turn() -> sitk.Transform:
    motion = sitk.Euler3DTransform()
    axis = np.array([0.4, -0.3, 0.866])
    versor = sitk.VersorTransform((axis / np.linalg.norm(axis)).tolist(), float(np.radians(TURN_DEG)))
    motion.SetMatrix(versor.GetMatrix())
    motion.SetTranslation(SHIFT_MM)
    return motion


def registered(kinds: tuple[Points, Points], noise: float, method: str = "rigid") -> Registration:
    back = turn().GetInverse()
    images = []
    for kind, where, motion, seed in (
        (kinds[0], FIXED_GRID, still, 1),
        (kinds[1], MOVING_GRID, lambda points: apply(back, points), 2),
    ):
        values = kind(motion(points_mm(where)))
        values += np.random.default_rng(seed).normal(0.0, noise, len(values))
        images.append(filled(where, values.astype(np.float32)))
    return register(*images, method=method, preset="rigid-head")


def misses(found: sitk.Transform) -> tuple[float, float]:
    """Return the mean error in the head in mm, and the turn that is left in degrees."""
    inside = np.linalg.norm(points_mm(FIXED_GRID) / HEAD_MM, axis=1) < 1.0
    head = filled(FIXED_GRID, inside.astype(np.uint8))
    errors = error_mm(found, lambda points: apply(turn(), points), head, every=17)
    axes = apply(sitk.CompositeTransform([turn().GetInverse(), found]), np.vstack([np.zeros(3), np.eye(3)]))
    cosine = (np.trace(axes[1:] - axes[0]) - 1.0) / 2.0
    return float(errors.mean()), float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


@pytest.mark.parametrize(("kind", "noise"), [(ct, 10.0), (mr, 15.0)], ids=["CT", "MR"])
def test_a_head_is_found_without_masks(kind: Points, noise: float) -> None:
    error, degrees = misses(registered((kind, kind), noise).transform)
    assert error <= 0.3
    assert degrees <= 0.3


@pytest.mark.parametrize("kinds", [(ct, mr), (mr, ct)], ids=["CT to MR", "MR to CT"])
def test_ct_and_mr_of_a_head(kinds: tuple[Points, Points]) -> None:
    error, degrees = misses(registered(kinds, 10.0).transform)
    assert error <= 1.0
    assert degrees <= 1.0


def test_a_head_stays_rigid_whatever_is_asked_for_and_says_so() -> None:
    found = registered((ct, ct), 10.0, method="deformable")
    assert found.method == "rigid"
    assert isinstance(found.transform, sitk.Euler3DTransform)
    assert [caution for caution in found.cautions if "rigid-head" in caution and "deformable" in caution]
    assert misses(found.transform)[0] <= 0.3
