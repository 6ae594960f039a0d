"""Masks with the steps of a coarser grid are noticed, smooth ones are not."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from interventional_oncology.cases.carrying import carry_back
from interventional_oncology.margins import ablation_margin
from interventional_oncology.margins.repeated_slices import repeated_axes
from interventional_oncology.phantom import PhantomParameters, make_patient


def carried(mask: sitk.Image, grid: sitk.Image) -> sitk.Image:
    return sitk.Resample(mask, grid, sitk.Transform(), sitk.sitkNearestNeighbor, 0)


def axes_of(mask: sitk.Image) -> list[str]:
    return repeated_axes(sitk.GetArrayViewFromImage(mask))


@pytest.mark.parametrize("slices_mm", [2.0, 3.0, 5.0])
def test_nearest_neighbor_is_noticed_and_its_bias_is_real(grid, slices_mm) -> None:
    coarse, fine = grid((0.8, 0.8, slices_mm), reach_mm=22), grid((0.8, 0.8, 1.0), reach_mm=22)
    tumor, zone = fine.ball((0.3, 0.2, 0.4), 9), fine.ball((0.3, 0.2, 0.4), 15)
    stepped = carried(coarse.ball((0.3, 0.2, 0.4), 9), tumor)
    assert axes_of(stepped) == ["k"]
    found = ablation_margin(stepped, zone)
    assert any("the tumor mask repeats its slices along k" in text for text in found.warnings)
    assert found.minimal_margin_mm < 6.0 - 0.7
    as_surface = carry_back(coarse.ball((0.3, 0.2, 0.4), 9), sitk.Transform(), tumor)
    assert axes_of(as_surface) == []
    assert ablation_margin(as_surface, zone).minimal_margin_mm == pytest.approx(6.0, abs=0.5)


def test_smooth_masks_are_left_alone(grid) -> None:
    rng = np.random.default_rng(5)
    for n in range(30):
        here = grid((0.8, 0.8, float(rng.choice([1.0, 1.5, 3.0]))), reach_mm=22)
        radii = rng.uniform(5, 14) * rng.uniform(0.75, 1.25, 3)
        turn = Rotation.random(random_state=n)
        assert axes_of(here.ellipsoid(tuple(rng.uniform(-1, 1, 3)), tuple(radii), turn)) == []


def test_masks_of_the_digital_patient(grid) -> None:
    patient = make_patient(PhantomParameters(treatment="thermal", size=(96, 96, 64)))
    baseline = patient.baseline
    for role in ("tumor", "liver"):
        mask = baseline.masks[role]
        assert axes_of(mask) == []
        fine = sitk.Image([*mask.GetSize()[:2], 3 * mask.GetSize()[2]], sitk.sitkUInt8)
        fine.SetOrigin(mask.GetOrigin())
        fine.SetDirection(mask.GetDirection())
        fine.SetSpacing((*mask.GetSpacing()[:2], mask.GetSpacing()[2] / 3.0))
        assert "k" in axes_of(carried(mask, fine))


def test_slices_without_any_voxel_between_two_tumors_are_not_repeated(grid) -> None:
    here = grid((0.8, 0.8, 3.0), reach_mm=24)
    tumors = sitk.Or(here.ball((-5, 0, 0), 3.0), here.ball((6, 0, 0), 3.5))
    said = ablation_margin(tumors, here.ball((0, 0, 0), 12.0)).warnings
    assert not any("repeats its slices" in words for words in said)
