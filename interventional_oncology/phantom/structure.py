"""One part of the patient: what it is made of and where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .sampling import Layer, Sampling, tube_coverage
from .shapes import Solid

_LONGEST_MM = 40.0


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
    blur_mm : float
        Width over which the edge of a solid fades; 0 for a sharp one.
    """

    name: str
    tissue: str
    shape: Solid | np.ndarray
    within: str | None = None
    blur_mm: float = 0.0

    def layer(self, sampling: Sampling) -> Layer:
        """Return this part on a grid."""
        if isinstance(self.shape, Solid):
            return sampling.layer(self.name, self.tissue, self.shape, self.within, self.blur_mm)
        box, coverage = tube_coverage(sampling, self.shape)
        return Layer(self.name, self.tissue, box, coverage, self.within)


def chain(
    points: np.ndarray | Sequence[Sequence[float]], radii: np.ndarray | Sequence[float] | float
) -> np.ndarray:
    """Return the capsules (n, 8) along ``points`` (m, 3) with ``radii`` mm (m,) at the points.

    Long stretches are cut into pieces, so that each is looked at in a small box only.
    """
    path = np.asarray(points, np.float64)
    radius = np.broadcast_to(np.asarray(radii, np.float64), (len(path),))
    rows = []
    for (start, end), (r_start, r_end) in zip(pairwise(path), pairwise(radius), strict=True):
        cuts = np.linspace(0, 1, 2 + int(np.linalg.norm(end - start) // _LONGEST_MM))
        for t, u in pairwise(cuts):
            ends = [start + t * (end - start), start + u * (end - start)]
            rows.append(
                np.concatenate([*ends, [r_start + t * (r_end - r_start), r_start + u * (r_end - r_start)]])
            )
    return np.array(rows)
