"""Observing VTK objects, and letting go of those that are no longer observed."""

from collections.abc import Callable
from typing import Any


class Observations:
    """Observers of VTK objects: each is added once, and all can be taken off together.

    Why not ``slicer.util.VTKObservationMixin``: it keeps each object that it ever observed, also after the
    observer was removed. The segmentations of every closed scene would stay in memory.
    """

    def __init__(self) -> None:
        self._observerTags: dict[tuple[Any, int | str, Callable[..., None]], int] = {}

    def addObserver(self, observed, event: int | str, method: Callable[..., None]) -> None:
        """Call ``method`` at each event of an object; does nothing if it is called already."""
        if not self.hasObserver(observed, event, method):
            self._observerTags[observed, event, method] = observed.AddObserver(event, method)

    def hasObserver(self, observed, event: int | str, method: Callable[..., None]) -> bool:
        """Say whether ``method`` is called at this event of this object."""
        return (observed, event, method) in self._observerTags

    def removeObserver(self, observed, event: int | str, method: Callable[..., None]) -> None:
        """Call ``method`` no longer; does nothing if it was not called."""
        tag = self._observerTags.pop((observed, event, method), None)
        if tag is not None:
            observed.RemoveObserver(tag)

    def removeObservers(self, method: Callable[..., None] | None = None) -> None:
        """Call ``method`` no longer at any event of any object; without it, none of the methods."""
        for observed, event, known in list(self._observerTags):
            if method is None or known == method:
                self.removeObserver(observed, event, known)
