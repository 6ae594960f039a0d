"""``register``: align two scans of one patient."""

import argparse
import datetime
from typing import Any

import SimpleITK as sitk

from ..cases import Timepoint
from ..cases.patient_identity import check_one_patient
from ..images import read_image, read_mask, resample
from ..outputs import output_folder
from ..registration import ENGINES, METHODS, presets, read_landmarks, register
from .command import Command
from .console import Console
from .result import write_result

RESULTS = ("registration.json", "transform.h5", "registered.nii.gz")


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
    parser.add_argument("--fixed-mask", metavar="MASK", help="organ in the fixed image")
    parser.add_argument("--moving-mask", metavar="MASK", help="the same organ in the moving image")
    parser.add_argument(
        "--exclude-mask", metavar="MASK", help="destroyed tissue in the fixed image: not compared"
    )
    parser.add_argument(
        "--landmarks", metavar="CSV", help="fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z in LPS mm"
    )


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Register, write ``transform.h5``, ``registered.nii.gz`` and ``registration.json``."""
    with output_folder(options.out, results=RESULTS, overwrite=options.overwrite) as staged:
        _check_one_patient(options)
        fixed, moving = read_image(console.input(options.fixed)), read_image(console.input(options.moving))
        result = register(
            fixed,
            moving,
            method=options.method,
            preset=options.preset,
            engine=options.engine,
            fixed_mask=_mask(options.fixed_mask, fixed, options.fixed, console),
            moving_mask=_mask(options.moving_mask, moving, options.moving, console),
            exclude_mask=_mask(options.exclude_mask, fixed, options.fixed, console),
            landmarks=None if options.landmarks is None else read_landmarks(console.input(options.landmarks)),
            names=(options.fixed, options.moving),
            progress=console.progress,
        )
        if result.quality.verdict != "good":
            console.warn(
                f"registration verdict {result.quality.verdict}: {'; '.join(result.quality.reasons)}"
            )
        sitk.WriteTransform(result.transform, str(staged / "transform.h5"))
        sitk.WriteImage(
            resample(moving, fixed, transform=result.transform), str(staged / "registered.nii.gz")
        )
        found = {
            "method": result.method,
            "preset": result.preset,
            "engine": result.engine,
            "quality": result.quality,
        }
        write_result(staged / "registration.json", options, console, found)
    return found


def _check_one_patient(options: argparse.Namespace) -> None:
    # Not a case: there are no dates to compare, only the patients.
    scans = (("fixed", options.fixed), ("moving", options.moving))
    check_one_patient([Timepoint(n, datetime.datetime.min, {"image": path}) for n, path in scans], "register")


def _mask(argument: str | None, image: sitk.Image, image_path: str, console: Console) -> sitk.Image | None:
    if argument is None:
        return None
    return read_mask(console.input(argument), image, image_path)


COMMAND = Command("register", "align two scans of one patient, with a verdict", add_arguments, run)
