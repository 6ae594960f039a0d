"""One part of the patient: what it is made of and where it is."""

from dataclasses import dataclass

import numpy as np

from .sampling import Layer, Sampling, tube_coverage
from .shapes import Solid


@dataclass(frozen=True)
class Structure:
    """A named part.

    Attributes
    ----------
    name : str
    tissue : str
        Row of the tissue table.
    shape : Solid or ndarray
        A solid, or tapered capsules (n, 8) as :func:`~.sampling.tube_coverage` takes them.
    within : str or None
        Tissue of the part that encloses this one wholly.
    """

    name: str
    tissue: str
    shape: Solid | np.ndarray
    within: str | None = None

    def layer(self, sampling: Sampling) -> Layer:
        """Return this part on a grid."""
        if isinstance(self.shape, Solid):
            return sampling.layer(self.name, self.tissue, self.shape, self.within)
        box, coverage = tube_coverage(sampling, self.shape)
        return Layer(self.name, self.tissue, box, coverage, self.within)


def chain(points: np.ndarray, radii: np.ndarray | float) -> np.ndarray:
    """Return the capsules (n - 1, 8) along ``points`` (n, 3) with ``radii`` mm (n,) at the points."""
    points = np.asarray(points, np.float64)
    radii = np.broadcast_to(np.asarray(radii, np.float64), (len(points),))
    return np.column_stack([points[:-1], points[1:], radii[:-1], radii[1:]])
