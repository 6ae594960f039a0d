"""``demo``: the digital patient and its review, in one go."""

import argparse
from pathlib import Path
from typing import Any

from ..outputs import output_folder
from ..phantom import PhantomParameters, make_patient, write_patient
from ..progress import part
from .command import Command
from .console import Console
from .phantom import size_from
from .review import RESULTS as REVIEW_FILES
from .review import add_review_options, review_into

_PATIENT = "patient"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``demo``."""
    parser.add_argument(
        "--out", default=Path("demo-output"), type=Path, metavar="DIR", help="default demo-output"
    )
    parser.add_argument(
        "--size", default="256x256x100", metavar="NXxNYxNZ", help="voxels of the digital patient"
    )
    parser.add_argument("--seed", default=1, type=int, help="number of the patient")
    add_review_options(parser)


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Make a patient with a microwave ablation and review the case."""
    parameters = PhantomParameters(treatment="thermal", seed=options.seed, size=size_from(options.size))
    with output_folder(options.out, results=(*REVIEW_FILES, _PATIENT), overwrite=options.overwrite) as staged:
        folder = staged / _PATIENT
        folder.mkdir()
        patient = make_patient(parameters, progress=part(console.progress, 0.0, 0.15))
        write_patient(patient, folder, progress=part(console.progress, 0.15, 0.2))
        del patient
        found = review_into(staged, folder / "CASE.toml", options, console, part(console.progress, 0.2, 1.0))
    _say_what_was_made(options.out, found, console)
    return found


def _say_what_was_made(out: Path, found: dict[str, Any], console: Console) -> None:
    console.say(f"Made in {out.resolve()}:")
    what = {
        "report.html": "the report; report.pdf is the same for print",
        "results.json": "all numbers",
        "scene.mrb": "the scene for 3D Slicer",
        "patient/CASE.toml": "the digital patient's case, with its images, masks and truth",
    }
    for name, text in what.items():
        if (out / name).exists():
            console.say(f"  {name:18} {text}")
    for line in _truth_lines(found["truth_comparison"] or {}):
        console.say(line)


def _truth_lines(truth: dict[str, Any]) -> list[str]:
    lines = []
    if truth.get("registration_error_mm"):
        error = truth["registration_error_mm"]
        lines.append(
            f"Registration error in the liver: {error['mean']:.2f} mm mean, {error['p95']:.2f} mm at 95 %"
        )
    if truth.get("minimal_margin_mm"):
        margin = truth["minimal_margin_mm"]
        lines.append(f"Minimal margin: {margin['found']:.2f} mm found, {margin['truth']:.2f} mm true")
    for criterion, both in truth.get("response", {}).items():
        lines.append(f"Response by {criterion}: {both['found']} found, {both['truth']} true")
    return lines


COMMAND = Command("demo", "make the digital patient and review its case", add_arguments, run)
