"""Tissue that a zone has yet to reach before the margin is the one wanted."""

from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk
from scipy import ndimage
from scipy.spatial import cKDTree

from .anatomical_direction import direction_words
from .crop import Frame
from .distance import SurfaceLocator
from .enclosing_ball import smallest_enclosing_ball
from .judged_surface import JudgedSurface
from .shape import Shape

_MOST_STEPS = 64
_LEAST_STEP_MM = 0.5
_LEAST_DEPTH_VOXELS = 0.5
_SOME_PLACES = 1000
# What is missing lies on one side when its mean is off center by this part of its mean distance.
_ONE_SIDED = 0.2
_NEIGHBORS = np.ones((3, 3, 3), dtype=int)


@dataclass(frozen=True)
class MissingTissue:
    """Places of a fine grid that the zone has yet to reach.

    Attributes
    ----------
    frame : Frame
    places_mm : numpy.ndarray, shape (n, 3)
        Index frame.
    sites : numpy.ndarray, shape (n,), int
        The connected piece each place belongs to, 1 for the largest.
    grid_count : int
        How many of the places, the first ones, are those of the grid.
    step_mm : float
    tumor_center_mm : numpy.ndarray, shape (3,)
        Index frame.
    left_out_mm : float
        How far the sites too small to be told reach from the zone; 0 without any.
    """

    frame: Frame
    places_mm: np.ndarray
    sites: np.ndarray
    grid_count: int
    step_mm: float
    tumor_center_mm: np.ndarray
    left_out_mm: float = 0.0

    @property
    def count(self) -> int:
        """Number of sites."""
        return int(self.sites.max(initial=0))

    def ball(self, site: int | None = None) -> tuple[np.ndarray, float]:
        """Return center (3,) and radius of the smallest ball around one site, or around all."""
        chosen = self.places_mm if site is None else self.places_mm[self.sites == site]
        return smallest_enclosing_ball(chosen)

    def side(self, site: int | None = None) -> str:
        """Return on which side of the tumor a site (or all) is, in words; empty when it is all around."""
        chosen = self.places_mm if site is None else self.places_mm[self.sites == site]
        away_mm = chosen - self.tumor_center_mm
        mean_mm = away_mm.mean(axis=0)
        if np.linalg.norm(mean_mm) < _ONE_SIDED * np.linalg.norm(away_mm, axis=1).mean():
            return ""
        x, y, z = self.frame.direction @ mean_mm
        return direction_words((-x, -y, z))

    def volume_ml(self, site: int) -> float:
        """Return the volume of one site."""
        return float(np.count_nonzero(self.sites[: self.grid_count] == site) * self.step_mm**3 / 1000.0)


def missing_tissue(
    tumor: Shape, zone: Shape, surface: JudgedSurface, organ: sitk.Image | None, threshold_mm: float
) -> MissingTissue:
    """Return what lies outside the zone: tumor, and what the judged surface wants within its margin.

    As places of a grid, and as the farthest place that each short vertex of the tumor surface asks for: these
    are exact, and all there is where less is missing than a step of the grid. Sites smaller than a voxel or
    thinner than half of one are left out: masks do not show these.

    Parameters
    ----------
    tumor, zone : Shape
        On one frame.
    surface : JudgedSurface
        Of both.
    organ : SimpleITK.Image or None
        Only its tissue, and the tumor, can be missing.
    threshold_mm : float
        Margin wanted.
    """
    points_mm = tumor.points_mm
    low, high = points_mm.min(axis=0) - threshold_mm, points_mm.max(axis=0) + threshold_mm
    step_mm = max(float((high - low).max()) / _MOST_STEPS, _LEAST_STEP_MM)
    along = [np.arange(a, b + step_mm, step_mm) for a, b in zip(low, high, strict=True)]
    z, y, x = np.meshgrid(*reversed(along), indexing="ij")
    grid_mm = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    wanted = zone.excess_at(grid_mm) < 0
    wanted[wanted] = _in_organ(organ, tumor, grid_mm[wanted])
    of_tumor = tumor.excess_at(grid_mm[wanted]) >= 0
    of_tumor[~of_tumor] = _near(points_mm[surface.reach.judged], grid_mm[wanted][~of_tumor], threshold_mm)
    wanted[wanted] = of_tumor
    sites = _sites_by_size(wanted.reshape(x.shape))
    farthest_mm = _farthest(tumor, zone, surface, threshold_mm)
    farthest_mm = farthest_mm[_in_organ(organ, tumor, farthest_mm)]
    of_farthest = np.ones(len(farthest_mm), dtype=int)
    if wanted.any() and len(farthest_mm):
        of_farthest = sites[cKDTree(grid_mm[wanted]).query(farthest_mm)[1]]
    found = MissingTissue(
        tumor.frame,
        np.concatenate([grid_mm[wanted], farthest_mm]),
        np.concatenate([sites, of_farthest]),
        int(np.count_nonzero(wanted)),
        step_mm,
        points_mm.mean(axis=0),
    )
    return _without_crumbs(found, surface.locator)


