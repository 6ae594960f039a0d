"""Where a point ends that is sent to the other image and back by a registration in the other direction."""

from dataclasses import replace

import numpy as np
import SimpleITK as sitk

from ..progress import Progress, part, silent
from .chaining import pieces
from .deformable import register_deformable
from .fitting import fit_linear, points_of_mm
from .jacobian import displacement_field_mm
from .linear import LinearMap
from .places import places_of
from .prepared import Masks, prepare
from .presets import Preset
from .rigid import register_linear
from .spread import spread


def way_back(
    transform: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    preset: Preset,
    masks: Masks,
    *,
    progress: Progress = silent,
) -> sitk.Transform:
    """Return a registration of its own, with the images in each other's place.

    It knows of the result the inverse of its affine part only, and leaves out the finest level: a deformation
    that is found from one side alone shows, at the price of some tenths of a millimeter that the coarser
    level costs.

    Parameters
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm.
    fixed, moving : SimpleITK.Image
    preset : Preset
    masks : Masks

    Returns
    -------
    SimpleITK.Transform
        Moving points to fixed points, LPS mm.
    """
    levels = preset.deformable[: max(len(preset.deformable) - 1, 1)]
    linear_levels = preset.affine[:1] or preset.rigid[-1:]
    finest_mm = min(stage.voxel_mm for stage in (*levels, *linear_levels))
    here = places_of(prepare(fixed, moving, preset, masks, finest_mm=finest_mm))
    linear = fit_linear(transform, here.grid, here.organ)
    turned = Masks(masks.moving, masks.fixed, masks.moving_exclude, masks.exclude)
    prepared = prepare(moving, fixed, preset, turned, finest_mm=finest_mm)
    back = register_linear(
        prepared,
        replace(preset, affine=linear_levels, rigid=linear_levels),
        _inverse(linear),
        rigid=not preset.affine,
        radius_mm=_radius_mm(here.organ, here.grid),
        progress=part(progress, 0.0, 0.2),
    )
    if not levels:
        return back.transform(rigid=False)
    coarser = replace(preset, deformable=levels)
    field = register_deformable(prepared, coarser, back, part(progress, 0.2, 1.0))
    return sitk.CompositeTransform([back.transform(rigid=False), field])


def missed_mm(
    there: sitk.Transform, back: sitk.Transform, grid: sitk.Image, inside: np.ndarray, moving: sitk.Image
) -> dict[str, float]:
    """Return ``mean``, ``p95`` and ``max`` of ``|back(there(x)) - x|`` where ``there(x)`` lies in ``moving``.

    Empty if that is nowhere.

    Parameters
    ----------
    there, back : SimpleITK.Transform
        Fixed to moving points, and moving to fixed points, LPS mm.
    grid : SimpleITK.Image
    inside : ndarray of bool, shape (k, j, i)
        Voxels of ``grid`` that count.
    """
    points = points_of_mm(grid)[inside]
    moved = points + displacement_field_mm(there, grid)[inside]
    axes = np.reshape(moving.GetDirection(), (3, 3)) * np.array(moving.GetSpacing())
    index = np.linalg.solve(axes, (moved - np.array(moving.GetOrigin())).T).T
    seen = np.all((index >= -0.5) & (index <= np.array(moving.GetSize()) - 0.5), axis=1)
    if not seen.any():
        return {}
    return spread(missed_at_mm(there, back, grid)[inside][seen])


def missed_at_mm(there: sitk.Transform, back: sitk.Transform, grid: sitk.Image) -> np.ndarray:
    """Return ``|back(there(x)) - x|`` at the voxels of ``grid``, shape (k, j, i)."""
    whole_way = sitk.CompositeTransform([*pieces(back), *pieces(there)])  # ITK applies the last one first
    return np.linalg.norm(displacement_field_mm(whole_way, grid).astype(np.float64), axis=-1)


def _inverse(linear: LinearMap) -> LinearMap:
    matrix = np.linalg.inv(linear.matrix)
    center = linear.center_mm + linear.translation_mm
    return LinearMap(matrix, -linear.translation_mm, center)


def _radius_mm(inside: np.ndarray, grid: sitk.Image) -> float:
    volume_mm3 = np.count_nonzero(inside) * float(np.prod(grid.GetSpacing()))
    return float((3.0 * volume_mm3 / (4.0 * np.pi)) ** (1.0 / 3.0))
