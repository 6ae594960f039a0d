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
from .presets import Preset


def register_deformable(
    prepared: Prepared, preset: Preset, fixed: sitk.Image, linear: LinearMap, progress: Progress
) -> sitk.BSplineTransform:
    """Return ``u`` so that ``linear(x + u(x))`` sends fixed points to moving points, LPS mm."""
    grid = ControlGrid.around(fixed, preset.deformable[0].control_mm)
    coefficients = np.zeros(grid.shape)
    for number, stage in enumerate(preset.deformable):
        finer = ControlGrid.around(fixed, stage.control_mm)
        coefficients = grid.transfer(coefficients, finer)
        grid = finer
        level = Level(prepared, preset, stage.voxel_mm, linear, stage.window_mm)
        lattice = Lattice(grid, level.positions_mm)
        smoothness = Smoothness(
            grid, bending_mm2=preset.bending_mm2, strain=preset.strain, volume_mm3=level.volume_mm3
        )
        step = part(progress, number / len(preset.deformable), (number + 1) / len(preset.deformable))
        title = f"deformable level {number + 1} of {len(preset.deformable)}"
        coefficients = _solve(level, linear, lattice, smoothness, coefficients, stage.iterations, step, title)
    return grid.transform(coefficients, fixed)


def _solve(
    level: Level,
    linear: LinearMap,
    lattice: Lattice,
    smoothness: Smoothness,
    start: np.ndarray,
    iterations: int,
    progress: Progress,
    title: str,
) -> np.ndarray:
    free = np.broadcast_to(lattice.grid.free(), start.shape)

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        coefficients = np.zeros(start.shape)
        coefficients[free] = parameters
        value, by_field = level.field_cost(linear, lattice.field(coefficients))
        energy, by_coefficient = smoothness.value_and_gradient(coefficients)
        return value + energy, (lattice.pull_back(by_field) + by_coefficient)[free]

    result = np.zeros(start.shape)
    result[free] = minimize(cost, start[free], iterations, progress, title)
    return result
