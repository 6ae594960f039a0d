"""``margin``: the ablation margin of a tumor mask and a zone mask."""

import argparse
import math
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..images import read_masks
from ..margins import SUBCAPSULAR_RULES, AblationMargin, ablation_margin, compare_zones, re_ablation
from ..margins.error_input import registration_error_of_file, registration_error_of_landmarks, verdict_of_file
from ..margins.registration_error import RegistrationError
from ..margins.surface import write_surface
from ..outputs import output_folder
from ..registration import read_landmarks
from .command import Command
from .console import Console
from .result import write_result


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tumor", required=True, metavar="MASK", help="tumor before ablation")
    parser.add_argument("--ablation", required=True, metavar="MASK", help="ablation zone, registered to it")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--organ", metavar="MASK", help="organ of the tumor: its border limits the margin")
    parser.add_argument("--planned", metavar="MASK", help="planned zone, to compare with the achieved one")
    parser.add_argument("--threshold-mm", type=float, default=5.0, help="margin wanted (default 5)")
    parser.add_argument(
        "--thresholds-mm",
        type=_numbers,
        default=[0.0, 5.0, 10.0],
        metavar="MM,MM,...",
        help="margins whose part of the surface is told (default 0,5,10)",
    )
    parser.add_argument(
        "--subcapsular-mm", type=float, default=5.0, help="reach of the organ border (default 5)"
    )
    parser.add_argument(
        "--subcapsular-rule",
        choices=SUBCAPSULAR_RULES,
        default=SUBCAPSULAR_RULES[0],
        help="tumor surface within that reach: left out, judged to the border, or judged like any other",
    )
    error = parser.add_mutually_exclusive_group()
    error.add_argument(
        "--registration-error-mm",
        type=_number_or_path,
        metavar="MM|FILE",
        help="mean registration error around the tumor, an error map (image, mm) or a registration.json",
    )
    error.add_argument(
        "--landmarks",
        metavar="CSV",
        help="registration error from landmarks (fixed_x,...,moving_z, LPS mm)",
    )
    parser.add_argument(
        "--transform", metavar="FILE", help="transform of the landmarks, fixed points to moving points"
    )
    parser.add_argument(
        "--segmentation-error-mm",
        type=float,
        help="standard deviation of each outline (default: half a voxel, used when an error is given)",
    )
    parser.add_argument(
        "--applicator-mm",
        type=_numbers,
        metavar="ALONG,ACROSS",
        help="half axes of the zone of an applicator, to advise where to place it",
    )
    parser.add_argument(
        "--entry-direction-ras", type=_numbers, metavar="R,A,S", help="direction of that applicator"
    )


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        msg = f"expected numbers with commas between them, got {text}"
        raise argparse.ArgumentTypeError(msg) from error


def _number_or_path(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    with output_folder(
        options.out, results=("margin.json", "margin.vtp"), overwrite=options.overwrite
    ) as staged:
        console.progress(0.0, "reading the masks")
        masks = _masks(options, console)
        settings: dict[str, Any] = {
            "organ": masks.get("organ"),
            "threshold_mm": options.threshold_mm,
            "thresholds_mm": options.thresholds_mm,
            "subcapsular_mm": options.subcapsular_mm,
            "subcapsular_rule": options.subcapsular_rule,
            "segmentation_error_mm": options.segmentation_error_mm,
        }
        settings["registration_error_mm"] = _registration_error(options, console)
        console.progress(0.3, "measuring the margin")
        margin = ablation_margin(masks["tumor"], masks["ablation"], agreement=True, **settings)
        for warning in margin.warnings:
            console.warn(warning)
        write_surface(margin.surface, staged / "margin.vtp")
        found = margin.to_json()
        console.progress(0.6, "looking for what is missing")
        found["re_ablation"] = _advice(options, masks)
        if "planned" in masks:
            console.progress(0.9, "comparing with the planned zone")
            # What is planned has neither been segmented nor registered.
            plain = settings | {"registration_error_mm": None, "segmentation_error_mm": None}
            compared = compare_zones(
                masks["planned"], masks["ablation"], masks["tumor"], of_achieved=margin, **plain
            )
            for warning in compared.planned.warnings:
                if warning not in margin.warnings:
                    console.warn(f"with the planned zone as ablation zone: {warning}")
            found["planned"] = compared.to_json()
        console.say(_headline(margin, options.threshold_mm))
        if margin.claim is not None:
            console.say(margin.claim)
        if found["re_ablation"] is not None:
            console.say(found["re_ablation"].words)
        write_result(staged / "margin.json", options, console, found)
    console.progress(1.0, "done")
    return found


def _headline(margin: AblationMargin, threshold_mm: float) -> str:
    if margin.minimal_margin_mm is None or margin.surface_fraction is None:
        return "minimal margin: none is judged"
    short = 1.0 - margin.surface_fraction["at_least_threshold"]
    least_mm = math.floor(10.0 * margin.minimal_margin_mm) / 10.0  # never promises more than it is
    words = "minimal margin at least" if margin.is_lower_bound else "minimal margin"
    return f"{words} {least_mm:.1f} mm; below {threshold_mm:g} mm on {short:.0%} of the judged surface"


def _masks(options: argparse.Namespace, console: Console) -> dict[str, sitk.Image]:
    given = {"tumor": options.tumor, "ablation": options.ablation}
    given |= {name: getattr(options, name) for name in ("organ", "planned") if getattr(options, name)}
    masks = read_masks([console.input(argument) for argument in given.values()])
    return dict(zip(given, masks, strict=True))


def _registration_error(options: argparse.Namespace, console: Console) -> float | RegistrationError | None:
    if options.transform and not options.landmarks:
        msg = "--transform: expected it with --landmarks, got it alone"
        raise InputError(msg)
    if options.landmarks:
        pairs = read_landmarks(console.input(options.landmarks))
        transform = None if options.transform is None else console.input(options.transform)
        return registration_error_of_landmarks(pairs, transform)
    if not isinstance(options.registration_error_mm, str):
        return options.registration_error_mm
    path = console.input(options.registration_error_mm)
    found = registration_error_of_file(path)
    verdict = verdict_of_file(path)
    if verdict not in ("", "good"):
        console.warn(f"{path}: that registration is rated '{verdict}', and the margin rests on it")
    return found


def _advice(options: argparse.Namespace, masks: dict[str, sitk.Image]) -> Any:
    if options.entry_direction_ras and not options.applicator_mm:
        msg = "--entry-direction-ras: expected it with --applicator-mm, got it alone"
        raise InputError(msg)
    return re_ablation(
        masks["tumor"],
        masks["ablation"],
        organ=masks.get("organ"),
        threshold_mm=options.threshold_mm,
        subcapsular_mm=options.subcapsular_mm,
        subcapsular_rule=options.subcapsular_rule,
        half_axes_mm=options.applicator_mm,
        entry_direction_ras=options.entry_direction_ras,
    )


COMMAND = Command("margin", "ablation margin between tumor and ablation zone", _add_arguments, _run)
