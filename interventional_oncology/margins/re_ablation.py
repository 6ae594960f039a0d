"""Where and how large a further ablation must be to bring the margin to the one wanted.

The margin of a zone is at least ``t`` exactly when the zone holds the tumor grown by ``t``. So what is
missing is the grown tumor outside the zone, and the smallest sphere that helps is the smallest ball around
it.
An ellipsoid of a given size becomes a ball when space is scaled by its half axes: the same ball, found there,
says whether one placement is enough and where it has to be.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .ablation_case import AblationCase, with_sphere
from .checks import length_mm
from .enclosing_ball import hull_corners, smallest_enclosing_ball
from .judged_surface import judged_surface
from .missing_tissue import MissingTissue, missing_tissue
from .residual import ras_tuple
from .shape import shape_of_mask

_LARGEST_HALF_AXIS_MM = 100.0
# A check measures masks, and where two balls meet these have an edge that the surface between voxels rounds
# by a few tenths of a millimeter: the sphere grows by what the check still misses, a few times.
_CHECKS = 6
_ENOUGH_MM = 0.05
# The sphere grows within a box with this much room.
_ROOM_MM = 2.0
_ENTRIES = 200


@dataclass(frozen=True)
class AddedSphere:
    """The smallest sphere that covers what is missing.

    Attributes
    ----------
    center_ras_mm : tuple of float
    radius_mm : float
    missing_volume_ml : float
        Of the tumor grown by the margin wanted, outside the zone (and in the organ, when that is given).
    direction : str
        Of what is missing from the center of the tumor, in words; empty when it is missing on all sides.
    """

    center_ras_mm: tuple[float, float, float]
    radius_mm: float
    missing_volume_ml: float
    direction: str


@dataclass(frozen=True)
class PlacedEllipsoid:
    """The best place for an ellipsoid of given size.

    Attributes
    ----------
    center_ras_mm : tuple of float
    entry_direction_ras : tuple of float
        Unit vector along which the applicator goes in, from the entry to the tip: its first half axis.
    half_axes_mm : tuple of float
        Along the applicator and across it.
    covers_all : bool
        Whether it covers all that is missing.
    scale_needed : float
        How many times as large it had to be in order to cover it all; at most 1 when it does.
    """

    center_ras_mm: tuple[float, float, float]
    entry_direction_ras: tuple[float, float, float]
    half_axes_mm: tuple[float, float]
    covers_all: bool
    scale_needed: float


@dataclass(frozen=True)
class ReAblation:
    """Advice on a further ablation; fields are keys of ``re_ablation`` in ``margin.json``.

    Attributes
    ----------
    center_ras_mm : tuple of float
    radius_mm : float
        Of the sphere that covers all sites together.
    covers : int
        How many sites that are: separate pieces of what is missing.
    margin_after_mm : float or None
        Minimal margin with that sphere added to the zone, measured on its mask as any other margin. It may
        stay a little short of the margin wanted where what is missing is too thin to be told. None where
        nothing is judged, or no untreated tissue of the organ is left that could limit it.
    sites : tuple of AddedSphere
        The smallest sphere for each site alone, the largest site first.
    ellipsoid : PlacedEllipsoid or None
        For an applicator of given size.
    words : str
    """

    center_ras_mm: tuple[float, float, float]
    radius_mm: float
    covers: int
    margin_after_mm: float | None
    sites: tuple[AddedSphere, ...]
    ellipsoid: PlacedEllipsoid | None
    words: str


def re_ablation(
    tumor: sitk.Image,
    ablation: sitk.Image,
    *,
    organ: sitk.Image | None = None,
    threshold_mm: float = 5.0,
    subcapsular_mm: float = 5.0,
    subcapsular_rule: str = "to_border",
    half_axes_mm: tuple[float, float] | None = None,
    entry_direction_ras: tuple[float, float, float] | None = None,
) -> ReAblation | None:
    """Return the smallest additions that bring the margin to ``threshold_mm``, or None where it is reached.

    Nothing is advised for sites smaller than a voxel or thinner than half of one.

    Parameters
    ----------
    tumor, ablation : SimpleITK.Image
        Masks on one grid.
    organ : SimpleITK.Image, optional
    threshold_mm : float
    subcapsular_mm, subcapsular_rule : float, str
        As for the margin (:mod:`.subcapsular`). ``exclude``: what is missing around the judged surface, and
        all tumor outside the zone; ``to_border``: only tissue of the organ and tumor; ``ignore``: all around.
    half_axes_mm : tuple of float, optional
        Half axes of the zone of an applicator, along it and across it.
    entry_direction_ras : tuple of float, optional
        Direction of the applicator; without it the best of 200 directions is taken.

    Raises
    ------
    InputError
        As for :func:`.ablation_margin.ablation_margin`; if a half axis is not positive or above 100 mm, or
        the direction has no length.
    """
    axes_mm, entry = _checked_applicator(half_axes_mm, entry_direction_ras)
    length_mm(threshold_mm, "threshold")
    case = AblationCase.checked(tumor, ablation, organ, subcapsular_rule, subcapsular_mm)
    target, zone = case.tumor_shape(), case.zone_shape()
    surface = judged_surface(target, zone, case.border(target), case.rule)
    least_mm = surface.least_mm
    if (least_mm is None or least_mm >= threshold_mm) and surface.plain.margin_mm.min() >= 0:
        return None
    within = case.organ if case.rule == "to_border" else None
    missing = missing_tissue(target, zone, surface, within, threshold_mm)
    if not missing.count:
        return None
    frame = missing.frame
    centers_mm, radii_mm = zip(*(missing.ball(site) for site in range(1, missing.count + 1)), strict=True)
    middle_mm, radius_mm = (centers_mm[0], radii_mm[0]) if missing.count == 1 else missing.ball()
    center_lps_mm = frame.to_lps(middle_mm)
    # Where crumbs are left, the margin stays short by these.
    enough_mm = threshold_mm - missing.left_out_mm
    radius_mm, after_mm = _checked_radius(case, center_lps_mm, radius_mm, enough_mm)
    sites = tuple(
        AddedSphere(
            ras_tuple(frame.to_lps(at_mm)),
            float(size_mm),
            missing.volume_ml(site),
            missing.side(site),
        )
        for site, (at_mm, size_mm) in enumerate(zip(centers_mm, radii_mm, strict=True), start=1)
    )
    ellipsoid = None if axes_mm is None else _placed(missing, axes_mm, entry)
    center_ras_mm = ras_tuple(center_lps_mm)
    words = _words(center_ras_mm, radius_mm, missing.side(), threshold_mm, after_mm, ellipsoid)
    return ReAblation(center_ras_mm, radius_mm, missing.count, after_mm, sites, ellipsoid, words)


def _checked_applicator(
    half_axes_mm: tuple[float, float] | None, entry_ras: tuple[float, float, float] | None
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return half axes and unit direction (LPS)."""
    if half_axes_mm is None:
        return None, None
    axes_mm = _numbers(half_axes_mm)
    if axes_mm.shape != (2,) or not ((axes_mm > 0) & (axes_mm <= _LARGEST_HALF_AXIS_MM)).all():
        msg = (
            "applicator: expected two half axes (along, across) of more than 0 and up to "
            f"{_LARGEST_HALF_AXIS_MM:g} mm, got {_told(half_axes_mm)}"
        )
        raise InputError(msg)
    if entry_ras is None:
        return axes_mm, None
    entry = _numbers(entry_ras)
    length = float(np.linalg.norm(entry))
    if entry.shape != (3,) or not (np.isfinite(length) and length > 0):
        msg = f"entry direction: expected three numbers, not all zero, got {_told(entry_ras)}"
        raise InputError(msg)
    return axes_mm, entry * (-1.0, -1.0, 1.0) / length


