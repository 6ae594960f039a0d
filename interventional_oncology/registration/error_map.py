"""The error to be expected of a registration at each place, in mm, where no truth is known.

Five things are measured and weighed with constants that were fitted on digital patients: how far an ensemble
moves (:mod:`~.ensemble`), how well the images fix a displacement (:mod:`~.information`), how far a place
misses itself after the way there and back (:mod:`~.inverse`), how much the displacement bends, which
smoothness holds back, and, for a result that is rigid or affine only, how far a deformation would carry each
place from it.

What it cannot see is an error that all members share: two images that say the same wrong thing. On eleven
digital patients that nothing was fitted on, 92 % of the places err by less than the 90 % bound (81 to 100 %
by patient); Spearman's correlation of expected and true error is 0.63 over all places together, but 0.43
within a liver (median of patients, 0.06 to 0.74): it tells hard patients from easy ones and poor places from
good ones by tendency, and no more.
"""

from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import resample
from ..progress import Progress, part, silent
from .bspline import Lattice
from .deformable import register_deformable
from .ensemble import VARIATIONS, Ensemble
from .fitting import fit_linear
from .information import localization_mm
from .inverse import missed_at_mm
from .jacobian import bending_per_mm, displacement_field_mm
from .linear import LinearMap
from .places import Places, places_of
from .prepared import Prepared
from .presets import Preset
from .spread import spread

#: Members of each variation by mode.
MODES = {"fast": 1, "full": 3}
#: A transform this close to an affine one everywhere holds no deformation.
_AFFINE_MM = 0.05
#: Logarithm of the expected error: a constant and the weight of the logarithm of each predictor, fitted on
#: digital patients with seeds of 201 and more by Benchmarks/registration_error_map.py.
WEIGHTS = {
    "one": 1.907,
    "softer": -0.019,
    "stiffer": 0.075,
    "restarted": 0.142,
    "localization": 0.252,
    "missed": 0.157,
    "bent": 0.54,
    "voxel": 0.478,
}
#: 90 of 100 places of those patients err by less than this many times the expected error.
FACTOR_90 = 1.71
#: Smaller predictors than these are noise: mm, and 1/mm of what is bent.
_FLOORS = {
    "softer": 0.05, "stiffer": 0.05, "restarted": 0.05, "localization": 1e-3, "missed": 0.02, "bent": 1e-4,
}  # fmt: skip


@dataclass(frozen=True)
class ErrorMap:
    """The error to be expected.

    Attributes
    ----------
    expected_mm : SimpleITK.Image
        Mean error expected at each place (float32, mm) on voxels of about 4 mm of the fixed organ and 10 mm
        around it (of the whole image without an organ mask); NaN elsewhere.
    bound_90_mm : SimpleITK.Image
        The error is below it at nine of ten places, on the same grid.
    mode : str
        ``fast`` or ``full``.
    members : int
        Runs of the ensemble.
    summary_mm : dict
        ``mean``, ``p95`` and ``max`` of the expected error, and ``mean_bound_90``, in the ``organ``, and
        ``near`` a mask where one is given that lies inside the map.
    """

    expected_mm: sitk.Image
    bound_90_mm: sitk.Image
    mode: str
    members: int
    summary_mm: dict[str, dict[str, float]]


