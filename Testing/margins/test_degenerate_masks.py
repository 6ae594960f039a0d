"""Masks that are empty, apart, inside out, hollow, several, cut off or on slightly different grids."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.margins import ablation_margin, mask_surface, re_ablation


@pytest.fixture(scope="module")
def here(grid):
    return grid(reach_mm=26)


def test_empty_masks_are_refused(here) -> None:
    ball, empty = here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 6) * 0
    with pytest.raises(InputError, match="ablation mask: expected at least one voxel"):
        ablation_margin(ball, empty)
    with pytest.raises(InputError, match="tumor mask: expected at least one voxel"):
        ablation_margin(empty, ball)
    with pytest.raises(InputError, match="empty mask"):
        mask_surface(empty)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold_mm", -1.0),
        ("subcapsular_mm", 1e4),
        ("registration_error_mm", -0.1),
        ("threshold_mm", float("nan")),
    ],
)
def test_numbers_out_of_range_are_refused(here, name, value) -> None:
    with pytest.raises(InputError, match="expected a length of 0 to"):
        ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 9), **{name: value})


@pytest.mark.parametrize(
    "more",
    [
        {"threshold_mm": None},
        {"threshold_mm": "5"},
        {"threshold_mm": 31.0},
        {"thresholds_mm": 5.0},
        {"thresholds_mm": "5,10"},
        {"thresholds_mm": [0.0, float("nan")]},
        {"subcapsular_mm": [5.0]},
        {"subcapsular_rule": None},
        {"registration_error_mm": "2"},
        {"registration_error_mm": [1.0, 2.0]},
        {"registration_error_mm": True},
        {"segmentation_error_mm": "half"},
        {"segmentation_error_mm": -0.5},
        {"organ": "liver.nii.gz"},
    ],
    ids=str,
)
def test_input_of_another_kind_is_refused(here, more) -> None:
    with pytest.raises(InputError, match="expected"):
        ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 9), **more)


def test_what_is_no_mask_is_refused(here) -> None:
    ball = here.ball((0, 0, 0), 6)
    soft = sitk.SmoothingRecursiveGaussian(sitk.Cast(ball, sitk.sitkFloat32), 1.0)
    for wrong, says in (
        (None, "got NoneType"),
        (sitk.GetArrayFromImage(ball), "got ndarray"),
        ("tumor.nii.gz", "got str"),
        (ball[:, :, 5], "3-D"),
        (soft, "whole numbers"),
    ):
        for call in (ablation_margin, re_ablation):
            with pytest.raises(InputError, match=f"tumor mask: .*{says}"):
                call(wrong, ball)
            with pytest.raises(InputError, match=f"ablation mask: .*{says}"):
                call(ball, wrong)
    whole = sitk.Cast(ball, sitk.sitkFloat32) * 3.0
    assert ablation_margin(whole, ball).minimal_margin_mm == ablation_margin(ball, ball).minimal_margin_mm


def test_another_grid_is_refused_and_a_rounding_error_is_not(here, grid) -> None:
    tumor, zone = here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 12)
    with pytest.raises(InputError, match="another grid"):
        ablation_margin(tumor, grid(reach_mm=25).ball((0, 0, 0), 12))
    nudged = sitk.Image(zone)
    nudged.SetOrigin(np.add(zone.GetOrigin(), 5e-4 * 0.8).tolist())
    found = ablation_margin(tumor, nudged)
    assert found.minimal_margin_mm == ablation_margin(tumor, zone).minimal_margin_mm
    assert any("rounding error" in text for text in found.warnings)


def test_no_overlap(here) -> None:
    found = ablation_margin(here.ball((-10, 0, 0), 5), here.ball((10, 0, 0), 8))
    assert found.volume_fraction_covered == 0.0
    assert found.dice == 0.0
    assert found.surface_fraction["below_0"] == 1.0
    # The far side of the tumor lies 20 + 5 mm from the center of the zone.
    assert found.minimal_margin_mm == pytest.approx(-(20 + 5 - 8), abs=0.2)
    assert found.residual_sites[0].depth_mm == pytest.approx(17, abs=0.2)


def test_zone_inside_tumor(here) -> None:
    found = ablation_margin(here.ball((0, 0, 0), 12), here.ball((0, 0, 0), 7))
    assert found.minimal_margin_mm == pytest.approx(-5, abs=0.3)
    assert found.mean_margin_mm == pytest.approx(-5, abs=0.1)
    assert found.uncovered_volume_ml == pytest.approx(4 / 3 * np.pi * (12**3 - 7**3) / 1000, rel=0.02)
    assert len(found.residual_sites) == 1


def test_two_tumors_in_one_zone(here) -> None:
    tumor = here.ball((-7, 0, 0), 4) | here.ball((7, 0, 0), 4)
    found = ablation_margin(tumor, here.ball((2, 0, 0), 18))
    assert found.tumor_count == 2
    assert found.minimal_margin_mm == pytest.approx(18 - 9 - 4, abs=0.2)
    assert any("2 separate pieces" in text for text in found.warnings)


@pytest.mark.parametrize(("apart", "count"), [(5.0, 1), (16.0, 2)])
def test_two_zones_touching_and_not(here, apart, count) -> None:
    zone = here.ball((-apart, 0, 0), 9) | here.ball((apart, 0, 0), 9)
    found = ablation_margin(here.ball((apart, 0, 0), 3), zone)
    assert found.ablation_count == count
    expected = 9 - 3
    assert found.minimal_margin_mm == pytest.approx(expected, abs=0.25)


def test_a_cavity_of_the_zone_counts_as_untreated(here) -> None:
    zone = here.ball((0, 0, 0), 16) - here.ball((0, 0, 0), 4)
    found = ablation_margin(here.ball((0, 0, 0), 9), zone)
    assert found.uncovered_volume_ml == pytest.approx(4 / 3 * np.pi * 4**3 / 1000, rel=0.1)
    # 9 mm from the center: 5 mm to the cavity, 7 mm to the outside.
    assert found.minimal_margin_mm == pytest.approx(5, abs=0.3)
    assert any("count as untreated" in text for text in found.warnings)


def test_a_cavity_of_the_tumor_is_filled(here) -> None:
    whole, zone = here.ball((0, 0, 0), 9), here.ball((0, 0, 0), 14)
    hollow = whole - here.ball((0, 0, 0), 4)
    found = ablation_margin(hollow, zone)
    assert found.minimal_margin_mm == ablation_margin(whole, zone).minimal_margin_mm
    assert any("filled" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("slices_mm", "threshold_mm", "says"),
    [
        (4.0, 5.0, "slices are 4.0 mm apart: more than 3 mm cannot prove a margin of 5 mm"),
        (4.0, 10.0, "slices are 4.0 mm apart: more than 3 mm make margins less certain"),
        (4.0, 0.0, "slices are 4.0 mm apart: more than 3 mm make margins less certain"),
        (2.0, 3.0, "slices are 2.0 mm apart: more than 1.8 mm cannot prove a margin of 3 mm"),
        (2.0, 5.0, None),
        (3.0, 5.0, None),
    ],
)
def test_thick_slices_are_said(grid, slices_mm, threshold_mm, says) -> None:
    thick = grid((0.8, 0.8, slices_mm), reach_mm=20)
    found = ablation_margin(thick.ball((0, 0, 0), 6), thick.ball((0, 0, 0), 14), threshold_mm=threshold_mm)
    assert found.warnings == (() if says is None else (says,))


def test_the_border_is_said(grid) -> None:
    here = grid(reach_mm=20)
    found = ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, 12), 14))
    assert any("ablation mask touches the border" in text for text in found.warnings)
    assert ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, 0), 12)).warnings == ()


def test_uncovered_tumor_at_the_capsule_is_not_hidden(here) -> None:
    top = here.center_lps_mm[2] + 6
    organ = here.mask(lambda points: points[..., 2] <= top)
    found = ablation_margin(here.ball((0, 0, 0), 6), here.ball((0, 0, -8), 12), organ=organ)
    assert found.minimal_margin_whole_surface_mm < -1.5
    assert found.minimal_margin_mm > found.minimal_margin_whole_surface_mm
    assert any("left out of the margin holds uncovered tumor" in text for text in found.warnings)
    assert found.uncovered_volume_ml > 0
