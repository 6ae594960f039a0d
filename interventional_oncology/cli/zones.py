"""``zones``: the layers that a treatment left behind."""

import argparse
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, read_label_image, read_mask
from ..outputs import output_folder
from ..zones import ROLES, TREATMENTS, label_zones
from ..zones.segments import write_segmentation
from .command import Command
from .console import Console
from .result import write_result

RESULTS = ("zones.json", "zones.nii.gz", "zones.seg.nrrd")


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
    parser.add_argument("--region", metavar="MASK", help="search here only")
    parser.add_argument("--prior-tumor", metavar="MASK", help="tumor before treatment, on this grid")
    parser.add_argument(
        "--previous", metavar="ZONES_DIR", help="results of an earlier examination, on this grid"
    )


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Label, write ``zones.nii.gz``, ``zones.seg.nrrd`` and ``zones.json``."""
    with output_folder(options.out, results=RESULTS, overwrite=options.overwrite) as staged:
        console.progress(0.0, "reading the images")
        paths = dict(_role_and_path(argument) for argument in options.image)
        if len(paths) < len(options.image):
            msg = f"--image: expected each role once, got {', '.join(options.image)}"
            raise InputError(msg)
        images = _read_images(paths, console)
        first = next(iter(paths))
        organ = read_mask(console.input(options.organ), images[first], paths[first])
        masks = {
            name: read_mask(console.input(argument), organ, options.organ) if argument else None
            for name, argument in (("region", options.region), ("prior_tumor", options.prior_tumor))
        }
        previous = _previous(options.previous, console)
        console.progress(0.2, "labeling")
        zones = label_zones(images, organ, treatment=options.treatment, previous=previous, **masks)
        for warning in zones.warnings:
            console.warn(warning)
        if not zones.layers:
            console.say("no treated zone was found in the organ")
        sitk.WriteImage(zones.labels, str(staged / "zones.nii.gz"))
        write_segmentation(zones, staged / "zones.seg.nrrd")
        found = zones.to_json()
        write_result(staged / "zones.json", options, console, found)
    console.progress(1.0, "done")
    return found


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


COMMAND = Command("zones", "what a treatment left behind, layer by layer", add_arguments, run)
