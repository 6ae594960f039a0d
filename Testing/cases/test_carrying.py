"""Masks carried along a registration, against transforms whose inverse is known."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases.carrying import carry_back, carry_forward, carry_labels
from interventional_oncology.images import resample_mask
from interventional_oncology.margins.shape import shape_of_mask

SHIFT_MM = np.array([11.0, -7.0, 9.0])


def grid(size, spacing, origin, degrees=0.0):
    image = sitk.Image(size, sitk.sitkUInt8)
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    a = np.radians(degrees)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    tilt = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    image.SetDirection((turn @ tilt).ravel().tolist())
    return image


def points_of(image):
    kji = np.indices(image.GetSize()[::-1]).reshape(3, -1)
    direction = np.reshape(image.GetDirection(), (3, 3))
    return np.array(image.GetOrigin())[:, None] + direction @ (
        kji[::-1] * np.array(image.GetSpacing())[:, None]
    )


def ball(image, center, radius_mm):
    away = np.linalg.norm(points_of(image) - np.array(center, dtype=float)[:, None], axis=0)
    mask = sitk.GetImageFromArray((away <= radius_mm).reshape(image.GetSize()[::-1]).astype(np.uint8))
    mask.CopyInformation(image)
    return mask


def dice(first, second):
    a, b = (sitk.GetArrayFromImage(mask) != 0 for mask in (first, second))
    return 2 * np.count_nonzero(a & b) / (a.sum() + b.sum())


FIXED = grid((40, 36, 24), (2.0, 2.5, 4.0), (-40, -45, -45))
GRIDS = {
    "same": FIXED,
    "finer": grid((60, 60, 60), (1.5, 1.5, 1.5), (-40, -50, -40)),
    "oblique": grid((44, 44, 32), (2.0, 2.0, 3.0), (-30, -62, -52), degrees=20.0),
}


@pytest.mark.parametrize("moving", GRIDS.values(), ids=GRIDS.keys())
def test_shifted_ball_arrives_at_the_shifted_place(moving):
    transform = sitk.TranslationTransform(3, SHIFT_MM.tolist())
    carried = carry_forward(ball(FIXED, (0, 0, 0), 14.0), transform, moving)
    # A ball of 14 mm in voxels of up to 4 mm: the border alone is worth some percent.
    assert dice(carried, ball(moving, SHIFT_MM, 14.0)) > 0.9


def bulge(amount_mm):
    """Return a smooth displacement of up to ``amount_mm`` over the fixed image."""
    field = grid((20, 20, 20), (6.0, 6.0, 6.0), (-60, -60, -60))
    x, y, z = points_of(field)
    wave = amount_mm * np.exp(-(x**2 + y**2 + z**2) / (2 * 30.0**2))
    values = np.stack([wave, -0.6 * wave, 0.8 * wave], axis=-1).reshape(20, 20, 20, 3)
    image = sitk.GetImageFromArray(values.astype(np.float64), isVector=True)
    image.SetSpacing(field.GetSpacing())
    image.SetOrigin(field.GetOrigin())
    return sitk.DisplacementFieldTransform(image)


@pytest.mark.parametrize("moving", GRIDS.values(), ids=GRIDS.keys())
def test_there_and_back_is_where_it_was(moving):
    mask, transform = ball(FIXED, (3, -4, 5), 15.0), bulge(12.0)
    carried = carry_forward(mask, transform, moving)
    assert sitk.GetArrayViewFromImage(carried).any()
    assert dice(carry_back(carried, transform, FIXED), mask) > 0.93


def test_center_of_a_carried_ball_is_the_carried_center():
    transform, moving = bulge(12.0), GRIDS["finer"]
    carried = carry_forward(ball(FIXED, (0, 0, 0), 6.0), transform, moving)
    center = points_of(moving)[:, sitk.GetArrayFromImage(carried).ravel() != 0].mean(axis=1)
    assert center == pytest.approx(transform.TransformPoint((0.0, 0.0, 0.0)), abs=1.0)


def radius_error_mm(mask, center):
    """Return how far the surface of a mask is from a ball of 12 mm at most."""
    shape = shape_of_mask(mask)
    return np.abs(np.linalg.norm(shape.frame.to_lps(shape.points_mm) - center, axis=1) - 12.0).max()


@pytest.mark.parametrize("shift_mm", [(0.0, 0.0, 2.0), (1.0, 1.2, 1.0), (0.4, -0.8, 3.0)])
def test_shape_survives_a_shift_by_parts_of_a_thick_slice(shift_mm):
    """Interpolating the 0/1 voxels rounds their staircase into the shape; carrying the shape does not."""
    transform = sitk.TranslationTransform(3, shift_mm)
    moving = ball(FIXED, shift_mm, 12.0)
    carried = radius_error_mm(carry_back(moving, transform, FIXED), 0.0)
    assert carried < 0.25 * FIXED.GetSpacing()[2]
    assert carried < radius_error_mm(resample_mask(moving, FIXED, transform=transform), 0.0)


def test_mask_that_leaves_the_image_is_empty_there():
    far = sitk.TranslationTransform(3, (500.0, 0.0, 0.0))
    carried = carry_forward(ball(FIXED, (0, 0, 0), 10.0), far, FIXED)
    assert not sitk.GetArrayViewFromImage(carried).any()
    assert carried.GetSize() == FIXED.GetSize()
    assert not sitk.GetArrayViewFromImage(carry_back(ball(FIXED, (0, 0, 0), 10.0), far, FIXED)).any()


def test_one_voxel_is_carried():
    mask = sitk.Image(FIXED)
    mask[20, 18, 12] = 1
    still = sitk.Transform(3, sitk.sitkIdentity)
    assert sitk.Hash(carry_forward(mask, still, FIXED)) == sitk.Hash(mask)
    assert sitk.Hash(carry_back(mask, still, FIXED)) == sitk.Hash(mask)


@pytest.mark.parametrize("grid_of_second", GRIDS.values(), ids=GRIDS.keys())
def test_labels_go_from_one_follow_up_to_the_other(grid_of_second):
    """Both were registered to the same image; a label is wrong at most half a voxel from its border."""
    first, second = bulge(12.0), sitk.TranslationTransform(3, SHIFT_MM.tolist())
    center = first.TransformPoint((0.0, 0.0, 0.0))
    core, whole = (sitk.GetArrayFromImage(ball(FIXED, center, radius)) for radius in (9.0, 15.0))
    labels = sitk.GetImageFromArray((4 * whole - 3 * core).astype(np.uint8))
    labels.CopyInformation(FIXED)

    carried = sitk.GetArrayFromImage(carry_labels(labels, first, second, FIXED, grid_of_second)).ravel()

    sources = [first.TransformPoint(x) for x in (points_of(grid_of_second).T - SHIFT_MM).tolist()]
    away_mm = np.linalg.norm(np.array(sources) - center, axis=1)
    half_voxel_mm = 0.5 * np.linalg.norm(FIXED.GetSpacing())
    # 0.3 mm: the displacement is sampled every 6 mm.
    sure = np.abs(away_mm[:, None] - [9.0, 15.0]).min(axis=1) > half_voxel_mm + 0.3
    truth = np.select([away_mm <= 9.0, away_mm <= 15.0], [1, 4], 0)
    assert set(carried) == set(truth[sure]) == {0, 1, 4}
    assert (carried == truth)[sure].all()


def test_labels_come_back_as_they_were_where_nothing_moves():
    still, labels = sitk.Transform(3, sitk.sitkIdentity), ball(FIXED, (0, 0, 0), 12.0) * 3
    assert sitk.Hash(carry_labels(labels, still, still, FIXED, FIXED)) == sitk.Hash(labels)
    far = sitk.TranslationTransform(3, (500.0, 0.0, 0.0))
    assert not sitk.GetArrayViewFromImage(carry_labels(labels, still, far, FIXED, FIXED)).any()
