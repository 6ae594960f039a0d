"""Pairs that nobody should trust, made from two digital patients, and right pairs beside them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import SimpleITK as sitk
from known_abdomen import filled

from interventional_oncology.phantom import Patient, PhantomParameters, make_patient

#: Around the liver, 4 mm.
_GRID = {"size": (58, 46, 50), "spacing_mm": (4.0, 4.0, 4.0), "center_lps_mm": (-45.0, -5.0, 15.0)}
_AWAY_MM = 2000.0


@dataclass(frozen=True)
class Pair:
    """Two images with the organ in both, and what treatment changed."""

    fixed: sitk.Image
    moving: sitk.Image
    fixed_mask: sitk.Image
    moving_mask: sitk.Image
    exclude_mask: sitk.Image
    moving_exclude_mask: sitk.Image
    other_organ: sitk.Image


@cache
def patient(seed: int) -> Patient:
    """Return a patient imaged by CT and MR."""
    return make_patient(PhantomParameters(seed=seed, modality="both", motion=0.4, noise=0.5, **_GRID))


def pair(fixed: str, moving: str, seed: int = 1, other: int | None = None) -> Pair:
    """Return a baseline image and a follow-up image, of one patient or of two."""
    before, after = patient(seed).baseline, patient(other or seed).followup
    return Pair(
        before.images[fixed],
        after.images[moving],
        before.masks["liver"],
        after.masks["liver"],
        sitk.Cast(before.masks["tumor"] != 0, sitk.sitkUInt8),
        after.masks["ablation"],
        after.masks["left_kidney"] | after.masks["spleen"],
    )


def _of_moving(given: Pair, change: Callable[[sitk.Image], sitk.Image]) -> Pair:
    names = ("moving", "moving_mask", "moving_exclude_mask", "other_organ")
    return replace(given, **{name: change(getattr(given, name)) for name in names})


def flipped(given: Pair) -> Pair:
    """Return the pair with left and right of the moving image exchanged."""
    return _of_moving(given, lambda i: filled(i, np.ascontiguousarray(sitk.GetArrayFromImage(i)[:, :, ::-1])))


def half_seen(given: Pair) -> Pair:
    """Return the pair with the moving image cut through the liver."""
    index = given.moving_mask.TransformPhysicalPointToIndex(_center(given.moving_mask))
    return _of_moving(given, lambda image: image[index[0] :, :, :])


def four_times_larger(given: Pair) -> Pair:
    """Return the pair with the moving image on voxels that are said to be four times as wide."""

    def wider(image: sitk.Image) -> sitk.Image:
        made = sitk.Image(image)
        made.SetSpacing([4.0 * s for s in image.GetSpacing()])
        return made

    return _of_moving(given, wider)


def other_part(given: Pair) -> Pair:
    """Return the upper part of the fixed image and the lower part of the moving one."""
    cut = given.fixed_mask.TransformPhysicalPointToIndex(_center(given.fixed_mask))[2]
    upper = {name: getattr(given, name)[:, :, cut:] for name in ("fixed", "fixed_mask", "exclude_mask")}
    return replace(_of_moving(given, lambda image: image[:, :, : cut - 6]), **upper)


def other_organ_outlined(given: Pair) -> Pair:
    """Return the pair with the left kidney and the spleen outlined in the moving image."""
    return replace(given, moving_mask=given.other_organ)


def organ_taken_out(given: Pair) -> Pair:
    """Return the pair with the moving organ filled with what lies around it, shuffled."""
    values = sitk.GetArrayFromImage(given.moving)
    inside = sitk.GetArrayFromImage(given.moving_mask) != 0
    around = values[~inside & (values > np.percentile(values, 40))]
    values[inside] = np.random.default_rng(3).choice(around, np.count_nonzero(inside))
    return replace(given, moving=filled(given.moving, values))


def moved_away(given: Pair) -> Pair:
    """Return the pair with the moving image 2 m away."""

    def moved(image: sitk.Image) -> sitk.Image:
        made = sitk.Image(image)
        made.SetOrigin((np.array(image.GetOrigin()) + _AWAY_MM).tolist())
        return made

    return _of_moving(given, moved)


def _center(mask: sitk.Image) -> tuple[float, ...]:
    statistics = sitk.LabelShapeStatisticsImageFilter()
    statistics.Execute(mask)
    return tuple(statistics.GetCentroid(1))
