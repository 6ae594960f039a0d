"""Where a registration starts, what it leaves alone, and what landmarks give without it."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Abdomen, Scan, apply, breath, error_mm, filled, grid, inverse, points_mm, scan

from interventional_oncology.errors import InputError
from interventional_oncology.images.remarks import note_frame_of_reference
from interventional_oncology.registration import register, register_by_landmarks

LIVER_MM = np.array([-30.0, -8.0, 6.0])


@pytest.fixture(scope="module")
def pair() -> tuple[Scan, Scan]:
    anatomy, where = Abdomen(), grid((44, 38, 30), (4.6, 4.6, 5.8))
    return scan(anatomy, where, seed=1), scan(anatomy, where, breath, seed=2)


def truth(points: np.ndarray) -> np.ndarray:
    return inverse(breath, points)


def shifted(image: sitk.Image, shift_mm: tuple[float, float, float]) -> sitk.Image:
    moved = sitk.Image(image)
    moved.SetOrigin(np.add(image.GetOrigin(), shift_mm).tolist())
    return moved


def test_a_start_by_hand_brings_images_together_that_no_search_reaches(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    away = shifted(moving.image, (0.0, 170.0, 0.0))
    by_hand = sitk.TranslationTransform(3, (0.0, 170.0, 0.0))
    found = register(fixed.image, away, method="rigid", initial=by_hand)
    assert found.start == "initial transform"
    moved = apply(found.transform, LIVER_MM[None]) - (0.0, 170.0, 0.0)
    assert np.linalg.norm(moved - truth(LIVER_MM[None])) < 4.0
    with pytest.raises(InputError, match=r"expected the images to overlap"):
        register(fixed.image, away, method="rigid", initial=sitk.TranslationTransform(3, (0.0, -170.0, 0.0)))


@pytest.mark.parametrize(("method", "preset"), [("rigid", None), ("deformable", "rigid-head")])
def test_a_rigid_result_starts_from_what_is_rigid_in_a_transform(
    pair: tuple[Scan, Scan], method: str, preset: str | None
) -> None:
    fixed, moving = pair
    stretched = sitk.AffineTransform(3)
    stretched.Scale((1.06, 0.96, 1.0))
    found = register(fixed.image, moving.image, method=method, preset=preset, initial=stretched)
    assert found.transform.GetName() == "Euler3DTransform"
    assert any("initial transform is not rigid" in said for said in found.cautions)


def test_a_rotation_that_was_rounded_in_a_file_is_rigid(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    turned = sitk.Euler3DTransform((0.0, 0.0, 0.0), 0.0, 0.0, 0.02)
    rounded = sitk.AffineTransform(3)
    rounded.SetMatrix(np.round(turned.GetMatrix(), 6).tolist())
    found = register(fixed.image, moving.image, method="rigid", initial=rounded)
    assert found.transform.GetName() == "Euler3DTransform"
    assert not any("not rigid" in said for said in found.cautions)


def test_landmarks_outside_the_fixed_image_are_said(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    points = LIVER_MM + 40.0 * np.eye(4, 3)
    points[0, 0] = 5000.0
    pairs = np.hstack([points, points])
    found = register(fixed.image, moving.image, method="rigid", landmarks=pairs)
    assert any("1 of 4 fixed points lie outside the fixed image" in said for said in found.cautions)


def test_three_landmarks_alone_do_not_make_a_good_verdict(pair: tuple[Scan, Scan]) -> None:
    fixed, _ = pair
    points = LIVER_MM + 40.0 * np.eye(4, 3)
    pairs = np.hstack([points, points])
    assert register_by_landmarks(fixed.image, fixed.image, pairs).quality.verdict == "good"
    few = register_by_landmarks(fixed.image, fixed.image, pairs[:3]).quality
    assert few.verdict == "check"
    assert few.reasons == ("no organ mask: the alignment of the organ itself was not judged",)
    masks = {"fixed_mask": fixed.liver, "moving_mask": fixed.liver}
    assert register_by_landmarks(fixed.image, fixed.image, pairs[:3], **masks).quality.verdict == "good"


def test_one_frame_of_reference_is_where_the_search_starts(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = (sitk.Image(one.image) for one in pair)
    assert register(fixed, moving, method="rigid").start == "most alike"
    for image in (fixed, moving):
        note_frame_of_reference(image, "1.2.3.4")
    found = register(fixed, moving, method="rigid")
    assert found.start == "frame of reference"
    assert any("frame of reference" in said for said in found.cautions)


def test_only_the_region_changes(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    affine = register(
        fixed.image, moving.image, method="affine", fixed_mask=fixed.liver, moving_mask=moving.liver
    )
    away_mm = np.linalg.norm(points_mm(fixed.image) - LIVER_MM, axis=1)
    region = filled(fixed.image, (away_mm < 40.0).astype(np.uint8))
    found = register(fixed.image, moving.image, initial=affine.transform, region=region)
    outside = points_mm(fixed.image)[away_mm > 42.0][::50]
    assert apply(found.transform, outside) == pytest.approx(apply(affine.transform, outside), abs=1e-6)
    before, after = (error_mm(t, truth, region).mean() for t in (affine.transform, found.transform))
    assert after < before


def test_what_does_not_go_together_is_refused(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    with pytest.raises(InputError, match="region: expected an initial transform"):
        register(fixed.image, moving.image, region=fixed.liver)
    identity = sitk.TranslationTransform(3)
    with pytest.raises(InputError, match="region: expected the method deformable, got rigid"):
        register(fixed.image, moving.image, method="rigid", region=fixed.liver, initial=identity)
    with pytest.raises(InputError, match="expected a preset for deformable registration, got rigid-head"):
        register(
            fixed.image,
            moving.image,
            preset="rigid-head",
            region=fixed.liver,
            initial=sitk.TranslationTransform(3),
        )
    with pytest.raises(InputError, match="expected dense, the one that keeps tissue rigid"):
        register(fixed.image, moving.image, rigid_mask=fixed.liver, engine="elastix")
    with pytest.raises(InputError, match="error map: expected one of none, fast, full, got 'slow'"):
        register(fixed.image, moving.image, error="slow")


def test_a_preset_that_is_rigid_only_says_so(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    found = register(fixed.image, moving.image, preset="rigid-head")
    assert found.method == "rigid"
    assert any("made for rigid registration" in said for said in found.cautions)


def test_landmarks_alone_tell_the_error_to_expect(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    here = LIVER_MM + np.array([[0, 0, 0], [30, 0, 0], [0, 30, 0], [0, 0, 30], [-30, 10, -20], [20, 20, 20]])
    pairs = np.hstack([here, truth(here)])
    found = register_by_landmarks(fixed.image, moving.image, pairs, "affine")
    assert (found.method, found.engine, found.start) == ("landmarks, affine", "landmarks", "landmarks")
    quality = found.quality
    assert quality.tre_mm_after is not None
    assert quality.expected_error_mm is not None
    assert quality.tre_mm_after["mean"] < quality.expected_error_mm["mean"] < quality.tre_mm_before["mean"]


def test_the_error_map_is_made_when_asked_for(pair: tuple[Scan, Scan]) -> None:
    fixed, moving = pair
    found = register(
        fixed.image, moving.image, fixed_mask=fixed.liver, moving_mask=moving.liver, error="fast"
    )
    assert found.error is not None
    assert found.quality.expected_error_mm == found.error.summary_mm["organ"]
    assert found.quality.inverse_consistency_mm is not None
    assert register(fixed.image, moving.image, method="rigid").error is None
