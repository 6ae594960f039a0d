"""The true margin, given the measured one and its errors.

The measured minimum is the least of noisy values and therefore low: by little where the zone is thin on one
side, by much where the margin is even and any place can become the least. What the true map may have been is
drawn (:mod:`.true_map`), and each draw has its minimum.

The intervals are checked on simulated cases whose errors follow other laws than these
(``Benchmarks/margin_calibration.py``).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from .products import product
from .registration_error import Probes, RegistrationError, correlation
from .segmentation_error import SegmentationError
from .true_map import Cells, draw_true_maps

_MOST_CELLS = 80
_SAME_PLACE_MM2 = 1e-9
# The distance to a bumpy outline is that to its nearest bump: low by this part of the outline's deviation
# (mean over simulated cases of even margin).
_BUMPS = 0.4
# A dent deeper than this many standard deviations of the error is taken to be real.
_EXPLAINED_DEVIATIONS = 2.0
_NUGGET = 0.03


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
        Expected margin at each vertex, and its standard deviation.
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
    error_mm = np.sqrt(measured.variance_mm2())
    if not error_mm.any():
        return TrueMargin(measured.margin_mm.min()[None], measured.margin_mm, error_mm)
    chosen = _cells(measured)
    at_cells = measured.tumor.part(chosen)
    over_mm = np.sqrt(measured.areas_mm2.sum() / (4.0 * np.pi))  # the radius of a ball with that surface
    smooth = correlation(at_cells, at_cells, over_mm)
    covariance_mm2 = measured.covariance_mm2(chosen, chosen)
    drawn_mm = draw_true_maps(
        Cells(
            measured.margin_mm[chosen],
            at_cells.directions_lps,
            _registration_mm2(measured.registration, at_cells),
            covariance_mm2,
            smooth,
        )
    )
    outline_mm2 = measured.segmentation.deviation_mm(at_cells.directions_lps) ** 2
    drawn_mm += _BUMPS * np.sqrt(outline_mm2.mean())
    of_cells_mm = np.stack([drawn_mm.mean(axis=1), drawn_mm.std(axis=1)], axis=1)
    near = correlation(measured.tumor, at_cells, over_mm)
    expected_mm, deviation_mm = _between_cells(near, smooth, of_cells_mm).T
    dents_mm = np.maximum(expected_mm - _EXPLAINED_DEVIATIONS * error_mm - measured.margin_mm, 0.0)
    nearest = near.argmax(axis=1)
    deepest_mm = np.zeros(len(chosen))
    np.maximum.at(deepest_mm, nearest, dents_mm)
    minima_mm = (drawn_mm - deepest_mm[:, None]).min(axis=0)
    return TrueMargin(minima_mm, expected_mm - dents_mm, np.maximum(deviation_mm, 0.0))


def _registration_mm2(registration: RegistrationError | None, probes: Probes) -> np.ndarray:
    """Return the covariance (3, 3) of the registration error that fits its variance at some probes best."""
    if registration is None:
        return np.zeros((3, 3))
    x, y, z = probes.directions_lps.T
    squares = np.column_stack([x * x, y * y, z * z, 2 * x * y, 2 * x * z, 2 * y * z])
    xx, yy, zz, xy, xz, yz = np.linalg.lstsq(squares, registration.variance_mm2(probes), rcond=None)[0]
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def _between_cells(near: np.ndarray, smooth: np.ndarray, at_cells_mm: np.ndarray) -> np.ndarray:
    """Return smooth maps (n, maps) that are known at cells, by the correlations with them and among them."""
    mean_mm = at_cells_mm.mean(axis=0)
    weights = np.linalg.solve(smooth + _NUGGET * np.eye(len(smooth)), at_cells_mm - mean_mm)
    return np.asarray(mean_mm + product(near, weights))


def _cells(measured: MeasuredMap) -> np.ndarray:
    """Return vertices far apart from each other: that of the least margin, then always the farthest one.

    The others are chosen by place and never by margin: the least of each cell would be low by its errors. Nor
    do axes play a part, so that a mirrored or turned map has the same cells in the same order.
    """
    points_mm = measured.tumor.points_lps_mm - measured.tumor.points_lps_mm.mean(axis=0)
    squares_mm2 = np.einsum("ni,ni->n", points_mm, points_mm)
    chosen = [int(np.argmin(measured.margin_mm))]
    apart_mm2 = np.full(len(points_mm), np.inf)
    while len(chosen) < min(_MOST_CELLS, len(points_mm)):
        last = chosen[-1]
        np.minimum(
            apart_mm2, squares_mm2 - points_mm @ (2.0 * points_mm[last]) + squares_mm2[last], out=apart_mm2
        )
        farthest = int(np.argmax(apart_mm2))
        if apart_mm2[farthest] <= _SAME_PLACE_MM2:
            break
        chosen.append(farthest)
    return np.array(chosen)
