"""The running record of a review: steps, warnings and progress."""

import time
from collections.abc import Callable
from typing import TypeVar

from ..errors import InputError
from ..progress import Progress
from .findings import Step

Found = TypeVar("Found")
Warn = Callable[[str], None]


class Job:
    """Runs the steps of a review and remembers what became of each.

    A step that refuses its input does not end the review: the reason is kept, said and printed in the
    report.
    """

    def __init__(self, progress: Progress, warn: Warn) -> None:
        self._progress, self._warn = progress, warn
        self.steps: list[Step] = []
        self.warnings: list[str] = []

    def progress(self, fraction: float, message: str) -> None:
        """Report progress of the whole review."""
        self._progress(fraction, message)

    def warn(self, text: str) -> None:
        """Say a warning, once."""
        if text not in self.warnings:
            self.warnings.append(text)
            self._warn(text)

    def skip(self, name: str, timepoint: str, reason: str) -> None:
        """Note a step for which the case has no data."""
        self.steps.append(Step(name, timepoint, done=False, reason=reason))

    def run(self, name: str, timepoint: str, work: Callable[[], Found]) -> Found | None:
        """Run one step; ``None`` and a warning if its input is refused."""
        started = time.monotonic()
        try:
            found = work()
        except InputError as error:
            reason = " ".join(str(error).split())
            self.steps.append(Step(name, timepoint, False, reason, time.monotonic() - started))
            self.warn(f"{timepoint or 'case'}: {name} not done: {reason}")
            return None
        self.steps.append(Step(name, timepoint, True, "", time.monotonic() - started))
        return found
