"""The surface of a lesion around a click: one radius in each direction, found by region competition.

Inside and outside have a value each (medians in the lesion and in the shell around it). Along every ray the
evidence for "lesion" is summed from the center on; the radius is where that sum is best, held back by what
the neighboring rays found. All rays of a lesion decide together, so that noise of single voxels does not
matter, and a vessel that leaves the lesion is a few rays that the others do not follow. The idea is that of
optimal surfaces on a star-shaped grid (Li 2006, doi:10.1109/TPAMI.2006.19, from memory) with the region
energy of Chan and Vese (2001, doi:10.1109/83.902291, from memory); the solver, alternating between the best
radius of each ray and the mean of its neighbors, is ours.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import scipy.ndimage
from scipy.spatial import cKDTree

from .directions import sphere_directions

_RAYS = 642
_STEP_MM = 0.5
_SMOOTHING_MM = 0.8
#: Angles (standard deviation, radians) over which rays agree, the surface is smoothed, and a spike is seen.
_AGREEING, _SMOOTH, _SPIKE = 0.3, 0.16, 0.6
_SPIKE_SHARE, _SPIKE_MM = 1.2, 1.0
_STIFFNESS = 1.5 * np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.0, 1.0])
_STIFF_BELOW_MM = 10.0
_ROUNDS = 12
_SETTLED_MM = 0.3
#: Evidence of one place is limited, so that a calcification or a bit of necrosis does not outvote the rest.
_MOST_EVIDENCE, _FORBIDDEN = 3.0, 9.0
#: Values that differ from the lesion by more than this share of its contrast, or noise levels, *away* from
#: the surroundings are neither: a vessel beside a bright lesion, fat beside a dark one.
_ALIEN_SHARE, _ALIEN_NOISE = 0.7, 2.0
#: No ray goes on behind a gap in which so much evidence for "outside" was summed (a clear gap of 3 mm).
_GAP_EVIDENCE_MM, _NEVER = 9.0, 1e9
_SHELL_MM, _SHELL_SHARE = 8.0, 0.5
_FEWEST_SAMPLES = 50
#: The value of the lesion stays this near to that at the click, as a share of the contrast.
_ANCHOR_SHARE = 0.15
_LEAST_NOISE_SHARE = 0.02
#: Rays that end here have not found an edge; more than this share of them is no lesion.
_END_MM, _ENDLESS_SHARE = 2.0, 0.15
#: An edge is told when it is seen in at least this share of the directions.
_JUDGED_SHARE = 0.3


@dataclass(frozen=True)
class Field:
    """A box of an image made ready for outlining, axes (k, j, i).

    Attributes
    ----------
    values : ndarray of float32
        Slightly smoothed.
    allowed : ndarray of bool
        Where a lesion can be.
    spacing_mm : ndarray, shape (3,)
    corner_mm : ndarray, shape (3,)
        Center of the first voxel of the box, from that of the image.
    """

    values: np.ndarray
    allowed: np.ndarray
    spacing_mm: np.ndarray
    corner_mm: np.ndarray


@dataclass(frozen=True)
class RaySurface:
    """A star-shaped surface and what it separates.

    Attributes
    ----------
    center_mm : ndarray, shape (3,)
        Axes (k, j, i), from the first voxel of the image.
    radii_mm : ndarray, shape (rays,)
        Along :func:`ray_directions`.
    inside, outside, noise : float
        Typical values of lesion and surroundings, and the spread of the calmer one.
    edge : float
        Mean step of the image across the surface as a share of the contrast: 1 for a sharp edge all around.
    """

    center_mm: np.ndarray
    radii_mm: np.ndarray
    inside: float
    outside: float
    noise: float
    edge: float

    @property
    def mean_radius_mm(self) -> float:
        """Mean of the radii."""
        return float(self.radii_mm.mean())

    @property
    def contrast_to_noise(self) -> float:
        """Difference of inside and outside over the noise."""
        return abs(self.outside - self.inside) / self.noise

    def evidence(self, values: np.ndarray) -> np.ndarray:
        """Return how much values speak for "outside": log-likelihood ratio of two normal distributions."""
        contrast = self.outside - self.inside
        weight = (contrast / self.noise) ** 2
        share = (values - self.inside) / contrast  # 0 as the lesion, 1 as its surroundings
        alien = max(_ALIEN_SHARE, _ALIEN_NOISE * self.noise / abs(contrast))
        found: np.ndarray = np.where(share < -alien, -share - alien, share - 0.5) * weight
        return found


def smoothed_a_little(values: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return values smoothed by less than a millimeter, within slices if these are thick."""
    sigma = np.where(spacing_mm < 2 * _SMOOTHING_MM, _SMOOTHING_MM / spacing_mm, 0.0)
    smooth: np.ndarray = scipy.ndimage.gaussian_filter(
        values.astype(np.float32), sigma, mode="nearest", truncate=3.0
    )
    return smooth


def ray_directions() -> np.ndarray:
    """Return the unit vectors of the rays, shape (rays, 3)."""
    return sphere_directions(_RAYS)


