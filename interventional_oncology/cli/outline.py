"""``outline``: the mask of a lesion from a click, and its correction by further clicks."""

import argparse
import math
from collections.abc import Sequence
from typing import Any

import SimpleITK as sitk

from ..images import check_same_grid, lps_to_ras, read_mask
from ..lesions import LesionOutline, measure_lesions, outline_lesion
from ..outputs import output_file
from .command import Command
from .console import Console


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--image", required=True, metavar="IMAGE", help="CT or MR of the lesion")
    parser.add_argument(
        "--seed-ras-mm", type=_point, metavar="X,Y,Z", help="a point in the lesion (RAS, mm), near its middle"
    )
    parser.add_argument("--organ", metavar="MASK", help="the outline stays inside")
    parser.add_argument(
        "--out", required=True, metavar="MASK", help="mask to write, on the grid of the image"
    )
    parser.add_argument(
        "--previous", metavar="MASK", help="correct this outline instead of making one from a click"
    )
    for word, where in (("add", "outside the outline: adds"), ("remove", "inside the outline: removes")):
        parser.add_argument(
            f"--{word}-ras-mm",
            type=_point,
            action="append",
            default=[],
            metavar="X,Y,Z",
            help=f"a click {where} the piece around it (may be given several times)",
        )


def _point(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 3 or not all(math.isfinite(number) for number in numbers):
        msg = f"expected a point as x,y,z in mm (with a minus first: --seed-ras-mm=-10,20,5), got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return numbers


def _run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    with output_file(options.out, overwrite=options.overwrite) as staged:
        image = console.image(options.image)
        console.progress(0.2, "looking for the edge")
        outline = outline_lesion(
            image,
            None if options.seed_ras_mm is None else lps_to_ras(options.seed_ras_mm),
            organ=_mask(options.organ, image, options, console),
            previous=_mask(options.previous, image, options, console),
            add_lps_mm=_points(options.add_ras_mm),
            remove_lps_mm=_points(options.remove_ras_mm),
        )
        for warning in outline.warnings:
            console.warn(warning)
        found = _found(image, outline)
        sitk.WriteImage(outline.mask, str(staged), useCompression=True)
    axes = f"{found['long_axis_mm']:.1f} x {found['short_axis_mm']:.1f} mm"
    console.say(f"lesion of {axes}, {found['volume_ml']:.2f} ml")
    return found


def _points(ras_mm: Sequence[list[float]]) -> list[list[float]]:
    return [lps_to_ras(point).tolist() for point in ras_mm]


def _mask(
    path: str | None, image: sitk.Image, options: argparse.Namespace, console: Console
) -> sitk.Image | None:
    if path is None:
        return None
    mask = read_mask(console.input(path), image, options.image)
    check_same_grid(mask, image, path, options.image)
    return mask


def _found(image: sitk.Image, outline: LesionOutline) -> dict[str, Any]:
    # A label of 2: a correction may have left two pieces, which are one lesion.
    [measured] = measure_lesions(image, outline.mask * 2)
    return {
        "volume_ml": outline.volume_ml,
        "long_axis_mm": measured.long_axis_mm,
        "short_axis_mm": measured.short_axis_mm,
        "center_ras_mm": measured.center_ras_mm,
        "mean_inside": measured.mean_hu,
        "typical_inside": outline.inside,
        "typical_outside": outline.outside,
        "touches_border": measured.touches_border,
    }


COMMAND = Command(
    name="outline",
    summary="Outline a lesion around a click on CT or MR, or correct its outline by clicks.",
    add_arguments=_add_arguments,
    run=_run,
)
