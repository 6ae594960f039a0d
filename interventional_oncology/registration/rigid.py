"""Rigid and affine registration: correlation on all voxels of the region, coarse to fine."""

from functools import partial

import numpy as np

from ..progress import Progress, part
from .level import Level
from .linear import LinearMap, LinearMotion
from .minimizing import minimize
from .prepared import Prepared
from .presets import Preset
from .resolution import Resolution


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
        parameters = minimize(
            partial(level.linear_cost, motion),
            np.zeros(motion.size),
            iterations=stage.iterations,
            largest_step=stage.voxel_mm,
            progress=step,
            title=f"{kind} level {number + 1} of {len(stages)}",
        )
        found = motion.map_of(parameters)
    return found
