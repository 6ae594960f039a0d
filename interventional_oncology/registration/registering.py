"""``register``: from two images to a transform with a verdict."""

from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, check_volume
from ..progress import Progress, part, silent
from .engines import ENGINES, Deformation, Engine, choose_engine
from .engines.dense import Dense
from .landmarks import check_landmarks
from .prepared import Masks, prepare
from .presets import Preset, choose_preset
from .quality import RegistrationQuality, assess
from .rigid import register_linear
from .start import start_map

METHODS = ("rigid", "affine", "deformable")
#: Where each method's share of the whole ends, measured on the digital patient.
_SHARES = {"rigid": (0.8,), "affine": (0.5, 0.8), "deformable": (0.15, 0.25, 0.9)}
#: No masks: the size of an upper abdomen for the scale of rotations.
_RADIUS_MM = 120.0


@dataclass(frozen=True)
class Registration:
    """A transform and how good it is.

    Attributes
    ----------
    transform : SimpleITK.Transform
        Fixed points to moving points, LPS mm. Rigid: ``Euler3DTransform``; affine: ``AffineTransform``;
        deformable: ``CompositeTransform`` of the affine one after a ``BSplineTransform``.
    quality : RegistrationQuality
    method, preset : str
        What was done.
    engine : str
        What deformed; rigid and affine registration is always our own.
    """

    transform: sitk.Transform
    quality: RegistrationQuality
    method: str
    preset: str
    engine: str = Dense.name


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
    landmarks: np.ndarray | None = None,
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
    landmarks : ndarray, shape (n, 6), optional
        Pairs of fixed and moving points, LPS mm: they give the start, and the error that is left.
    names : tuple of str
        How messages call the two images, for example their files.
    progress : callable

    Returns
    -------
    Registration

    Raises
    ------
    InputError
        If an image or mask cannot be used, a mask is empty or on another grid, an image is constant where
        it is compared, or the images share no space.
    """
    if method not in METHODS:
        msg = f"registration method: expected one of {', '.join(METHODS)}, got {method!r}"
        raise InputError(msg)
    masks = Masks(fixed_mask, moving_mask, exclude_mask, moving_exclude_mask, rigid_mask)
    _check_inputs(fixed, moving, masks, landmarks, names)
    progress(0.0, "preparing the images")
    chosen = choose_preset(preset, fixed, moving)
    deforming = _engine(engine, chosen, method, rigid=rigid_mask is not None)
    stages = chosen.rigid + (chosen.affine + chosen.deformable if method == "deformable" else chosen.affine)
    prepared = prepare(
        fixed,
        moving,
        chosen,
        masks,
        finest_mm=min(stage.voxel_mm for stage in stages),
    )
    start = start_map(prepared, chosen, fixed=fixed, moving=moving, masks=masks, landmarks=landmarks)
    task = Deformation(fixed, moving, masks, chosen, prepared, start)
    transform = _align(task, deforming, method, progress)
    progress(_SHARES[method][-1], "measuring the quality")
    quality = assess(
        transform, fixed, moving, fixed_mask=fixed_mask, moving_mask=moving_mask, landmarks=landmarks
    )
    progress(1.0, "registration done")
    return Registration(transform, quality, method, chosen.name, deforming.name)


def _engine(name: str | None, preset: Preset, method: str, *, rigid: bool) -> Engine:
    if method != "deformable" or (rigid and name is None):
        return ENGINES[Dense.name]
    if rigid and name != Dense.name:
        msg = f"rigid mask: expected the engine {Dense.name}, which keeps tissue rigid, got {name}"
        raise InputError(msg)
    return choose_engine(name, preset)


def _align(task: Deformation, engine: Engine, method: str, progress: Progress) -> sitk.Transform:
    shares = (0.05, *_SHARES[method])
    steps = [part(progress, shares[n], shares[n + 1]) for n in range(len(shares) - 1)]
    radius_mm = _radius_mm(task.masks.fixed)
    for rigid, step in zip((True, False), steps[:2], strict=False):
        found = register_linear(
            task.prepared, task.preset, task.linear, rigid=rigid, radius_mm=radius_mm, progress=step
        )
        task = replace(task, linear=found)
    if method != "deformable":
        return task.linear.transform(rigid=method == "rigid")
    return engine.deform(task, steps[2])


def _radius_mm(mask: sitk.Image | None) -> float:
    if mask is None:
        return _RADIUS_MM
    volume_mm3 = np.count_nonzero(sitk.GetArrayViewFromImage(mask)) * float(np.prod(mask.GetSpacing()))
    return float((3.0 * volume_mm3 / (4.0 * np.pi)) ** (1.0 / 3.0))


def _check_inputs(
    fixed: sitk.Image,
    moving: sitk.Image,
    masks: Masks,
    landmarks: np.ndarray | None,
    names: tuple[str, str],
) -> None:
    for image, name in zip((fixed, moving), names, strict=True):
        check_volume(image, name)
        statistics = sitk.MinimumMaximumImageFilter()
        statistics.Execute(image)
        if statistics.GetMinimum() == statistics.GetMaximum():
            msg = f"{name}: expected an image with contrast, got {statistics.GetMinimum():g} everywhere"
            raise InputError(msg)
    given = (
        (masks.fixed, fixed, "fixed mask", "fixed"),
        (masks.moving, moving, "moving mask", "moving"),
        (masks.exclude, fixed, "exclude mask", "fixed"),
        (masks.moving_exclude, moving, "moving exclude mask", "moving"),
        (masks.rigid, fixed, "rigid mask", "fixed"),
    )
    for mask, image, role, side in given:
        if mask is not None:
            check_same_grid(mask, image, role, f"the {side} image")
            if not sitk.GetArrayViewFromImage(mask).any():
                msg = f"{role}: expected a mask with voxels, got an empty one"
                raise InputError(msg)
    if landmarks is not None:
        check_landmarks(landmarks, "landmarks")
