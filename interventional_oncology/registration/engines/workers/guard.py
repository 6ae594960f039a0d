"""Runs one program and ends it when nobody waits for it any more. Standard library only, imports no package.

    python guard.py FOLDER PROGRAM [ARGUMENT ...]

The starter holds the writing end of standard input. When it dies, however that happens, the pipe ends: then
the program, with all that it started, is killed and FOLDER, which holds images of a patient, is removed. The
program runs without ``ITK_AUTOLOAD_PATH``, so that its ITK loads no file plug-in built for Slicer's.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

VARIABLE = "ITK_AUTOLOAD_PATH"
_CRASHED = 70  # EX_SOFTWARE of sysexits.h: a signal has no exit code of its own on every system


def main(arguments: list[str]) -> int:
    """Run the program and return its exit code, 70 when a signal ended it."""
    folder, *command = arguments
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True)
    abandoned = threading.Event()

    def end(*_: object) -> None:
        abandoned.set()
        _kill(child.pid)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=_wait_for_starter, args=(end,), daemon=True).start()
    code = child.wait()
    if abandoned.is_set():
        shutil.rmtree(folder, ignore_errors=True)
    return code if 0 <= code < 256 else _CRASHED


def _kill(process: int) -> None:
    # Slicer's Python is a launcher, and killing it alone leaves the one that works behind.
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process)], check=False, capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process, signal.SIGKILL)


def _wait_for_starter(end: Callable[[], None]) -> None:
    try:
        while os.read(0, 1024):
            pass
    except OSError:
        pass
    end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
