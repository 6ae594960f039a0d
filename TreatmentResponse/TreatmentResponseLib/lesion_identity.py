"""Which lesion of the follow-up is which of the baseline: the same name is the same lesion. No Qt."""

import numpy as np
import SimpleITK as sitk

from interventional_oncology.lesions import LesionMatch, match_lesions
from interventional_oncology.mrml.segmentations import mask_from_segment
from interventional_oncology.mrml.transforms import transform_between
from interventional_oncology.mrml.volumes import grid_from_volume
from interventional_oncology.panels.inputs import required

from .outlining import VISITS, freeName, lesionNames

# A label of one would be split into its pieces; a segment is one lesion.
_FIRST_LABEL = 2


def identities(parameterNode, segmentID: str) -> list[str]:
    """Return the names that a lesion of the follow-up may have: each of the baseline, and one of its own."""
    baseline = list(lesionNames(parameterNode, "baseline").values())
    own = lesionNames(parameterNode, "followup").get(segmentID, "")
    return [*baseline, own if own and own not in baseline else freeName(parameterNode)]


def matchLesions(parameterNode) -> list[str]:
    """Give the lesions of the follow-up the names of those of the baseline; return what was found.

    The alignment carries the follow-up onto the baseline, unless the outlines are under it already; without
    one the scans are taken to lie on each other. What has no partner keeps a name of its own.

    Raises
    ------
    interventional_oncology.errors.InputError
        With one sentence for the user; the names are then as they were.
    """
    node = parameterNode
    baseline, followup = (_labels(node, visit) for visit in VISITS)
    segmentation, alignment = node.followupLesions, node.transform
    between = None
    if alignment is not None and segmentation.GetParentTransformNode() is not alignment:
        between = transform_between(None, alignment, alignment.GetName(), baseline)
    matches = match_lesions(baseline, followup, between)
    known, own = (list(lesionNames(node, visit).values()) for visit in VISITS)
    names = _names(matches, known, own)
    for key, name in zip(lesionNames(node, "followup"), names, strict=True):
        segmentation.GetSegmentation().GetSegment(key).SetName(name)
    return [_told(one, known, names) for one in matches]


def _labels(parameterNode, visit: str) -> sitk.Image:
    """Return the lesions of a visit as labels from 2 on, in the order of their segments, in world."""
    volume = required(getattr(parameterNode, f"{visit}Volume"), f"the {VISITS[visit]} scan")
    node = required(getattr(parameterNode, f"{visit}Lesions"), f"the lesions at {VISITS[visit]}")
    grid = grid_from_volume(volume, world=True)
    labels = np.zeros(grid.GetSize()[::-1], dtype=np.int32)
    for label, key in enumerate(lesionNames(parameterNode, visit), start=_FIRST_LABEL):
        labels[sitk.GetArrayFromImage(mask_from_segment(node, key, grid)) != 0] = label
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(grid)
    return image


def _names(matches: list[LesionMatch], known: list[str], own: list[str]) -> list[str]:
    """Return the new names of the lesions of the follow-up; each name of the baseline is given once."""
    found: dict[int, str] = {}
    for one in sorted(matches, key=lambda match: -(match.followup_ml or 0.0)):
        if one.baseline_id is None or one.followup_id is None:
            continue
        name = known[one.baseline_id - _FIRST_LABEL]
        if name not in found.values():
            found.setdefault(one.followup_id - _FIRST_LABEL, name)
    taken = {*known, *found.values()}
    names = []
    for number, name in enumerate(own):
        given = found.get(number)
        if given is None:
            free = (f"L{n}" for n in range(1, len(taken) + len(own) + 2))
            given = name if name not in taken else next(one for one in free if one not in {*taken, *own})
            taken.add(given)
        names.append(given)
    return names


def _told(match: LesionMatch, known: list[str], names: list[str]) -> str:
    parts = []
    if match.baseline_id is not None:
        parts.append(known[match.baseline_id - _FIRST_LABEL])
    if match.followup_id is not None and names[match.followup_id - _FIRST_LABEL] not in parts:
        parts.append(names[match.followup_id - _FIRST_LABEL])
    doubt = ", please check" if match.certainty == "check" else ""
    return f"{' and '.join(parts)}: {match.relation}{doubt}"
