"""A small digital patient as a case on disk, and the review that the command line makes of it."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interventional_oncology.cli.main import main
from interventional_oncology.phantom import PhantomParameters, make_patient, write_patient

SMALL = (96, 96, 64)
EARLIER = {"results.json": b'{"earlier": true}\n', "report.html": b"earlier", "pictures/old.png": b"picture"}


@pytest.fixture(scope="session")
def thermal_case(tmp_path_factory) -> Path:
    """Return the CASE.toml of a digital patient before and after a microwave ablation."""
    folder = tmp_path_factory.mktemp("patient")
    write_patient(make_patient(PhantomParameters(treatment="thermal", size=SMALL)), folder)
    return folder / "CASE.toml"


@dataclass(frozen=True)
class Run:
    """What a run of the command line left behind."""

    folder: Path
    exit_code: int
    printed: dict[str, Any]
    said: str


@dataclass(frozen=True)
class Killed:
    """What was there after a review was killed."""

    earlier: dict[str, bytes]
    files: dict[str, bytes]
    leftovers: list[str]
    progress: str


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    """Return a folder that holds an earlier result."""
    folder = tmp_path_factory.mktemp("work") / "results"
    for name, content in EARLIER.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="session")
def killed(thermal_case, results) -> Killed:
    """Return what is there after ``kill -9`` in the middle of a review that overwrites an earlier result."""
    command = [sys.executable, "-m", "interventional_oncology", "review", str(thermal_case)]
    process = subprocess.Popen(
        [*command, "--out", str(results), "--overwrite", "--progress"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    line, deadline = "", time.monotonic() + 120
    while "deformable" not in line and time.monotonic() < deadline:
        line = process.stderr.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    leftovers = [path.name for path in results.parent.iterdir() if path != results]
    return Killed(EARLIER, files_of(results), leftovers, line)


@pytest.fixture(scope="session")
def reviewed(thermal_case, results, killed) -> Run:
    """Return the review that the command line makes after the killed one."""
    return _run_command("review", str(thermal_case), "--out", str(results), "--overwrite", "--json")


@pytest.fixture(scope="session")
def run_command() -> Callable[..., Run]:
    """Return ``run_command(*arguments)``, which runs the command line in this process."""
    return _run_command


def _run_command(*arguments: str) -> Run:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        exit_code = main(arguments)
    printed = json.loads(out.getvalue()) if out.getvalue() else {}
    folder = Path(arguments[arguments.index("--out") + 1])
    return Run(folder, exit_code, printed, err.getvalue())
