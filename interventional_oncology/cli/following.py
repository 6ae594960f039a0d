"""Ending with the program that started this one.

Slicer's ``PythonSlicer`` is a launcher: the Python that works is its child, and a killed launcher leaves the
child behind. Nobody wants a registration that goes on after Cancel, or after a crash of Slicer. The child
holds the reading end of a pipe whose writing end dies with its starter, so the end of its standard input says
that nobody waits any more.
"""

import os
import stat
import threading
import time
from collections.abc import Callable

#: Set (to anything) by a starter that wants its worker to end with it.
FOLLOW_VARIABLE = "INTERVENTIONAL_ONCOLOGY_FOLLOW_STDIN"

_STDIN = 0
_EXIT_ABANDONED = 1
# A pipe that is at its end from the start was never held by anybody.
_FIRST_MOMENT_S = 0.2


def follow_starter() -> None:
    """Watch standard input from now on, if the starter asked for it, and end the process when it closes."""
    if FOLLOW_VARIABLE in os.environ and _is_pipe(_STDIN):
        # Not through sys.stdin: its lock would be held by this thread at the regular end.
        threading.Thread(target=watch, args=(_STDIN, _leave), daemon=True).start()


def watch(descriptor: int, leave: Callable[[], None]) -> None:
    """Read a pipe to its end, then call ``leave``; a pipe that is empty and closed already calls nobody.

    Parameters
    ----------
    descriptor : int
        Reading end.
    leave : callable
    """
    started = time.monotonic()
    try:
        while os.read(descriptor, 1024):
            pass
    except OSError:  # closed on our side: the process is ending by itself
        return
    if time.monotonic() - started > _FIRST_MOMENT_S:
        leave()


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _leave() -> None:
    # At once and without clean-up: the next run clears what was left, as after a kill.
    os._exit(_EXIT_ABANDONED)
