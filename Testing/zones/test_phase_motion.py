"""Residual motion between sequences is measured, taken out and reported."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy import ndimage

from interventional_oncology.zones import LABELS, label_zones
from interventional_oncology.zones.phase_motion import held_still


def moved(image: sitk.Image, shift_mm: tuple[float, float, float]) -> sitk.Image:
    """Return the image with its content ``shift_mm`` farther along its axes."""
    steps = np.array(shift_mm)[::-1] / np.array(image.GetSpacing())[::-1]
    array = ndimage.shift(sitk.GetArrayFromImage(image), steps, order=1, mode="nearest")
    found = sitk.GetImageFromArray(array)
    found.CopyInformation(image)
    return found


def test_a_shift_is_measured_and_taken_out(electroporated, mr, dice) -> None:
    images, shift_mm = mr(electroporated), (1.2, -0.8, 1.5)
    images["arterial"] = moved(images["arterial"], shift_mm)
    zones = label_zones(images, electroporated.mask("liver"), treatment="ire")
    by_role = {motion.role: motion for motion in zones.phase_motion}
    np.testing.assert_allclose(by_role["arterial"].shift_mm, shift_mm, atol=0.4)
    assert by_role["arterial"].corrected
    assert by_role["native_t1"].distance_mm < 0.4
    assert dice(zones.labels, LABELS["inflammation"], electroporated.masks["inflammation"]) >= 0.8


def test_what_no_shift_makes_up_for_is_noticed(electroporated, mr) -> None:
    images = mr(electroporated)
    still = label_zones(images, electroporated.mask("liver"), treatment="ire")
    left_mm = [motion.left_mm for motion in still.phase_motion if motion.left_mm is not None]
    assert len(left_mm) == 3  # not of T2
    assert max(left_mm) < 1.0
    middle = [0.5 * (n - 1) for n in images["arterial"].GetSize()]
    stretch = sitk.AffineTransform(3)
    stretch.SetCenter(images["arterial"].TransformContinuousIndexToPhysicalPoint(middle))
    stretch.Scale((1.0, 1.1, 1.0))
    images["arterial"] = sitk.Resample(images["arterial"], stretch)
    zones = label_zones(images, electroporated.mask("liver"), treatment="ire")
    assert any("parts of the organ in arterial lie" in text for text in zones.warnings)


def test_a_sequence_far_off_is_left_out_and_that_is_said(electroporated, mr) -> None:
    images = mr(electroporated)
    images["hepatobiliary"] = moved(images["hepatobiliary"], (0.0, 13.0, 0.0))
    zones = label_zones(images, electroporated.mask("liver"), treatment="ire")
    assert any(text.startswith("hepatobiliary lies 1") for text in zones.warnings)
    assert zones.hepatobiliary_zone is None
    (motion,) = [m for m in zones.phase_motion if m.role == "hepatobiliary"]
    assert not motion.corrected
    assert motion.shift_mm == pytest.approx((0.0, 13.0, 0.0), abs=1.5)


def test_diffusion_and_its_map_move_together_when_one_of_them_shows_nothing(electroporated, mr) -> None:
    images, shift_mm = mr(electroporated), (1.2, -0.8, 1.5)
    noise = np.random.default_rng(3).normal(100, 10, sitk.GetArrayViewFromImage(images["t2"]).shape)
    images["dwi"] = electroporated.image(noise.astype(np.float32))
    images["adc"] = moved(images["t2"], shift_mm)
    zones = label_zones(images, electroporated.mask("liver"), treatment="ire")
    by_role = {motion.role: motion for motion in zones.phase_motion}
    for role in ("dwi", "adc"):
        np.testing.assert_allclose(by_role[role].shift_mm, shift_mm, atol=0.5)


@pytest.mark.parametrize("slope", [0.0, 0.6])
def test_coil_sensitivities_do_not_mislead_diffusion(slope) -> None:
    """They are alike in all images, and matching them along their slope says nothing of motion."""
    rng, spacing_mm, shape = np.random.default_rng(1), np.array([5.0, 3.0, 3.0]), (30, 44, 44)
    k, j, i = np.moveaxis((np.moveaxis(np.indices(shape), 0, -1) - np.array(shape) / 2) * spacing_mm, -1, 0)
    organ = (k / 60) ** 2 + (j / 55) ** 2 + (i / 55) ** 2 <= 1
    vessels = ndimage.gaussian_filter(rng.normal(size=shape), 4 / spacing_mm)
    vessels = ndimage.gaussian_filter((vessels > 1.2 * vessels.std()).astype(float), 0.4)
    coil = np.exp(slope * (i + j) / 55)
    images = {
        "portal": np.where(organ, 200 * (1 + 0.4 * vessels), 60) * coil + rng.normal(0, 10, shape),
        "dwi": np.where(organ, 60 * (1 - 0.3 * vessels), 25) * coil + rng.normal(0, 10, shape),
        "adc": np.where(organ, 1200 + 300 * vessels, 800) + rng.normal(0, 200, shape),
    }
    still, motions, said = held_still(
        {role: image.astype(np.float32) for role, image in images.items()}, organ, spacing_mm
    )
    assert set(still) == set(images)
    assert not said
    assert max(motion.distance_mm for motion in motions) < 0.5
