"""Viable tissue: what enhances, longest line within it, rims that do not count."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import measure_lesions

SPACING = (1.0, 1.0, 1.5)
NATIVE_HU, LIVER_HU, TUMOR_HU = 50.0, 15.0, 60.0


def scans(lesion: sitk.Image, viable: np.ndarray, *, noise: float = 6.0, air: bool = True):
    """Return native and arterial scans in which liver enhances a little and viable tissue a lot."""
    random = np.random.default_rng(8)
    inside = sitk.GetArrayFromImage(lesion) > 0
    native = np.full(inside.shape, NATIVE_HU) + random.normal(0, noise, inside.shape)
    arterial = np.full(inside.shape, NATIVE_HU + LIVER_HU) + random.normal(0, noise, inside.shape)
    arterial[inside] -= LIVER_HU
    arterial[viable] += TUMOR_HU
    if air:
        native[0, 0, 0] = arterial[0, 0, 0] = -1000
    images = [sitk.GetImageFromArray(values.astype(np.float32)) for values in (native, arterial)]
    for image in images:
        image.CopyInformation(lesion)
    return images


def measured(lesion, viable, **options):
    native, arterial = scans(lesion, viable)
    return measure_lesions(native, lesion, arterial=arterial, native=native, **options)[0]


@pytest.fixture
def lesion(make_mask, ball):
    mask = make_mask([ball(15)], SPACING)
    return sitk.ConstantPad(mask, (12, 12, 8), (12, 12, 8))


def part(lesion: sitk.Image, shape) -> np.ndarray:
    """Return the voxels of a lesion that lie in a shape placed relative to its center."""
    inside = sitk.GetArrayFromImage(lesion) > 0
    k, j, i = np.indices(inside.shape)
    center = np.argwhere(inside).mean(axis=0)
    points = np.stack([i - center[2], j - center[1], k - center[0]], axis=-1) * SPACING
    return inside & shape.contains(points)


def test_a_lesion_that_enhances_as_a_whole_is_viable_as_a_whole(lesion, ball):
    found = measured(lesion, part(lesion, ball(15)))
    assert found.viable_long_axis_mm == pytest.approx(found.long_axis_mm, abs=1.0)
    assert found.viable_volume_ml == pytest.approx(found.volume_ml, rel=0.1)


def test_a_lesion_without_enhancement_is_not_viable(lesion, ball):
    found = measured(lesion, np.zeros_like(part(lesion, ball(1))))
    assert (found.viable_long_axis_mm, found.viable_short_axis_mm, found.viable_volume_ml) == (0.0, 0.0, 0.0)
    assert found.viable_long_axis_ras_mm is None


def test_a_viable_nodule_is_measured(lesion, ellipsoid):
    nodule = ellipsoid((7.0, 4.5, 5.0), (4.0, 3.0, 0.0))
    found = measured(lesion, part(lesion, nodule))
    assert found.viable_long_axis_mm == pytest.approx(14.0, abs=1.5)
    assert found.viable_short_axis_mm == pytest.approx(9.0, abs=1.5)
    ends = np.array(found.viable_long_axis_ras_mm)
    assert np.linalg.norm(ends[1] - ends[0]) == pytest.approx(found.viable_long_axis_mm, abs=1e-6)


def test_two_nodules_apart_are_not_joined_across_necrosis(lesion, ball):
    nodules = part(lesion, ball(4, (-9, 0, 0))) | part(lesion, ball(5, (8, 0, 0)))
    found = measured(lesion, nodules)
    assert found.viable_long_axis_mm == pytest.approx(10.0, abs=1.5)


def test_a_thick_ring_is_not_measured_across_its_hole(lesion, ball):
    """A shell of 15 mm with a hole of 7 mm: the longest line beside the hole is 2 sqrt(15^2 - 7^2)."""
    ring = part(lesion, ball(15)) & ~part(lesion, ball(7))
    found = measured(lesion, ring)
    hidden = 0.1 * 30  # a line may cross what does not enhance for a tenth of its length
    assert found.viable_long_axis_mm == pytest.approx(2 * np.sqrt(15**2 - 7**2), abs=hidden / 2)


def test_a_thin_rim_is_no_tumor(lesion, ball):
    rim = part(lesion, ball(15)) & ~part(lesion, ball(13))
    assert measured(lesion, rim).viable_long_axis_mm == 0.0


def test_a_threshold_and_a_parenchyma_mask_decide_instead(lesion, ball):
    nodule = part(lesion, ball(6))
    assert measured(lesion, nodule, enhancement_threshold=80.0).viable_long_axis_mm == 0.0
    assert measured(lesion, nodule, enhancement_threshold=30.0).viable_long_axis_mm == pytest.approx(
        12, abs=1.5
    )
    parenchyma = lesion == 0
    assert measured(lesion, nodule, parenchyma=parenchyma).viable_long_axis_mm == pytest.approx(12, abs=2.5)
    with pytest.raises(InputError, match="parenchyma: expected a mask of normal organ"):
        measured(lesion, nodule, parenchyma=lesion * 0)


def test_mr_enhances_by_a_share_of_its_native_signal(lesion, ball):
    nodule = part(lesion, ball(6))
    native, arterial = scans(lesion, nodule, air=False)
    found = measure_lesions(native * 4, lesion, arterial=arterial * 4, native=native * 4)[0]
    assert found.viable_long_axis_mm == pytest.approx(12.0, abs=1.5)
