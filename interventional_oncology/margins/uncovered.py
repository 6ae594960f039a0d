"""The part of a tumor that an ablation zone leaves out, as shares of the cells of a fine grid.

Both surfaces are those the margin is measured between, so volume and margin tell the same story: tumor whose
surface lies inside the zone contributes nothing, however coarse the voxels are.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .shape import Piece, Shape

# Steps along the longest side of the part looked at, and cells that one cell of the occupancy is cut into.
_STEPS, _MOST_CUTS = 72, 8
_NEIGHBORS = np.ones((3, 3, 3), dtype=int)


@dataclass(frozen=True)
class UncoveredCells:
    """Cells of one piece of tumor.

    Attributes
    ----------
    share : numpy.ndarray, shape (k, j, i)
        Part of each cell, 0 to 1, that is tumor outside the zone.
    first_mm : numpy.ndarray, shape (3,)
        Center of cell [0, 0, 0] in the index frame (x, y, z).
    step_mm : float
    volume_mm3 : float
        Of uncovered tumor: 0 where all is covered, that of the voxels where nothing is.
    """

    share: np.ndarray
    first_mm: np.ndarray
    step_mm: float
    volume_mm3: float


def uncovered_cells(piece: Piece, zone: Shape, margin_mm: np.ndarray, volume_mm3: float) -> UncoveredCells:
    """Return what of one piece of tumor lies outside the zone.

    Parameters
    ----------
    piece : Piece
        Of the tumor.
    zone : Shape
        On the same frame.
    margin_mm : numpy.ndarray, shape (n,)
        Signed margin of each vertex of ``piece``.
    volume_mm3 : float
        Of the piece, by voxels: what is uncovered where nothing is covered, and never exceeded.
    """
    box_mm = _box_of_uncovered(piece, zone, margin_mm)
    if box_mm is None:
        return UncoveredCells(np.zeros((1, 1, 1)), piece.occupancy.first_mm, piece.occupancy.step_mm, 0.0)
    step_mm, places_mm = _fine_places(piece, box_mm)
    tumor = _Side.of(piece.occupancy.on_grid(places_mm) - piece.level)
    treated = [part.occupancy.on_grid(places_mm) - part.level for part in zone.pieces]
    outside = _Side.of(-np.maximum.reduce(treated))
    share = _share_of_both(tumor, outside)
    if margin_mm.min() >= 0:
        share = _cavities_only(share)
    found_mm3 = float(share.sum(dtype=float)) * step_mm**3
    nothing_covered = margin_mm.max() < 0 and not np.any(share < tumor.share)
    wanted_mm3 = volume_mm3 if nothing_covered else min(found_mm3, volume_mm3)
    if found_mm3 > 0:
        share *= wanted_mm3 / found_mm3
    return UncoveredCells(share, np.array([p[0] for p in places_mm]), step_mm, wanted_mm3)


def _box_of_uncovered(piece: Piece, zone: Shape, margin_mm: np.ndarray) -> np.ndarray | None:
    """Return the corners (2, 3) of a box around all uncovered tumor, or None where there is none.

    Uncovered tumor ends at uncovered surface, or is a cavity of the zone that reaches points of the grid.
    """
    grid = piece.occupancy
    untreated = grid.values > piece.level
    for part in zone.pieces:
        untreated &= part.occupancy.on_grid(grid.places_mm) < part.level
    inner_mm = grid.first_mm + np.argwhere(untreated)[:, ::-1] * grid.step_mm
    found_mm = np.concatenate([piece.points_mm[margin_mm < 0], inner_mm])
    if not len(found_mm):
        return None
    return np.stack([found_mm.min(axis=0) - grid.step_mm, found_mm.max(axis=0) + grid.step_mm])


def _fine_places(piece: Piece, box_mm: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Return step and cell centers along x, y, z."""
    sides_mm = box_mm[1] - box_mm[0]
    cuts = np.clip(np.ceil(piece.occupancy.step_mm * _STEPS / sides_mm.max()), 1, _MOST_CUTS)
    step_mm = float(piece.occupancy.step_mm / cuts)
    return step_mm, [np.arange(low, high + step_mm, step_mm) for low, high in box_mm.T]


@dataclass(frozen=True)
class _Side:
    """One side of a surface: share of each cell, and the gradient across the cells the surface cuts."""

    share: np.ndarray
    gradient: tuple[np.ndarray, ...]
    slope: np.ndarray

    @classmethod
    def of(cls, excess: np.ndarray) -> "_Side":
        """Return the side where ``excess`` is positive, its zero set taken as a plane within a cell."""
        gradient = tuple(np.gradient(excess))
        slope = np.maximum(np.sqrt(sum(g * g for g in gradient)), 1e-6)
        return cls(np.clip(0.5 + excess / slope, 0.0, 1.0), gradient, slope)


def _share_of_both(tumor: _Side, outside: _Side) -> np.ndarray:
    """Return the share of each cell that lies on both sides.

    Where two planes cut one cell, the shares of both sides overlap as much as they can when their normals
    agree and as little as they can when these are opposed (tumor and zone ending together leave nothing);
    in between by the cosine.
    """
    both = np.asarray(tumor.share * outside.share)
    cut = np.nonzero((tumor.share > 0) & (tumor.share < 1) & (outside.share > 0) & (outside.share < 1))
    first, second = tumor.share[cut], outside.share[cut]
    cosine = sum(a[cut] * b[cut] for a, b in zip(tumor.gradient, outside.gradient, strict=True))
    agreement = np.clip(0.5 + 0.5 * cosine / (tumor.slope[cut] * outside.slope[cut]), 0.0, 1.0)
    most, least = np.minimum(first, second), np.maximum(first + second - 1.0, 0.0)
    both[cut] = agreement * most + (1.0 - agreement) * least
    return both


def _cavities_only(share: np.ndarray) -> np.ndarray:
    """Return the shares of parts that fill a cell: all a tumor with no uncovered surface can hold."""
    labels, count = ndimage.label(share > 0, structure=_NEIGHBORS)
    kept = np.zeros(count + 1, dtype=bool)
    kept[labels[share >= 1.0]] = True
    return np.where(kept[labels], share, 0.0)