def error_map(
    transform: sitk.Transform,
    prepared: Prepared,
    preset: Preset,
    *,
    back: sitk.Transform,
    mode: str = "fast",
    near: sitk.Image | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> ErrorMap:
    """Return the error to be expected of a registration, whatever engine found it.

    Parameters
    ----------
    transform : SimpleITK.Transform
        The result, fixed points to moving points, LPS mm.
    prepared, preset
        What was compared and how; the preset needs at least one deformable level.
    back : SimpleITK.Transform
        Moving points to fixed points by a registration of its own, see :func:`~.inverse.way_back`.
    mode : {"fast", "full"}
        3 or 9 members.
    near : SimpleITK.Image, optional
        Mask on any grid, for example a tumor or an ablation zone: it gets a summary of its own.
    seed : int
        The same seed gives the same map.

    Raises
    ------
    InputError
        If there is no such mode, or the preset has no deformable level.
    """
    if mode not in MODES:
        msg = f"error map: expected one of {', '.join(MODES)}, got {mode!r}"
        raise InputError(msg)
    if not preset.deformable:
        msg = f"error map: expected a preset with a deformable level, got {preset.name}"
        raise InputError(msg)
    places = places_of(prepared)
    linear = fit_linear(transform, places.grid, places.organ)
    around, shift_mm = transform, np.zeros(places.organ.shape)
    if _rest_mm(transform, linear, places).max() < _AFFINE_MM:
        around, shift_mm = _what_is_left(
            transform, linear, prepared, preset, places, part(progress, 0.0, 0.5)
        )
        progress = part(progress, 0.5, 1.0)
    logs = predictors(
        around, linear, prepared, preset, places, back=back, draws=MODES[mode], seed=seed, progress=progress
    )
    spread_mm = np.exp(sum(WEIGHTS[name] * logs[name] for name in WEIGHTS))
    # The two parts may point anywhere (mean), and at worst the same way (bound).
    expected, bound = np.hypot(shift_mm, spread_mm), shift_mm + FACTOR_90 * spread_mm
    summary = {"organ": _summary(expected, bound, places.organ)}
    around_it = np.zeros(places.organ.shape, dtype=bool) if near is None else _mask_on(near, places)
    if around_it.any():
        summary["near"] = _summary(expected, bound, around_it)
    images = [places.image(values) for values in (expected, bound)]
    return ErrorMap(images[0], images[1], mode, MODES[mode] * len(VARIATIONS), summary)


def _rest_mm(transform: sitk.Transform, linear: LinearMap, places: Places) -> np.ndarray:
    rest = displacement_field_mm(transform, places.grid) - displacement_field_mm(
        linear.transform(rigid=False), places.grid
    )
    length: np.ndarray = np.linalg.norm(rest, axis=-1)[places.mapped]
    return length


def _what_is_left(
    transform: sitk.Transform,
    linear: LinearMap,
    prepared: Prepared,
    preset: Preset,
    places: Places,
    progress: Progress,
) -> tuple[sitk.Transform, np.ndarray]:
    """Return what a deformation makes of a linear result, and how far it carries each place, in mm."""
    levels = preset.deformable[: max(len(preset.deformable) - 1, 1)]
    field = register_deformable(prepared, replace(preset, deformable=levels), linear, progress)
    deformed = sitk.CompositeTransform([linear.transform(rigid=False), field])
    moved = displacement_field_mm(deformed, places.grid) - displacement_field_mm(transform, places.grid)
    return deformed, np.linalg.norm(moved, axis=-1)


def predictors(
    transform: sitk.Transform,
    linear: LinearMap,
    prepared: Prepared,
    preset: Preset,
    places: Places,
    *,
    back: sitk.Transform,
    draws: int,
    seed: int,
    progress: Progress = silent,
) -> dict[str, np.ndarray]:
    """Return the logarithms from which the expected error is made, each on the grid of ``places``."""
    ensemble = Ensemble(prepared, preset, linear, transform)
    found = ensemble.spreads_mm(Lattice(ensemble.grid, places.positions_mm), draws, seed, progress)
    image = sitk.GetImageFromArray(
        localization_mm(prepared, ensemble.resolution, transform).astype(np.float32)
    )
    image.CopyInformation(ensemble.resolution.fixed)
    # The voxels of the level end with what is compared; the nearest one holds beyond.
    found["localization"] = sitk.GetArrayFromImage(
        sitk.Resample(image, places.grid, sitk.Transform(), sitk.sitkLinear, 0.0, sitk.sitkFloat32, True)
    )
    found["missed"] = missed_at_mm(transform, back, places.grid)
    found["bent"] = bending_per_mm(displacement_field_mm(transform, places.grid), places.grid)
    logs = {name: np.log(np.maximum(values, _FLOORS[name])) for name, values in found.items()}
    voxel_mm = float(np.prod(np.maximum(prepared.frame.GetSpacing(), preset.deformable[-1].voxel_mm)))
    return logs | {
        "one": np.ones(places.organ.shape),
        "voxel": np.full(places.organ.shape, np.log(voxel_mm) / 3),
    }


def _mask_on(mask: sitk.Image, places: Places) -> np.ndarray:
    soft = resample(sitk.Cast(mask != 0, sitk.sitkFloat32), places.grid, background=0.0)
    inside: np.ndarray = (sitk.GetArrayFromImage(soft) > 0.0) & places.mapped
    return inside


def _summary(expected: np.ndarray, bound: np.ndarray, inside: np.ndarray) -> dict[str, float]:
    return spread(expected[inside]) | {"mean_bound_90": float(np.mean(bound[inside]))}
