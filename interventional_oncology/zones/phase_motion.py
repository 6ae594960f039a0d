"""Residual motion between the sequences of one examination: measured, taken out, reported.

Breath-holds differ by a millimeter or two. A rim of 3 mm does not forgive that, so every sequence is shifted
onto one of them, by mutual information (Viola and Wells 1997, doi:10.1023/A:1007958904918; Maes et al. 1997,
doi:10.1109/42.563664; from memory, not checked) of points between the voxels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..registration.threads import in_parallel
from .morphology import depth_mm, distance_mm

#: Sequences that others are shifted onto, best first.
REFERENCES = (
    *("portal", "ct_portal", "delayed", "hepatobiliary", "ct_arterial", "arterial"),
    *("native_t1", "ct_native", "t1", "t2", "dwi", "adc"),
)
#: At the border of the organ these mix other tissues than the reference does; they are compared inside it.
_COMPARED_INSIDE = ("t2", "dwi", "adc")
_SAME_ACQUISITION = ("dwi", "adc")
_INSIDE_MM, _OUTSIDE_MM = 4.0, 3.0
_POINTS, _COARSE_POINTS, _LEAST_POINTS = 25_000, 5_000, 500
_BINS = 32
_SMOOTHING_MM, _COARSE_SMOOTHING_MM = 1.0, 3.0
_STEPS_MM = (2.0, 1.0, 1.0, 0.5, 0.5, 0.5)
_LATTICE_MM = (-12.0, -6.0, 0.0, 6.0, 12.0)
#: Below this nothing is resampled: interpolation costs more than the motion.
_STILL_MM = 0.25
_MUCH_MM, _TOO_MUCH_MM = 4.0, 10.0


@dataclass(frozen=True)
class PhaseMotion:
    """How far a sequence lay from the reference sequence.

    Attributes
    ----------
    role, reference : str
    shift_mm : tuple of float
        Along the axes i, j, k of the images.
    distance_mm : float
    corrected : bool
        Whether it was shifted back.
    """

    role: str
    reference: str
    shift_mm: tuple[float, float, float]
    distance_mm: float
    corrected: bool


def held_still(
    arrays: Mapping[str, np.ndarray], organ: np.ndarray, spacing_mm: np.ndarray
) -> tuple[dict[str, np.ndarray], tuple[PhaseMotion, ...], list[str]]:
    """Return the sequences shifted onto the reference one, their motion, and what is to be said of it.

    Parameters
    ----------
    arrays : mapping of str to numpy.ndarray, shape (k, j, i)
    organ : numpy.ndarray, bool
    spacing_mm : numpy.ndarray, shape (3,)
        In the order k, j, i.

    Notes
    -----
    A sequence farther off than 10 mm is left out: a shift alone does not make up for that.
    """
    reference = next(role for role in REFERENCES if role in arrays)
    roles = [role for role in arrays if role != reference]
    around = distance_mm(organ, spacing_mm) <= _OUTSIDE_MM
    inside = depth_mm(organ, spacing_mm) >= _INSIDE_MM

    def measured(role: str) -> np.ndarray:
        where = inside if role in _COMPARED_INSIDE else around
        return shift_between_mm(arrays[reference], arrays[role], where, spacing_mm)

    shifts = dict(zip(roles, in_parallel(measured, roles), strict=True))
    together = [shifts[role] for role in _SAME_ACQUISITION if role in shifts]
    for role in _SAME_ACQUISITION:
        if role in shifts:
            shifts[role] = np.mean(together, axis=0)
    still, motions, said = {reference: arrays[reference]}, [], []
    for role in roles:
        shift_mm = shifts[role]
        far_mm = float(np.linalg.norm(shift_mm))
        corrected = _STILL_MM <= far_mm <= _TOO_MUCH_MM
        k, j, i = (float(v) for v in shift_mm)
        motions.append(PhaseMotion(role, reference, (i, j, k), far_mm, corrected))
        if far_mm > _TOO_MUCH_MM:
            said.append(
                f"{role} lies {far_mm:.0f} mm from {reference} and is left out: register the sequences first"
            )
            continue
        if far_mm > _MUCH_MM:
            said.append(
                f"{role} lay {far_mm:.1f} mm from {reference} and was shifted back; "
                "what is not a shift remains: register the sequences first"
            )
        still[role] = _shifted(arrays[role], shift_mm / spacing_mm) if corrected else arrays[role]
    return {role: still[role] for role in arrays if role in still}, tuple(motions), said


def _shifted(array: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return ``array`` looked up ``steps`` voxels farther; cubic, so that edges stay sharp."""
    return np.asarray(ndimage.shift(array, -steps, order=3, mode="nearest", output=np.float32))


def shift_between_mm(
    fixed: np.ndarray, moving: np.ndarray, where: np.ndarray, spacing_mm: np.ndarray
) -> np.ndarray:
    """Return how far (k, j, i) the content of ``moving`` lies from that of ``fixed``; 0 if unknowable."""
    if np.count_nonzero(where) < _LEAST_POINTS:
        return np.zeros(3)
    coarse = _Information(fixed, moving, where, spacing_mm, _COARSE_SMOOTHING_MM, _COARSE_POINTS)
    lattice = np.stack(np.meshgrid(*[_LATTICE_MM] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    lattice = lattice[np.argsort(np.linalg.norm(lattice, axis=1), kind="stable")]
    start = lattice[int(np.argmin([coarse(shift_mm) for shift_mm in lattice]))]
    fine = _Information(fixed, moving, where, spacing_mm, _SMOOTHING_MM, _POINTS)
    return _lowest(fine, start)


def _lowest(cost: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    """Return where a smooth cost is lowest: parabolas along the axes in turn, over ever smaller steps."""
    found, value = start.astype(np.float64), cost(start)
    for step_mm in _STEPS_MM:
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


class _Information:
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
