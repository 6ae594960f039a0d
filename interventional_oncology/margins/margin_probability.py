"""The true margin, given the measured one and its errors.

Measured margin = true margin + error, and the error is taken for a Gaussian field on the surface whose
covariance is that of registration and both outlines; to first order, an error counts by its part along the
direction to the nearest zone surface. At one point that is all there is to say. The *minimum* needs more: it
lies where an error happened to push the margin down most, so it is low on average. Errors drawn anew and
added to the measured map push its minimum down once more, by about as much as the true errors did. So the
difference is not added but taken back: true minimum = measured minimum + (measured minimum - minimum with
errors added). That is the basic bootstrap (Davison and Hinkley 1997, doi:10.1017/CBO9780511802843, chapter 5,
from memory, not checked). A least margin cannot exceed the mean margin: where a draw would, as it does when
the map is nearly even, the minimum with errors added is taken instead, which is the cautious side.

The size of the errors is taken as uncertain too.

The intervals are checked on simulated cases whose errors follow other laws than these
(``Benchmarks/margin_calibration.py``).
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky
from scipy.special import ndtr

from .registration_error import Probes, RegistrationError
from .segmentation_error import SegmentationError

_DRAWS = 4000
_SEED = 20250302
_MOST_CELLS = 250
# A cell this many standard deviations above the least one never becomes the least.
_REACH_DEVIATIONS = 8.0
_ADDED_PART = 1e-6
#: The size of an error is itself known to some 30 %: the mean of a few landmarks, a rule for outlines.
SIZE_SPREAD = 0.3


@dataclass(frozen=True)
class MeasuredMap:
    """A margin map with all that its errors depend on.

    Attributes
    ----------
    margin_mm, areas_mm2 : numpy.ndarray, shape (n,)
        At each judged vertex of the tumor surface, and the area it stands for.
    tumor, zone : Probes
        The vertices and the nearest points of the zone's surface; both with the direction in which the
        margin rises.
    registration : RegistrationError or None
    segmentation : SegmentationError
    """

    margin_mm: np.ndarray
    areas_mm2: np.ndarray
    tumor: Probes
    zone: Probes
    registration: RegistrationError | None
    segmentation: SegmentationError

    def variance_mm2(self) -> np.ndarray:
        """Return the variance (n,) of the error of each margin."""
        found = 2.0 * self.segmentation.deviation_mm(self.tumor.directions_lps) ** 2
        if self.registration is not None:
            found = found + self.registration.variance_mm2(self.tumor)
        return np.asarray(found)

    def covariance_mm2(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Return the covariance of the errors of the margins with these indices."""
        tumor, zone = (
            self.segmentation.covariance_mm2(of.part(first), of.part(second))
            for of in (self.tumor, self.zone)
        )
        if self.registration is None:
            return tumor + zone
        return (
            tumor + zone + self.registration.covariance_mm2(self.tumor.part(first), self.tumor.part(second))
        )


@dataclass(frozen=True)
class TrueMargin:
    """What is known of the true margin.

    Attributes
    ----------
    minima_mm : numpy.ndarray, shape (draws,)
        Equally probable minimal margins.
    margin_mm, deviation_mm : numpy.ndarray, shape (n,)
        Measured margin at each vertex, and the standard deviation of its error.
    """

    minima_mm: np.ndarray
    margin_mm: np.ndarray
    deviation_mm: np.ndarray

    def probability_at_least(self, threshold_mm: float) -> float:
        """Return the probability that the minimal margin is at least ``threshold_mm``."""
        return float(np.mean(self.minima_mm >= threshold_mm))

    def interval_mm(self, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval that holds the minimal margin with probability ``level``."""
        low, high = np.quantile(self.minima_mm, (0.5 - 0.5 * level, 0.5 + 0.5 * level))
        return float(low), float(high)

    def probabilities_at_least(self, threshold_mm: float) -> np.ndarray:
        """Return the probability (n,) that the margin at each vertex is at least ``threshold_mm``."""
        beyond_mm = self.margin_mm - threshold_mm
        exact = self.deviation_mm <= 0
        unit = np.divide(beyond_mm, self.deviation_mm, out=np.zeros_like(beyond_mm), where=~exact)
        return np.where(exact, (beyond_mm >= 0).astype(float), ndtr(unit))


def true_margin(measured: MeasuredMap) -> TrueMargin:
    """Return what a measured map says of the true margin; the same map gives the same answer."""
    deviation_mm = np.sqrt(measured.variance_mm2())
    measured_mm = float(measured.margin_mm.min())
    cells = _cells(measured)
    errors_mm = _drawn_errors(measured.covariance_mm2(cells, cells))
    mean_mm = _weighted(measured.margin_mm, measured.areas_mm2) - errors_mm.mean(axis=0)
    margin_mm = measured.margin_mm[cells]
    near = margin_mm <= margin_mm.min() + _REACH_DEVIATIONS * deviation_mm[cells].max()
    with_errors_mm = (margin_mm[near][:, None] + errors_mm[near]).min(axis=0)
    minima_mm = measured_mm + (margin_mm.min() - with_errors_mm)
    minima_mm = np.where(minima_mm > mean_mm, with_errors_mm, minima_mm)
    return TrueMargin(minima_mm, measured.margin_mm, deviation_mm)


def _weighted(values: np.ndarray, weights: np.ndarray) -> float:
    return float(values @ weights / weights.sum())


def _cells(measured: MeasuredMap) -> np.ndarray:
    """Return the vertex nearest to the middle of each cell of a grid, a few hundred cells on the surface.

    Chosen by place and never by margin: the least margin of a cell would be low by the errors within it.
    """
    points_mm = measured.tumor.points_lps_mm - measured.tumor.points_lps_mm.mean(axis=0)
    step_mm = np.sqrt(measured.areas_mm2.sum() / _MOST_CELLS)
    while True:
        place = np.floor(points_mm / step_mm)
        off_middle = np.sum((points_mm / step_mm - place - 0.5) ** 2, axis=1)
        _, cell = np.unique(place.astype(int), axis=0, return_inverse=True)
        order = np.lexsort((off_middle, cell.ravel()))
        first = np.concatenate([[True], np.diff(cell.ravel()[order]) > 0])
        if np.count_nonzero(first) <= _MOST_CELLS:
            return np.asarray(order[first])
        step_mm *= 1.1


def _drawn_errors(covariance_mm2: np.ndarray) -> np.ndarray:
    """Return draws (n, draws) of a Gaussian field; little is added to a covariance of less than full rank."""
    count, mean_mm2 = len(covariance_mm2), float(np.diag(covariance_mm2).mean())
    if mean_mm2 <= 0:
        return np.zeros((count, _DRAWS))
    root = cholesky(covariance_mm2 + _ADDED_PART * mean_mm2 * np.eye(count), lower=True)
    rng = np.random.default_rng(_SEED)
    sizes = np.exp(SIZE_SPREAD * rng.standard_normal(_DRAWS))
    return np.asarray(root @ rng.standard_normal((count, _DRAWS)) * sizes)
