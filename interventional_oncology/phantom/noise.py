"""Noise of the scanners."""

import zlib

import numpy as np
from scipy import ndimage


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return a random generator of its own for each purpose, so that adding one changes no other."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def correlated_noise(rng: np.random.Generator, shape: tuple[int, int, int], correlated: float) -> np.ndarray:
    """Return Gaussian noise of standard deviation 1.

    Parameters
    ----------
    rng : numpy.random.Generator
    shape : tuple of int
        ``[k, j, i]``.
    correlated : float
        Fraction of the variance that is correlated in the slice (over about one voxel), as filtered
        backprojection leaves it.
    """
    white = rng.standard_normal(shape, np.float32)
    if correlated <= 0:
        return white
    sigma = (0.0, 0.9, 0.9)
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape, np.float32), sigma, mode="wrap", truncate=3)
    smooth /= smooth.std()
    return np.float32(np.sqrt(1 - correlated)) * white + np.float32(np.sqrt(correlated)) * smooth


def rician(rng: np.random.Generator, signal: np.ndarray, sigma: float) -> np.ndarray:
    """Return the magnitude of ``signal`` with noise ``sigma`` in the real and the imaginary channel."""
    real = signal + np.float32(sigma) * rng.standard_normal(signal.shape, np.float32)
    imaginary = np.float32(sigma) * rng.standard_normal(signal.shape, np.float32)
    return np.sqrt(real * real + imaginary * imaginary)
