"""``phantom``: make the digital patient."""

import argparse
from typing import Any

from ..errors import InputError
from ..outputs import output_folder
from ..phantom import TREATMENTS, PhantomParameters, make_patient, write_patient
from ..phantom.writing import RESULTS
from ..progress import part
from .command import Command
from .console import Console
from .result import write_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``phantom``."""
    parser.add_argument("--treatment", required=True, help=f"one of {', '.join(TREATMENTS)}")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the patient")
    parser.add_argument(
        "--seed", type=int, default=1, help="number of the patient; the same gives the same voxels"
    )
    parser.add_argument("--size", default="256x256x100", metavar="NXxNYxNZ", help="voxels along x, y, z")
    parser.add_argument(
        "--spacing", metavar="SXxSYxSZ", help="voxel edges in mm; without it the whole abdomen fits"
    )
    parser.add_argument("--modality", help="ct, mr or both; without it what suits the treatment")
    parser.add_argument("--noise", type=float, default=1, help="1 usual, 0 none")
    parser.add_argument("--motion", type=float, default=1, help="change of breath and posture, 0 to 1")
    parser.add_argument("--tumors", type=int, help="number of tumors, 1 to 3")
    parser.add_argument("--tumor-kind", default="hcc", help="hcc or metastasis")
    parser.add_argument(
        "--margin-mm", type=float, default=4.0, help="minimal margin of an ablation, negative leaves tumor"
    )
    parser.add_argument(
        "--viable-nodule-mm", type=float, help="tumor left alive after tace or tare, diameter; 0 none"
    )


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Make the patient and write it."""
    parameters = parameters_from(options)
    results = ("phantom.json", *RESULTS)
    with output_folder(options.out, results=results, overwrite=options.overwrite) as staged:
        patient = make_patient(parameters, progress=part(console.progress, 0.0, 0.7))
        write_patient(patient, staged, progress=part(console.progress, 0.7, 1.0))
        found = {
            "case": "CASE.toml",
            "size": list(parameters.grid.size),
            "spacing_mm": list(parameters.grid.spacing_mm),
            "truth": patient.truth,
        }
        write_result(staged / "phantom.json", options, console, found)
    console.say(
        f"{options.out}: digital patient {parameters.seed}, {parameters.treatment}; start with CASE.toml"
    )
    return found


def parameters_from(options: argparse.Namespace) -> PhantomParameters:
    """Return the parameters of a command line.

    Raises
    ------
    InputError
        If a number cannot be read or a value cannot be used.
    """
    spacing = None if options.spacing is None else _numbers("--spacing", options.spacing, float)
    return PhantomParameters(
        treatment=options.treatment,
        seed=options.seed,
        size=size_from(options.size),
        spacing_mm=spacing,
        modality=options.modality,
        noise=options.noise,
        motion=options.motion,
        tumors=options.tumors,
        tumor_kind=options.tumor_kind,
        margin_mm=options.margin_mm,
        viable_nodule_mm=options.viable_nodule_mm,
    )


def size_from(text: str) -> tuple[int, int, int]:
    """Return the voxels along x, y, z of a text such as ``96x96x64``."""
    size: tuple[int, int, int] = _numbers("--size", text, int)
    return size


def _numbers(name: str, text: str, kind: type) -> Any:
    words = text.lower().split("x")
    try:
        numbers = tuple(kind(word) for word in words)
    except ValueError:
        numbers = ()
    if len(numbers) != 3:
        msg = f"{name}: expected three numbers as in 96x96x64, got {text!r}"
        raise InputError(msg)
    return numbers


COMMAND = Command("phantom", "make the digital patient with its truth", add_arguments, run)
