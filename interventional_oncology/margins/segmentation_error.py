"""What is known of the segmentation error: how far an outline may lie from the true border.

An outline is off by about half a voxel along its normal (standard deviation; a rule of ours, since no
published number fits all readers, scans and tools): a border along thick slices is known less well than one
across them. Neighboring parts of an outline are off together, so this is a smooth field on the surface and
neither one offset nor noise from point to point. Tumor and zone are outlined independently of each other.
"""

from dataclasses import dataclass

import numpy as np

from .checks import length_mm
from .registration_error import Probes, correlation

_PART_OF_VOXEL = 0.5
# An outline strays from the border and comes back over about this distance.
_SHARED_OVER_MM, _SHARED_OVER_VOXELS = 4.0, 1.5
_LARGEST_MM = 20.0


@dataclass(frozen=True)
class SegmentationError:
    """Error of the outlines of tumor and zone.

    Attributes
    ----------
    spacing_mm : numpy.ndarray, shape (3,)
        Voxel spacing along i, j, k.
    direction : numpy.ndarray, shape (3, 3)
        Columns are the unit vectors of the axes i, j, k in LPS.
    stated_mm : float or None
        Standard deviation of each outline along its normal; None: half a voxel along that normal.
    """

    spacing_mm: np.ndarray
    direction: np.ndarray
    stated_mm: float | None = None

    def __post_init__(self) -> None:
        if self.stated_mm is not None:
            length_mm(self.stated_mm, "segmentation error", _LARGEST_MM)

    @property
    def shared_over_mm(self) -> float:
        """Distance over which an outline is off together."""
        return max(_SHARED_OVER_MM, _SHARED_OVER_VOXELS * float(np.max(self.spacing_mm)))

    def deviation_mm(self, directions_lps: np.ndarray) -> np.ndarray:
        """Return the standard deviation (n,) of one outline with these normals (n, 3)."""
        if self.stated_mm is not None:
            return np.full(len(directions_lps), self.stated_mm)
        along_axes = directions_lps @ self.direction
        return _PART_OF_VOXEL * np.linalg.norm(along_axes * self.spacing_mm, axis=1)

    def covariance_mm2(self, first: Probes, second: Probes) -> np.ndarray:
        """Return the covariance (n, m) of one outline's error at two sets of probes."""
        one, other = (self.deviation_mm(probes.directions_lps) for probes in (first, second))
        return one[:, None] * other * correlation(first, second, self.shared_over_mm)
