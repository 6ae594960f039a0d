"""Which lesion of a follow-up mask is which lesion of the baseline mask."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
import SimpleITK as sitk
from scipy.spatial import cKDTree

from ..images import resample
from .labeled import lesion_labels
from .matching import REACH_MM, LesionMatch, Likeness, Pair, match

#: So far beyond the reach of a baseline lesion the follow-up is looked at, to see its lesions whole.
_SEEN_MM = 40.0


def match_lesions(
    baseline: sitk.Image,
    followup: sitk.Image,
    transform: sitk.Transform | None = None,
    *,
    pairs: Sequence[Pair] = (),
    reach_mm: float = REACH_MM,
) -> list[LesionMatch]:
    """Match the lesions of two visits.

    Parameters
    ----------
    baseline, followup : SimpleITK.Image
        A label a lesion; where the only value is 1, each connected piece is a lesion, numbered from the
        largest on. Each on a grid of its own. A mask without a voxel is a visit without lesions.
    transform : SimpleITK.Transform, optional
        Baseline points to follow-up points (LPS mm), as ``register`` finds it; without it the scans are
        taken to lie on each other.
    pairs, reach_mm
        See :func:`~.matching.match`.

    Returns
    -------
    list of LesionMatch
        By the number of the baseline lesion, new ones last.

    Raises
    ------
    InputError
        If a pair cannot be what the reader means.
    """
    return match(
        likeness_of_masks(baseline, followup, transform, reach_mm=reach_mm), pairs=pairs, reach_mm=reach_mm
    )


def relabeled_followup(followup: sitk.Image, matches: Sequence[LesionMatch]) -> sitk.Image:
    """Return the follow-up mask with the numbers of the baseline.

    Fragments have the number of the lesion they come from, merged lesions the smallest of theirs, and new
    ones the numbers after the largest of all.
    """
    numbers: dict[int, int] = {}
    free = max((n for one in matches for n in (one.baseline_id, one.followup_id) if n is not None), default=0)
    for one in matches:
        if one.followup_id is None:
            continue
        if one.baseline_id is None:
            free += 1
            numbers[one.followup_id] = free
        else:
            numbers[one.followup_id] = min(one.baseline_id, numbers.get(one.followup_id, one.baseline_id))
    labels = _labels(followup)
    renumber = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.int32)
    for before, after in numbers.items():
        renumber[before] = after
    image = sitk.GetImageFromArray(renumber[labels])
    image.CopyInformation(followup)
    return image


def likeness_of_masks(
    baseline: sitk.Image,
    followup: sitk.Image,
    transform: sitk.Transform | None = None,
    *,
    reach_mm: float = REACH_MM,
) -> Likeness:
    """Return how alike the lesions of two masks are; the follow-up is looked at through the transform."""
    first_labels, second_labels = _labels(baseline), _labels(followup)
    baseline_ml, followup_ml = _volumes(first_labels, baseline), _volumes(second_labels, followup)
    shape = len(baseline_ml), len(followup_ml)
    overlap, distance, gap = np.zeros(shape), np.full(shape, np.nan), np.full(shape, np.inf)
    if all(shape):
        known = _around_lesions(first_labels, baseline, reach_mm + _SEEN_MM)
        moving = _around_lesions(second_labels, followup, 0.0)
        seen = resample(moving, known, transform=transform, interpolator="nearest", background=0)
        first, second = _shapes(known), _shapes(seen)
        common = _common_voxels(known, seen)
        for row, one in enumerate(baseline_ml):
            for column, other in enumerate(followup_ml):
                if other in second:
                    voxels = common.get((one, other), 0)
                    overlap[row, column] = voxels / min(first[one].voxels, second[other].voxels)
                    distance[row, column] = np.linalg.norm(first[one].center_mm - second[other].center_mm)
                    gap[row, column] = 0.0 if voxels else _gap_mm(first[one], second[other])
    return Likeness(
        tuple(baseline_ml),
        tuple(followup_ml),
        np.array(list(baseline_ml.values())),
        np.array(list(followup_ml.values())),
        overlap,
        distance,
        gap,
    )


@dataclass(frozen=True)
class _Shape:
    """A lesion in a grid: voxels, center and the places of its outer voxels (n, 3), mm along (k, j, i)."""

    voxels: int
    center_mm: np.ndarray
    surface_mm: np.ndarray


def _labels(lesions: sitk.Image) -> np.ndarray:
    if not sitk.GetArrayViewFromImage(lesions).any():
        return np.zeros(lesions.GetSize()[::-1], dtype=np.int32)
    return lesion_labels(lesions)[0]


def _around_lesions(labels: np.ndarray, grid: sitk.Image, margin_mm: float) -> sitk.Image:
    """Return the labels in the box around all lesions, wider by a margin, which may lie beyond the grid."""
    margin = np.ceil(margin_mm / np.array(grid.GetSpacing()[::-1])).astype(int) + 1
    [box] = scipy.ndimage.find_objects((labels > 0).view(np.uint8))
    low = np.array([part.start for part in box]) - margin
    high = np.array([part.stop for part in box]) + margin
    before, after = np.maximum(-low, 0), np.maximum(high - labels.shape, 0)
    inside = tuple(slice(max(a, 0), b) for a, b in zip(low, high, strict=True))
    image = sitk.GetImageFromArray(np.pad(labels[inside], list(zip(before, after, strict=True))))
    image.SetSpacing(grid.GetSpacing())
    image.SetDirection(grid.GetDirection())
    image.SetOrigin(grid.TransformContinuousIndexToPhysicalPoint(low[::-1].astype(float).tolist()))
    return image


def _shapes(lesions: sitk.Image) -> dict[int, _Shape]:
    """Return the lesions of a label image by number."""
    labels, spacing_mm = sitk.GetArrayViewFromImage(lesions), np.array(lesions.GetSpacing()[::-1])
    found = {}
    for number, box in enumerate(scipy.ndimage.find_objects(labels), start=1):
        if box is not None:
            corner = np.array([part.start for part in box])
            inside = labels[box] == number
            outer = inside & ~scipy.ndimage.binary_erosion(inside)
            voxels = np.argwhere(inside)
            center_mm = (voxels.mean(axis=0) + corner) * spacing_mm
            found[number] = _Shape(len(voxels), center_mm, (np.argwhere(outer) + corner) * spacing_mm)
    return found


def _volumes(labels: np.ndarray, grid: sitk.Image) -> dict[int, float]:
    voxel_ml = float(np.prod(grid.GetSpacing())) / 1000.0
    counts = np.bincount(labels[labels > 0])
    return {int(number): float(counts[number]) * voxel_ml for number in np.flatnonzero(counts)}


def _common_voxels(known: sitk.Image, seen: sitk.Image) -> dict[tuple[int, int], int]:
    first, second = sitk.GetArrayViewFromImage(known), sitk.GetArrayViewFromImage(seen)
    both = (first > 0) & (second > 0)
    pairs, counts = np.unique(np.stack([first[both], second[both]]), axis=1, return_counts=True)
    return {(int(a), int(b)): int(count) for a, b, count in zip(*pairs, counts, strict=True)}


def _gap_mm(first: _Shape, second: _Shape) -> float:
    small, large = sorted((first.surface_mm, second.surface_mm), key=len)
    return float(cKDTree(small).query(large)[0].min())
