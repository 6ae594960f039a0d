"""Tumor that the ablation zone leaves uncovered: how much, where and how deep."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .anatomical_direction import direction_words
from .distance import SurfaceLocator
from .shape import Shape
from .uncovered import UncoveredCells, uncovered_cells

# Cells with more than this share uncovered make a site; where the two surfaces cross, shares are small.
_JOINED_SHARE = 0.25


@dataclass(frozen=True)
class ResidualSite:
    """One connected piece of tumor outside the ablation zone.

    No smaller than a voxel, but for the one that holds the least margin of the whole surface.

    Attributes
    ----------
    center_ras_mm : tuple of float
        Center of mass.
    volume_ml : float
    depth_mm : float
        Minus the least margin of the tumor surface at this site. For a cavity of the zone inside the tumor,
        which has no surface of the tumor, the largest distance of its tissue from the treated tissue.
    deepest_at_ras_mm : tuple of float
        Where that is.
    direction_ras : tuple of float
        Unit vector from the nearest treated tissue to there: the way the zone has to grow.
    direction : str
        The same in words, such as ``cranial-posterior``.
    """

    center_ras_mm: tuple[float, float, float]
    volume_ml: float
    depth_mm: float
    deepest_at_ras_mm: tuple[float, float, float]
    direction_ras: tuple[float, float, float]
    direction: str


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


def coverage(tumor: Shape, ablation: Shape, locator: SurfaceLocator, margin_mm: np.ndarray) -> Coverage:
    """Return what of ``tumor`` lies outside ``ablation``.

    Parameters
    ----------
    tumor, ablation : Shape
        On the same frame.
    locator : SurfaceLocator
        Of the surface of ``ablation``.
    margin_mm : numpy.ndarray, shape (n,)
        Signed margin at each vertex of ``tumor``.
    """
    tumor_ml = uncovered_ml = 0.0
    sites: list[ResidualSite] = []
    ends = np.cumsum([len(piece.points_mm) for piece in tumor.pieces])
    for piece, of_piece_mm in zip(tumor.pieces, np.split(margin_mm, ends[:-1]), strict=True):
        piece_mm3 = piece.voxel_count * float(np.prod(tumor.frame.spacing_mm))
        cells = uncovered_cells(piece, ablation, of_piece_mm, piece_mm3)
        tumor_ml += piece_mm3 / 1000.0
        uncovered_ml += cells.volume_mm3 / 1000.0
        is_deepest = bool(of_piece_mm.min() <= margin_mm.min())
        sites += _sites(_Surface(piece.points_mm, of_piece_mm, is_deepest), cells, tumor, locator)
    return Coverage(tumor_ml, uncovered_ml, tuple(sorted(sites, key=lambda site: -site.volume_ml)))


@dataclass(frozen=True)
class _Surface:
    """Vertices of one piece of tumor, their margin, and whether it holds the least margin of all pieces."""

    points_mm: np.ndarray
    margin_mm: np.ndarray
    is_deepest: bool


def _sites(
    surface: _Surface, cells: UncoveredCells, tumor: Shape, locator: SurfaceLocator
) -> list[ResidualSite]:
    bare = surface.margin_mm < 0
    points_mm, margin_mm = surface.points_mm[bare], surface.margin_mm[bare]
    labels, of_points = _label(cells, points_mm, margin_mm)
    # The site of the least margin is always told, however small: it is where the margin is negative.
    always = of_points[np.argmin(margin_mm)] if surface.is_deepest and len(margin_mm) else 0
    sites = []
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        index = np.argwhere(labels[box] == label) + [s.start for s in box]
        places_mm = cells.first_mm + index[:, ::-1] * cells.step_mm
        weights = cells.share[tuple(index.T)]
        volume_mm3 = float(weights.sum(dtype=float)) * cells.step_mm**3
        if volume_mm3 < np.prod(tumor.frame.spacing_mm) and label != always:
            continue
        mine = of_points == label
        if mine.any():
            depths_mm, candidates_mm = -margin_mm[mine], points_mm[mine]
        else:  # a cavity of the zone inside the tumor
            candidates_mm = places_mm
            depths_mm, _ = locator.nearest(candidates_mm)
        deepest = int(np.argmax(depths_mm))
        direction_ras = _way_to(candidates_mm[deepest], tumor, locator)
        sites.append(
            ResidualSite(
                center_ras_mm=ras_tuple(tumor.frame.to_lps(weights @ places_mm / weights.sum())),
                volume_ml=volume_mm3 / 1000.0,
                depth_mm=float(depths_mm[deepest]),
                deepest_at_ras_mm=ras_tuple(tumor.frame.to_lps(candidates_mm[deepest])),
                direction_ras=direction_ras,
                direction=direction_words(direction_ras),
            )
        )
    return sites


def _way_to(point_mm: np.ndarray, tumor: Shape, locator: SurfaceLocator) -> tuple[float, float, float]:
    """Return the unit vector (RAS) from the nearest treated tissue to a point of the index frame."""
    distances_mm, feet_mm = locator.nearest(point_mm[None])
    way_mm = (point_mm - feet_mm[0]) / max(float(distances_mm[0]), 1e-9)
    return ras_tuple(tumor.frame.direction @ way_mm)


def _label(
    cells: UncoveredCells, points_mm: np.ndarray, margin_mm: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the site, 1 and up, of each cell and of each uncovered vertex; 0 is none.

    Cells that hold little uncovered tumor join no two sites, unless the deepest vertex has no others.
    """
    places = np.rint((points_mm - cells.first_mm) / cells.step_mm).astype(int)[:, ::-1]
    places = tuple(np.clip(places, 0, np.array(cells.share.shape) - 1).T)
    for least in (_JOINED_SHARE, 0.0):
        seeds, _ = ndimage.label(cells.share > least, structure=np.ones((3, 3, 3), dtype=int))
        # A site reaches a cell beyond the cells it fills: partly filled cells and vertices there belong.
        grown = np.where(seeds > 0, seeds, ndimage.grey_dilation(seeds, size=3))
        of_points = grown[places]
        if not len(margin_mm) or of_points[np.argmin(margin_mm)]:
            break
    return np.where(cells.share > 0, grown, 0), of_points


def ras_tuple(point_lps_mm: np.ndarray) -> tuple[float, float, float]:
    """Return one LPS point as a RAS tuple of Python floats, without minus zero."""
    x, y, z = (float(v) for v in point_lps_mm)
    return (0.0 - x, 0.0 - y, z + 0.0)