def _numbers(given: Any) -> np.ndarray:
    """Return what was given as an array, without any number where there is something else in it."""
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return np.zeros(0)


def _told(given: Any) -> str:
    if isinstance(given, (list, tuple)):
        return ", ".join(f"{one!s:.20}" for one in given)
    return f"{type(given).__name__} {given!r:.40}"


def _checked_radius(
    case: AblationCase, center_lps_mm: np.ndarray, radius_mm: float, enough_mm: float
) -> tuple[float, float | None]:
    """Return the radius with which the measured margin is enough, and that margin."""
    after_mm, reach_mm, target = None, 0.0, None
    for _ in range(_CHECKS):
        if target is None or radius_mm > reach_mm:
            reach_mm = radius_mm + _ROOM_MM
            near = case.around(center_lps_mm, reach_mm)
            target = near.tumor_shape()
            border = near.border(target)
        zone = shape_of_mask(with_sphere(near.ablation, center_lps_mm, radius_mm))
        after_mm = judged_surface(target, zone, border, case.rule).least_mm
        if after_mm is None or after_mm >= enough_mm:
            break
        radius_mm += enough_mm - after_mm + _ENOUGH_MM
    return float(radius_mm), after_mm


def _placed(missing: MissingTissue, half_axes_mm: np.ndarray, entry: np.ndarray | None) -> PlacedEllipsoid:
    """Return the ellipsoid whose scaled ball is smallest."""
    entries = _half_sphere(_ENTRIES) if entry is None else entry[None]
    corners_lps_mm = missing.frame.to_lps(hull_corners(missing.places_mm))
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for along in entries:
        axes = _axes_about(along)
        scaled = corners_lps_mm @ axes / half_axes_mm[[0, 1, 1]]
        middle, scale = smallest_enclosing_ball(scaled)
        if best is None or scale < best[0]:
            best = scale, axes @ (middle * half_axes_mm[[0, 1, 1]]), along
    assert best is not None
    scale, center_lps_mm, along = best
    return PlacedEllipsoid(
        ras_tuple(center_lps_mm),
        ras_tuple(along),
        (float(half_axes_mm[0]), float(half_axes_mm[1])),
        bool(scale <= 1.0),
        float(scale),
    )


