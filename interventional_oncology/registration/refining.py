"""Going on from a transform that is there, everywhere or inside a region only."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import everywhere
from ..progress import Progress, part, silent
from .bspline import ControlGrid, Lattice, Smoothness
from .chaining import chain
from .checking import check_inputs
from .deformable import MARGIN_MM, EnergyOfLevel, solve
from .fitting import fit_coefficients
from .initial_transform import linear_of
from .level import Level
from .linear import LinearMap
from .prepared import MOVING_FINER, ORGAN_CLAMP_MM, Masks, Prepared, distance_map, distance_on, prepare
from .presets import Preset, Stage
from .pyramid import coarse_grid, cut
from .region_grid import RegionOfChange
from .resolution import Resolution
from .transform_checks import check_transform

#: Control points in the radius of the largest ball that fits the region: on the way, and at the last level.
_CELLS, _LAST_CELLS = 5.0, 8.0
#: Closer control points than this many voxels have nothing to go by.
_FEWEST_VOXELS_A_CELL = 1.5
#: The moving image is looked at this far around a region. What moves within stays within, unless it folds.
_AROUND_MM = 10.0


def refine(
    fixed: sitk.Image,
    moving: sitk.Image,
    preset: Preset,
    initial: sitk.Transform,
    *,
    region: sitk.Image | None = None,
    masks: Masks | None = None,
    energies: Sequence[EnergyOfLevel] = (),
    progress: Progress = silent,
) -> sitk.CompositeTransform:
    """Return ``initial(x + v(x))``, with the ``v`` that aligns the images better than ``initial`` alone.

    Nothing of the initial transform is lost: it stays a part of the result, and no image is resampled twice.

    Parameters
    ----------
    fixed, moving : SimpleITK.Image
    preset : Preset
    initial : SimpleITK.Transform
        Fixed points to moving points, LPS mm, of any kind.
    region : SimpleITK.Image, optional
        Mask on the fixed grid. ``v`` is zero outside, smoothly (C2) from its border on, because control
        points whose cells leave the region are held at zero: there the result is ``initial`` itself.
    masks : Masks, optional
        As for :func:`~.registering.register`.
    energies : sequence of callable
        As for :func:`~.deformable.register_deformable`. A :func:`~.rigidity.rigidity_of` takes the linear
        map of ``initial`` at its tissue: :func:`~.initial.linear_of` with the mask as region.
    progress : callable

    Raises
    ------
    InputError
        If an image, a mask or the transform cannot be used, the region lies on another grid, is empty or too
        thin to move within, the preset deforms nothing, or next to nothing is left to compare.
    """
    masks = masks or Masks()
    check_transform(initial, "initial transform")
    check_inputs(fixed, moving, masks, ("fixed image", "moving image"), region=region)
    if not preset.deformable:
        msg = f"preset {preset.name}: expected one with deformable levels to refine with, got none"
        raise InputError(msg)
    change = None if region is None else RegionOfChange(region, fixed)
    prepared = _after(initial, fixed, moving, preset, masks, change)
    if region is not None and change is not None:
        prepared = _only_in(region, prepared)
        preset = replace(preset, deformable=_stages_of(change, preset))
    linear = linear_of(initial, np.zeros(3), region or masks.fixed or everywhere(fixed))
    return chain([_solved(prepared, preset, initial, linear, change, energies, progress), initial])


class _SmoothTogether:
    """Smoothness of the initial displacement and the new one together: what is wrong in one may be undone."""

    def __init__(self, smoothness: Smoothness, initial: np.ndarray) -> None:
        self._smoothness, self._initial = smoothness, initial

    def value_and_gradient(self, coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        return self._smoothness.value_and_gradient(self._initial + coefficients)


def _after(
    initial: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    preset: Preset,
    masks: Masks,
    change: RegionOfChange | None,
) -> Prepared:
    """Return the images made ready, the moving side as ``initial`` puts it on the fixed one."""
    finest_mm = min(stage.voxel_mm for stage in preset.deformable)
    prepared = prepare(fixed, moving, preset, masks, finest_mm=finest_mm)
    seen_from = fixed if change is None else cut(fixed, change.box(_AROUND_MM))
    extent_mm = np.array(seen_from.GetSize()) * fixed.GetSpacing()
    grid = coarse_grid(seen_from, np.maximum(np.ceil(extent_mm / (MOVING_FINER * finest_mm)), 2).astype(int))

    def put(image: sitk.Image | None, beyond: float) -> sitk.Image | None:
        if image is None:
            return None
        return sitk.Resample(image, grid, initial, sitk.sitkLinear, beyond, sitk.sitkFloat32)

    # Beyond its border the moving image goes on as it is there: an edge would be taken for one of the body.
    moved = sitk.Resample(prepared.moving, grid, initial, sitk.sitkLinear, 0.0, sitk.sitkFloat32, True)
    seen = sitk.Resample(everywhere(moving), grid, initial, sitk.sitkNearestNeighbor, 0)
    return replace(
        prepared,
        moving=moved,
        organ_moving=put(prepared.organ_moving, ORGAN_CLAMP_MM),
        organ_moving_room=put(prepared.organ_moving_room, 0.0),
        moving_excluded=_with_unseen(put(prepared.moving_excluded, ORGAN_CLAMP_MM), seen == 0, preset),
    )


def _with_unseen(excluded: sitk.Image | None, unseen: sitk.Image, preset: Preset) -> sitk.Image | None:
    """Return the distance to what is not compared, with what ``initial`` sends outside the moving image."""
    if not sitk.GetArrayViewFromImage(unseen).any():
        return excluded
    distance = sitk.SignedMaurerDistanceMap(
        unseen, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    # Unlike destroyed tissue, the border of an image needs no wider berth.
    distance = sitk.Cast(distance + preset.exclusion_dilation_mm, sitk.sitkFloat32)
    return distance if excluded is None else sitk.Minimum(excluded, distance)


def _only_in(region: sitk.Image, prepared: Prepared) -> Prepared:
    """Return the same, compared in the region only, and of it in what is compared anyway, if there is any."""
    compared = region != 0
    if prepared.region is not None:
        near = sitk.GetImageFromArray(
            (distance_on(prepared.region, region) <= prepared.region_dilation_mm).astype(np.uint8)
        )
        near.CopyInformation(region)
        both = compared & near
        compared = both if sitk.GetArrayViewFromImage(both).any() else compared
    finest_mm = min(prepared.fixed.GetSpacing())
    return replace(prepared, region=distance_map(compared, finest_mm), region_dilation_mm=0.0)


def _stages_of(region: RegionOfChange, preset: Preset) -> tuple[Stage, ...]:
    """Return the deformable levels with control points close enough for several to move within the region.

    Raises
    ------
    InputError
        If there is no such level.
    """
    radius_mm = region.radius_mm
    stages = []
    for number, stage in enumerate(preset.deformable):
        cells = _LAST_CELLS if number == len(preset.deformable) - 1 else _CELLS
        control_mm = max(radius_mm / cells, _FEWEST_VOXELS_A_CELL * stage.voxel_mm)
        finer = replace(stage, control_mm=min(stage.control_mm, control_mm))
        if region.grid(finer.control_mm).free().any():
            stages.append(finer)
    if not stages:
        msg = (
            "region: expected one wide enough to move within, "
            f"got one in which a ball of {radius_mm:.0f} mm radius has room"
        )
        raise InputError(msg)
    return tuple(stages)


def _solved(
    prepared: Prepared,
    preset: Preset,
    initial: sitk.Transform,
    linear: LinearMap,
    region: RegionOfChange | None,
    energies: Sequence[EnergyOfLevel],
    progress: Progress,
) -> sitk.BSplineTransform:
    grid: ControlGrid | None = None
    coefficients = np.zeros(0)
    still = LinearMap.shift(np.zeros(3), np.zeros(3))
    for number, stage in enumerate(preset.deformable):
        resolution = Resolution(prepared, stage.voxel_mm)
        if region is None:
            finer = ControlGrid.around(resolution.positions_mm, stage.control_mm, MARGIN_MM)
        else:
            finer = region.grid(stage.control_mm)
        coefficients = np.zeros(finer.shape) if grid is None else grid.transfer(coefficients, finer)
        grid, lattice = finer, Lattice(finer, resolution.positions_mm)
        level = Level(resolution, preset, still, stage, lattice.field(coefficients))
        smoothness = Smoothness(
            grid,
            bending_mm2=preset.bending_mm2,
            strain=preset.strain,
            volume_mm3=level.volume_mm3,
            # Third derivatives of control points this close together need more steps than there are.
            length_mm=preset.bending_length_mm if region is None else 0.0,
        )
        unbound = ControlGrid(grid.first_mm, grid.spacing_mm, grid.size)
        together = _SmoothTogether(smoothness, fit_coefficients(initial, linear, unbound, prepared.frame))
        terms = [together, *(energy(lattice, level) for energy in energies)]
        step = part(progress, number / len(preset.deformable), (number + 1) / len(preset.deformable))
        title = f"refining level {number + 1} of {len(preset.deformable)}"
        coefficients = solve(level, lattice, terms, coefficients, stage, step, title)
    assert grid is not None
    return grid.transform(coefficients, prepared.frame)
