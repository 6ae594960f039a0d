"""``review``: a whole case, from scans to a report."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..cases import Review, ReviewOptions, read_case, review, review_record
from ..cases.files import write_findings
from ..margins import SUBCAPSULAR_RULES
from ..mrml.availability import scene_obstacle
from ..outputs import output_folder
from ..progress import Progress, part
from ..registration import ERROR_MODES, METHODS
from ..report.writing import write_report
from .command import Command
from .console import Console
from .result import write_result

#: What the command makes; files whose data a case lacks are left out.
RESULTS = ("results.json", "report.html", "report.pdf", "pictures", "lesions.csv", "scene.mrb", "followup_*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``review``."""
    parser.add_argument("case", metavar="CASE.toml", help="the case")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    add_review_options(parser)


def add_review_options(parser: argparse.ArgumentParser) -> None:
    """Declare what every command that reviews a case can be asked."""
    parser.add_argument(
        "--method", choices=METHODS, default="deformable", help="registration (default deformable)"
    )
    parser.add_argument("--threshold-mm", type=float, help="ablation margin wanted (default: the case's, 5)")
    parser.add_argument(
        "--subcapsular-mm", type=float, help="reach of the organ border (default: the case's, 5)"
    )
    parser.add_argument(
        "--subcapsular-rule",
        choices=SUBCAPSULAR_RULES,
        help="what becomes of tumor surface within that reach (default: the case's, exclude)",
    )
    parser.add_argument(
        "--registration-error-mm", type=float, help="mean registration error around the tumor, if known"
    )
    parser.add_argument(
        "--error-map",
        choices=ERROR_MODES,
        default="fast",
        help="estimate the registration error at each place (default: fast)",
    )


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Review the case and write everything about it."""
    with output_folder(options.out, results=RESULTS, overwrite=options.overwrite) as staged:
        found = review_into(staged, Path(options.case), options, console, console.progress)
    console.say(f"{options.out}: reviewed; open report.html")
    return found


def review_into(
    folder: Path, case_path: Path, options: argparse.Namespace, console: Console, progress: Progress
) -> dict[str, Any]:
    """Review a case, write the results into ``folder`` and return the keys of ``results.json``."""
    case = read_case(case_path)
    asked = replace(
        ReviewOptions.of_case(case),
        method=options.method,
        registration_error_mm=options.registration_error_mm,
        error_map=options.error_map,
    )
    # What the command line says counts before what the case says.
    said = {name: getattr(options, name) for name in ("threshold_mm", "subcapsular_mm", "subcapsular_rule")}
    asked = replace(asked, **{name: value for name, value in said.items() if value is not None})
    findings = review(case, asked, progress=part(progress, 0.0, 0.85), warn=console.warn)
    console.inputs.extend(findings.inputs)
    write_report(findings, folder, warn=console.warn, progress=part(progress, 0.85, 0.95))
    write_findings(findings, folder)
    _write_scene(findings, folder, console)
    found = review_record(findings)
    write_result(folder / "results.json", options, console, found)
    progress(1.0, "done")
    return found


def _write_scene(findings: Review, folder: Path, console: Console) -> None:
    obstacle = scene_obstacle()
    if obstacle is not None:
        console.warn(f"no scene.mrb: {obstacle}")
        return
    from ..mrml.review_scene import review_scene
    from ..mrml.scene_file import write_scene

    write_scene(review_scene(findings), folder / "scene.mrb")


COMMAND = Command("review", "a whole case: register, measure, score, report", add_arguments, run)
