"""``register``: from two images to a transform with a verdict."""

from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..progress import Progress, part, silent
from .checking import check_inputs, check_mode
from .cut_off import cut_cautions
from .deformable import EnergyOfLevel
from .engines import ENGINES, Deformation, Deformed, choose_engine, deform
from .engines.dense import Dense
from .error_map import ErrorMap, error_map
from .initial_transform import linear_of
from .inverse import missed_mm, way_back
from .landmark_fit import landmark_transform
from .landmarks import checked_landmarks
from .linear import LinearMap
from .organ_center import ball_radius_mm
from .places import places_of
from .prepared import Masks, prepare
from .presets import Preset, choose_preset
from .quality import RegistrationQuality, assess
from .refining import refine
from .rigid import register_linear
from .rigidity import rigidity_of
from .start_choice import Start, choose_start

METHODS = ("rigid", "affine", "deformable")
#: Where each method's share of the aligning ends, measured on the digital patient.
_SHARES = {"rigid": (1.0,), "affine": (0.6, 1.0), "deformable": (0.15, 0.25, 1.0)}
#: Share of the aligning of the whole when the error map is made as well, and when it is not.
_ALIGNING = {"none": 0.9, "fast": 0.5, "full": 0.25}
#: How carefully the error can be mapped.
ERROR_MODES = tuple(_ALIGNING)
#: No masks: the size of an upper abdomen for the scale of rotations.
_RADIUS_MM = 120.0


@dataclass(frozen=True)
class Registration:
    """A transform and how good it is.

    Attributes
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm. Rigid: ``Euler3DTransform``; affine: ``AffineTransform``;
        deformable: ``CompositeTransform``, a field in fixed space before the affine map or the initial one.
    quality : RegistrationQuality
    method, preset : str
        What was done.
    engine : str
        What deformed; rigid and affine registration is always our own.
    start : str
        What it started from: see :data:`~.start_choice.STARTS`.
    error : ErrorMap or None
        The error to be expected at each place, when asked for.
    cautions : tuple of str
        What the user should know beside the verdict.
    """

    transform: sitk.Transform
    quality: RegistrationQuality
    method: str
    preset: str
    engine: str = Dense.name
    start: str = ""
    error: ErrorMap | None = None
    cautions: tuple[str, ...] = ()


