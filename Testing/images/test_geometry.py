"""Geometry: what is accepted, and when two grids are one."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.images import (
    check_same_grid,
    check_volume,
    describe,
    lps_to_ras,
    same_grid,
    touches_border,
)


def volume(size=(6, 5, 4), spacing=(0.8, 0.8, 2.5), origin=(10, -20, 30), direction=None) -> sitk.Image:
    image = sitk.Image(size, sitk.sitkFloat32)
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    if direction is not None:
        image.SetDirection(np.ravel(direction).tolist())
    return image


OBLIQUE = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]])


def test_a_sound_oblique_volume_passes():
    check_volume(volume(direction=OBLIQUE), "scan")


def test_description_says_size_spacing_and_turning():
    assert describe(volume()) == "6x5x4 voxels of 0.8x0.8x2.5 mm at (10, -20, 30)"
    assert describe(volume(direction=OBLIQUE)).endswith(", turned axes")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (sitk.Image(5, 5, sitk.sitkFloat32), "expected a 3-D volume, got 2-D"),
        (sitk.Image([3, 3, 3, 3], sitk.sitkFloat32), "expected a 3-D volume, got 4-D"),
        (volume(size=(6, 5, 1)), "expected at least 2 voxels along each axis"),
        (sitk.Image([3, 3, 3], sitk.sitkVectorFloat32, 3), "expected one value per voxel, got 3"),
    ],
)
def test_what_is_no_volume_is_refused_by_name(image, expected):
    with pytest.raises(InputError, match=f"scan.nrrd: {expected}"):
        check_volume(image, "scan.nrrd")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_voxel_that_is_not_finite_is_refused(bad):
    image = volume()
    image[1, 2, 3] = float(bad)
    with pytest.raises(InputError, match="expected finite voxels, got 1"):
        check_volume(image, "scan")


def test_sheared_axes_are_refused():
    sheared = np.eye(3)
    sheared[0, 1] = 0.2
    with pytest.raises(InputError, match="at right angles"):
        check_volume(volume(direction=sheared), "scan")


class TestSameGrid:
    def test_a_rounding_error_of_the_origin_is_the_same_grid(self):
        assert same_grid(volume(), volume(origin=(10.0005, -20, 30)))

    def test_half_a_voxel_is_another_grid(self):
        assert not same_grid(volume(), volume(origin=(10.4, -20, 30)))

    def test_a_small_turn_counts_by_what_it_moves_at_the_far_corner(self):
        # 0.001 rad is nothing near the origin and 0.5 mm at 512 mm.
        turn = np.array([[1, -1e-3, 0], [1e-3, 1, 0], [0, 0, 1]])
        assert not same_grid(volume(size=(512, 512, 4)), volume(size=(512, 512, 4), direction=turn))

    def test_another_size_is_another_grid(self):
        assert not same_grid(volume(), volume(size=(6, 5, 5)))

    def test_the_refusal_says_both_geometries(self):
        with pytest.raises(InputError) as refused:
            check_same_grid(volume(size=(9, 9, 9)), volume(), "mask.nii", "scan.nii")
        assert "mask.nii is on another grid than scan.nii" in str(refused.value)
        assert "9x9x9" in str(refused.value)
        assert "6x5x4" in str(refused.value)


@pytest.mark.parametrize("index", [(0, 2, 2), (5, 2, 2), (2, 0, 2), (2, 4, 2), (2, 2, 0), (2, 2, 3)])
def test_a_mask_at_any_of_the_six_faces_touches_the_border(index):
    mask = sitk.Image(6, 5, 4, sitk.sitkUInt8)
    mask[index] = 1
    assert touches_border(mask)


def test_a_mask_inside_does_not_touch_the_border():
    mask = sitk.Image(6, 5, 4, sitk.sitkUInt8)
    mask[2, 2, 2] = 1
    assert not touches_border(mask)


def test_ras_and_lps_undo_each_other():
    points = np.array([[1.0, 2.0, 3.0], [-4.0, 5.0, -6.0]])
    assert lps_to_ras(points).tolist() == [[-1, -2, 3], [4, -5, -6]]
    assert np.array_equal(lps_to_ras(lps_to_ras(points)), points)
