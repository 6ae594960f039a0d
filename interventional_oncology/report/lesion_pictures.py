"""The lesions of a review as small pictures, one row a lesion, one column a visit."""

from pathlib import Path

import SimpleITK as sitk

from ..cases.findings import FollowupFindings, Review
from ..cases.lesion_course import measured_role
from ..cases.scans import Scans
from ..response import LesionRow
from .pictures.lesion_sheet import LesionSheet, Thumbnail, draw_sheets
from .pictures.picture import Picture
from .pictures.planes import AXIAL, cut, zoomed_plane
from .pictures.regions import center_lps_mm, extent_mm
from .pictures.windows import display_window
from .wording import number

#: More visits than this would be too small to see: the baseline and the last ones are shown.
_MOST_VISITS = 6
_LEAST_FIELD_MM, _FIELD_PER_EXTENT = 50.0, 1.7
_PIXELS = 240


def draw_lesions(review: Review, folder: Path) -> list[Picture]:
    """Write the small pictures of the measured lesions; nothing where no lesion was measured."""
    visits = _visits(review)
    names = list(dict.fromkeys(row.lesion_id for row in review.lesions if row.lesion_id.isdigit()))
    if not review.lesion_labels or not names:
        return []
    by_key = {(row.lesion_id, row.date): row for row in review.lesions}
    fields = {name: _field_mm(review, int(name)) for name in names}
    cells = tuple(
        tuple(
            _thumbnail(review, visit, int(name), by_key.get((name, visit.timepoint.date)), fields[name])
            for visit in visits
        )
        for name in names
    )
    heads = tuple(f"{visit.timepoint.name[:22]}\n{visit.timepoint.date}" for visit in visits)
    return draw_sheets(LesionSheet(heads, tuple(f"lesion {name}" for name in names), cells), folder)


def _visits(review: Review) -> list[Scans]:
    measured = {row.date for row in review.lesions}
    days: dict[object, Scans] = {}
    for scans in (review.baseline, *(found.scans for found in review.followups)):
        # Of two scans of one day the first was measured.
        if scans.timepoint.date in measured:
            days.setdefault(scans.timepoint.date, scans)
    visits = list(days.values())
    return visits if len(visits) <= _MOST_VISITS else [visits[0], *visits[1 - _MOST_VISITS :]]


def _field_mm(review: Review, label: int) -> float:
    """Return one field of view for all visits of a lesion, so that its size can be compared."""
    masks = [labels == label for labels in review.lesion_labels.values()]
    extents = [extent_mm(mask) for mask in masks if sitk.GetArrayViewFromImage(mask).any()]
    return max(_LEAST_FIELD_MM, _FIELD_PER_EXTENT * max(extents, default=0.0))


def _thumbnail(review: Review, scans: Scans, label: int, row: LesionRow | None, field_mm: float) -> Thumbnail:
    words = _words(row)
    labels = review.lesion_labels.get(scans.timepoint.name)
    mask = None if labels is None else sitk.Cast(labels == label, sitk.sitkFloat32)
    if labels is not None and mask is not None and sitk.GetArrayViewFromImage(mask).any():
        role = measured_role(scans, labels)
        return _cut(scans.images[role], role, review, mask, field_mm, words, former=False)
    found = next((one for one in review.followups if one.scans is scans), None)
    return _where_it_was(review, found, label, field_mm, words)


def _where_it_was(
    review: Review, found: FollowupFindings | None, label: int, field_mm: float, words: str
) -> Thumbnail:
    """Show the place of a baseline lesion in the registered follow-up, where there is one."""
    labels = review.lesion_labels.get(review.baseline.timepoint.name)
    if found is None or found.registered is None or labels is None:
        return Thumbnail(None, None, former=True, field_mm=field_mm, words=words)
    mask = sitk.Cast(labels == label, sitk.sitkFloat32)
    if not sitk.GetArrayViewFromImage(mask).any():
        return Thumbnail(None, None, former=True, field_mm=field_mm, words=words)
    return _cut(found.registered, found.moving_role, review, mask, field_mm, words, former=True)


def _cut(
    image: sitk.Image,
    role: str,
    review: Review,
    mask: sitk.Image,
    field_mm: float,
    words: str,
    *,
    former: bool,
) -> Thumbnail:
    window = display_window(image, role, organ=review.baseline.timepoint.organ_role)
    plane = zoomed_plane(AXIAL, center_lps_mm(mask), field_mm, pixels=_PIXELS)
    pixels = window.apply(cut(image, plane, background=window.level - window.width))
    return Thumbnail(pixels, cut(mask, plane), former, field_mm, words)


def _words(row: LesionRow | None) -> str:
    if row is None:
        return "not listed"
    what = f"{row.role.replace('_', '-')}, {(row.state or 'not measurable').replace('_', ' ')}"
    lines = []
    if row.long_axis_mm is not None:
        short = "" if row.short_axis_mm is None else f" x {number(row.short_axis_mm)}"
        lines.append(f"{number(row.long_axis_mm)}{short} mm")
    if row.viable_long_axis_mm is not None:
        lines.append(f"viable {number(row.viable_long_axis_mm, 'mm')}")
    return "\n".join([*lines, what])
