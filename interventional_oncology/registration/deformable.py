"""Deformable registration: dense local correlation, cubic B-splines, bending energy, L-BFGS.

Every voxel of the region is used (no random samples), the gradient is exact, and the smoothness is a
quadratic form of the coefficients; so the same input gives the same result each time.
"""

import numpy as np
import SimpleITK as sitk

from ..progress import Progress, part
from .bspline import ControlGrid, Lattice, Smoothness
from .level import Level
from .linear import LinearMap
from .minimizing import minimize
from .prepared import Prepared
from .presets import Preset, Stage
from .resolution import Resolution

#: The field may live this far outside the voxels that are compared, before it fades out.
_MARGIN_MM = 30.0


def register_deformable(
    prepared: Prepared, preset: Preset, linear: LinearMap, progress: Progress
) -> sitk.BSplineTransform:
    """Return ``u`` so that ``linear(x + u(x))`` sends fixed points to moving points, LPS mm."""
    grid: ControlGrid | None = None
    coefficients = np.zeros(0)
    stages = preset.deformable
    for number, stage in enumerate(stages):
        resolution = Resolution(prepared, stage.voxel_mm)
        finer = ControlGrid.around(resolution.positions_mm, stage.control_mm, _MARGIN_MM)
        coefficients = np.zeros(finer.shape) if grid is None else grid.transfer(coefficients, finer)
        grid, lattice = finer, Lattice(finer, resolution.positions_mm)
        level = Level(resolution, preset, linear, stage, lattice.field(coefficients))
        smoothness = Smoothness(
            grid, bending_mm2=preset.bending_mm2, strain=preset.strain, volume_mm3=level.volume_mm3
        )
        step = part(progress, number / len(stages), (number + 1) / len(stages))
        title = f"deformable level {number + 1} of {len(stages)}"
        coefficients = _solve(level, lattice, smoothness, coefficients, stage, step, title)
    if grid is None:
        msg = f"preset {preset.name} has no deformable level"
        raise ValueError(msg)
    return grid.transform(coefficients, prepared.frame)


def _solve(
    level: Level,
    lattice: Lattice,
    smoothness: Smoothness,
    start: np.ndarray,
    stage: Stage,
    progress: Progress,
    title: str,
) -> np.ndarray:
    free = np.broadcast_to(lattice.grid.free(), start.shape)

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        coefficients = np.zeros(start.shape)
        coefficients[free] = parameters
        value, by_field = level.field_cost(lattice.field(coefficients))
        energy, by_coefficient = smoothness.value_and_gradient(coefficients)
        return value + energy, (lattice.pull_back(by_field) + by_coefficient)[free]

    result = np.zeros(start.shape)
    result[free] = minimize(
        cost,
        start[free],
        iterations=stage.iterations,
        largest_step=stage.voxel_mm,
        progress=progress,
        title=title,
    )
    return result