def register(
    fixed: sitk.Image,
    moving: sitk.Image,
    *,
    method: str = "deformable",
    preset: str | None = None,
    engine: str | None = None,
    fixed_mask: sitk.Image | None = None,
    moving_mask: sitk.Image | None = None,
    exclude_mask: sitk.Image | None = None,
    moving_exclude_mask: sitk.Image | None = None,
    rigid_mask: sitk.Image | None = None,
    fixed_vessels: sitk.Image | None = None,
    moving_vessels: sitk.Image | None = None,
    landmarks: np.ndarray | None = None,
    initial: sitk.Transform | None = None,
    region: sitk.Image | None = None,
    error: str = "none",
    names: tuple[str, str] = ("fixed image", "moving image"),
    progress: Progress = silent,
) -> Registration:
    """Register ``moving`` to ``fixed``.

    Parameters
    ----------
    fixed, moving : SimpleITK.Image
        3-D scalar volumes, any grids.
    method : {"rigid", "affine", "deformable"}
        Each one starts from the result of the one before.
    preset : str, optional
        Name of a record in ``Resources/registration_presets.toml``; chosen by the images if absent.
    engine : str, optional
        Name of a record in :data:`~.engines.ENGINES`, for the deformable part; the first one of the preset
        that can run here if absent.
    fixed_mask, moving_mask : SimpleITK.Image, optional
        The same organ in both images, each on its image's grid. The similarity is measured in the fixed
        one (dilated); both together give the start and help at the organ's surface.
    exclude_mask : SimpleITK.Image, optional
        Tissue that was destroyed, on the fixed grid: it is not compared but carried by its surroundings.
    moving_exclude_mask : SimpleITK.Image, optional
        The same, when it was outlined in the moving image, on that grid.
    rigid_mask : SimpleITK.Image, optional
        Tissue on the fixed grid that keeps its shape and size, so that what shrank is not swollen back; the
        engine ``dense`` does it.
    fixed_vessels, moving_vessels : SimpleITK.Image, optional
        Vessels of the organ, each on its image's grid: how far apart they are left is measured.
    landmarks : ndarray, shape (n, 6), optional
        Pairs of fixed and moving points, LPS mm: they give the start, and the error that is left.
    initial : SimpleITK.Transform, optional
        Fixed points to moving points, LPS mm: the start, moved by hand or found before. What of it is no
        linear map is kept and refined by the deformable method.
    region : SimpleITK.Image, optional
        On the fixed grid: the transform differs from ``initial``, which must be given, only in there.
    error : {"none", "fast", "full"}
        Whether the error to be expected is mapped, and how carefully; the consistency with a registration
        in the other direction is then measured as well.
    names : tuple of str
        How messages call the two images, for example their files.
    progress : callable

    Returns
    -------
    Registration

    Raises
    ------
    InputError
        If an image, mask, transform or the landmarks cannot be used, a mask is empty or on another grid, an
        image is constant, the images share no space, or what is asked for does not go together.
    """
    masks = Masks(fixed_mask, moving_mask, exclude_mask, moving_exclude_mask, rigid_mask)
    check_mode(method, METHODS, error, ERROR_MODES, region=region, initial=initial)
    check_inputs(fixed, moving, masks, names, fixed_vessels, moving_vessels, region)
    landmarks = None if landmarks is None else checked_landmarks(landmarks, "landmarks")
    progress(0.0, "preparing the images")
    chosen = choose_preset(preset, fixed, moving)
    asked, method = method, chosen.method_for(method)
    if region is not None and method != asked:
        msg = f"region: expected a preset for deformable registration, got {chosen.name}"
        raise InputError(msg)
    aligning = part(progress, 0.05, _ALIGNING[error])
    curved = method == "deformable" and initial is not None and not initial.IsLinear()
    goes_on = curved or region is not None
    deforming = _engine(engine, chosen, method, only_dense=goes_on or rigid_mask is not None)
    start = Start(LinearMap.shift(np.zeros(3), np.zeros(3)), "initial transform")
    if initial is not None and goes_on:
        energies = () if rigid_mask is None else (_rigidity(rigid_mask, initial),)
        found = Deformed(
            refine(
                fixed,
                moving,
                chosen,
                initial,
                region=region,
                masks=masks,
                energies=energies,
                progress=aligning,
            ),
            Dense.name,
        )
    else:
        prepared = prepare(fixed, moving, chosen, masks, finest_mm=_finest_mm(chosen, method))
        start = choose_start(
            prepared,
            chosen,
            fixed=fixed,
            moving=moving,
            masks=masks,
            landmarks=landmarks,
            initial=initial,
            rigid=method == "rigid",
        )
        task = Deformation(fixed, moving, masks, chosen, prepared, start.linear)
        found = _align(task, deforming, method, aligning)
    transform = found.transform
    progress(_ALIGNING[error], "measuring the quality")
    mapped, consistency = _error(
        transform, fixed, moving, chosen, masks, error, part(progress, _ALIGNING[error], 0.95)
    )
    quality = assess(
        transform,
        fixed,
        moving,
        fixed_mask=fixed_mask,
        moving_mask=moving_mask,
        landmarks=landmarks,
        exclude_mask=exclude_mask,
        moving_exclude_mask=moving_exclude_mask,
        fixed_vessels=fixed_vessels,
        moving_vessels=moving_vessels,
        inverse_consistency_mm=consistency,
        expected_error_mm=None if mapped is None else mapped.summary_mm["organ"],
        preset=chosen,
        images_compared=_compares_images(chosen, method, masks),
    )
    progress(1.0, "registration done")
    return Registration(
        transform,
        quality,
        method,
        chosen.name,
        found.engine,
        start.name,
        mapped,
        (
            *_falls_short(chosen, asked, method),
            *cut_cautions(fixed_mask, moving_mask),
            *start.cautions,
            *found.warnings,
        ),
    )


