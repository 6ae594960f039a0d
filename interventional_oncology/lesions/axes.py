"""The axes of one lesion: longest in a slice, longest across it, longest in space."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.ndimage

from .chords import Chord, diameter, length, widest_across
from .outline import outline_pieces
from .smooth_mask import smoothed
from .smooth_shape import SmoothShape, fit_shape

_PAD = 2
#: Slices this many pixels apart say less of each other than each says of itself.
_FAR_SLICES = 2.0
_DIRECTIONS = 12
#: Depth as a share of the radius, below which a voxel center may lie outside the points drawn of a surface.
_NEAR_SURFACE = 0.02


@dataclass(frozen=True)
class SliceAxes:
    """Long axis in one slice and the longest chord at right angles to it.

    Attributes
    ----------
    slice_index : int
        k of the slice in the array measured.
    long_axis, short_axis : tuple of ndarray
        Ends as (j, i) in mm from the first voxel center of the array.
    """

    slice_index: int
    long_axis: Chord
    short_axis: Chord

    @property
    def long_axis_mm(self) -> float:
        """Length of the long axis."""
        return length(self.long_axis)

    @property
    def short_axis_mm(self) -> float:
        """Length of the short axis; never longer than the long one."""
        return min(length(self.short_axis), self.long_axis_mm)


class Outlines:
    """The surface of a lesion between voxels, slice by slice.

    Parameters
    ----------
    inside : ndarray of bool, shape (k, j, i)
    spacing_mm : ndarray, shape (3,)
        Of the axes (k, j, i).
    """

    def __init__(self, inside: np.ndarray, spacing_mm: np.ndarray) -> None:
        self._inside = np.pad(inside, _PAD)
        self._spacing_mm = spacing_mm
        self._shape: SmoothShape | None = fit_shape(self._inside, spacing_mm)

    @cached_property
    def _field(self) -> np.ndarray:
        return smoothed(self._inside)

    def slices_by_width(self) -> list[tuple[int, float]]:
        """Return the slices of the mask and how wide it is in each (mm, a lower bound), widest first."""
        angles = np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS
        voxels = np.argwhere(self._inside)
        heights = (voxels[:, 1:] * self._spacing_mm[1:]) @ np.stack([np.cos(angles), np.sin(angles)])
        slices, starts = np.unique(voxels[:, 0], return_index=True)
        widths = (np.maximum.reduceat(heights, starts) - np.minimum.reduceat(heights, starts)).max(axis=1)
        order = np.argsort(-widths, kind="stable")
        return [(int(slices[n]) - _PAD, float(widths[n])) for n in order]

    def field(self, slice_index: int) -> np.ndarray:
        """Return a field on a slice (padded by two voxels) that is positive inside."""
        k = slice_index + _PAD
        rows, columns = self._inside.shape[1:]
        points = np.argwhere(np.ones((rows, columns), dtype=bool)) * self._spacing_mm[1:]
        shape = fit_shape(self._inside[k], self._spacing_mm[1:]) if self._by_slice else None
        if shape is None and self._shape is not None:
            shape = self._shape
            points = np.insert(points, 0, k * self._spacing_mm[0], axis=1)
        if shape is None:
            found: np.ndarray = self._field[k]
            return found
        return shape.depth(points).reshape(rows, columns)

    @property
    def _by_slice(self) -> bool:
        """Whether a slice is outlined for itself: no shape in space fits, or its neighbors are too far."""
        far = self._spacing_mm[0] > _FAR_SLICES * max(self._spacing_mm[1:])
        return self._shape is None or bool(far)

    def pieces(self, slice_index: int) -> np.ndarray:
        """Return the outline in a slice as line pieces (n, 2, 2) in mm from the first voxel of the array."""
        plane_mm = self._spacing_mm[1:]
        pieces = outline_pieces(self.field(slice_index), plane_mm)
        if not len(pieces):  # the smooth surface ends before the center of an outermost slice
            pieces = outline_pieces(self._inside[slice_index + _PAD] - 0.5, plane_mm)
        return pieces - _PAD * plane_mm

    def points(self, slice_index: int, pieces: np.ndarray) -> np.ndarray:
        """Return the points between which a lesion is measured in a slice: its outline and its voxel centers.

        A smooth outline may leave out the center of a voxel at a sharp corner, which is inside for certain.
        """
        centers = np.argwhere(self._inside[slice_index + _PAD]) - _PAD
        return np.concatenate([pieces.reshape(-1, 2), centers * self._spacing_mm[1:]])

    def surface_mm(self) -> np.ndarray:
        """Return points of the surface in space, axes (k, j, i) in mm from the first voxel of the array."""
        if self._shape is None:
            return _zero_points(self._field, self._spacing_mm) - _PAD * self._spacing_mm
        outer = np.argwhere(self._inside & ~scipy.ndimage.binary_erosion(self._inside)) * self._spacing_mm
        # Few voxels reach beyond the smooth surface: the others cannot be an end.
        outer = outer[self._shape.depth(outer) < _NEAR_SURFACE]
        return np.concatenate([self._shape.surface_mm(), outer]) - _PAD * self._spacing_mm


def slice_axes(outlines: Outlines, spacing_mm: np.ndarray) -> SliceAxes:
    """Return the axes in the slice where the lesion is longest, as RECIST measures."""
    widths = outlines.slices_by_width()
    # The width of the mask is that of the outline to about a voxel; slices below that cannot be the longest.
    least = 0.98 * widths[0][1] - float(max(spacing_mm[1:]))
    best: tuple[float, int, np.ndarray, Chord] | None = None
    for k, width in widths:
        if width < least:
            break
        pieces = outlines.pieces(k)
        chord = diameter(outlines.points(k, pieces))
        if best is None or length(chord) > best[0]:
            best = (length(chord), k, pieces, chord)
    if best is None:
        raise AssertionError(widths)  # the widest slice is never below the least
    _, k, pieces, chord = best
    return SliceAxes(k, chord, across(pieces, chord))


def across(pieces: np.ndarray, chord: Chord) -> Chord:
    """Return the longest chord of an outline at right angles to another."""
    along = chord[1] - chord[0]
    return widest_across(pieces, np.array([-along[1], along[0]]))


def longest_in_space(outlines: Outlines) -> Chord:
    """Return the ends of the longest line in space, (k, j, i) in mm from the first voxel of the array."""
    return diameter(outlines.surface_mm())


def _zero_points(field: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    points = []
    for axis in range(3):
        low = np.take(field, range(field.shape[axis] - 1), axis=axis)
        high = np.take(field, range(1, field.shape[axis]), axis=axis)
        hit = (low > 0) != (high > 0)
        at = np.argwhere(hit).astype(float)
        at[:, axis] += low[hit] / (low[hit] - high[hit])
        points.append(at)
    return np.concatenate(points) * spacing_mm
