"""The deformation between the visits: smooth, invertible, bounded, and exported in the right direction."""

import numpy as np
import pytest

from interventional_oncology.phantom.grid import Grid
from interventional_oncology.phantom.motion import LARGEST_DISPLACEMENT_MM, Motion
from interventional_oncology.phantom.noise import stream

SEEDS = range(8)


def motion_of(seed: int, scale: float = 1.0) -> Motion:
    return Motion.random(stream(seed, "motion"), scale)


def points_in_abdomen(count: int = 3000) -> np.ndarray:
    return np.random.default_rng(0).uniform((-150, -110, -120), (150, 110, 120), size=(count, 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_both_directions_undo_each_other(seed):
    motion, points = motion_of(seed), points_in_abdomen()
    assert np.abs(motion.to_baseline(motion.to_followup(points)) - points).max() < 1e-3
    assert np.abs(motion.to_followup(motion.to_baseline(points)) - points).max() < 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_folds_and_nothing_moves_too_far(seed):
    motion, points = motion_of(seed), points_in_abdomen()
    assert motion.jacobian(points).min() > 0.3
    assert 8.0 < motion.largest_mm() <= LARGEST_DISPLACEMENT_MM


def test_jacobian_agrees_with_finite_differences():
    motion, points = motion_of(3), points_in_abdomen(50)
    step = 1e-4
    columns = [
        (motion.to_followup(points + step * axis) - motion.to_followup(points - step * axis)) / (2 * step)
        for axis in np.eye(3)
    ]
    assert np.allclose(np.linalg.det(np.stack(columns, axis=-1)), motion.jacobian(points), atol=1e-6)


def test_scale_zero_holds_still():
    points = points_in_abdomen(100)
    assert np.array_equal(motion_of(1, 0.0).to_followup(points), points)


OBLIQUE = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    "grid",
    [
        Grid((40, 36, 20), (6.0, 6.5, 10.0)),
        Grid((40, 36, 20), (5.0, 5.0, 9.0), (-30.0, 10.0, 20.0), OBLIQUE),
        Grid((1, 30, 1), (4.0, 4.0, 4.0)),
    ],
    ids=["axial", "oblique", "one line"],
)
def test_field_on_a_grid_is_the_exact_motion(grid):
    motion = motion_of(2)
    image = grid.image(np.zeros(grid.shape, np.uint8))
    rng = np.random.default_rng(1)
    index = np.column_stack([rng.integers(0, n, 60) for n in grid.size])
    places = np.array([image.TransformIndexToPhysicalPoint(row.tolist()) for row in index])
    for to_followup, exact in ((True, motion.to_followup), (False, motion.to_baseline)):
        field = motion.field(grid, to_followup=to_followup)
        moved = places + field[index[:, 2], index[:, 1], index[:, 0]]
        assert np.abs(moved - exact(places)).max() < 0.005


def test_transforms_point_from_fixed_to_moving_and_compose_to_identity():
    motion, grid = motion_of(4), Grid((96, 96, 64), (3.73, 3.73, 3.9))
    forward = motion.transform(grid, to_followup=True)
    backward = motion.transform(grid, to_followup=False)
    points = np.random.default_rng(2).uniform((-120, -90, -90), (120, 90, 90), size=(400, 3))
    there = np.array([forward.TransformPoint(point) for point in points.tolist()])
    assert np.abs(there - motion.to_followup(points)).max() < 0.05
    back = np.array([backward.TransformPoint(point) for point in there.tolist()])
    assert np.linalg.norm(back - points, axis=1).max() < 0.05