def register_by_landmarks(
    fixed: sitk.Image,
    moving: sitk.Image,
    landmarks: np.ndarray,
    kind: str = "rigid",
    *,
    fixed_mask: sitk.Image | None = None,
    moving_mask: sitk.Image | None = None,
    fixed_vessels: sitk.Image | None = None,
    moving_vessels: sitk.Image | None = None,
    names: tuple[str, str] = ("fixed image", "moving image"),
) -> Registration:
    """Register by landmarks alone; the images only judge the result.

    Parameters
    ----------
    fixed, moving, fixed_mask, moving_mask, fixed_vessels, moving_vessels, names
        As for :func:`register`.
    landmarks : ndarray, shape (n, 6)
        Pairs of fixed and moving points, LPS mm.
    kind : {"rigid", "affine", "thin-plate"}
        See :func:`~.landmark_fit.landmark_transform`.

    Returns
    -------
    Registration
        ``quality.tre_mm_after`` is what the fit leaves at the landmarks it was made from; the error to expect
        elsewhere, by leave-one-out, is ``quality.expected_error_mm``.

    Raises
    ------
    InputError
        As :func:`register` and :func:`~.landmark_fit.landmark_transform`.
    """
    check_inputs(fixed, moving, Masks(fixed_mask, moving_mask), names, fixed_vessels, moving_vessels)
    landmarks = checked_landmarks(landmarks, "landmarks")
    fit = landmark_transform(landmarks, kind, fixed=fixed)
    quality = assess(
        fit.transform,
        fixed,
        moving,
        fixed_mask=fixed_mask,
        moving_mask=moving_mask,
        landmarks=landmarks,
        fixed_vessels=fixed_vessels,
        moving_vessels=moving_vessels,
        expected_error_mm=fit.tre_mm,
        landmarks_tell=fit.tre_mm is not None,
    )
    return Registration(
        fit.transform,
        quality,
        f"landmarks, {fit.kind}",
        "",
        "landmarks",
        "landmarks",
        None,
        (*cut_cautions(fixed_mask, moving_mask), *fit.cautions),
    )


def _engine(name: str | None, preset: Preset, method: str, *, only_dense: bool) -> str | None:
    """Return the engine to ask for by name, if any."""
    if name is not None and name not in ENGINES:
        choose_engine(name, preset)  # refuses it, whatever the method
    if method != "deformable" or (only_dense and name is None):
        return Dense.name
    if only_dense and name != Dense.name:
        msg = (
            f"registration engine: expected {Dense.name}, the one that keeps tissue rigid and goes on from a "
            f"deformation, got {name}"
        )
        raise InputError(msg)
    return choose_engine(name, preset).name if name is not None else None


def _falls_short(preset: Preset, asked: str, done: str) -> tuple[str, ...]:
    if asked == done:
        return ()
    return (f"the preset {preset.name} is made for {done} registration: that was done instead of {asked}",)


def _compares_images(preset: Preset, method: str, masks: Masks) -> bool:
    if masks.fixed is None or masks.moving is None:
        return True
    levels = (preset.rigid, preset.affine, preset.deformable)[: METHODS.index(method) + 1]
    return any(stage.image_weight > 0 for stages in levels for stage in stages)


def _rigidity(rigid: sitk.Image, initial: sitk.Transform) -> EnergyOfLevel:
    return rigidity_of(rigid, linear_of(initial, np.zeros(3), rigid))


def _finest_mm(preset: Preset, method: str) -> float:
    stages = preset.rigid + (preset.affine + preset.deformable if method == "deformable" else preset.affine)
    return min(stage.voxel_mm for stage in stages)


def _align(task: Deformation, engine: str | None, method: str, progress: Progress) -> Deformed:
    shares = (0.0, *_SHARES[method])
    steps = [part(progress, shares[n], shares[n + 1]) for n in range(len(shares) - 1)]
    radius_mm = _RADIUS_MM if task.masks.fixed is None else ball_radius_mm(task.masks.fixed)
    for rigid, step in zip((True, False), steps[:2], strict=False):
        found = register_linear(
            task.prepared, task.preset, task.linear, rigid=rigid, radius_mm=radius_mm, progress=step
        )
        task = replace(task, linear=found)
    if method != "deformable":
        return Deformed(task.linear.transform(rigid=method == "rigid"), Dense.name)
    return deform(task, steps[2], engine)


def _error(
    transform: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    preset: Preset,
    masks: Masks,
    mode: str,
    progress: Progress,
) -> tuple[ErrorMap | None, dict[str, float] | None]:
    if mode == "none" or not preset.deformable:
        return None, None
    finest_mm = min(stage.voxel_mm for stage in preset.deformable)
    prepared = prepare(fixed, moving, preset, masks, finest_mm=finest_mm)
    back = way_back(transform, fixed, moving, preset, masks, progress=part(progress, 0.0, 0.25))
    mapped = error_map(
        transform,
        prepared,
        preset,
        back=back,
        mode=mode,
        near=masks.exclude,
        progress=part(progress, 0.25, 1.0),
    )
    here = places_of(prepared)
    return mapped, missed_mm(transform, back, here.grid, here.organ, moving) or None
