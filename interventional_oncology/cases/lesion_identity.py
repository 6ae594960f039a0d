"""Which lesion of a follow-up is which lesion of the baseline."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import resample
from ..lesions import LesionMatch
from ..lesions.matching import REACH_MM, Likeness, match
from ..lesions.matching_masks import likeness_of_masks
from .findings import FollowupFindings
from .scans import Scans, label_values

#: A part of an unlabeled mask that is smaller than a ball of 5 mm is a slip of the outline, not a lesion by
#: itself; 5 mm is also what RECIST 1.1 takes as too small to measure (Eisenhauer 2009,
#: doi:10.1016/j.ejca.2008.10.026).
SPECK_MM = 5.0
_SPECK_ML = math.pi / 6 * SPECK_MM**3 / 1000


def lesion_labels(
    baseline: Scans, followups: Sequence[FollowupFindings], warn: Callable[[str], None]
) -> dict[str, sitk.Image]:
    """Return the label image of the lesions at each time point that has a tumor mask, by its name.

    Masks that hold several labels, or different ones at different time points, name their lesions
    themselves: label 2 is lesion 2 at every date. Otherwise each connected part is a lesion, unless it is
    smaller than a ball of :data:`SPECK_MM`; parts of a follow-up that match a known lesion, seen through the
    registration (:func:`~..lesions.match_lesions`), take its label whatever their size, and the others new
    ones, by which later visits know them. Smaller parts that match none are crumbs of the lesion within
    reach, and left out where there is none.

    Parameters
    ----------
    baseline : Scans
    followups : sequence of FollowupFindings
    warn : callable
        Is told of parts that are left out, and of lesions that may be others or have merged.

    Raises
    ------
    InputError
        If parts have to be matched and the follow-up could not be registered.
    """
    given = {
        scans.timepoint.name: scans.labels["tumor"] if "tumor" in scans.labels else scans.masks["tumor"]
        for scans in (baseline, *(found.scans for found in followups))
        if "tumor" in scans.masks
    }
    if _name_their_lesions(given):
        return given
    name = baseline.timepoint.name
    parts = _parts(given[name])
    kept = {part: part for part in label_values(parts) if part == 1 or not _is_speck(parts, part)}
    _tell_left_out(name, len(label_values(parts)) - len(kept), warn)
    known = _relabeled(parts, kept)
    matched, highest = {name: known}, max(kept)
    for found in followups:
        name = found.timepoint.name
        if name in given:
            matched[name] = _matched(given[name], known, found, highest, warn)
            highest = max(highest, *label_values(matched[name]), 0)
            known = _with_new(known, matched[name], found)
    return matched


def _name_their_lesions(given: Mapping[str, sitk.Image]) -> bool:
    values = [set(label_values(labels)) for labels in given.values()]
    return len(set().union(*values)) > 1


def _parts(mask: sitk.Image) -> sitk.Image:
    """Return the connected parts of a mask (a corner connects), the largest first."""
    return sitk.Cast(sitk.RelabelComponent(sitk.ConnectedComponent(mask != 0, True)), sitk.sitkInt32)


def _is_speck(parts: sitk.Image, part: int) -> bool:
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(parts) == part)
    return voxels * math.prod(parts.GetSpacing()) / 1000 < _SPECK_ML


def _relabeled(parts: sitk.Image, new: Mapping[int, int]) -> sitk.Image:
    changes = {part: float(new.get(part, 0)) for part in label_values(parts)}
    return sitk.ChangeLabel(parts, changes)


def _tell_left_out(name: str, count: int, warn: Callable[[str], None]) -> None:
    if count:
        what = "a part" if count == 1 else f"{count} parts"
        warn(f"{name}: {what} of the tumor mask smaller than a ball of {SPECK_MM:g} mm left out")


def _matched(
    mask: sitk.Image, known: sitk.Image, found: FollowupFindings, highest: int, warn: Callable[[str], None]
) -> sitk.Image:
    name = found.timepoint.name
    if found.registration is None:
        msg = f"the lesions of '{name}' cannot be matched: it could not be registered"
        raise InputError(msg)
    parts = _parts(mask)
    likeness = likeness_of_masks(known, parts, found.registration.transform)
    matches = match(likeness)
    new: dict[int, int] = {}
    for one in matches:
        if one.followup_id is None:
            continue
        if one.baseline_id is not None:
            new[one.followup_id] = min(one.baseline_id, new.get(one.followup_id, one.baseline_id))
        elif not _is_speck(parts, one.followup_id):
            highest += 1
            new[one.followup_id] = highest
        elif (nearest := _nearest(likeness, one.followup_id)) is not None:
            new[one.followup_id] = nearest
    for text in _doubts(matches):
        warn(f"{name}: {text}")
    _tell_left_out(name, len(label_values(parts)) - len(new), warn)
    return _relabeled(parts, new)


def _nearest(likeness: Likeness, part: int) -> int | None:
    """Return the known lesion that a speck is nearest to, if one is within reach."""
    gap_mm = likeness.gap_mm[:, likeness.followup_ids.index(part)]
    row = int(np.argmin(gap_mm))
    return likeness.baseline_ids[row] if gap_mm[row] <= REACH_MM else None


def _with_new(known: sitk.Image, labels: sitk.Image, found: FollowupFindings) -> sitk.Image:
    """Return the known lesions with the new ones of a follow-up where the baseline would show them."""
    new = sorted(set(label_values(labels)) - set(label_values(known)))
    if found.registration is None or not new:
        return known
    seen = resample(
        labels, known, transform=found.registration.transform, interpolator="nearest", background=0
    )
    values, there = sitk.GetArrayFromImage(known), sitk.GetArrayViewFromImage(seen)
    added = (values == 0) & np.isin(there, new)
    values[added] = there[added]
    image = sitk.GetImageFromArray(values)
    image.CopyInformation(known)
    return image


def _doubts(matches: Sequence[LesionMatch]) -> Iterator[str]:
    """Give what a reader should look at, by the numbers of the baseline."""
    for one in matches:
        if one.relation == "same" and one.certainty == "check":
            yield f"lesion {one.baseline_id} is taken for the one of the baseline, please check: {one.reason}"
    into: dict[int | None, list[int]] = {}
    for one in matches:
        if one.relation == "merged" and one.baseline_id is not None:
            into.setdefault(one.followup_id, []).append(one.baseline_id)
    for merged in into.values():
        yield f"lesions {', '.join(map(str, merged))} have merged and are measured as lesion {min(merged)}"
