"""Which lesion of a follow-up is which lesion of the baseline."""

from collections.abc import Mapping, Sequence

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import resample, same_grid
from .findings import FollowupFindings
from .scans import Scans, label_values

#: A follow-up lesion this close to a baseline lesion, after registration, is the same one: the error of a
#: registration rated good and the rim that a lesion loses when it shrinks.
SAME_LESION_MM = 10.0


def lesion_labels(baseline: Scans, followups: Sequence[FollowupFindings]) -> dict[str, sitk.Image]:
    """Return the label image of the lesions at each time point that has a tumor mask, by its name.

    Masks that hold several labels, or different ones at different time points, name their lesions
    themselves: label 2 is lesion 2 at every date. Otherwise each connected part is a lesion; parts of a
    follow-up within :data:`SAME_LESION_MM` of a baseline lesion, seen through the registration, take its
    label and the others new ones.

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
    first = sitk.RelabelComponent(sitk.ConnectedComponent(given[baseline.timepoint.name] != 0))
    matched = {baseline.timepoint.name: first}
    known, highest = first, max(label_values(first))
    for found in followups:
        if found.timepoint.name in given:
            labels = _matched(given[found.timepoint.name], known, found, highest)
            matched[found.timepoint.name] = labels
            highest = max(highest, *label_values(labels))
    return matched


def _name_their_lesions(given: Mapping[str, sitk.Image]) -> bool:
    values = [set(label_values(labels)) for labels in given.values()]
    return len(set().union(*values)) > 1


def _matched(mask: sitk.Image, known: sitk.Image, found: FollowupFindings, highest: int) -> sitk.Image:
    if found.registration is None:
        msg = f"the lesions of '{found.timepoint.name}' cannot be matched: it could not be registered"
        raise InputError(msg)
    parts = sitk.RelabelComponent(sitk.ConnectedComponent(mask != 0))
    seen = resample(
        parts, found.fixed, transform=found.registration.transform, interpolator="nearest", background=0
    )
    near = _nearest_known(known, found.fixed)
    new: dict[int, float] = {}
    for part in label_values(parts):
        label = _most_frequent(sitk.GetArrayViewFromImage(near)[sitk.GetArrayViewFromImage(seen) == part])
        if not label:
            highest += 1
        new[part] = float(label or highest)
    return sitk.ChangeLabel(parts, new)


def _nearest_known(known: sitk.Image, grid: sitk.Image) -> sitk.Image:
    """Return the label of the nearest known lesion for each voxel within reach, else 0."""
    on_grid = known if same_grid(known, grid) else resample(known, grid, interpolator="nearest", background=0)
    labels = sitk.GetArrayViewFromImage(on_grid)
    nearest, distance_mm = np.zeros(labels.shape, dtype=np.int32), np.full(labels.shape, SAME_LESION_MM)
    for label in label_values(on_grid):
        away = sitk.SignedMaurerDistanceMap(on_grid == label, squaredDistance=False, useImageSpacing=True)
        away_mm = sitk.GetArrayViewFromImage(away)
        closer = away_mm < distance_mm
        nearest[closer], distance_mm[closer] = label, away_mm[closer]
    image = sitk.GetImageFromArray(nearest)
    image.CopyInformation(on_grid)
    return image


def _most_frequent(labels: np.ndarray) -> int:
    inside = labels[labels > 0]
    return int(np.bincount(inside).argmax()) if inside.size else 0
