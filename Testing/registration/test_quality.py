"""The quality record: Jacobian, landmarks and verdict against what can be computed by hand."""

import re

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Abdomen, Scan, filled, grid, points_mm, scan, turned

from interventional_oncology.registration import register
from interventional_oncology.registration.jacobian import displacement_field_mm, jacobian_determinant
from interventional_oncology.registration.quality import assess, dice, similarity
from interventional_oncology.registration.verdict import ONLY_OUTLINE, judge

GOOD = {
    "similarity_before": 0.3,
    "similarity_after": 0.9,
    "structure_similarity": 0.95,
    "overlap_fraction": 1.0,
    "dice_after": 0.97,
    "tre_mm_after": {"mean": 1.0, "p95": 2.0, "max": 2.5},
    "jacobian_min": 0.8,
    "folding_fraction": 0.0,
    "displacement_mm": {"mean": 9.0, "p95": 15.0, "max": 18.0},
}


@pytest.mark.parametrize("direction", [turned(0.0), turned(30.0)])
def test_jacobian_of_an_affine_map_is_its_determinant(direction: tuple[float, ...]) -> None:
    where = grid((12, 11, 10), (2.0, 3.0, 5.0), direction)
    matrix = np.array([[1.1, 0.05, 0.0], [-0.1, 0.9, 0.02], [0.0, 0.03, 1.2]])
    affine = sitk.AffineTransform(3)
    affine.SetMatrix(matrix.ravel().tolist())
    determinant = jacobian_determinant(displacement_field_mm(affine, where), where)
    np.testing.assert_allclose(determinant, np.linalg.det(matrix), rtol=1e-4)


def test_jacobian_of_a_wave_is_its_derivative_and_folds_where_it_falls_too_steeply() -> None:
    where = grid((200, 5, 5), (0.5, 4.0, 4.0), center_mm=(0.0, 0.0, 0.0))
    x = points_mm(where)[:, 0].reshape(5, 5, 200)
    for amplitude_mm, folds in ((2.0, False), (6.0, True)):
        field = np.zeros((5, 5, 200, 3))
        field[..., 0] = amplitude_mm * np.sin(x / 5.0)
        determinant = jacobian_determinant(field, where)
        expected = 1.0 + amplitude_mm / 5.0 * np.cos(x / 5.0)
        np.testing.assert_allclose(determinant[..., 1:-1], expected[..., 1:-1], atol=0.01)
        assert bool((determinant <= 0).any()) is folds


def test_landmark_errors_by_hand(fixed: Scan) -> None:
    pairs = np.array(
        [
            [0.0, 0, 0, 3.0, 4.0, 0],
            [10.0, 0, 0, 10.0, 0, 0],
            [0, 10.0, 0, 0, 10.0, 12.0],
            [0, 0, 10.0, 0, 0, 10.0],
        ]
    )
    shift = sitk.TranslationTransform(3, (0.0, 0.0, 12.0))
    quality = assess(shift, fixed.image, fixed.image, fixed_mask=None, moving_mask=None, landmarks=pairs)
    assert quality.tre_mm_before == pytest.approx({"mean": 17.0 / 4, "p95": 10.95, "max": 12.0})
    assert quality.tre_mm_after == pytest.approx(
        {"mean": (13.0 + 12.0 + 0.0 + 12.0) / 4, "p95": 12.85, "max": 13.0}
    )
    assert quality.displacement_mm == pytest.approx({"mean": 12.0, "p95": 12.0, "max": 12.0}, abs=1e-4)
    assert quality.dice_before is None


def test_dice_by_hand() -> None:
    a = np.array([1, 1, 1, 0, 0], bool)
    b = np.array([0, 1, 1, 1, 0], bool)
    assert dice(a, b) == pytest.approx(4.0 / 6.0)
    assert dice(a, a) == 1.0
    assert dice(a, ~a) == 0.0
    assert dice(a & ~a, a & ~a) == 1.0


