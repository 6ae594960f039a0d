"""Mutual information of two images by the shift between them, at points that favor edges."""

from collections.abc import Callable, Sequence
from copy import copy

import numpy as np
from scipy import ndimage

_BINS = 32


def lowest(cost: Callable[[np.ndarray], float], start: np.ndarray, steps_mm: Sequence[float]) -> np.ndarray:
    """Return where a smooth cost is lowest: parabolas along the axes in turn, over ever smaller steps."""
    found, value = start.astype(np.float64), cost(start)
    for step_mm in steps_mm:
        for axis in range(3):
            step = step_mm * np.eye(3)[axis]
            before, after = cost(found - step), cost(found + step)
            bend = before + after - 2 * value
            way = 0.5 * (before - after) / bend if bend > 0 else np.sign(before - after)
            tried = found + np.clip(way, -1.5, 1.5) * step
            tried_value = cost(tried)
            if tried_value < value:
                found, value = tried, tried_value
    return found


class Information:
    """Minus the mutual information of two images by the shift in mm, at points that favor edges."""

    def __init__(
        self,
        fixed: np.ndarray,
        moving: np.ndarray,
        where: np.ndarray,
        spacing_mm: np.ndarray,
        smoothing_mm: float,
        count: int,
    ) -> None:
        sigmas = smoothing_mm / spacing_mm
        fixed = ndimage.gaussian_filter(fixed, sigmas)
        self._moving = ndimage.gaussian_filter(moving, sigmas)
        self._spacing_mm = spacing_mm
        places = np.argwhere(where)
        slope = sum(np.square(part) for part in np.gradient(fixed, *spacing_mm))[where] ** 0.5
        slope = np.minimum(slope, np.quantile(slope, 0.98)) + 1e-6
        rng = np.random.default_rng(0)
        picked = rng.choice(len(places), min(count, len(places)), replace=False, p=slope / slope.sum())
        self._points = places[picked].T + rng.uniform(-0.5, 0.5, (3, len(picked)))
        values = self._at(fixed, np.zeros(3))
        low, high = _range(values)
        self._fixed_bins = np.rint(np.clip((values - low) / (high - low), 0, 1) * (_BINS - 1)).astype(int)
        self._low, self._high = _range(self._at(self._moving, np.zeros(3)))

    def halves(self, axis: int) -> "tuple[Information, Information]":
        """Return the information of the points on either side of their middle along an axis."""
        low = self._points[axis] < np.median(self._points[axis])
        return self._part(low), self._part(~low)

    def _part(self, chosen: np.ndarray) -> "Information":
        part = copy(self)
        part._points, part._fixed_bins = self._points[:, chosen], self._fixed_bins[chosen]
        return part

    def _at(self, image: np.ndarray, shift_mm: np.ndarray) -> np.ndarray:
        points = self._points + (shift_mm / self._spacing_mm)[:, None]
        return np.asarray(ndimage.map_coordinates(image, points, order=1, mode="nearest"))

    def __call__(self, shift_mm: np.ndarray) -> float:
        values = self._at(self._moving, shift_mm)
        place = np.clip((values - self._low) / (self._high - self._low), 0, 1) * (_BINS - 2 - 1e-6)
        bins = place.astype(int)
        rest = place - bins
        first = self._fixed_bins * _BINS + bins
        counts = np.bincount(first, 1 - rest, _BINS**2) + np.bincount(first + 1, rest, _BINS**2)
        joint = (counts / len(values)).reshape(_BINS, _BINS)
        alone = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
        there = joint > 0
        return -float(np.sum(joint[there] * np.log(joint[there] / alone[there])))


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = (float(v) for v in np.quantile(values, (0.01, 0.99)))
    return low, max(high, low + 1e-6)
