"""Agreement of tumor and zone as volumes: Dice and eccentricity."""

import numpy as np

from .crop import Frame, bounding_slices


def dice(first: np.ndarray, second: np.ndarray) -> float:
    """Return the Dice overlap of two masks [k, j, i], counted in voxels.

    Dice 1945, doi:10.2307/1932409. Neither may be empty.
    """
    box = bounding_slices(first)
    both = np.count_nonzero(np.logical_and(first[box], second[box])) if box else 0
    return 2.0 * both / (np.count_nonzero(first) + np.count_nonzero(second))


def center_lps_mm(inside: np.ndarray, frame: Frame) -> np.ndarray:
    """Return the center of mass of a mask [k, j, i] that is not empty, shape (3,), LPS mm."""
    box = bounding_slices(inside)
    if box is None:
        return np.full(3, np.nan)
    index = np.argwhere(inside[box]).mean(axis=0) + [s.start for s in box]
    return frame.to_lps(index[::-1] * frame.spacing_mm)
