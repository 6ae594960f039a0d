"""What a program says while it runs: its progress, and why it failed."""

import re

from ...progress import Progress

#: How ITK ends the report of an exception: class, address and then what happened.
_EXCEPTION = re.compile(r"ITK ERROR: [^:]*: (.+)")
_COMPLAINT = re.compile(r"error|exception|could not|failed|fault", re.IGNORECASE)
_KEPT_LINES = 30
#: These programs have hundreds of quick iterations: one in so many is told.
_EVERY = 10


class ProgramLog:
    """Hears the lines of a program, tells the progress and keeps the last ones for an error message.

    Parameters
    ----------
    progress : callable
    title : str
        What the program is called in the progress.
    level : re.Pattern
        Matches a line that says the level of resolution, from 0, in its first group.
    iteration : re.Pattern
        The same for the iteration.
    iterations : tuple of int
        At most so many at each level.
    """

    def __init__(
        self,
        progress: Progress,
        title: str,
        level: re.Pattern[str],
        iteration: re.Pattern[str],
        iterations: tuple[int, ...],
    ) -> None:
        self._progress, self._title, self._iterations = progress, title, iterations
        self._patterns = (level, iteration)
        self._level = 0
        self._lines: list[str] = []

    def hear(self, line: str) -> None:
        """Take one line."""
        self._lines = [*self._lines[1 - _KEPT_LINES :], line]
        level, iteration = (pattern.search(line) for pattern in self._patterns)
        if level:
            self._level = min(int(level.group(1)), len(self._iterations) - 1)
        if iteration and int(iteration.group(1)) % _EVERY == 0:
            self._tell(int(iteration.group(1)))

    def reason(self, code: int) -> str:
        """Return the last complaint of the program, or how it ended."""
        described = filter(None, map(_EXCEPTION.search, reversed(self._lines)))
        complaints = (line.strip() for line in reversed(self._lines) if _COMPLAINT.search(line))
        exception = next(described, None)
        if exception:
            return exception.group(1).strip()
        return next(complaints, f"the program ended with exit code {code}")

    def _tell(self, iteration: int) -> None:
        levels = len(self._iterations)
        done = (self._level + min(iteration / self._iterations[self._level], 1.0)) / levels
        self._progress(done, f"{self._title} level {self._level + 1} of {levels}, iteration {iteration + 1}")
