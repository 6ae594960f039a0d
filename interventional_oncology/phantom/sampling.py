"""Solids seen on a grid at one time: coverage of voxels, with partial volume at the edges."""

from dataclasses import dataclass

import numpy as np

from .grid import Grid
from .motion import Motion
from .shapes import Solid

Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class Layer:
    """One structure on the grid.

    Attributes
    ----------
    name, tissue : str
        What it is and the row of the tissue table that gives its contrast.
    box : tuple of slice
        Where ``coverage`` lies in the volume, ``[k, j, i]``.
    coverage : ndarray of float32
        Fraction of each voxel inside the structure, 0 to 1.
    within : str or None
        Tissue of the layer that encloses this one wholly. Edges closer than a voxel then mix exactly.
    """

    name: str
    tissue: str
    box: Box
    coverage: np.ndarray
    within: str | None = None


class Sampling:
    """The patient on a grid, at baseline or (with ``motion``) at follow-up.

    Solids are functions of baseline position. A follow-up voxel is looked up at the baseline position of
    the tissue it shows, so the follow-up image is made without resampling.
    """

    def __init__(self, grid: Grid, motion: Motion | None = None) -> None:
        self.grid = grid
        self.motion = motion
        self._points = grid.points() if motion is None else motion.baseline_points(grid)

    def points(self, box: Box) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the baseline position (LPS, mm) of the tissue in each voxel of ``box``, broadcastable."""
        x, y, z = (_cut(part, box) for part in self._points)
        return x, y, z

    def boxes(self, low_mm: np.ndarray, high_mm: np.ndarray, pad_mm: float) -> list[Box]:
        """Return for each baseline box (n, 3) the voxels that may show its tissue, ``pad_mm`` wider.

        Boxes longer than about 50 mm are followed at more than their corners, see :meth:`box`.
        """
        low, high = np.subtract(low_mm, pad_mm), np.add(high_mm, pad_mm)
        if self.motion is not None:
            pick = np.array(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij")).reshape(3, 8)
            corners = np.stack([low, high])[pick, :, np.arange(3)[:, None]]  # (3, 8, n)
            moved = self.motion.to_followup(corners.reshape(3, -1).T).T.reshape(corners.shape)
            low, high = moved.min(axis=1).T - 2, moved.max(axis=1).T + 2
        return self.grid.boxes(low, high)

    def box(self, low_mm: np.ndarray, high_mm: np.ndarray, pad_mm: float) -> Box:
        """Return the voxels that may show tissue of one baseline box of any size, ``pad_mm`` wider."""
        low, high = np.subtract(low_mm, pad_mm), np.add(high_mm, pad_mm)
        if self.motion is not None:
            axes = [np.linspace(a, b, 2 + int((b - a) // 40)) for a, b in zip(low, high, strict=True)]
            corners = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
            moved = self.motion.to_followup(corners)
            low, high = moved.min(axis=0) - 2, moved.max(axis=0) + 2
        return self.grid.boxes(low[None], high[None])[0]

    def layer(
        self, name: str, tissue: str, solid: Solid, within: str | None = None, blur_mm: float = 0.0
    ) -> Layer:
        """Return ``solid`` as a layer; its edge fades over ``blur_mm``."""
        pad = 2 * max(self.grid.spacing_mm) + blur_mm
        box = self.box(np.asarray(solid.low_mm), np.asarray(solid.high_mm), pad)
        shape = tuple(part.stop - part.start for part in box)
        if 0 in shape:
            return Layer(name, tissue, box, np.zeros(shape, np.float32), within)
        value = np.broadcast_to(np.asarray(solid(*self.points(box)), np.float32), shape)
        if blur_mm > 0:
            return Layer(
                name, tissue, box, np.clip(np.float32(0.5) - value / np.float32(blur_mm), 0, 1), within
            )
        return Layer(name, tissue, box, coverage(value), within)


def _cut(part: np.ndarray, box: Box) -> np.ndarray:
    """Return ``box`` of an array that may have length 1 where it is to be broadcast."""
    k, j, i = (cut if length > 1 else slice(None) for cut, length in zip(box, part.shape, strict=True))
    return part[k, j, i]


def coverage(value: np.ndarray) -> np.ndarray:
    """Return the fraction of each voxel inside the solid.

    Parameters
    ----------
    value : ndarray
        Implicit function at the voxel centers, negative inside.

    Notes
    -----
    A plane that cuts a voxel passes from one corner to the opposite one while the function changes by
    ``w = |df/di| + |df/dj| + |df/dk|`` (per voxel step), so the fraction is ``0.5 - f/w`` cut to 0..1. The
    gradient makes it independent of the scale of the function and right for anisotropic voxels.
    """
    if value.size == 0:
        return np.zeros(value.shape, np.float32)
    width = np.zeros(value.shape, np.float32)
    for axis in range(3):
        if value.shape[axis] > 1:
            width += np.abs(np.gradient(value, axis=axis))
    np.maximum(width, np.float32(1e-3), out=width)
    return np.clip(np.float32(0.5) - value / width, 0, 1)


def tube_coverage(sampling: Sampling, capsules: np.ndarray) -> tuple[Box, np.ndarray]:
    """Return the coverage of a set of tapered capsules, each looked at only where it is.

    Parameters
    ----------
    capsules : ndarray (n, 8)
        Start x, y, z, end x, y, z, start radius, end radius, mm.
    """
    width = float(np.mean(sampling.grid.spacing_mm))
    low = np.minimum(capsules[:, :3], capsules[:, 3:6]) - capsules[:, 6:].max(axis=1, keepdims=True)
    high = np.maximum(capsules[:, :3], capsules[:, 3:6]) + capsules[:, 6:].max(axis=1, keepdims=True)
    boxes = sampling.boxes(low, high, width)
    whole = _enclosing(boxes)
    total = np.zeros(tuple(part.stop - part.start for part in whole), np.float32)
    for capsule, box in zip(capsules, boxes, strict=True):
        if all(part.stop > part.start for part in box):
            grow, share = _thin(float(capsule[6:].mean()), width)
            value = capsule_distance(capsule, *sampling.points(box)) - np.float32(grow)
            inside = np.clip(np.float32(0.5) - value / np.float32(width), 0, 1) * np.float32(share)
            k, j, i = (
                slice(part.start - outer.start, part.stop - outer.start)
                for part, outer in zip(box, whole, strict=True)
            )
            np.maximum(total[k, j, i], inside, out=total[k, j, i])
    return whole, total


def _thin(radius: float, width: float) -> tuple[float, float]:
    """Return by how much to widen a tube and the share of it to keep, so that its cross section is right.

    An edge that fades over ``width`` gives a tube of radius R the cross section ``pi (R^2 + width^2 / 12)``,
    so a slightly smaller R is used. A tube thinner than 0.58 widths has no full core left: it becomes a cone
    that reaches one width and holds ``pi radius^2`` in all.
    """
    if radius**2 >= width**2 / 3:
        return float(np.sqrt(radius**2 - width**2 / 12)) - radius, 1.0
    return width / 2 - radius, 3 * radius**2 / width**2


def _enclosing(boxes: list[Box]) -> Box:
    filled = [box for box in boxes if all(part.stop > part.start for part in box)]
    if not filled:
        return slice(0, 0), slice(0, 0), slice(0, 0)
    k, j, i = (
        slice(min(box[n].start for box in filled), max(box[n].stop for box in filled)) for n in range(3)
    )
    return k, j, i


def capsule_distance(capsule: np.ndarray, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return the signed distance (mm) to one tapered capsule."""
    c = capsule.astype(np.float32)
    dx, dy, dz = c[3] - c[0], c[4] - c[1], c[5] - c[2]
    length2 = max(float(dx * dx + dy * dy + dz * dz), 1e-6)
    u, v, w = x - c[0], y - c[1], z - c[2]
    t = np.clip((u * dx + v * dy + w * dz) / np.float32(length2), 0, 1)
    u, v, w = u - t * dx, v - t * dy, w - t * dz
    return np.sqrt(u * u + v * v + w * w) - (c[6] + t * (c[7] - c[6]))
