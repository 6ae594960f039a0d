"""Directions spread evenly over the sphere."""

from functools import cache

import numpy as np


@cache
def sphere_directions(count: int) -> np.ndarray:
    """Return unit vectors on a Fibonacci spiral, shape (count, 3).

    Examples
    --------
    >>> bool(np.allclose(np.linalg.norm(sphere_directions(50), axis=1), 1.0))
    True
    """
    step = np.arange(count) + 0.5
    z = 1.0 - 2.0 * step / count
    angle = np.pi * (1.0 + np.sqrt(5.0)) * step
    ring = np.sqrt(1.0 - z**2)
    return np.stack([z, ring * np.cos(angle), ring * np.sin(angle)], axis=1)
