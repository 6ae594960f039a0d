"""Deformable registration: dense local correlation, cubic B-splines, bending energy, L-BFGS.

Every voxel of the region is used (no random samples), the gradient is exact, and the smoothness is a
quadratic form of the coefficients; so the same input gives the same result each time.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

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
MARGIN_MM = 30.0


class Energy(Protocol):
    """A cost of the coefficients themselves, such as their smoothness."""

    def value_and_gradient(self, coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the energy and its gradient with respect to the coefficients."""


#: Makes the energy of one level: from its lattice of control points and what is compared there.
EnergyOfLevel = Callable[[Lattice, Level], Energy]


def register_deformable(
    prepared: Prepared,
    preset: Preset,
    linear: LinearMap,
    progress: Progress,
    *,
    energies: Sequence[EnergyOfLevel] = (),
    weights: sitk.Image | None = None,
) -> sitk.BSplineTransform:
    """Return ``u`` so that ``linear(x + u(x))`` sends fixed points to moving points, LPS mm.

    Parameters
    ----------
    prepared, preset
        What is compared and how; a member of an ensemble has its own preset (``dataclasses.replace``).
    linear : LinearMap
    progress : callable
    energies : sequence of callable
        What else the displacement has to obey, beside the smoothness of the preset.
    weights : SimpleITK.Image, optional
        How much each place of the fixed image counts, 0 or more, on any grid; everywhere alike if absent.
    """
    grid: ControlGrid | None = None
    coefficients = np.zeros(0)
    stages = preset.deformable
    for number, stage in enumerate(stages):
        resolution = Resolution(prepared, stage.voxel_mm)
        finer = ControlGrid.around(resolution.positions_mm, stage.control_mm, MARGIN_MM)
        coefficients = np.zeros(finer.shape) if grid is None else grid.transfer(coefficients, finer)
        grid, lattice = finer, Lattice(finer, resolution.positions_mm)
        level = Level(resolution, preset, linear, stage, lattice.field(coefficients), weights)
        smoothness = Smoothness(
            grid,
            bending_mm2=preset.bending_mm2,
            strain=preset.strain,
            volume_mm3=level.volume_mm3,
            length_mm=preset.bending_length_mm,
        )
        step = part(progress, number / len(stages), (number + 1) / len(stages))
        title = f"deformable level {number + 1} of {len(stages)}"
        terms = [smoothness, *(energy(lattice, level) for energy in energies)]
        coefficients = solve(level, lattice, terms, coefficients, stage, step, title)
    if grid is None:
        msg = f"preset {preset.name} has no deformable level"
        raise ValueError(msg)
    return grid.transform(coefficients, prepared.frame)


def solve(
    level: Level,
    lattice: Lattice,
    energies: Sequence[Energy],
    start: np.ndarray,
    stage: Stage,
    progress: Progress,
    title: str,
) -> np.ndarray:
    """Return the coefficients of the smallest cost at one level, starting from ``start``."""
    free = np.broadcast_to(lattice.grid.free(), start.shape)

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        coefficients = np.zeros(start.shape)
        coefficients[free] = parameters
        value, by_field = level.field_cost(lattice.field(coefficients))
        gradient = lattice.pull_back(by_field)
        for energy in energies:
            more, by_coefficient = energy.value_and_gradient(coefficients)
            value += more
            gradient += by_coefficient
        return value, gradient[free]

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
