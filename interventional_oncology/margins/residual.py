"""Tumor that the ablation zone leaves uncovered: how much, where and how deep."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .distance import SurfaceLocator
from .shape import Piece, Shape

# Cells with at least this share uncovered belong to one site; where the two surfaces cross, shares are small.
_JOINED_SHARE = 0.25


@dataclass(frozen=True)
class ResidualSite:
    """One connected piece of tumor outside the ablation zone, no smaller than a voxel.

    Attributes
    ----------
    center_ras_mm : tuple of float
        Center of mass.
    volume_ml : float
    depth_mm : float
        Largest distance of its tissue from the ablation zone.
    deepest_at_ras_mm : tuple of float
        Where that is.
    """

    center_ras_mm: tuple[float, float, float]
    volume_ml: float
    depth_mm: float
    deepest_at_ras_mm: tuple[float, float, float]


@dataclass(frozen=True)
class Coverage:
    """Volumes of tumor inside and outside the ablation zone, between voxels.

    Attributes
    ----------
    tumor_ml, uncovered_ml : float
    sites : tuple of ResidualSite
        The largest first.
    """

    tumor_ml: float
    uncovered_ml: float
    sites: tuple[ResidualSite, ...]


def coverage(tumor: Shape, ablation: Shape, locator: SurfaceLocator) -> Coverage:
    """Return what of ``tumor`` lies outside ``ablation``.

    Parameters
    ----------
    tumor, ablation : Shape
        On the same frame.
    locator : SurfaceLocator
        Of the surface of ``ablation``.
    """
    tumor_ml = uncovered_ml = 0.0
    sites: list[ResidualSite] = []
    for piece in tumor.pieces:
        cell_ml = piece.occupancy.step_mm**3 / 1000.0
        shares, left = _shares(piece, ablation)
        tumor_ml += float(shares.sum()) * cell_ml
        uncovered_ml += float(left.sum()) * cell_ml
        sites += _sites(piece, left, tumor, locator)
    return Coverage(tumor_ml, uncovered_ml, tuple(sorted(sites, key=lambda site: -site.volume_ml)))


def _shares(piece: Piece, ablation: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Return the share (0 to 1) of each cell of the grid that is tumor, and that is uncovered tumor."""
    grid = piece.occupancy
    share = cell_share(grid.values - piece.level)
    shell = np.argwhere(share > 0)
    places_mm = grid.first_mm + shell[:, ::-1] * grid.step_mm
    covered = np.zeros(len(shell))
    for part in ablation.pieces:
        steps = ((places_mm - part.occupancy.first_mm) / part.occupancy.step_mm)[:, ::-1].T
        treated = cell_share(part.occupancy.values - part.level, part.occupancy.step_mm / grid.step_mm)
        covered = np.maximum(covered, ndimage.map_coordinates(treated, steps, order=1, mode="constant"))
    left = np.zeros_like(share)
    left[tuple(shell.T)] = np.minimum(share[tuple(shell.T)], 1.0 - covered)
    return share, left


def cell_share(excess: np.ndarray, steps: float = 1.0) -> np.ndarray:
    """Return the share of each grid cell where ``excess`` is positive, taking its zero set as a plane there.

    ``steps`` is how many cells of the grid wanted one cell of this grid spans.
    """
    slope = np.sqrt(sum(g * g for g in np.gradient(excess)))
    return np.clip(0.5 + excess * steps / np.maximum(slope, 1e-6), 0.0, 1.0)


def _sites(piece: Piece, left: np.ndarray, tumor: Shape, locator: SurfaceLocator) -> list[ResidualSite]:
    grid = piece.occupancy
    seeds, count = ndimage.label(left > _JOINED_SHARE, structure=np.ones((3, 3, 3), dtype=int))
    if not count:
        return []
    # A site reaches half a cell beyond the cells it fills: partly filled cells and vertices beside it belong.
    labels = np.where(seeds > 0, seeds, np.where(left > 0, ndimage.grey_dilation(seeds, size=3), 0))
    cells_of_vertices = np.rint((piece.points_mm - grid.first_mm) / grid.step_mm).astype(int)[:, ::-1]
    label_of_vertices = ndimage.grey_dilation(seeds, size=3)[tuple(cells_of_vertices.T)]
    sites = []
    for label, box in enumerate(ndimage.find_objects(labels, max_label=count), start=1):
        cells = np.argwhere(labels[box] == label) + [s.start for s in box]
        places_mm = grid.first_mm + cells[:, ::-1] * grid.step_mm
        weights = left[tuple(cells.T)]
        volume_mm3 = float(weights.sum()) * grid.step_mm**3
        if volume_mm3 < np.prod(tumor.frame.spacing_mm):
            continue
        full = weights > 0.5
        if not full.any():
            continue
        candidates_mm = np.concatenate([places_mm[full], piece.points_mm[label_of_vertices == label]])
        depths_mm, _ = locator.nearest(candidates_mm)
        deepest = int(np.argmax(depths_mm))
        center_mm = weights @ places_mm / weights.sum()
        sites.append(
            ResidualSite(
                center_ras_mm=ras_tuple(tumor.frame.to_lps(center_mm)),
                volume_ml=volume_mm3 / 1000.0,
                depth_mm=float(depths_mm[deepest]),
                deepest_at_ras_mm=ras_tuple(tumor.frame.to_lps(candidates_mm[deepest])),
            )
        )
    return sites


def ras_tuple(point_lps_mm: np.ndarray) -> tuple[float, float, float]:
    """Return one LPS point as a RAS tuple of Python floats."""
    x, y, z = (float(v) for v in point_lps_mm)
    return (-x, -y, z)
