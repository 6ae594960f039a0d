"""The JSON record of a run: what every result has, around what the command found."""

import argparse
import time
from pathlib import Path
from typing import Any

from .. import __version__
from ..serialization import json_text
from .console import Console

# Options of the frame, not of the work.
_NOT_PARAMETERS = {"command", "json", "progress", "overwrite", "started"}


def envelope(options: argparse.Namespace, console: Console, found: dict[str, Any]) -> dict[str, Any]:
    """Return ``found`` with the name and version, inputs, parameters, time and warnings."""
    parameters = {name: value for name, value in vars(options).items() if name not in _NOT_PARAMETERS}
    return {
        "command": options.command,
        "version": __version__,
        "inputs": console.inputs,
        "parameters": parameters,
        "seconds": round(time.monotonic() - options.started, 3),
        "warnings": console.warnings,
        **found,
    }


def write_result(
    path: Path, options: argparse.Namespace, console: Console, found: dict[str, Any]
) -> dict[str, Any]:
    """Write the whole record to ``path`` and return it."""
    record = envelope(options, console, found)
    path.write_text(json_text(record), encoding="utf-8")
    return record
