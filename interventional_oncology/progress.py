"""Progress of long work, reported through a callable that is handed in."""

from collections.abc import Callable

#: ``progress(fraction, message)`` with the fraction done (0 to 1) and what is being done now.
Progress = Callable[[float, str], None]


def silent(fraction: float, message: str) -> None:
    """Report to nobody: the default of every function that takes a progress callable."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Return the progress of one step that spans ``start`` to ``stop`` of the whole.

    Examples
    --------
    >>> seen = []
    >>> step = part(lambda fraction, message: seen.append((fraction, message)), 0.5, 1.0)
    >>> step(0.5, "half of the second half")
    >>> seen
    [(0.75, 'half of the second half')]
    """

    def report(fraction: float, message: str) -> None:
        progress(start + (stop - start) * fraction, message)

    return report
