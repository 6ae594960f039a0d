"""``margin``: the ablation margin of a tumor mask and a zone mask."""

import argparse
from pathlib import Path
from typing import Any

from ..images import read_masks
from ..margins import ablation_margin
from ..margins.surface import write_surface
from ..outputs import output_folder
from .command import Command
from .console import Console
from .result import write_result


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tumor", required=True, metavar="MASK", help="tumor before ablation")
    parser.add_argument("--ablation", required=True, metavar="MASK", help="ablation zone, registered to it")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--organ", metavar="MASK", help="leave the tumor surface near its border unjudged")
    parser.add_argument("--threshold-mm", type=float, default=5.0, help="margin wanted (default 5)")
    parser.add_argument(
        "--subcapsular-mm", type=float, default=5.0, help="reach of the organ border (default 5)"
    )
    parser.add_argument(
        "--registration-error-mm", type=float, help="mean registration error around the tumor"
    )


def _run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    with output_folder(
        options.out, results=("margin.json", "margin.vtp"), overwrite=options.overwrite
    ) as staged:
        console.progress(0.0, "reading the masks")
        given = [options.tumor, options.ablation, *([options.organ] if options.organ else [])]
        tumor, ablation, *others = read_masks([console.input(argument) for argument in given])
        organ = others[0] if others else None
        console.progress(0.5, "measuring the margin")
        margin = ablation_margin(
            tumor,
            ablation,
            organ=organ,
            threshold_mm=options.threshold_mm,
            subcapsular_mm=options.subcapsular_mm,
            registration_error_mm=options.registration_error_mm,
        )
        for warning in margin.warnings:
            console.warn(warning)
        write_surface(margin.surface, staged / "margin.vtp")
        found = margin.to_json()
        write_result(staged / "margin.json", options, console, found)
    console.progress(1.0, "done")
    return found


COMMAND = Command("margin", "ablation margin between tumor and ablation zone", _add_arguments, _run)