def test_similarity_is_taken_where_the_images_overlap(fixed: Scan) -> None:
    here = sitk.Transform(3, sitk.sitkIdentity)
    assert similarity(here, fixed.image, fixed.image, None) == (pytest.approx(1.0), 1.0)
    half = fixed.image[:32, :, :]
    value, overlap = similarity(here, fixed.image, half, None)
    assert value == pytest.approx(1.0)
    assert overlap == pytest.approx(0.5, abs=0.01)
    away = sitk.TranslationTransform(3, (900.0, 0.0, 0.0))
    assert similarity(away, fixed.image, fixed.image, fixed.liver) == (None, 0.0)


@pytest.mark.parametrize("side", ["fixed", "moving"])
def test_treated_tissue_is_left_out_of_the_similarity(side: str, anatomy: Abdomen, fixed: Scan) -> None:
    again = scan(anatomy, grid(), seed=3)
    values, liver = sitk.GetArrayFromImage(again.image), sitk.GetArrayFromImage(again.liver) != 0
    treated = liver.copy()
    treated[..., int(np.median(np.nonzero(liver)[2])) :] = False  # half of the liver
    values[treated] = 10.0
    zone = filled(again.liver, treated.astype(np.uint8))
    shift_mm = (7.0, -5.0, 6.0)  # the moving scan and its masks lie elsewhere
    moving, moving_mask = filled(again.image, values), sitk.Image(again.liver)
    for image in (moving, moving_mask, *([zone] if side == "moving" else [])):
        image.SetOrigin(np.add(image.GetOrigin(), shift_mm).tolist())
    masks = {"fixed_mask": fixed.liver, "moving_mask": moving_mask, "landmarks": None}
    there = sitk.TranslationTransform(3, shift_mm)
    without = assess(there, fixed.image, moving, **masks)
    assert without.verdict == "failed"
    excluded = {"exclude_mask" if side == "fixed" else "moving_exclude_mask": zone}
    quality = assess(there, fixed.image, moving, **masks, **excluded)
    assert quality.similarity_metric.endswith("in the fixed mask without treated tissue")
    assert quality.structure_similarity is not None
    assert without.structure_similarity is not None
    assert quality.structure_similarity > without.structure_similarity + 0.2
    assert quality.verdict == "good", quality.reasons


def test_nothing_but_treated_tissue_is_compared_all_the_same(fixed: Scan) -> None:
    here = sitk.Transform(3, sitk.sitkIdentity)
    quality = assess(
        here,
        fixed.image,
        fixed.image,
        fixed_mask=fixed.liver,
        moving_mask=fixed.liver,
        landmarks=None,
        exclude_mask=fixed.liver,
    )
    assert quality.similarity_after == pytest.approx(1.0)
    assert quality.similarity_metric.endswith("in the fixed mask")


def test_verdict_of_a_good_record_is_good_without_reasons() -> None:
    assert judge(**GOOD) == ("good", ())
    assert judge(**{**GOOD, "tre_mm_after": None, "similarity_before": None}) == ("good", ())
    assert judge(**{**GOOD, "dice_after": None}) == ("good", ())


def test_an_organ_mask_in_one_image_only_is_not_enough_for_good() -> None:
    verdict, reasons = judge(**{**GOOD, "dice_after": None, "tre_mm_after": None})
    assert verdict == "check"
    assert reasons == ("organ mask in one image only: the alignment of the organ itself was not judged",)


def test_without_an_organ_only_landmarks_make_a_good_verdict() -> None:
    unseen = {**GOOD, "organ_given": False, "dice_after": None}
    assert judge(**unseen) == ("good", ())
    verdict, reasons = judge(**{**unseen, "tre_mm_after": None})
    assert verdict == "check"
    assert reasons == ("no organ mask: the alignment of the organ itself was not judged",)


@pytest.mark.parametrize(
    ("value", "both_ct", "verdict"), [(0.75, True, "check"), (0.5, True, "failed"), (-0.6, False, "check")]
)
def test_tissue_that_is_not_alike_is_said(value: float, both_ct: bool, verdict: str) -> None:
    found, reasons = judge(
        **{**GOOD, "organ_given": False, "structure_similarity": value, "both_ct": both_ct}
    )
    assert found == verdict
    assert len(reasons) == 1
    assert "similarity of structures in the body" in reasons[0]


