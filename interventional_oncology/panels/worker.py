"""One command of the package in a process of its own: what is asked, said and found. No Qt here.

Long work must not freeze Slicer, must end at once when the user cancels, and must not take the scene along
when it crashes. So it runs as ``PythonSlicer -m interventional_oncology COMMAND ...`` and talks through files
and its error output.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..itk_plugins import VARIABLE
from ..progress import Progress

#: Folder on whose path the worker finds this package, in a checkout and in an installed extension.
PACKAGE_ROOT = Path(__file__).resolve().parents[2]

_LAUNCHER = "PythonSlicer"
# As in interventional_oncology.cli, which panels do not import: it is another process.
_REFUSED = 2
FOLLOW_VARIABLE = "INTERVENTIONAL_ONCOLOGY_FOLLOW_STDIN"
_CANCELED = "Canceled; nothing in the scene was changed."
_INTERNAL = (
    "The worker process failed and nothing in the scene was changed; the log (Help > View log) says more."
)


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    done : bool
        The results are there.
    canceled : bool
        The user, or the closing of the scene, ended it.
    message : str
        One sentence for the user when it is not done; the refusal of the command unchanged.
    warnings : tuple of str
        Warnings of the command, in order.
    log : str
        Everything else the process wrote, for the application log.
    """

    done: bool
    canceled: bool = False
    message: str = ""
    warnings: tuple[str, ...] = ()
    log: str = ""


class Worker(Protocol):
    """Runs one command at a time."""

    def isRunning(self) -> bool:
        """Say whether a command is running."""

    def start(
        self, arguments: Sequence[str], onProgress: Progress, onFinished: Callable[[Outcome], None]
    ) -> None:
        """Start ``interventional-oncology`` with ``arguments``; returns at once.

        Raises
        ------
        RuntimeError
            If a command is running already.
        """

    def cancel(self) -> None:
        """End the running command, if any; ``onFinished`` hears of it."""

    def abandon(self) -> None:
        """End the running command, if any, and call nobody: for the closing of the panel."""


class Listener:
    """Reads the error output of a command, in pieces of any length, into progress, warnings and messages."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._rest = b""
        self._error = ""
        self._warnings: list[str] = []
        self._log: list[str] = []

    def hear(self, piece: bytes) -> None:
        """Take the next bytes; only whole lines are read."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._read(line.decode("utf-8", errors="replace").strip())

    def outcome(self, exitCode: int | None, *, canceled: bool = False) -> Outcome:
        """Return how the run ended; ``exitCode`` is ``None`` when the process crashed."""
        self.hear(b"\n")
        warnings, log = tuple(self._warnings), "\n".join(self._log)
        if canceled:
            return Outcome(False, canceled=True, message=_CANCELED, log=log)
        if exitCode == 0:
            return Outcome(True, warnings=warnings, log=log)
        if exitCode == _REFUSED and self._error:
            return Outcome(False, message=self._error, warnings=warnings, log=log)
        return Outcome(False, message=_INTERNAL, warnings=warnings, log=f"{log}\n{self._error}".strip())

    def _read(self, line: str) -> None:
        step = _progressStep(line)
        if step is not None:
            self._progress(*step)
        elif line.startswith("error: "):
            self._error = line.removeprefix("error: ")
        elif line.startswith("warning: "):
            self._warnings.append(line.removeprefix("warning: "))
        elif line:
            self._log.append(line)


def _progressStep(line: str) -> tuple[float, str] | None:
    if not line.startswith("{"):
        return None
    try:
        step = json.loads(line)
        return float(step["fraction"]), str(step["message"])
    except (ValueError, KeyError, TypeError):  # some library wrote a brace: it belongs to the log
        return None


def workerProgram() -> str:
    """Return the Python that runs the worker: ``PythonSlicer`` inside Slicer, else that of this process."""
    found = next(filter(None, map(shutil.which, _programs())), None)
    return found or sys.executable


def _programs() -> Iterator[str]:
    yield _LAUNCHER
    folders = [Path(prefix) / "bin" for prefix in (sys.prefix, sys.base_prefix)]
    if "SLICER_HOME" in os.environ:
        folders.insert(0, Path(os.environ["SLICER_HOME"]) / "bin")
    yield from (str(folder / _LAUNCHER) for folder in folders)
    # Inside Slicer this names PythonSlicer, or nothing where the build has none; never the application.
    if Path(sys.executable).stem.lower().startswith("python"):
        yield sys.executable
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    yield from (str(folder / version) for folder in folders)
    yield version


def workerArguments(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of the program: the package, the command, and progress asked for."""
    return ["-m", "interventional_oncology", *arguments, "--json", "--progress"]


def environmentChanges(
    environment: Mapping[str, str], program: str = _LAUNCHER
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what to set and what to remove in the environment of the worker.

    ``PythonSlicer`` knows where the packages of Slicer are; any other Python is told where this process has
    them.

    ``ITK_AUTOLOAD_PATH`` makes every ITK program load Slicer's file plug-ins, so it goes. ``PythonSlicer``
    sets it again; :mod:`interventional_oncology.itk_plugins` keeps them out of the worker there.
    """
    paths = [str(PACKAGE_ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    if Path(program).stem != _LAUNCHER:
        paths += [folder for folder in sys.path if Path(folder).is_absolute() and Path(folder).is_dir()]
    changes = {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        FOLLOW_VARIABLE: "1",  # PythonSlicer is a launcher: killing it alone leaves the worker running
    }
    return changes, (VARIABLE,)
