"""A program of somebody else in a process of its own, which ends with ours."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ...itk_plugins import VARIABLE

WORKERS = Path(__file__).parent / "workers"

#: Seconds until an ended program must be gone; the guard needs far less.
_GONE_S = 10.0


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a temporary folder for the images of one run, removed at the end."""
    with TemporaryDirectory(prefix="interventional-oncology-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def python_worker(name: str) -> list[str]:
    """Return the command of a worker file; by its path, so that it does not load this package."""
    return [sys.executable, str(WORKERS / name)]


def run_program(
    command: Sequence[str | Path],
    folder: Path,
    hear: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run a program and return its exit code; 70 when it crashed.

    It runs behind ``workers/guard.py`` and without ``ITK_AUTOLOAD_PATH``. When this function is left by an
    exception, or this process dies, the program is ended too.

    Parameters
    ----------
    command : sequence of str or Path
        Program and arguments.
    folder : Path
        Where its files are; removed by the guard if this process dies.
    hear : callable
        Is given each line the program writes, as it comes.
    environment : mapping, optional
        What to set beside the environment of this process.
    """
    variables = {**os.environ, "PYTHONPATH": _search_path(), "PYTHONUNBUFFERED": "1", **(environment or {})}
    variables.pop(VARIABLE, None)
    process = subprocess.Popen(
        [*python_worker("guard.py"), str(folder), *(str(part) for part in command)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=variables,
        encoding="utf-8",
        errors="replace",
        # Ctrl-C in a terminal reaches this process alone, which then ends the guard.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for line in process.stdout:
            hear(line.rstrip("\n"))
        return process.wait()
    finally:
        process.stdin.close()
        process.wait(_GONE_S)
        process.stdout.close()


def _search_path() -> str:
    # The worker finds the packages that this process has, also those of Slicer's extensions.
    folders = [folder for folder in sys.path if Path(folder).is_absolute()]
    return os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), *folders]))
