"""An organ that the border of one image cuts off: the cut is no surface, and says nothing of the middle."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import (
    LIVER_CENTER_MM,
    Abdomen,
    Scan,
    breath,
    error_mm,
    filled,
    grid,
    inverse,
    points_mm,
)

from interventional_oncology.registration import register
from interventional_oncology.registration.cut_off import cut_cautions, cut_faces, room_of
from interventional_oncology.registration.organ_center import centroid_mm, shift_of_shared_part
from interventional_oncology.registration.prepared import Masks, distance_on, prepare
from interventional_oncology.registration.presets import presets
from interventional_oncology.registration.quality import organ_dice


def ball(where: sitk.Image, center_mm: np.ndarray, radius_mm: float = 40.0) -> sitk.Image:
    inside = np.linalg.norm(points_mm(where) - center_mm, axis=1) < radius_mm
    return filled(where, inside.astype(np.uint8))


def upper(given: Scan, first: int) -> Scan:
    """Return the slices from ``first`` on."""
    return replace(given, image=given.image[:, :, first:], liver=given.liver[:, :, first:])


def test_faces_that_cut() -> None:
    whole = ball(grid(), LIVER_CENTER_MM)
    assert not cut_faces(whole).any()
    assert cut_faces(whole[:, :, 22:]).tolist() == [[False, False], [False, False], [True, False]]
    assert cut_faces(whole[:20, :, :]).tolist() == [[False, True], [False, False], [False, False]]
    assert room_of(whole, 2.0) is None


def test_room_is_the_distance_to_the_nearest_cut_and_to_no_other_face() -> None:
    cut = ball(grid(), LIVER_CENTER_MM)[:, :, 22:]
    room = room_of(cut, 2.0)
    assert room is not None
    last = (np.array(cut.GetSize()) - 1).tolist()
    for index in ([20, 20, 3], [0, 0, 3], last):
        at = room.TransformPhysicalPointToIndex(cut.TransformIndexToPhysicalPoint(index))
        assert room[at] == pytest.approx((index[2] + 0.5) * cut.GetSpacing()[2], abs=2.0)


def test_only_distances_that_no_unseen_surface_can_shorten_are_compared() -> None:
    where, first = grid(), 15  # just above the lower pole
    whole = ball(where, LIVER_CENTER_MM)
    noise = np.random.default_rng(0).normal(0.0, 100.0, len(points_mm(where)))
    image, preset = filled(where, noise.astype(np.float32)), presets()["ct-liver"]
    part = image[:, :, first:]
    cut = prepare(part, image, preset, Masks(whole[:, :, first:], whole), finest_mm=4.0)
    uncut = prepare(image, image, preset, Masks(whole, whole), finest_mm=4.0)
    seen, known = (p.voxels_that_count(part)[1] for p in (uncut, cut))
    wrong_mm = np.abs(distance_on(uncut.organ, part) - distance_on(cut.organ, part))
    assert wrong_mm[seen].max() > 10.0
    assert wrong_mm[known & seen].max() < 2.0
    assert np.array_equal(known[12:], seen[12:])


@pytest.mark.parametrize("first", [12, 20, 26])
def test_the_shift_of_a_cut_organ_is_that_of_the_part_both_images_show(first: int) -> None:
    shift = np.array([9.0, -14.0, 6.0])
    whole, moved = ball(grid(), LIVER_CENTER_MM), ball(grid(), LIVER_CENTER_MM + shift)
    for fixed, moving in ((whole, moved[:, :, first:]), (whole[:, :, first:], moved)):
        assert np.linalg.norm(shift_of_shared_part(fixed, moving) - shift) < 2.5
    cut = moved[:, :, first:]
    assert np.linalg.norm(centroid_mm(cut) - centroid_mm(whole) - shift) > 2.5 or first < 20
    np.testing.assert_allclose(shift_of_shared_part(whole, moved), centroid_mm(moved) - centroid_mm(whole))


def test_overlap_is_judged_where_both_images_show_the_organ() -> None:
    whole = ball(grid(), LIVER_CENTER_MM)
    here = sitk.Transform(3, sitk.sitkIdentity)
    assert organ_dice(here, whole, whole[:, :, 22:]) == pytest.approx(1.0, abs=0.02)
    assert organ_dice(here, whole[:, :, 22:], whole) == pytest.approx(1.0, abs=0.02)
    away = sitk.TranslationTransform(3, (0.0, 40.0, 0.0))
    assert organ_dice(away, whole, whole[:, :, 22:]) < 0.6


def test_a_cut_is_said() -> None:
    whole = ball(grid(), LIVER_CENTER_MM)
    assert cut_cautions(whole, whole) == ()
    assert cut_cautions(None, None) == ()
    (said,) = cut_cautions(whole, whole[:, :, 22:])
    assert "touches the border of the moving image" in said


@pytest.mark.parametrize("side", ["moving", "fixed"])
def test_a_liver_cut_through_is_aligned_where_it_is_seen(
    anatomy: Abdomen, fixed: Scan, breathed: Scan, side: str
) -> None:
    first = 18  # the lower third is missing
    here, there = (fixed, upper(breathed, first)) if side == "moving" else (upper(fixed, first), breathed)
    found = register(here.image, there.image, method="affine", fixed_mask=here.liver, moving_mask=there.liver)
    errors = error_mm(found.transform, lambda points: inverse(breath, points), here.liver)
    assert errors.mean() <= 3.0
    assert any(f"border of the {side} image" in caution for caution in found.cautions)
