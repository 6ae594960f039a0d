"""Registration error as the spread of several registrations of the same pair."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy.spatial import cKDTree

from ..errors import InputError
from .registration_error import SHARED_OVER_MM, Probes, correlation

_FEWEST_MEMBERS = 3


class _Spread(ABC):
    """The covariance of what the members of an ensemble say."""

    @abstractmethod
    def _displacements_mm(self, points_lps_mm: np.ndarray) -> np.ndarray:
        """Return where each member sends points (n, 3), (members, n, 3); a common part plays no role."""

    def covariance_mm2(self, first: Probes, second: Probes) -> np.ndarray:
        """Return the covariance (n, m), tapered with distance: few members make chance correlations."""
        one, other = self._deviations_mm(first), self._deviations_mm(second)
        # A further registration scatters about their mean, which is itself known to 1 / members only.
        shared = one @ other.T / (one.shape[1] - 1) * (1.0 + 1.0 / one.shape[1])
        return np.asarray(shared * correlation(first, second, SHARED_OVER_MM))

    def variance_mm2(self, probes: Probes) -> np.ndarray:
        """Return the variance (n,) of the error at each probe."""
        deviations_mm = self._deviations_mm(probes)
        return np.asarray(deviations_mm.var(axis=1, ddof=1) * (1.0 + 1.0 / deviations_mm.shape[1]))

    def _deviations_mm(self, probes: Probes) -> np.ndarray:
        moved_mm = self._displacements_mm(probes.points_lps_mm)
        return np.asarray(np.einsum("kij,ij->ik", moved_mm - moved_mm.mean(axis=0), probes.directions_lps))


@dataclass(frozen=True)
class EnsembleError(_Spread):
    """The spread of several transforms.

    Attributes
    ----------
    transforms : sequence of SimpleITK.Transform
        Three or more, each fixed points to moving points, LPS mm.
    """

    transforms: Sequence[sitk.Transform]

    def __post_init__(self) -> None:
        _check_members(len(self.transforms))
        for one in self.transforms:
            if not isinstance(one, sitk.Transform) or one.GetDimension() != 3:
                got = type(one).__name__
                if isinstance(one, sitk.Transform):
                    got = f"one in {one.GetDimension()}-D"
                msg = f"ensemble of registrations: expected 3-D transforms, got {got}"
                raise InputError(msg)

    def _displacements_mm(self, points_lps_mm: np.ndarray) -> np.ndarray:
        points = points_lps_mm.tolist()
        return np.array([[one.TransformPoint(point) for point in points] for one in self.transforms])


@dataclass(frozen=True)
class SampledError(_Spread):
    """The spread of displacements known at some places, such as the vertices of the tumor surface.

    Attributes
    ----------
    points_lps_mm : numpy.ndarray, shape (n, 3)
    displacements_lps_mm : numpy.ndarray, shape (members, n, 3)
        Three members or more. Elsewhere the nearest place counts.
    """

    points_lps_mm: np.ndarray
    displacements_lps_mm: np.ndarray

    def __post_init__(self) -> None:
        points, displacements = np.asarray(self.points_lps_mm), np.asarray(self.displacements_lps_mm)
        shares_places = points.ndim == 2 and len(points) > 0 and displacements.shape[1:] == points.shape
        if not shares_places or points.shape[1] != 3:
            msg = (
                "ensemble of displacements: expected points (n, 3) and displacements (members, n, 3), "
                f"got {points.shape} and {displacements.shape}"
            )
            raise InputError(msg)
        _check_members(len(displacements))
        if not (np.isfinite(points).all() and np.isfinite(displacements).all()):
            msg = "ensemble of displacements: expected finite numbers, got some that are not"
            raise InputError(msg)

    def _displacements_mm(self, points_lps_mm: np.ndarray) -> np.ndarray:
        _, nearest = cKDTree(self.points_lps_mm).query(points_lps_mm)
        return np.asarray(self.displacements_lps_mm)[:, nearest]


def _check_members(count: int) -> None:
    if count < _FEWEST_MEMBERS:
        msg = f"ensemble of registrations: expected {_FEWEST_MEMBERS} or more, got {count}"
        raise InputError(msg)
