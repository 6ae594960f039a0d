"""SULpeak: the mean of a sphere of 1 ml at its best place, against integrals done by hand."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import measure_lesions
from interventional_oncology.lesions.uptake import sphere_weights

RADIUS_MM = (750 / np.pi) ** (1 / 3)


def grid(spacing, size, origin) -> tuple[sitk.Image, np.ndarray]:
    """Return an empty image and the places of its voxels, ``[k, j, i, 3]`` (LPS mm)."""
    image = sitk.Image(size, sitk.sitkFloat32)
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    k, j, i = np.indices(size[::-1], dtype=float)
    return image, np.stack([i, j, k], axis=-1) * spacing + origin


def filled(image: sitk.Image, values: np.ndarray, kind=np.float32) -> sitk.Image:
    written = sitk.GetImageFromArray(values.astype(kind))
    written.CopyInformation(image)
    return written


def lesion(center=(0.0, 0.0, 0.0), radius_mm=20.0) -> sitk.Image:
    image, places = grid((1.0, 1.0, 2.0), (70, 70, 35), (-35, -35, -35))
    return filled(image, np.linalg.norm(places - center, axis=-1) <= radius_mm, np.uint8)


def peak(pet: sitk.Image, mask: sitk.Image, **options):
    return measure_lesions(mask, mask * 2, pet=pet, **options)[0]


@pytest.mark.parametrize("spacing", [(2.0, 2.0, 2.0), (4.0, 4.0, 3.3), (5.5, 5.5, 5.0)])
def test_a_smooth_focus_off_the_grid(spacing):
    """Uptake 10 - 0.02 r^2: its mean in a sphere of radius R is 10 - 0.02 * 3/5 R^2.

    Voxels that have the value of their center all over add their own second moment.
    """
    size = [int(100 / step) for step in spacing]
    image, places = grid(spacing, size, (-50.5, -49, -51))
    focus = np.array([3.3, -2.1, 4.4])
    pet = filled(image, 10 - 0.02 * ((places - focus) ** 2).sum(axis=-1))
    found = peak(pet, lesion())
    moment = 0.6 * RADIUS_MM**2 + sum(step**2 / 12 for step in spacing)
    assert found.sul_peak == pytest.approx(10 - 0.02 * moment, abs=0.05)
    assert np.array(found.sul_peak_ras_mm) * (-1, -1, 1) == pytest.approx(focus, abs=1.8)
    assert not found.sul_peak_cut_off


def test_even_uptake_and_the_factor_to_sul():
    image, places = grid((4.0, 4.0, 4.0), (30, 30, 30), (-60, -60, -60))
    pet = filled(image, np.full(places.shape[:3], 4.0))
    assert peak(pet, lesion()).sul_peak == pytest.approx(4.0)
    assert peak(pet, lesion(), suv_to_sul=0.7).sul_peak == pytest.approx(2.8)


def test_a_single_hot_voxel_is_diluted():
    image, places = grid((4.0, 4.0, 4.0), (30, 30, 30), (-60, -60, -60))
    values = np.zeros(places.shape[:3])
    values[15, 15, 15] = 100.0
    # The sphere has 1 ml and holds all of the voxel of 0.064 ml.
    assert peak(filled(image, values), lesion()).sul_peak == pytest.approx(6.4, rel=0.02)


def test_hotter_tissue_beside_the_lesion_is_not_its_peak():
    image, places = grid((2.0, 2.0, 2.0), (60, 50, 50), (-40, -50, -50))
    pet = filled(image, np.where(places[..., 0] > 45, 50.0, 3.0))
    assert peak(pet, lesion()).sul_peak == pytest.approx(3.0)


def test_adding_uptake_adds_to_the_peak_and_a_turned_pet_gives_the_same():
    random = np.random.default_rng(4)
    image, places = grid((3.0, 3.0, 3.0), (30, 30, 30), (-45, -45, -45))
    values = random.uniform(1, 9, places.shape[:3])
    first = peak(filled(image, values), lesion())
    assert peak(filled(image, values + 2), lesion()).sul_peak == pytest.approx(first.sul_peak + 2)
    turned = sitk.DICOMOrient(filled(image, values), "RAS")
    again = peak(turned, lesion())
    assert again.sul_peak == pytest.approx(first.sul_peak, abs=0.02)


def test_at_the_end_of_the_pet_and_beyond():
    image, places = grid((4.0, 4.0, 4.0), (30, 30, 8), (-60, -60, 14))
    pet = filled(image, np.full(places.shape[:3], 5.0) + (places[..., 2] < 15) * 3.0)
    found = peak(pet, lesion())
    assert found.sul_peak_cut_off
    assert found.sul_peak > 5
    image, places = grid((4.0, 4.0, 4.0), (30, 30, 8), (-60, -60, 60))
    found = peak(filled(image, np.ones(places.shape[:3])), lesion())
    assert found.sul_peak is None


def test_a_lesion_between_the_voxels_of_the_pet_has_a_peak():
    image, places = grid((6.0, 6.0, 6.0), (20, 20, 20), (-57, -57, -57))
    found = peak(filled(image, np.full(places.shape[:3], 2.0)), lesion(radius_mm=2.2))
    assert found.sul_peak == pytest.approx(2.0)


def test_the_weights_are_a_sphere_of_one_ml():
    for spacing in (np.array([2.0, 2.0, 2.0]), np.array([5.0, 4.0, 4.0])):
        for shift in (np.zeros(3), np.array([0.5, 0.0, 0.25])):
            weights = sphere_weights(spacing, shift)
            assert weights.sum() == pytest.approx(1)
            assert weights.max() == pytest.approx(np.prod(spacing) / 1000, rel=0.03)
            middle = (np.indices(weights.shape).reshape(3, -1) @ weights.ravel()) - np.array(
                weights.shape
            ) // 2
            assert middle == pytest.approx(shift, abs=0.02)


@pytest.mark.parametrize("factor", [0.0, -1.0, 70.0])
def test_a_factor_that_cannot_be_is_refused(factor):
    with pytest.raises(InputError, match="expected lean over total body mass"):
        peak(sitk.Cast(lesion(), sitk.sitkFloat32), lesion(), suv_to_sul=factor)