@pytest.mark.parametrize(
    ("change", "verdict", "reason"),
    [
        ({"structure_similarity": 0.6}, "check", "similarity of structures"),
        ({"structure_similarity": 0.1}, "failed", "similarity of structures"),
        ({"similarity_after": None}, "failed", "no similarity"),
        ({"similarity_before": 0.95}, "check", "loss of similarity"),
        ({"overlap_fraction": 0.6}, "check", "overlap of the region"),
        ({"overlap_fraction": 0.1}, "failed", "overlap of the region"),
        ({"dice_after": 0.85}, "check", "Dice"),
        ({"dice_after": 0.5}, "failed", "Dice"),
        ({"tre_mm_after": {"mean": 4.0, "p95": 5.0, "max": 6.0}}, "check", "landmark"),
        ({"tre_mm_after": {"mean": 14.0, "p95": 15.0, "max": 16.0}}, "failed", "landmark"),
        ({"folding_fraction": 0.001, "jacobian_min": -0.1}, "check", "folds"),
        ({"folding_fraction": 0.05, "jacobian_min": -0.1}, "failed", "folds"),
        ({"jacobian_min": 0.1}, "check", "Jacobian"),
        ({"displacement_mm": {"mean": 9.0, "p95": 40.0, "max": 60.0}}, "check", "unevenness"),
        ({"inverse_consistency_mm": {"mean": 4.0, "p95": 4.9, "max": 5.0}}, "check", "mean way missed"),
        ({"inverse_consistency_mm": {"mean": 1.5, "p95": 6.0, "max": 20.0}}, "check", "back .95 %"),
        ({"inverse_consistency_mm": {"mean": 2.5, "p95": 32.0, "max": 90.0}}, "failed", "back .95 %"),
        ({"only_outline": True}, "check", "only the organ's outline was compared"),
    ],
)
def test_each_thing_that_is_wrong_is_said(change: dict, verdict: str, reason: str) -> None:
    found, reasons = judge(**{**GOOD, **change})
    assert found == verdict
    assert len(reasons) == 1
    assert re.search(reason, reasons[0])


def flipped(given: Scan) -> Scan:
    return Scan(
        *(filled(i, sitk.GetArrayFromImage(i)[:, :, ::-1].copy()) for i in (given.image, given.liver))
    )


@pytest.mark.parametrize("wrong", ["left-right flipped", "other patient"])
def test_wrong_pairs_fail(fixed: Scan, wrong: str) -> None:
    other = flipped(fixed) if wrong == "left-right flipped" else scan(Abdomen(99), grid(), seed=7)
    quality = register(
        fixed.image, other.image, method="rigid", fixed_mask=fixed.liver, moving_mask=other.liver
    ).quality
    assert quality.verdict == "failed"
    assert quality.reasons


def test_outlines_alone_are_never_good(fixed: Scan) -> None:
    # As lungs by their masks: everything that is measured is perfect, 9 mm inside stay unseen.
    moved = sitk.Resample(fixed.liver, fixed.liver, sitk.TranslationTransform(3, (4.0, 0.0, 0.0)))
    outlines = {"fixed_mask": fixed.liver, "moving_mask": moved}
    for given, counted in (
        ([sitk.Cast(mask, sitk.sitkFloat32) for mask in outlines.values()], True),
        ([_depth(mask) for mask in outlines.values()], True),
        ([fixed.image, sitk.Resample(fixed.image, moved, sitk.TranslationTransform(3, (4.0, 0, 0)))], False),
    ):
        quality = register(*given, method="rigid", preset="mr-liver", **outlines).quality
        assert quality.dice_after > 0.95
        assert (ONLY_OUTLINE in quality.reasons) is counted
        assert not (counted and quality.verdict == "good")


def test_a_preset_that_looks_at_outlines_only_says_so(fixed: Scan) -> None:
    masks = {"fixed_mask": fixed.liver, "moving_mask": fixed.liver}
    quality = register(fixed.image, fixed.image, method="rigid", preset="prostate", **masks).quality
    assert ONLY_OUTLINE in quality.reasons
    assert quality.verdict == "check"


def _depth(mask: sitk.Image) -> sitk.Image:
    distance = sitk.SignedMaurerDistanceMap(mask, squaredDistance=False, useImageSpacing=True)
    return sitk.Clamp(distance, sitk.sitkFloat32, -30.0, 30.0)
