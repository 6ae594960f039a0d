"""The progress of elastix, read from what it says."""

import re

from ...progress import Progress

_RESOLUTION = re.compile(r"^Resolution: (\d+)\s*$")
_ITERATION = re.compile(r"^(\d+)\s+-?\d")
_COMPLAINT = re.compile(r"error|exception|could not|failed", re.IGNORECASE)
#: elastix has hundreds of quick iterations: one in so many is told.
_EVERY = 10
_KEPT_LINES = 30


class ElastixLog:
    """Hears the lines of elastix, tells the progress and keeps the last lines for an error message.

    Parameters
    ----------
    progress : callable
    levels, iterations : int
        As in the parameters elastix was given.
    """

    def __init__(self, progress: Progress, levels: int, iterations: int) -> None:
        self._progress, self._levels, self._iterations = progress, levels, iterations
        self._level = 0
        self._lines: list[str] = []

    def hear(self, line: str) -> None:
        """Take one line."""
        self._lines = [*self._lines[1 - _KEPT_LINES :], line]
        resolution, iteration = _RESOLUTION.match(line), _ITERATION.match(line)
        if resolution:
            self._level = int(resolution.group(1))
        elif iteration and int(iteration.group(1)) % _EVERY == 0:
            self._tell(int(iteration.group(1)))

    def reason(self) -> str:
        """Return the line that says why it failed, or nothing."""
        said = (line.strip() for line in reversed(self._lines))
        telling = (
            line for line in said if re.search(r"error|exception|could not|failed", line, re.IGNORECASE)
        )
        return next(telling, "")

    def _tell(self, iteration: int) -> None:
        done = (self._level + min(iteration / self._iterations, 1.0)) / self._levels
        title = f"elastix level {self._level + 1} of {self._levels}"
        self._progress(min(done, 1.0), f"{title}, iteration {iteration + 1}")
