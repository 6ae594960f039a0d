"""Axes of viable tissue: longest lines that do not cross major necrosis."""

import numpy as np
import scipy.ndimage

from .axes import Outlines, SliceAxes, across
from .chords import Chord, diameter, length

#: A long axis may cross tissue that does not enhance over this share of its length.
_GAP_SHARE = 0.1
_ENDS, _SAMPLES, _TRIES = 120, 33, 400


def viable_axes(viable: np.ndarray, spacing_mm: np.ndarray) -> SliceAxes | None:
    """Return the axes of viable tissue in the slice where they are longest, or ``None`` without any.

    mRECIST measures the longest diameter of enhancing tissue that does not cross major intervening necrosis:
    parts that do not touch are measured apart, and a chord may run outside the tissue for a tenth of its
    length at most.
    """
    labels, count = scipy.ndimage.label(viable, np.ones((3, 3, 3)))
    best: SliceAxes | None = None
    for part in range(1, count + 1):
        found = _part_axes(labels == part, spacing_mm)
        if best is None or found.long_axis_mm > best.long_axis_mm:
            best = found
    return best


def _part_axes(part: np.ndarray, spacing_mm: np.ndarray) -> SliceAxes:
    outlines = Outlines(part, spacing_mm)
    best: SliceAxes | None = None
    for k, width in outlines.slices_by_width():
        if best is not None and width + 2 * float(max(spacing_mm[1:])) < best.long_axis_mm:
            break
        pieces = outlines.pieces(k)
        field = np.pad(part[k], 2) - 0.5
        chord = _chord_inside(pieces, field, spacing_mm[1:])
        if best is None or length(chord) > best.long_axis_mm:
            best = SliceAxes(k, chord, across(pieces, chord))
    if best is None:
        raise AssertionError(part.shape)  # a part has at least one slice
    return best


def _chord_inside(pieces: np.ndarray, field: np.ndarray, spacing_mm: np.ndarray) -> Chord:
    """Return the longest chord between points of an outline that stays in the tissue."""
    whole = diameter(pieces.reshape(-1, 2))
    if _mostly_inside(np.array([whole]), field, spacing_mm)[0]:
        return whole
    ends = np.unique(pieces.reshape(-1, 2), axis=0)
    ends = ends[:: max(1, len(ends) // _ENDS)]
    first, second = np.triu_indices(len(ends), 1)
    chords = np.stack([ends[first], ends[second]], axis=1)
    chords = chords[np.argsort(-np.linalg.norm(chords[:, 1] - chords[:, 0], axis=1), kind="stable")]
    for start in range(0, len(chords), _TRIES):
        tried = chords[start : start + _TRIES]
        good = np.flatnonzero(_mostly_inside(tried, field, spacing_mm))
        if good.size:
            return tried[good[0], 0], tried[good[0], 1]
    return ends[0], ends[0]


def _mostly_inside(chords: np.ndarray, field: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    share = np.linspace(0.0, 1.0, _SAMPLES)[1:-1]
    points = chords[:, :1] + share[:, None] * (chords[:, 1:] - chords[:, :1])
    index = points / spacing_mm + 2
    values = scipy.ndimage.map_coordinates(field, np.moveaxis(index, -1, 0), order=1, mode="nearest")
    outside: np.ndarray = (values < 0).mean(axis=1)
    return outside <= _GAP_SHARE
