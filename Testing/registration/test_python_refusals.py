"""What a caller of Python hands in by mistake is refused in one sentence, whatever function it meets."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Abdomen, Scan, filled, grid, scan

from interventional_oncology.errors import InputError
from interventional_oncology.registration import (
    chain,
    field_error_mm,
    invert,
    landmark_transform,
    presets,
    refine,
    register,
    register_by_landmarks,
)

PAIRS = np.array([[0.0, 0, 0, 1, 2, 3], [50, 0, 0, 51, 2, 3], [0, 50, 0, 1, 52, 3], [0, 0, 50, 1, 2, 53]])
PLANE = sitk.Image(10, 10, sitk.sitkFloat32)
STILL = sitk.TranslationTransform(3)


@pytest.fixture(scope="module")
def small() -> Scan:
    """Return a scan of few voxels."""
    return scan(Abdomen(0), grid((40, 36, 28), (5.0, 5.0, 6.0)))


def linear(*diagonal: float) -> sitk.AffineTransform:
    made = sitk.AffineTransform(3)
    made.SetMatrix(np.diag(diagonal).ravel().tolist())
    return made


def field_with_nan() -> sitk.DisplacementFieldTransform:
    field = sitk.Image([4, 4, 4], sitk.sitkVectorFloat64)
    field[1, 2, 3] = (0.0, float("nan"), 0.0)
    return sitk.DisplacementFieldTransform(field)


TRANSFORMS = [
    (sitk.Euler2DTransform(), "expected a 3-D transform, got a 2-D one"),
    (linear(-1.0, 1.0, 1.0), "got one that mirrors space"),
    (sitk.CompositeTransform([STILL, linear(-1.0, 1.0, 1.0)]), "got one that mirrors space"),
    (linear(1.0, 1.0, 0.0), "got one that flattens space"),
    (sitk.TranslationTransform(3, (float("nan"), 0.0, 0.0)), "expected finite numbers"),
    (field_with_nan(), "expected finite numbers"),
    ("transform.h5", "expected a SimpleITK transform, got str"),
    (np.eye(4), "expected a SimpleITK transform, got ndarray"),
]


@pytest.mark.parametrize(("transform", "message"), TRANSFORMS)
def test_initial_transforms(small: Scan, transform, message: str) -> None:
    with pytest.raises(InputError, match=f"initial transform: .*{message}"):
        register(small.image, small.image, initial=transform)
    with pytest.raises(InputError, match=message):
        refine(small.image, small.image, presets()["ct-liver"], transform)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (None, "expected a SimpleITK image, got NoneType"),
        (np.zeros((5, 5, 5)), "expected a SimpleITK image, got ndarray"),
        (PLANE, "expected a 3-D volume, got 2-D"),
        (sitk.Image([8, 8, 8, 3], sitk.sitkFloat32), "expected a 3-D volume, got 4-D"),
        (sitk.Image([8, 8, 8], sitk.sitkVectorFloat32), "expected one value per voxel, got 3"),
        (sitk.Image([8, 8, 8], sitk.sitkComplexFloat32), "expected real numbers"),
        (sitk.Image([8, 8, 1], sitk.sitkFloat32), "expected at least 2 voxels"),
        (sitk.Image([8, 8, 8], sitk.sitkFloat32), "expected an image with contrast, got 0 everywhere"),
    ],
)
def test_images(small: Scan, image, message: str) -> None:
    preset = presets()["ct-liver"]
    calls = [
        (lambda: register(image, small.image), "fixed image"),
        (lambda: register(small.image, image), "moving image"),
        (lambda: register_by_landmarks(image, small.image, PAIRS), "fixed image"),
        (lambda: refine(image, small.image, preset, STILL), "fixed image"),
    ]
    for call, name in calls:
        with pytest.raises(InputError, match=f"^{name}: {message}"):
            call()


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (PAIRS * np.nan, "expected finite landmark coordinates"),
        (PAIRS[:2], "expected at least 3 landmark pairs, got 2"),
        (PAIRS[:, :3], "shape .n, 6., got .4, 3."),
        (np.outer(np.arange(4.0), [10, 0, 0, 0, 10, 0]), "expected landmarks off one line"),
        (np.array([["left"] * 6] * 4), "as numbers"),
        ([[None] * 6] * 4, "as numbers"),
        (PAIRS * 1j, "as numbers"),
        (None, "as numbers"),
    ],
)
def test_landmarks(small: Scan, pairs, message: str) -> None:
    with pytest.raises(InputError, match=message):
        landmark_transform(pairs)
    with pytest.raises(InputError, match=message):
        register_by_landmarks(small.image, small.image, pairs)
    if pairs is not None:
        with pytest.raises(InputError, match=message):
            register(small.image, small.image, landmarks=pairs)


def test_lists_are_landmarks_too(small: Scan) -> None:
    ours = landmark_transform(PAIRS.astype(int).tolist(), "affine")
    np.testing.assert_array_equal(ours.residual_mm, landmark_transform(PAIRS, "affine").residual_mm)


def test_what_else_does_not_go_together(small: Scan) -> None:
    image, liver = small.image, small.liver
    with_nan = sitk.GetArrayFromImage(image).ravel()
    with_nan[7] = np.nan
    calls = [
        (lambda: register(image, image, fixed_mask=PLANE), "fixed mask: expected a 3-D volume"),
        (lambda: register(image, image, moving_mask=filled(image, with_nan)), "moving mask: expected finite"),
        (lambda: register(image, image, exclude_mask="liver.nii.gz"), "exclude mask: expected a SimpleITK"),
        (lambda: register(image, image, method="rigid", engine="best"), "engine: expected one of dense"),
        (lambda: refine(image, image, presets()["rigid-head"], STILL), "expected one with deformable levels"),
        (lambda: refine(image, image, presets()["ct-liver"], STILL, region=liver * 0), "region: expected"),
        (lambda: chain([STILL, None]), "number 2 of a chain of transforms: expected a SimpleITK transform"),
        (lambda: chain([sitk.Euler2DTransform()]), "number 1 of a chain .* expected a 3-D transform"),
        (lambda: chain(STILL), "expected a sequence of them, got one transform"),
        (lambda: invert(None, image), "inverse: expected a SimpleITK transform"),
        (lambda: invert(linear(1.0, 1.0, 2.0), PLANE), "inverse: grid: expected a 3-D volume"),
        (lambda: landmark_transform(PAIRS, "affine", fixed=PLANE), "fixed image: expected a 3-D volume"),
        (lambda: field_error_mm(None, STILL, liver), "field error: estimated: expected a SimpleITK"),
        (lambda: field_error_mm(STILL, STILL, None), "field error: mask: expected a SimpleITK image"),
    ]
    for call, message in calls:
        with pytest.raises(InputError, match=message):
            call()


def test_an_image_of_air_alone_starts_at_its_center(small: Scan) -> None:
    # Nothing of it lies in the window of soft tissue, so there is nothing bright to start from.
    air = filled(small.image, np.random.default_rng(0).normal(-1000.0, 5.0, small.image.GetNumberOfPixels()))
    found = register(air, air, method="rigid", preset="ct-liver")
    assert found.quality.verdict != "good"
