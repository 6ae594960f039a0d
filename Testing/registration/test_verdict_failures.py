"""Thirty pairs that must never be called good, and right pairs that must be.

A pair that is refused (:class:`InputError`) counts as failed: the user gets no transform at all.
"""

from collections.abc import Callable

import pytest
import SimpleITK as sitk
from deliberate_failures import (
    Pair,
    flipped,
    four_times_larger,
    half_seen,
    moved_away,
    organ_taken_out,
    other_organ_outlined,
    other_part,
    pair,
    patient,
)

from interventional_oncology.errors import InputError
from interventional_oncology.registration import register
from interventional_oncology.registration.quality import assess

CT, T2, PORTAL = "ct_portal", "t2", "portal"


def as_given(given: Pair) -> Pair:
    return given


# what is wrong, fixed and moving image, other patient or None, with masks, method
FAILURES = [
    ("other patient", as_given, CT, CT, 5, True, "rigid"),
    ("other patient", as_given, CT, CT, 5, True, "deformable"),
    ("other patient", as_given, CT, CT, 5, False, "rigid"),
    ("other patient", as_given, T2, T2, 5, True, "rigid"),
    ("other patient", as_given, T2, T2, 5, True, "deformable"),
    ("other patient", as_given, T2, T2, 5, False, "rigid"),
    ("other patient", as_given, T2, PORTAL, 5, True, "rigid"),
    ("other patient", as_given, CT, PORTAL, 5, True, "affine"),
    ("flipped", flipped, CT, CT, None, True, "rigid"),
    ("flipped", flipped, CT, CT, None, True, "deformable"),
    ("flipped", flipped, CT, CT, None, False, "rigid"),
    ("flipped", flipped, T2, T2, None, True, "deformable"),
    ("flipped", flipped, T2, T2, None, False, "rigid"),
    ("flipped", flipped, T2, PORTAL, None, True, "deformable"),
    ("no overlap", other_part, CT, CT, None, False, "rigid"),
    ("no overlap", other_part, T2, T2, None, False, "rigid"),
    ("no overlap", other_part, CT, CT, None, True, "deformable"),
    ("no overlap", moved_away, CT, CT, None, True, None),
    ("no overlap", moved_away, T2, PORTAL, None, True, None),
    ("half seen", half_seen, CT, CT, None, True, "deformable"),
    ("half seen", half_seen, CT, CT, None, False, "rigid"),
    ("half seen", half_seen, T2, T2, None, True, "deformable"),
    ("half seen", half_seen, T2, T2, None, False, "rigid"),
    ("4 x spacing", four_times_larger, CT, CT, None, True, "deformable"),
    ("4 x spacing", four_times_larger, CT, CT, None, False, "rigid"),
    ("4 x spacing", four_times_larger, T2, T2, None, True, "deformable"),
    ("organ missing", other_organ_outlined, CT, CT, None, True, "deformable"),
    ("organ missing", other_organ_outlined, T2, T2, None, True, "rigid"),
    ("organ missing", organ_taken_out, CT, CT, None, True, "deformable"),
    ("organ missing", organ_taken_out, T2, PORTAL, None, True, "rigid"),
]


def verdict_of(given: Pair, *, masks: bool, method: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and the reasons; without a method that of the images as they lie."""
    names = ("fixed_mask", "moving_mask", "exclude_mask", "moving_exclude_mask")
    used = {name: getattr(given, name) for name in names if masks and _any(getattr(given, name))}
    if method is None:
        still = sitk.Transform(3, sitk.sitkIdentity)
        quality = assess(still, given.fixed, given.moving, landmarks=None, **used)
        return quality.verdict, quality.reasons
    try:
        quality = register(given.fixed, given.moving, method=method, **used).quality
    except InputError as refused:
        return "failed", (str(refused),)
    return quality.verdict, quality.reasons


def _any(mask: sitk.Image) -> bool:
    return bool(sitk.GetArrayViewFromImage(mask).any())


def test_there_are_thirty_failures() -> None:
    assert len(FAILURES) >= 30
    assert len({failure[0] for failure in FAILURES}) == 6
    assert sum(not failure[5] for failure in FAILURES) >= 6
    deformable = [failure[0] for failure in FAILURES if failure[6] == "deformable"]
    assert len(deformable) >= 10
    assert len(set(deformable)) == 6


@pytest.mark.parametrize(
    ("wrong", "change", "fixed", "moving", "other", "masks", "method"),
    FAILURES,
    ids=[f"{f[0]}: {f[2]} {f[3]} {'masks' if f[5] else 'no masks'} {f[6]}" for f in FAILURES],
)
def test_a_pair_that_is_wrong_is_never_good(
    wrong: str,
    change: Callable[[Pair], Pair],
    fixed: str,
    moving: str,
    other: int | None,
    masks: bool,
    method: str | None,
) -> None:
    verdict, reasons = verdict_of(change(pair(fixed, moving, other=other)), masks=masks, method=method)
    assert verdict in ("check", "failed"), wrong
    assert reasons


RIGHT = [
    (CT, CT, 1, "deformable"),
    (CT, CT, 5, "affine"),
    ("ct_arterial", CT, 1, "affine"),
    (T2, T2, 1, "affine"),
    (T2, T2, 5, "rigid"),
    (PORTAL, PORTAL, 1, "affine"),
    (PORTAL, PORTAL, 5, "rigid"),
]


@pytest.mark.parametrize(("fixed", "moving", "seed", "method"), RIGHT)
def test_a_right_pair_with_masks_is_good(fixed: str, moving: str, seed: int, method: str) -> None:
    verdict, reasons = verdict_of(pair(fixed, moving, seed), masks=True, method=method)
    assert (verdict, reasons) == ("good", ())


@pytest.mark.parametrize(
    ("fixed", "moving", "verdict"),
    # What CT and T2 share deep in the liver is not far enough above the noise of 4 mm voxels.
    [(T2, PORTAL, "good"), (PORTAL, T2, "good"), (CT, PORTAL, "good"), (CT, T2, "check")],
)
def test_two_contrasts_of_one_patient_do_not_fail(fixed: str, moving: str, verdict: str) -> None:
    given = pair(fixed, moving)
    quality = assess(
        patient(1).baseline_to_followup,
        given.fixed,
        given.moving,
        fixed_mask=given.fixed_mask,
        moving_mask=given.moving_mask,
        exclude_mask=given.exclude_mask,
        moving_exclude_mask=given.moving_exclude_mask,
        landmarks=None,
    )
    assert quality.verdict == verdict, quality.reasons
    assert quality.structure_similarity is not None
    assert quality.structure_similarity >= 0.7