def value_at(field: Field, center_mm: np.ndarray, radius_mm: float) -> float | None:
    """Return the mean value in a ball, or ``None`` if a lesion can be nowhere in it."""
    radii, values, allowed = along_rays(field, center_mm, radius_mm)
    weights = allowed * radii**2
    return float(np.average(values, weights=weights)) if weights.any() else None


def grow(
    field: Field,
    center_mm: np.ndarray,
    radii_mm: float | np.ndarray,
    reach_mm: float,
    anchor: float,
    core_mm: np.ndarray | None = None,
) -> RaySurface | None:
    """Return the surface that region competition finds from a first one.

    ``None`` if there is no contrast, or many rays go on to the end of their reach.

    Parameters
    ----------
    field : Field
    center_mm : ndarray, shape (3,)
        Axes (k, j, i).
    radii_mm : float or ndarray, shape (rays,)
        Where it starts.
    reach_mm : float
        No surface is farther than this.
    anchor : float
        Value at the click.
    core_mm : ndarray, shape (rays,), optional
        What is nearer than this belongs to the lesion, whatever its value, and does not tell how it looks.
    """
    radii, values, allowed = along_rays(field, center_mm, reach_mm)
    core = radii < (np.zeros(_RAYS) if core_mm is None else core_mm)[:, None]
    surface = RaySurface(center_mm, np.full(_RAYS, radii_mm), 0.0, 0.0, 1.0, 0.0)
    for _ in range(_ROUNDS):
        levels = _levels(radii, values, allowed & ~core, surface.radii_mm, anchor)
        if levels is None:
            return None
        surface = replace(surface, inside=levels[0], outside=levels[1], noise=levels[2])
        evidence = np.clip(surface.evidence(values), -_MOST_EVIDENCE, _MOST_EVIDENCE)
        evidence = np.where(core, -_MOST_EVIDENCE, evidence)
        settled = _settle(radii, np.where(allowed, evidence, _FORBIDDEN), surface.mean_radius_mm)
        moved_mm = float(np.abs(settled - surface.radii_mm).max())
        surface = replace(surface, radii_mm=settled)
        if moved_mm < _SETTLED_MM:
            break
    if np.mean(surface.radii_mm > reach_mm - _END_MM) > _ENDLESS_SHARE:
        return None
    edge = _edge(radii, values, allowed, surface)
    return replace(surface, edge=edge)


def recentered(surface: RaySurface) -> tuple[np.ndarray, np.ndarray]:
    """Return the center of mass of a surface (mm) and its radii seen from there."""
    cubes = surface.radii_mm**3
    rays = ray_directions()
    shift = 0.75 * (rays * (cubes * surface.radii_mm)[:, None]).sum(axis=0) / cubes.sum()
    points = rays * surface.radii_mm[:, None] - shift
    away = np.linalg.norm(points, axis=1)
    _, near = cKDTree(points / away[:, None]).query(rays, k=3)
    return surface.center_mm + shift, away[near].mean(axis=1)


def voxels_inside(field: Field, surface: RaySurface) -> np.ndarray:
    """Return the voxels of a field with their centers inside a surface."""
    center_mm, spacing_mm = surface.center_mm - field.corner_mm, field.spacing_mm
    reach = surface.radii_mm.max() + 1.0
    low = np.maximum(np.floor((center_mm - reach) / spacing_mm).astype(int), 0)
    high = np.minimum(np.ceil((center_mm + reach) / spacing_mm).astype(int) + 1, field.values.shape)
    inside = np.zeros(field.values.shape, dtype=bool)
    if (high <= low).any():
        return inside
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    points = (np.indices(high - low).reshape(3, -1).T + low) * spacing_mm - center_mm
    away = np.linalg.norm(points, axis=1)
    near = away <= reach
    directions = points[near] / np.maximum(away[near], 1e-9)[:, None]
    distance, rays = cKDTree(ray_directions()).query(directions, k=4)
    weights = 1.0 / (distance + 0.02)
    radii = (surface.radii_mm[rays] * weights).sum(axis=1) / weights.sum(axis=1)
    hit = np.zeros(len(points), dtype=bool)
    hit[near] = away[near] <= radii
    inside[box] = hit.reshape(high - low)
    return inside


