"""Rigid and affine registration: correlation on all voxels of the region, coarse to fine."""

from collections.abc import Callable
from functools import partial

import numpy as np

from ..progress import Progress, part
from .level import Level
from .linear import LinearMap, LinearMotion
from .minimizing import minimize
from .prepared import Prepared
from .presets import Preset
from .resolution import Resolution

#: Value and gradient by the parameters.
Cost = Callable[[np.ndarray], tuple[float, np.ndarray]]


def register_linear(
    prepared: Prepared, preset: Preset, start: LinearMap, *, rigid: bool, radius_mm: float, progress: Progress
) -> LinearMap:
    """Return the rigid or affine map (fixed points to moving points, LPS mm) that aligns the images best.

    Parameters
    ----------
    prepared, preset
        What is compared and how.
    start : LinearMap
    rigid : bool
        Six parameters; otherwise twelve.
    radius_mm : float
        Size of the region, see :class:`~.linear.LinearMotion`.
    """
    stages = preset.rigid if rigid else preset.affine
    kind = "rigid" if rigid else "affine"
    found = start
    for number, stage in enumerate(stages):
        level = Level(Resolution(prepared, stage.voxel_mm), preset, found, stage)
        motion = LinearMotion(found, rigid=rigid, radius_mm=radius_mm)
        step = part(progress, number / len(stages), (number + 1) / len(stages))
        cost = partial(level.linear_cost, motion)
        if preset.linear_stiffness > 0:
            cost = partial(held, cost, motion, start.matrix, preset.linear_stiffness)
        parameters = minimize(
            cost,
            np.zeros(motion.size),
            iterations=stage.iterations,
            largest_step=stage.voxel_mm,
            progress=step,
            title=f"{kind} level {number + 1} of {len(stages)}",
        )
        found = motion.map_of(parameters)
    return found


def held(
    cost: Cost, motion: LinearMotion, matrix: np.ndarray, stiffness: float, parameters: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return a cost that grows with turns and stretches, and its gradient; a shift stays free.

    Parameters
    ----------
    cost : callable
    motion : LinearMotion
    matrix : ndarray, shape (3, 3)
        From where on it grows: by ``stiffness * |matrix now - matrix|^2``, for a small turn 2 angle^2.
    stiffness : float
    parameters : ndarray, shape (size,)
    """
    change = motion.map_of(parameters).matrix - matrix
    value, gradient = cost(parameters)
    by_matrix = motion.pull_back(parameters, 2.0 * stiffness * change, np.eye(3))
    by_matrix[:3] = 0.0
    return value + stiffness * float(np.sum(change**2)), gradient + by_matrix
