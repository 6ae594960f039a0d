"""Peak memory of a process together with the programs it starts."""

import contextlib
import os
import resource
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_EVERY_S = 0.2
_MB = 1024.0


class PeakMemory:
    """The largest sum, so far, of what this process and its descendants have in memory, MB.

    Linux reads the resident set of each from ``/proc``, five times a second, beside the exact peak of this
    process. (The peak that ``getrusage`` tells there is at least that of the process that started it.)
    Elsewhere it is ``getrusage``.
    """

    def __init__(self) -> None:
        self._sampled_mb = 0.0

    @property
    def mb(self) -> float:
        """Peak until now."""
        own = _status_mb("self", "VmHWM")
        if own is not None:
            return max(own, self._sampled_mb)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / _MB / (_MB if sys.platform == "darwin" else 1.0)

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Watch while the block runs."""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(_EVERY_S):
            family = [os.getpid(), *_descendants(os.getpid())]
            self._sampled_mb = max(
                self._sampled_mb, sum(_status_mb(str(pid), "VmRSS") or 0.0 for pid in family)
            )


def _descendants(pid: int) -> Iterator[int]:
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, file.read_text().split()):
                yield child
                yield from _descendants(child)


def _status_mb(pid: str, key: str) -> float | None:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(key):
                return float(line.split()[1]) / _MB
    return None
