"""``register``: align two scans of one patient."""

import argparse
import datetime
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..cases import Timepoint
from ..cases.patient_identity import check_one_patient
from ..errors import InputError
from ..images import read_mask, resample
from ..outputs import output_folder
from ..registration import (
    ENGINES,
    ERROR_MODES,
    LANDMARK_KINDS,
    METHODS,
    Registration,
    chain,
    presets,
    read_landmarks,
    read_transform,
    register,
    register_by_landmarks,
)
from .command import Command
from .console import Console
from .result import write_result

RESULTS = ("registration.json", "transform.h5", "registered.nii.gz", "error_map.nii.gz", "error_bound.nii.gz")
#: Start from where the scans lie, as ``--initial`` says it.
IDENTITY = "identity"
#: Options that hold a mask: which image it belongs to, and what it is.
_MASKS = {
    "fixed_mask": ("fixed", "organ in the fixed image"),
    "moving_mask": ("moving", "the same organ in the moving image"),
    "exclude_mask": ("fixed", "destroyed tissue in the fixed image: not compared"),
    "moving_exclude_mask": ("moving", "destroyed tissue in the moving image: not compared"),
    "rigid_mask": ("fixed", "tissue in the fixed image that keeps its shape and size"),
    "fixed_vessels": ("fixed", "vessels in the fixed image, for the error that is left at them"),
    "moving_vessels": ("moving", "the same vessels in the moving image"),
    "region": ("fixed", "with --initial: change that transform only in this region of the fixed image"),
}

#: On the digital patient a zone that was not excluded took 1.5 mm from a margin of 4 mm.
NOTHING_EXCLUDED = (
    "no treated region was excluded: tissue destroyed between the two scans is compared as if it were still "
    "there, and a margin measured afterwards can be wrong by millimeters"
)
#: Any of these says that destroyed tissue was thought of.
_OF_TREATMENT = ("exclude_mask", "moving_exclude_mask", "rigid_mask")
#: What judges a registration by landmarks alone, and what that has no use for.
_JUDGING = ("fixed_mask", "moving_mask", "fixed_vessels", "moving_vessels")
_NOT_OF_LANDMARKS = (
    *("region", "initial", "engine", "preset"),
    *("rigid_mask", "exclude_mask", "moving_exclude_mask"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--fixed", required=True, metavar="IMAGE", help="the image that stays")
    parser.add_argument("--moving", required=True, metavar="IMAGE", help="the image that is brought onto it")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")
    parser.add_argument("--method", choices=METHODS, default="deformable")
    parser.add_argument(
        "--preset", metavar="NAME", help=f"{', '.join(presets())}; chosen by the images if absent"
    )
    parser.add_argument(
        "--engine",
        metavar="NAME",
        help=f"what deforms: {', '.join(ENGINES)}; the first of the preset that can run here if absent",
    )
    for name, (_, meaning) in _MASKS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="MASK", help=meaning)
    parser.add_argument(
        "--landmarks", metavar="CSV", help="fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z in LPS mm"
    )
    parser.add_argument(
        "--landmarks-only", choices=LANDMARK_KINDS, help="make the transform from the landmarks alone"
    )
    parser.add_argument(
        "--initial",
        nargs="+",
        metavar="TRANSFORM",
        help="start from this ITK transform (fixed to moving points), from several one after the other "
        f"(baseline to plan, plan to follow-up), or '{IDENTITY}': as the scans lie",
    )
    parser.add_argument(
        "--error-map",
        choices=ERROR_MODES,
        default="fast",
        help="estimate the error at each place (default: fast); full runs three times the members",
    )


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Register, write ``transform.h5``, ``registered.nii.gz``, ``registration.json`` and the error maps."""
    with output_folder(options.out, results=RESULTS, overwrite=options.overwrite) as staged:
        _check_one_patient(options)
        fixed, moving = console.image(options.fixed), console.image(options.moving)
        result = _register(options, fixed, moving, console)
        for caution in result.cautions:
            console.warn(caution)
        if result.method == "deformable" and all(getattr(options, name) is None for name in _OF_TREATMENT):
            console.warn(NOTHING_EXCLUDED)
        if result.quality.verdict != "good":
            console.warn(
                f"registration verdict {result.quality.verdict}: {'; '.join(result.quality.reasons)}"
            )
        _write_images(result, fixed, moving, staged)
        found = {name: getattr(result, name) for name in ("method", "preset", "engine", "start", "quality")}
        if result.error is not None:
            found["error_map"] = {
                "mode": result.error.mode,
                "members": result.error.members,
                "summary_mm": result.error.summary_mm,
            }
        write_result(staged / "registration.json", options, console, found)
    return found


def _register(
    options: argparse.Namespace, fixed: sitk.Image, moving: sitk.Image, console: Console
) -> Registration:
    masks = {name: _mask(options, name, (fixed, moving), console) for name in _MASKS}
    landmarks = None if options.landmarks is None else read_landmarks(console.input(options.landmarks))
    names = (options.fixed, options.moving)
    if options.landmarks_only is not None:
        if landmarks is None:
            msg = "--landmarks-only: expected landmarks in --landmarks, got none"
            raise InputError(msg)
        unused = [name for name in _NOT_OF_LANDMARKS if getattr(options, name) is not None]
        if unused:
            word = unused[0].replace("_", "-")
            msg = f"--landmarks-only: expected no --{word}, which landmarks alone do not use, got one"
            raise InputError(msg)
        judging = {name: masks[name] for name in _JUDGING}
        return register_by_landmarks(fixed, moving, landmarks, options.landmarks_only, names=names, **judging)
    return register(
        fixed,
        moving,
        method=options.method,
        preset=options.preset,
        engine=options.engine,
        landmarks=landmarks,
        initial=_initial(options.initial, console),
        error=options.error_map,
        names=names,
        progress=console.progress,
        **masks,
    )


def _write_images(result: Registration, fixed: sitk.Image, moving: sitk.Image, folder: Path) -> None:
    sitk.WriteTransform(result.transform, str(folder / "transform.h5"))
    sitk.WriteImage(resample(moving, fixed, transform=result.transform), str(folder / "registered.nii.gz"))
    if result.error is not None:
        sitk.WriteImage(result.error.expected_mm, str(folder / "error_map.nii.gz"))
        sitk.WriteImage(result.error.bound_90_mm, str(folder / "error_bound.nii.gz"))


def _initial(given: list[str] | None, console: Console) -> sitk.Transform | None:
    if given is None:
        return None
    if given == [IDENTITY]:
        return sitk.TranslationTransform(3)
    transforms = [read_transform(console.input(path)) for path in given]
    return transforms[0] if len(transforms) == 1 else chain(transforms)


def _check_one_patient(options: argparse.Namespace) -> None:
    # Not a case: there are no dates to compare, only the patients.
    scans = (("fixed", options.fixed), ("moving", options.moving))
    check_one_patient([Timepoint(n, datetime.datetime.min, {"image": path}) for n, path in scans], "register")


def _mask(
    options: argparse.Namespace, name: str, images: tuple[sitk.Image, sitk.Image], console: Console
) -> sitk.Image | None:
    argument = getattr(options, name)
    if argument is None:
        return None
    if _MASKS[name][0] == "fixed":
        return read_mask(console.input(argument), images[0], options.fixed)
    return read_mask(console.input(argument), images[1], options.moving)


COMMAND = Command("register", "align two scans of one patient, with a verdict", add_arguments, run)
