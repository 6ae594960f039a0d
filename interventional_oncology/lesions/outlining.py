"""Outlining a lesion from a click, and correcting the outline with further clicks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.ndimage
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, check_volume, describe, lps_to_ras
from .distance import ball
from .outline_correction import with_piece, without_piece
from .outline_voxels import lesion_voxels
from .ray_surface import Field, RaySurface, grow, recentered, smoothed_a_little, value_at
from .rim import with_rim

Point = Sequence[float] | np.ndarray

#: Farthest that a lesion reaches from the click.
REACH_MM = 60.0
#: How far is looked, and the radii that are started from, smallest first: the first with an edge is taken.
_STARTS_MM = ((25.0, (3.0, 4.5, 7.0, 10.0)), (38.0, (15.0,)), (REACH_MM, (22.0, 32.0)))
_SHELL_MM = 15.0
#: The value at a click is the mean of a ball, of at least so many voxels across: one voxel is mostly noise.
_CLICK_MM, _CLICK_VOXELS = 3.0, 3.5
#: What an edge is, chosen on digital patients (seeds 201 to 211) and one CT: lesions there had an edge of
#: 0.34 to 0.9 at a contrast of 2.4 to 8 times the noise; what grew from healthy liver had an edge times
#: contrast below 0.65, or was the organ against fat: large or of high contrast, with an edge below 0.5.
_LEAST_EDGE, _LEAST_EDGE_TIMES_CONTRAST = 0.3, 0.8
_HIGH_CONTRAST, _LARGE_MM, _LEAST_CLEAR_EDGE = 5.0, 15.0, 0.5
_FULL_REACH = 0.9
_RECENTERINGS, _CENTERED_MM, _KEPT_EDGE = 3, 0.5, 0.7
#: Fat or air beside a lesion darker than its organ (a vessel beside a bright one) and the voxels it shares.
_FOREIGN_SHARE, _FOREIGN_NOISE, _FOREIGN_RIM_MM = 2.0, 4.0, 1.2
#: A lesion that reaches this much farther along its axis than elsewhere may be a vessel.
_LONG = 1.6
_FAINT_EDGE = 0.45
#: An image with values below that of air is CT; fat is up to this.
_AIR_HU, _FAT_HU = -200.0, -30.0


@dataclass(frozen=True)
class LesionOutline:
    """The outline of a lesion.

    Attributes
    ----------
    mask : SimpleITK.Image
        0 and 1 on the grid of the image.
    volume_ml : float
    inside, outside : float, optional
        Typical values of the lesion and of what surrounds it; ``None`` for a corrected outline.
    warnings : tuple of str
        What a reader should look at, one sentence each.
    """

    mask: sitk.Image
    volume_ml: float
    inside: float | None = None
    outside: float | None = None
    warnings: tuple[str, ...] = ()


def outline_lesion(
    image: sitk.Image,
    seed_lps_mm: Point | None = None,
    *,
    organ: sitk.Image | None = None,
    previous: sitk.Image | None = None,
    add_lps_mm: Sequence[Point] = (),
    remove_lps_mm: Sequence[Point] = (),
) -> LesionOutline:
    """Outline the lesion around a click, darker or brighter than what surrounds it, on CT or MR.

    Parameters
    ----------
    image : SimpleITK.Image
    seed_lps_mm : sequence of 3 floats, optional
        A point in the lesion, up to half its radius off the middle. Not needed with ``previous``.
    organ : SimpleITK.Image, optional
        Mask on the grid of the image; the outline stays inside.
    previous : SimpleITK.Image, optional
        An outline to correct instead of making one; it is not changed.
    add_lps_mm, remove_lps_mm : sequence of points
        Corrections, done in this order, all additions first: a click outside adds the piece around it, a
        click inside removes the piece around it.

    Returns
    -------
    LesionOutline

    Raises
    ------
    InputError
        If a click lies outside the image or the organ, there is no edge of a lesion around it, a correction
        has nothing to do there, or a mask lies on another grid.

    Notes
    -----
    Nothing is random and nothing is trained. The smallest thing with an edge around the click is taken, with
    a closed rim if it has one (:mod:`.rim`); how the edge is found says :mod:`.ray_surface`. The outline is a
    star to a few millimeters (:mod:`.outline_voxels`), reaches at most :data:`REACH_MM` from its middle, and
    does not know of a second lesion that touches the first without an edge between them.
    """
    check_volume(image, "the image")
    for mask, name in ((organ, "the organ"), (previous, "the previous outline")):
        if mask is not None:
            check_same_grid(mask, image, name, "the image")
    desk = _Desk(image, organ)
    if previous is not None:
        outline = _previous(previous)
    elif seed_lps_mm is None:
        msg = "outline: expected a click in the lesion or a previous outline to correct, got neither"
        raise InputError(msg)
    else:
        outline = desk.around(seed_lps_mm)
    for point in add_lps_mm:
        outline = desk.added(outline, point)
    for point in remove_lps_mm:
        outline = desk.removed(outline, point, seed_lps_mm)
    return outline


def _previous(mask: sitk.Image) -> LesionOutline:
    inside = sitk.GetArrayViewFromImage(mask) != 0
    if not inside.any():
        msg = "the previous outline: expected a mask with a lesion, got one without a single voxel"
        raise InputError(msg)
    return LesionOutline(sitk.Cast(mask != 0, sitk.sitkUInt8), _volume_ml(inside, mask))


class _Desk:
    """An image on which outlines are drawn."""

    def __init__(self, image: sitk.Image, organ: sitk.Image | None) -> None:
        self._image = image
        self._values = sitk.GetArrayViewFromImage(image)
        self._organ = None if organ is None else sitk.GetArrayViewFromImage(organ) != 0
        self._spacing_mm = np.array(image.GetSpacing()[::-1])
        self._click_mm = max(_CLICK_MM, _CLICK_VOXELS / 2 * float(np.prod(self._spacing_mm)) ** (1 / 3))

    def around(self, seed_lps_mm: Point) -> LesionOutline:
        """Return the outline of the lesion around a click."""
        inside, surface = self._lesion(seed_lps_mm, "the click")
        if surface is None:
            msg = (
                f"no lesion found at the click at {_place(seed_lps_mm)}: expected a place that is darker or "
                f"brighter than what surrounds it, with an edge within {REACH_MM:g} mm; click in the middle "
                f"of the lesion, or draw the outline"
            )
            raise InputError(msg)
        cautions = _cautions(surface, is_ct=bool(self._values.min() < _AIR_HU))
        return replace(
            self._outline(inside),
            inside=surface.inside,
            outside=surface.outside,
            warnings=cautions,
        )

    def added(self, outline: LesionOutline, point_lps_mm: Point) -> LesionOutline:
        """Return an outline with the piece around a click outside it."""
        before = sitk.GetArrayFromImage(outline.mask) != 0
        voxel = self._voxel(point_lps_mm, "the click to add")
        if before[voxel]:
            place = _place(point_lps_mm)
            msg = f"the click to add: expected a point outside the outline, got {place} inside it"
            raise InputError(msg)
        piece, _ = self._lesion(point_lps_mm, "the click to add")
        after, touches = with_piece(before, piece, voxel, self._spacing_mm)
        if self._organ is not None:
            after &= self._organ | before
        warnings = outline.warnings
        if not touches:
            warnings += (f"what was added at {_place(point_lps_mm)} does not touch the outline",)
        return replace(self._outline(after), warnings=warnings)

    def removed(
        self, outline: LesionOutline, point_lps_mm: Point, keep_lps_mm: Point | None
    ) -> LesionOutline:
        """Return an outline without the piece around a click inside it."""
        before = sitk.GetArrayFromImage(outline.mask) != 0
        voxel = self._voxel(point_lps_mm, "the click to remove")
        if not before[voxel]:
            place = _place(point_lps_mm)
            msg = f"the click to remove: expected a point in the outline, got {place} outside"
            raise InputError(msg)
        kept = None if keep_lps_mm is None else self._voxel(keep_lps_mm, "the click")
        after = without_piece(before, voxel, kept, self._spacing_mm)
        if not after.any():
            msg = f"the click to remove at {_place(point_lps_mm)}: nothing would be left of the outline"
            raise InputError(msg)
        return replace(self._outline(after), warnings=outline.warnings)

    def _lesion(self, point: Point, name: str) -> tuple[np.ndarray, RaySurface | None]:
        """Return the voxels of the lesion at a point, and its surface if there is a lesion."""
        whole = np.zeros(self._values.shape, dtype=bool)
        voxel = self._voxel(point, name)
        index = self._image.TransformPhysicalPointToContinuousIndex(_floats(point))
        click_mm = np.array(index)[::-1] * self._spacing_mm
        found = self._smallest_with_edge(voxel, click_mm)
        if found is None:
            return whole, None
        surface, anchor = found
        field, box = self._field(voxel, min(REACH_MM, 2.5 * float(surface.radii_mm.max()) + 5.0))
        field = replace(field, allowed=field.allowed & ~_foreign(field, surface))
        surface = _centered(field, surface, anchor)
        if not _has_edge(surface):
            return whole, None
        whole[box] = lesion_voxels(field, with_rim(field, surface))
        return whole, surface if whole.any() else None

    def _smallest_with_edge(
        self, voxel: tuple[int, int, int], click_mm: np.ndarray
    ) -> tuple[RaySurface, float] | None:
        """Return the surface around a click and the value at the click."""
        for reach_mm, starts_mm in _STARTS_MM:
            field, _ = self._field(voxel, reach_mm)
            anchor = value_at(field, click_mm, self._click_mm)
            if anchor is None:
                return None
            for start_mm in starts_mm:
                found = grow(field, click_mm, start_mm, reach_mm, anchor)
                if found is not None and _has_edge(found):
                    return found, anchor
        return None

    def _field(self, voxel: tuple[int, int, int], reach_mm: float) -> tuple[Field, tuple[slice, ...]]:
        """Return the box of the image that is needed to look this far from a voxel."""
        reach = np.ceil((reach_mm + _SHELL_MM) / self._spacing_mm).astype(int)
        low = np.maximum(np.array(voxel) - reach, 0)
        box = tuple(slice(int(a), int(b)) for a, b in zip(low, np.array(voxel) + reach + 1, strict=True))
        values = self._values[box]
        allowed = np.ones(values.shape, dtype=bool) if self._organ is None else self._organ[box]
        smooth = smoothed_a_little(values, self._spacing_mm)
        return Field(smooth, allowed, self._spacing_mm, low * self._spacing_mm), box

    def _voxel(self, point: Point, name: str) -> tuple[int, int, int]:
        """Return the voxel [k, j, i] of a point, which must lie in the image and the organ."""
        index = self._image.TransformPhysicalPointToContinuousIndex(_floats(point))
        size = self._image.GetSize()
        if not all(-0.5 <= x <= n - 0.5 for x, n in zip(index, size, strict=True)):
            msg = f"{name}: expected a point in the image ({describe(self._image)}), got {_place(point)}"
            raise InputError(msg)
        i, j, k = (int(np.clip(round(x), 0, n - 1)) for x, n in zip(index, size, strict=True))
        if self._organ is not None and not self._organ[k, j, i]:
            msg = f"{name}: expected a point in the organ, got {_place(point)} outside it"
            raise InputError(msg)
        return k, j, i

    def _outline(self, inside: np.ndarray) -> LesionOutline:
        mask = sitk.GetImageFromArray(inside.astype(np.uint8))
        mask.CopyInformation(self._image)
        return LesionOutline(mask, _volume_ml(inside, mask))


def _centered(field: Field, surface: RaySurface, anchor: float) -> RaySurface:
    """Return a surface found again from its own middle."""
    for _ in range(_RECENTERINGS):
        center_mm, radii_mm = recentered(surface)
        found = grow(field, center_mm, radii_mm, min(REACH_MM, 2 * float(radii_mm.max()) + 5.0), anchor)
        if found is None or found.edge < _KEPT_EDGE * surface.edge:
            break  # the middle is not in the lesion: of two that touch, or of one that is bent
        moved_mm = float(np.linalg.norm(center_mm - surface.center_mm))
        surface = found
        if moved_mm < _CENTERED_MM:
            break
    return surface


def _has_edge(surface: RaySurface) -> bool:
    if surface.mean_radius_mm > _FULL_REACH * REACH_MM:
        return False
    contrast = surface.contrast_to_noise
    small = contrast <= _HIGH_CONTRAST and surface.mean_radius_mm <= _LARGE_MM
    least = _LEAST_EDGE if small else _LEAST_CLEAR_EDGE
    return surface.edge >= least and surface.edge * contrast >= _LEAST_EDGE_TIMES_CONTRAST


def _foreign(field: Field, surface: RaySurface) -> np.ndarray:
    """Return what can be neither lesion nor its surroundings, with the rim of voxels it is a part of."""
    contrast = surface.outside - surface.inside
    share = (field.values - surface.inside) / contrast
    far = share < -max(_FOREIGN_SHARE, _FOREIGN_NOISE * surface.noise / abs(contrast))
    rim: np.ndarray = scipy.ndimage.binary_dilation(
        scipy.ndimage.binary_opening(far), ball(_FOREIGN_RIM_MM, field.spacing_mm)
    )
    return rim


def _cautions(surface: RaySurface, *, is_ct: bool) -> tuple[str, ...]:
    said = []
    if surface.edge < _FAINT_EDGE:
        said.append(
            f"the edge of the lesion is faint (a step of {surface.edge:.0%} of its contrast): check it"
        )
    if np.percentile(surface.radii_mm, 95) > _LONG * np.median(surface.radii_mm):
        said.append("the outline is long and thin, as that of a vessel: check that the click was on a lesion")
    if is_ct and surface.outside < _FAT_HU < surface.inside and surface.mean_radius_mm > _LARGE_MM:
        said.append("the outline ends at fat or air, as that of an organ does: give the mask of the organ")
    if surface.radii_mm.max() > _FULL_REACH * REACH_MM:
        said.append(f"the outline was limited to {REACH_MM:g} mm from its middle: the lesion may be larger")
    return tuple(said)


def _volume_ml(inside: np.ndarray, grid: sitk.Image) -> float:
    return float(np.count_nonzero(inside)) * float(np.prod(grid.GetSpacing())) / 1000.0


def _floats(point: Point) -> list[float]:
    return [float(x) for x in point]


def _place(point_lps_mm: Point) -> str:
    return "RAS ({:.1f}, {:.1f}, {:.1f}) mm".format(*lps_to_ras(np.asarray(point_lps_mm, dtype=float)))
