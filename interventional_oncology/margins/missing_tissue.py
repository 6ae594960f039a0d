"""Tissue that a zone has yet to reach before the margin is the one wanted."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from .anatomical_direction import direction_words
from .crop import Frame
from .distance import SurfaceLocator
from .enclosing_ball import smallest_enclosing_ball
from .shape import Shape

_MOST_STEPS = 80
_LEAST_STEP_MM = 0.5
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
    step_mm : float
    tumor_center_mm : numpy.ndarray, shape (3,)
        Index frame.
    """

    frame: Frame
    places_mm: np.ndarray
    sites: np.ndarray
    step_mm: float
    tumor_center_mm: np.ndarray

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
        return float(np.count_nonzero(self.sites == site) * self.step_mm**3 / 1000.0)


def missing_tissue(tumor: Shape, zone: Shape, organ: sitk.Image | None, threshold_mm: float) -> MissingTissue:
    """Return the tumor grown by the margin wanted, outside the zone."""
    points_mm = tumor.points_mm
    low, high = points_mm.min(axis=0) - threshold_mm, points_mm.max(axis=0) + threshold_mm
    step_mm = max(float((high - low).max()) / _MOST_STEPS, _LEAST_STEP_MM)
    along = [np.arange(a, b + step_mm, step_mm) for a, b in zip(low, high, strict=True)]
    z, y, x = np.meshgrid(*reversed(along), indexing="ij")
    places_mm = np.stack([x, y, z], axis=-1).reshape(-1, 3)
    wanted = zone.excess_at(places_mm) < 0
    wanted[wanted] = _within(tumor, places_mm[wanted], threshold_mm)
    if organ is not None:
        wanted[wanted] = _in_organ(organ, tumor, places_mm[wanted])
    labels, count = ndimage.label(wanted.reshape(x.shape), structure=_NEIGHBORS)
    by_size = np.argsort(-np.bincount(labels.ravel(), minlength=count + 1)[1:], kind="stable")
    rank = np.zeros(count + 1, dtype=int)
    rank[by_size + 1] = np.arange(1, count + 1)
    chosen = labels.ravel() > 0
    sites = rank[labels.ravel()[chosen]]
    return MissingTissue(tumor.frame, places_mm[chosen], sites, step_mm, points_mm.mean(axis=0))


def _within(tumor: Shape, places_mm: np.ndarray, reach_mm: float) -> np.ndarray:
    if not len(places_mm):
        return np.zeros(0, dtype=bool)
    distances_mm, _ = SurfaceLocator(tumor.points_mm, tumor.triangles).nearest(places_mm)
    return (distances_mm <= reach_mm) | (tumor.excess_at(places_mm) >= 0)


def _in_organ(organ: sitk.Image, tumor: Shape, places_mm: np.ndarray) -> np.ndarray:
    voxels = sitk.GetArrayViewFromImage(organ)
    index = np.rint(places_mm / tumor.frame.spacing_mm).astype(int)[:, ::-1]
    # Where the organ leaves the volume it goes on.
    index = np.clip(index, 0, np.array(voxels.shape) - 1)
    return (voxels[tuple(index.T)] != 0) | (tumor.excess_at(places_mm) >= 0)
