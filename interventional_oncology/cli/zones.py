"""``zones``: the layers that a treatment left behind."""

import argparse
import json
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, read_label_image, read_mask
from ..outputs import output_folder
from ..response.treatment_response import NONEVALUABLE
from ..serialization import json_ready
from ..zones import (
    ROLES,
    TREATMENTS,
    Zones,
    caliber_change,
    label_zones,
    measure_zones,
    organ_change,
)
from ..zones.segments import read_segmentation, write_segmentation
from .command import Command
from .console import Console
from .result import write_result

RESULTS = ("zones.json", "zones.nii.gz", "zones.seg.nrrd", "enhancement_z.nii.gz")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--treatment", required=True, choices=TREATMENTS)
    parser.add_argument("--organ", required=True, metavar="MASK", help="the treated organ")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--image",
        action="append",
        required=True,
        metavar="ROLE=PATH",
        help=f"an image and what it is ({', '.join(ROLES)}); give one per sequence",
    )
    parser.add_argument("--region", metavar="MASK", help="search here and around only")
    parser.add_argument("--prior-tumor", metavar="MASK", help="tumor before treatment, on this grid")
    parser.add_argument(
        "--previous", metavar="ZONES_DIR", help="results of an earlier examination, on this grid"
    )
    parser.add_argument(
        "--from-segmentation",
        metavar="SEG.NRRD",
        help="zones.seg.nrrd as edited by a reader: nothing is labeled, all numbers are taken anew",
    )
    parser.add_argument(
        "--complete-before",
        action="store_true",
        default=None,
        help="an earlier follow-up documented complete treatment: living tumor is progression",
    )
    parser.add_argument("--days-since-treatment", type=int, metavar="N", help="says whether it is too early")
    parser.add_argument(
        "--compare",
        action="append",
        default=[],
        metavar="NAME=BASELINE,FOLLOWUP",
        help="two masks of a lobe or the spleen: change in volume; may be repeated",
    )
    parser.add_argument(
        "--portal-vein-mm",
        action="append",
        default=[],
        metavar="NAME=BASELINE,FOLLOWUP",
        help="two calibers in mm of a portal vein branch; may be repeated",
    )


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Label or measure, write the labels, the segments, the enhancement behind them and the numbers."""
    with output_folder(options.out, results=RESULTS, overwrite=options.overwrite) as staged:
        console.progress(0.0, "reading the images")
        zones = _zones(options, console)
        for warning in zones.warnings:
            console.warn(warning)
        if not zones.layers:
            console.say("no treated zone was found in the organ")
        sitk.WriteImage(zones.labels, str(staged / "zones.nii.gz"))
        if zones.enhancement_z is not None:
            sitk.WriteImage(zones.enhancement_z, str(staged / "enhancement_z.nii.gz"))
        write_segmentation(zones, staged / "zones.seg.nrrd")
        found = zones.to_json() | {
            "organ_changes": [_organ_change(text, console) for text in options.compare],
            "portal_vein": [_caliber_change(text) for text in options.portal_vein_mm],
        }
        write_result(staged / "zones.json", options, console, found)
    console.progress(1.0, "done")
    return found


def _zones(options: argparse.Namespace, console: Console) -> Zones:
    paths = dict(_role_and_path(argument) for argument in options.image)
    if len(paths) < len(options.image):
        msg = f"--image: expected each role once, got {', '.join(options.image)}"
        raise InputError(msg)
    if options.days_since_treatment is not None and options.days_since_treatment < 0:
        msg = f"--days-since-treatment: expected 0 or more, got {options.days_since_treatment}"
        raise InputError(msg)
    if options.from_segmentation and options.region:
        msg = "--region: expected no region with --from-segmentation, which searches nothing"
        raise InputError(msg)
    images = _read_images(paths, console)
    first = next(iter(paths))
    organ = read_mask(console.input(options.organ), images[first], paths[first])
    region, prior_tumor = (
        read_mask(console.input(argument), organ, options.organ) if argument else None
        for argument in (options.region, options.prior_tumor)
    )
    previous = _previous(options.previous, console)
    complete_before = options.complete_before or _complete_at(options.previous, console)
    if options.from_segmentation:
        labels = read_segmentation(console.input(options.from_segmentation), organ)
        console.progress(0.2, "measuring")
        return measure_zones(
            labels,
            images,
            organ,
            treatment=options.treatment,
            prior_tumor=prior_tumor,
            previous=previous,
            complete_before=complete_before,
            days_since_treatment=options.days_since_treatment,
        )
    console.progress(0.2, "labeling")
    return label_zones(
        images,
        organ,
        treatment=options.treatment,
        region=region,
        prior_tumor=prior_tumor,
        previous=previous,
        complete_before=complete_before,
        days_since_treatment=options.days_since_treatment,
    )


def _read_images(paths: dict[str, str], console: Console) -> dict[str, sitk.Image]:
    images = {role: console.image(path) for role, path in paths.items()}
    first = next(iter(images))
    for role, image in images.items():
        check_same_grid(image, images[first], paths[role], paths[first])
    return images


def _role_and_path(argument: str) -> tuple[str, str]:
    role, sign, path = argument.partition("=")
    if not sign or not path or role not in ROLES:
        msg = f"--image: expected ROLE=PATH with a role of {', '.join(ROLES)}, got {argument!r}"
        raise InputError(msg)
    return role, path


def _previous(folder: str | None, console: Console) -> sitk.Image | None:
    if folder is None:
        return None
    labels = Path(folder) / "zones.nii.gz"
    if not labels.exists():
        msg = f"{folder}: expected the results of an earlier `zones`, found no zones.nii.gz there"
        raise InputError(msg)
    return read_label_image(console.input(labels))


def _complete_at(folder: str | None, console: Console) -> bool | None:
    """Return False when an earlier examination was not evaluable: then it documents nothing; else None."""
    numbers = Path(folder or "") / "zones.json"
    if folder is None or not numbers.exists():
        return None
    try:
        found = json.loads(Path(console.input(numbers)).read_text(encoding="utf-8"))
        category = found["treatment_response"]["category"]
    except (ValueError, KeyError, TypeError) as error:
        msg = f"{numbers}: expected the results of an earlier `zones`, got no treatment_response there"
        raise InputError(msg) from error
    if category != NONEVALUABLE:
        return None
    console.warn(f"{folder}: could not be evaluated then; what is called new may have been there before")
    return False


def _organ_change(text: str, console: Console) -> Any:
    name, baseline, followup = _named_pair("--compare", text)
    masks = [read_mask(console.input(path)) for path in (baseline, followup)]
    return json_ready(organ_change(name, masks[0], masks[1]))


def _caliber_change(text: str) -> Any:
    name, baseline, followup = _named_pair("--portal-vein-mm", text)
    try:
        calibers_mm = float(baseline), float(followup)
    except ValueError:
        msg = f"--portal-vein-mm: expected NAME=BASELINE,FOLLOWUP in mm, got {text!r}"
        raise InputError(msg) from None
    return json_ready(caliber_change(name, *calibers_mm))


def _named_pair(option: str, text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("=")
    parts = rest.split(",")
    if not name or len(parts) != 2 or not all(parts):
        msg = f"{option}: expected NAME=BASELINE,FOLLOWUP, got {text!r}"
        raise InputError(msg)
    return name, parts[0], parts[1]


COMMAND = Command("zones", "what a treatment left behind, layer by layer", add_arguments, run)