def along_rays(
    field: Field, center_mm: np.ndarray, reach_mm: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return distances (n,), and for each ray and distance the value and whether a lesion can be there."""
    radii = np.arange(_STEP_MM / 2, reach_mm, _STEP_MM)
    points = center_mm + ray_directions()[:, None] * radii[None, :, None]
    index = np.moveaxis((points - field.corner_mm) / field.spacing_mm, -1, 0)
    values = scipy.ndimage.map_coordinates(field.values, index, order=1, mode="nearest")
    allowed = scipy.ndimage.map_coordinates(field.allowed.view(np.uint8), index, order=0, mode="constant")
    return radii, values, allowed > 0


def _levels(
    radii: np.ndarray, values: np.ndarray, allowed: np.ndarray, surface: np.ndarray, anchor: float
) -> tuple[float, float, float] | None:
    """Return typical values inside and outside and the noise, by weighted median and percentiles."""
    edge = surface[:, None]
    inside = allowed & (radii < np.maximum(edge - 0.5, 1.5))
    thickness = max(_SHELL_MM, _SHELL_SHARE * float(surface.mean()))
    shell = allowed & (radii > edge + 1.0) & (radii < edge + 1.0 + thickness)
    if min(np.count_nonzero(inside), np.count_nonzero(shell)) < _FEWEST_SAMPLES:
        return None
    weights = np.broadcast_to(radii**2, values.shape)
    middle, spread = median_and_spread(values[inside], weights[inside])
    around, spread_around = median_and_spread(values[shell], weights[shell])
    limit = _ANCHOR_SHARE * abs(around - anchor)
    middle = float(np.clip(middle, anchor - limit, anchor + limit))
    contrast = abs(around - middle)
    if contrast <= 1e-6 * max(abs(around), abs(middle), 1e-6):
        return None
    return middle, around, max(min(spread, spread_around), _LEAST_NOISE_SHARE * contrast)


def median_and_spread(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return weighted median and half the width of the middle 68 % of values."""
    order = np.argsort(values)
    ranks = np.cumsum(weights[order])
    low, middle, high = values[order][np.searchsorted(ranks, np.array([0.16, 0.5, 0.84]) * ranks[-1])]
    return float(middle), float(high - low) / 2.0


def _settle(radii: np.ndarray, evidence: np.ndarray, size_mm: float) -> np.ndarray:
    """Return the radii of least cost: evidence summed over the volume within, and unlikeness of neighbors."""
    within = np.cumsum(evidence * radii**2, axis=1) * (_STEP_MM / size_mm**2)
    cost = np.pad(np.where(_behind_gap(evidence), _NEVER, within), ((0, 0), (1, 0)))
    choices = np.concatenate([[0.0], radii + _STEP_MM / 2])
    # A small lesion has few voxels to outvote the noise.
    stiff = float(np.sqrt(np.clip((_STIFF_BELOW_MM / size_mm) ** 2, 0.5, 4.0)))
    found = np.full(_RAYS, size_mm)
    for stiffness in stiff * _STIFFNESS:
        wanted = mean_over(_AGREEING) @ found
        found = choices[np.argmin(cost + stiffness * (choices - wanted[:, None]) ** 2, axis=1)]
    smooth = mean_over(_SMOOTH) @ found
    limit = _SPIKE_SHARE * (mean_over(_SPIKE) @ found) + _SPIKE_MM
    settled: np.ndarray = np.maximum(np.minimum(smooth, limit), 1.0)
    return settled


def _behind_gap(evidence: np.ndarray) -> np.ndarray:
    """Return what lies behind a gap: along the rays around, "outside" has been seen too clearly to go on."""
    total = np.cumsum(mean_over(_AGREEING) @ evidence, axis=1) * _STEP_MM
    risen = total - np.minimum.accumulate(np.minimum(total, 0.0), axis=1)
    behind: np.ndarray = np.maximum.accumulate(risen, axis=1) > _GAP_EVIDENCE_MM
    return behind


@cache
def mean_over(angle: float) -> np.ndarray:
    """Return the matrix that averages over neighboring rays with a Gaussian of this angle (radians)."""
    rays = ray_directions()
    apart = np.arccos(np.clip(rays @ rays.T, -1.0, 1.0))
    weights = np.where(apart < 3 * angle, np.exp(-0.5 * (apart / angle) ** 2), 0.0)
    mean: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return mean


def _edge(radii: np.ndarray, values: np.ndarray, allowed: np.ndarray, surface: RaySurface) -> float:
    """Return the mean step across the surface, as a share of the contrast; no direction counts above 1.

    Directions in which something foreign begins (fat beside a dark lesion) say nothing about the edge.
    """
    depth = min(3.0, 0.6 * surface.mean_radius_mm)
    within, has_within = band_mean(radii, values, allowed, surface.radii_mm, -depth, -0.5)
    beyond, has_beyond = band_mean(radii, values, allowed, surface.radii_mm, 0.5, 3.0)
    step = mean_over(_SMOOTH) @ ((beyond - within) / (surface.outside - surface.inside))
    judged = has_within & has_beyond & (step > -1.0)
    enough = np.count_nonzero(judged) > _JUDGED_SHARE * _RAYS
    return float(np.clip(step[judged], -1.0, 1.0).mean()) if enough else 0.0


def band_mean(
    radii: np.ndarray, values: np.ndarray, allowed: np.ndarray, surface: np.ndarray, low: float, high: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean along each ray from ``low`` to ``high`` mm beyond a surface, and where there is one."""
    band = allowed & (radii > surface[:, None] + low) & (radii <= surface[:, None] + high)
    count = band.sum(axis=1)
    return np.where(band, values, 0.0).sum(axis=1) / np.maximum(count, 1), count > 0