def _without_crumbs(missing: MissingTissue, zone: SurfaceLocator) -> MissingTissue:
    voxel_mm3 = float(np.prod(missing.frame.spacing_mm))
    depths_mm = {site: _depth_mm(missing, site, zone) for site in range(1, missing.count + 1)}
    kept = [
        site
        for site, depth_mm in depths_mm.items()
        if missing.volume_ml(site) * 1000.0 >= voxel_mm3
        and depth_mm >= _LEAST_DEPTH_VOXELS * np.cbrt(voxel_mm3)
    ]
    numbers = np.zeros(missing.count + 1, dtype=int)
    numbers[kept] = np.arange(1, len(kept) + 1)
    sites = numbers[missing.sites]
    chosen = sites > 0
    return replace(
        missing,
        places_mm=missing.places_mm[chosen],
        sites=sites[chosen],
        grid_count=int(np.count_nonzero(chosen[: missing.grid_count])),
        left_out_mm=max((depth for site, depth in depths_mm.items() if site not in kept), default=0.0),
    )


def _depth_mm(missing: MissingTissue, site: int, zone: SurfaceLocator) -> float:
    """Return how far a site reaches from the zone, by the places of its vertices and some of its grid."""
    of_grid = missing.places_mm[: missing.grid_count][missing.sites[: missing.grid_count] == site]
    of_vertices = missing.places_mm[missing.grid_count :][missing.sites[missing.grid_count :] == site]
    some = np.concatenate([of_vertices, of_grid[:: max(len(of_grid) // _SOME_PLACES, 1)]])
    return float(zone.nearest(some)[0].max())


def _sites_by_size(wanted: np.ndarray) -> np.ndarray:
    """Return the connected piece of each wanted place of a grid [k, j, i], 1 for the largest."""
    labels, count = ndimage.label(wanted, structure=_NEIGHBORS)
    by_size = np.argsort(-np.bincount(labels.ravel(), minlength=count + 1)[1:], kind="stable")
    rank = np.zeros(count + 1, dtype=int)
    rank[by_size + 1] = np.arange(1, count + 1)
    return np.asarray(rank[labels[wanted]])


def _farthest(tumor: Shape, zone: Shape, surface: JudgedSurface, threshold_mm: float) -> np.ndarray:
    """Return the place outside the zone, as far as the margin wanted, for each vertex that is short of it."""
    short = surface.reach.judged & (surface.plain.margin_mm < threshold_mm)
    places_mm = tumor.points_mm[short] - threshold_mm * surface.plain.gradient[short]
    return places_mm[zone.excess_at(places_mm) < 0]


def _near(vertices_mm: np.ndarray, places_mm: np.ndarray, reach_mm: float) -> np.ndarray:
    """Return which places lie within reach of vertices, which lie closer together than a voxel."""
    if not len(vertices_mm):
        return np.zeros(len(places_mm), dtype=bool)
    distances_mm, _ = cKDTree(vertices_mm).query(places_mm, distance_upper_bound=reach_mm, workers=-1)
    return np.isfinite(distances_mm)


def _in_organ(organ: sitk.Image | None, tumor: Shape, places_mm: np.ndarray) -> np.ndarray:
    if organ is None:
        return np.ones(len(places_mm), dtype=bool)
    voxels = sitk.GetArrayViewFromImage(organ)
    index = np.rint(places_mm / tumor.frame.spacing_mm).astype(int)[:, ::-1]
    # Where the organ leaves the volume it goes on.
    index = np.clip(index, 0, np.array(voxels.shape) - 1)
    return (voxels[tuple(index.T)] != 0) | (tumor.excess_at(places_mm) >= 0)
