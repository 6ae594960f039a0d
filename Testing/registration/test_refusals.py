"""What `register` refuses, in the words the user reads, and what presets hold."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Scan, grid

from interventional_oncology.errors import InputError
from interventional_oncology.registration import presets, register
from interventional_oncology.registration.presets import choose_preset


def test_images_and_masks_that_cannot_be_used(fixed: Scan) -> None:
    image, liver = fixed.image, fixed.liver
    constant, empty = sitk.Image(image) * 0.0 + 7.0, liver * 0
    other = sitk.Resample(liver, grid((30, 30, 30), (7.0, 7.0, 6.0)))
    cases = [
        ({"moving": constant}, "moving image: expected an image with contrast, got 7 everywhere"),
        ({"fixed": constant}, "fixed image: expected an image with contrast"),
        ({"fixed_mask": empty}, "fixed mask: expected a mask with voxels, got an empty one"),
        ({"moving_mask": empty}, "moving mask: expected a mask with voxels"),
        ({"exclude_mask": empty}, "exclude mask: expected a mask with voxels"),
        ({"fixed_mask": other}, "fixed mask is on another grid than the fixed image: expected 64x56x44"),
        ({"moving_mask": other}, "moving mask is on another grid than the moving image"),
        ({"exclude_mask": other}, "exclude mask is on another grid than the fixed image"),
        ({"moving_exclude_mask": other}, "moving exclude mask is on another grid than the moving image"),
        ({"method": "elastic"}, "expected one of rigid, affine, deformable, got 'elastic'"),
        ({"preset": "heart"}, "expected one of ct-liver, mr-liver.*, got 'heart'"),
        ({"landmarks": np.zeros((2, 6))}, "at least 3 landmark pairs, got 2"),
        ({"landmarks": np.zeros((5, 6))}, "off one line"),
        ({"landmarks": np.full((5, 6), np.nan)}, "finite"),
        ({"exclude_mask": liver * 0 + 1}, "got 0 voxels of the fixed image to compare"),
        (
            {"moving_exclude_mask": liver * 0 + 1, "initial": sitk.TranslationTransform(3)},
            "inside the moving one and outside excluded tissue",
        ),
    ]
    for change, message in cases:
        given = {"fixed": image, "moving": image, "method": "rigid", **change}
        with pytest.raises(InputError, match=message):
            register(given.pop("fixed"), given.pop("moving"), **given)


def test_landmarks_that_send_the_image_away_are_refused(fixed: Scan) -> None:
    points = np.array([[0.0, 0, 0], [50.0, 0, 0], [0, 50.0, 0]])
    with pytest.raises(InputError, match="expected the images to overlap where they are compared"):
        register(fixed.image, fixed.image, method="rigid", landmarks=np.hstack([points, points + 5000.0]))


def test_every_preset_is_complete_and_goes_from_coarse_to_fine() -> None:
    wanted = {"ct-liver", "mr-liver", "ct-mr-liver", "pet-ct", "lung", "prostate", "rigid-head"}
    assert wanted <= set(presets())
    for name, preset in presets().items():
        assert preset.name == name
        assert preset.title
        assert preset.about
        for stages in (preset.rigid, preset.affine, preset.deformable):
            sizes = [stage.voxel_mm for stage in stages]
            assert sizes == sorted(sizes, reverse=True)
            assert all(stage.iterations >= 10 for stage in stages)
        assert all(stage.control_mm > stage.voxel_mm * 2 for stage in preset.deformable)


def test_preset_by_the_images(fixed: Scan) -> None:
    mr = sitk.Abs(fixed.image)
    assert choose_preset(None, fixed.image, fixed.image).name == "ct-liver"
    assert choose_preset(None, mr, mr).name == "mr-liver"
    assert choose_preset(None, fixed.image, mr).name == "ct-mr-liver"
    assert choose_preset(None, mr, fixed.image).name == "ct-mr-liver"
    assert choose_preset("ct-liver", mr, mr).name == "ct-liver"


def test_the_window_of_hounsfield_units_is_for_the_ct_alone(fixed: Scan) -> None:
    mixed, mr = presets()["ct-mr-liver"], sitk.Abs(fixed.image)
    assert mixed.window_for(fixed.image) == (-150.0, 250.0)
    assert mixed.window_for(mr) is None
    assert presets()["ct-liver"].window_for(mr) == (-150.0, 250.0)


def test_a_preset_names_the_highest_method_that_suits_it() -> None:
    asked = ("rigid", "affine", "deformable")
    assert [presets()["rigid-head"].method_for(each) for each in asked] == ["rigid"] * 3
    assert [presets()["ct-liver"].method_for(each) for each in asked] == list(asked)
