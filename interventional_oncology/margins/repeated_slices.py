"""Masks that were carried from a coarser grid by nearest neighbor, told by the slices they repeat.

Such a mask has the steps of the other grid on this one, and a surface between the voxels follows them: on
balls the minimal margin came out low by half a coarse slice and more (Docs/benchmarks.md). In outlines drawn
on this grid nearly every slice differs from the next one. Steps of a grid that was turned are not noticed.
"""

import numpy as np

from .crop import bounding_slices

_FEWEST_PAIRS = 8
# Slices from 1.6 to ten times as thick; straight walls as of a box repeat all of their slices.
_LEAST_PART, _MOST_PART = 0.36, 0.9
_AXES = ("k", "j", "i")


def repeated_axes(voxels: np.ndarray) -> list[str]:
    """Return the axes (``i``, ``j``, ``k``) along which a mask [k, j, i] repeats its slices.

    Examples
    --------
    >>> places = np.indices((20, 20, 20)) - 9.5
    >>> ball = (places**2).sum(axis=0) < 81
    >>> repeated_axes(ball), repeated_axes(np.repeat(ball, 3, axis=0))
    ([], ['k'])
    """
    box = bounding_slices(voxels)
    if box is None:
        return []
    inside = voxels[box] != 0
    found = []
    for axis, name in enumerate(_AXES):
        slices = np.moveaxis(inside, axis, 0)
        filled = slices.any(axis=(1, 2))  # between separate pieces there may be slices without any
        same = (slices[1:] == slices[:-1]).all(axis=(1, 2))[filled[1:] & filled[:-1]]
        if len(same) >= _FEWEST_PAIRS and _LEAST_PART <= same.mean() <= _MOST_PART:
            found.append(name)
    return found