def _half_sphere(count: int) -> np.ndarray:
    """Return unit vectors spread over half a sphere: an ellipsoid is the same both ways round."""
    step = np.arange(count) + 0.5
    z, angle = step / count, np.pi * (1.0 + np.sqrt(5.0)) * step
    ring = np.sqrt(1.0 - z**2)
    return np.stack([ring * np.cos(angle), ring * np.sin(angle), z], axis=1)


def _axes_about(along: np.ndarray) -> np.ndarray:
    """Return orthonormal axes as columns, the first one ``along``."""
    other = np.eye(3)[int(np.argmin(np.abs(along)))]
    second = np.cross(along, other)
    second /= np.linalg.norm(second)
    return np.stack([along, second, np.cross(along, second)], axis=1)


def _words(
    center_ras_mm: tuple[float, float, float],
    radius_mm: float,
    way: str,
    threshold_mm: float,
    after_mm: float | None,
    ellipsoid: PlacedEllipsoid | None,
) -> str:
    place = ", ".join(f"{along:.1f}" for along in center_ras_mm)
    side = f"The margin falls short on the {way} side. " if way else "The margin falls short on all sides. "
    zone = f"A further zone of at least {2 * radius_mm:.1f} mm diameter at RAS ({place}) mm"
    reached = f"{threshold_mm:g} mm"
    if after_mm is not None:
        measured = f"{after_mm:.1f} mm"
        short = after_mm < threshold_mm - _ENOUGH_MM
        reached = f"{measured} (not quite {reached})" if short else f"{reached} ({measured} measured with it)"
    said = f"{side}{zone} would bring it to {reached}"
    if ellipsoid is None:
        return said + "."
    axes = " x ".join(f"{2 * half:g}" for half in ellipsoid.half_axes_mm)
    if ellipsoid.covers_all:
        spot = ", ".join(f"{along:.1f}" for along in ellipsoid.center_ras_mm)
        return f"{said}. One zone of {axes} mm at RAS ({spot}) mm is enough."
    times = f"{ellipsoid.scale_needed:.2f} times"
    return f"{said}. One zone of {axes} mm is not enough: it had to be {times} as large."
