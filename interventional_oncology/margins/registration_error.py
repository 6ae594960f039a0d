"""What a registration error makes of a margin: the probability that it is really there."""

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

_SHIFTS = 1024
# Only the surface near the minimum can become the minimum: this many shift deviations around it.
_REACH_DEVIATIONS = 8.0
_MOST_POINTS = 2000
_SEED = 20250302


def shift_deviation_mm(mean_error_mm: float) -> float:
    """Return the standard deviation per axis of an isotropic Gaussian shift of mean length ``mean_error_mm``.

    The length of such a shift follows the Maxwell distribution, whose mean is ``sigma * 2 sqrt(2 / pi)``.

    Examples
    --------
    >>> round(shift_deviation_mm(1.0), 4)
    0.6267
    """
    return float(mean_error_mm / (2.0 * np.sqrt(2.0 / np.pi)))


def minimal_margins_under_shift(
    margins_mm: np.ndarray, inward: np.ndarray, mean_error_mm: float
) -> np.ndarray:
    """Return the minimal margin for each of 1024 equally likely registration errors.

    Model: around the tumor the error is one rigid shift, the same for its whole surface, normally distributed
    with equal spread in all directions and a mean length of ``mean_error_mm`` (as a mean target registration
    error is stated). To first order a shift changes each margin by its component along the direction to
    the nearest zone surface; this is exact for concentric spheres. Error that varies over the tumor, and
    error of the segmentations, are not part of it. The shifts are a fixed scrambled Sobol sequence, so that
    the same input gives the same answer.

    Parameters
    ----------
    margins_mm : numpy.ndarray, shape (n,)
        Margin at each surface point.
    inward : numpy.ndarray, shape (n, 3)
        Unit gradient of the margin: the direction in which moving a point raises its margin.
    mean_error_mm : float
    """
    sigma_mm = shift_deviation_mm(mean_error_mm)
    near = np.flatnonzero(margins_mm <= margins_mm.min() + _REACH_DEVIATIONS * sigma_mm)
    near = near[np.argsort(margins_mm[near], kind="stable")]
    if len(near) > _MOST_POINTS:  # the lowest ones all, the others thinned evenly
        half = _MOST_POINTS // 2
        near = np.concatenate([near[:half], near[half :: (len(near) - half) // half + 1]])
    unit = qmc.Sobol(3, scramble=True, rng=np.random.default_rng(_SEED)).random(_SHIFTS)
    shifts_mm = sigma_mm * ndtri(np.clip(unit, 1e-9, 1 - 1e-9))
    shifted = margins_mm[near].astype(np.float32)[:, None] + (inward[near] @ shifts_mm.T).astype(np.float32)
    return np.asarray(shifted.min(axis=0), dtype=float)
