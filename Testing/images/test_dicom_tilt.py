"""CT series as scanners write them: tilted gantry, thin and thick slices, oblique planes.

The object is known at every point, so each voxel that is read can be asked whether it lies where it says.
"""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from dicom_files import write_slice

from interventional_oncology.images import cautions, read_image

CENTER_MM, RADII_MM = np.array([4.0, -7.0, 52.0]), np.array([17.0, 13.0, 20.0])
PIXEL_MM = (0.9, 0.7)  # rows apart, columns apart
ROWS, COLUMNS = 88, 100
BORDER_MM = 3.0


def hounsfield(points_mm: np.ndarray) -> np.ndarray:
    """An ellipsoid of 100 HU with a soft border in air."""
    reach = np.linalg.norm((points_mm - CENTER_MM) / RADII_MM, axis=-1)
    return -1000.0 + 550.0 * (1.0 - np.tanh((reach - 1.0) * RADII_MM.min() / BORDER_MM))


def write_tilted(
    folder: Path, degrees: float, step_mm: float, *, upward: bool = True, turn: float = 0.0
) -> Path:
    """Write slices whose planes are tilted by the gantry while the table moves along z.

    ``turn`` turns gantry and table alike: an oblique stack without tilt.
    """
    tilt, turned = np.radians(degrees + turn), np.radians(turn)
    row, column = np.array([1.0, 0.0, 0.0]), np.array([0.0, np.cos(tilt), np.sin(tilt)])
    table = np.array([0.0, -np.sin(turned), np.cos(turned)])
    half = np.array([(COLUMNS - 1) * PIXEL_MM[1], (ROWS - 1) * PIXEL_MM[0]]) / 2.0
    count = int(np.ceil(70.0 / step_mm))
    y, x = np.meshgrid(np.arange(ROWS) * PIXEL_MM[0], np.arange(COLUMNS) * PIXEL_MM[1], indexing="ij")
    for number in range(count):
        at = CENTER_MM + (1 if upward else -1) * (number - (count - 1) / 2.0) * step_mm * table
        first = at - half[0] * row - half[1] * column
        points = first + x[..., None] * row + y[..., None] * column
        write_slice(
            folder,
            number,
            position=np.round(first, 6).tolist(),
            pixels=hounsfield(points) + 1000.0,
            ImageOrientationPatient=np.round([*row, *column], 8).tolist(),
            PixelSpacing=list(PIXEL_MM),
            Rows=ROWS,
            Columns=COLUMNS,
        )
    return folder


def points_of(image: sitk.Image) -> np.ndarray:
    k, j, i = np.indices(image.GetSize()[::-1]).reshape(3, -1)
    scaled = np.stack([i, j, k], axis=1) * np.array(image.GetSpacing())
    return scaled @ np.reshape(image.GetDirection(), (3, 3)).T + np.array(image.GetOrigin())


def check_place_and_size(image: sitk.Image, step_mm: float) -> None:
    points, values = points_of(image), sitk.GetArrayFromImage(image).ravel().astype(float)
    weight = values + 1000.0
    center = (points * weight[:, None]).sum(axis=0) / weight.sum()
    np.testing.assert_allclose(center, CENTER_MM, atol=0.05)
    voxel_mm3 = np.prod(image.GetSpacing())
    spread = np.sqrt((((points - center) ** 2) * weight[:, None]).sum(axis=0) / weight.sum())
    fine = points_of_fine_grid()
    known = hounsfield(fine) + 1000.0
    np.testing.assert_allclose(weight.sum() * voxel_mm3, known.sum(), rtol=0.005)
    wide = np.sqrt((((fine - CENTER_MM) ** 2) * known[:, None]).sum(axis=0) / known.sum())
    np.testing.assert_allclose(spread, wide, atol=0.1)
    # Every voxel shows the object that is there: linear interpolation of the 6 mm wide border, and rounding.
    assert np.abs(values - hounsfield(points)).max() <= 25.0
    assert step_mm * 0.8 < image.GetSpacing()[2] <= step_mm * (1 + 1e-9)


def points_of_fine_grid() -> np.ndarray:
    steps = np.arange(-35.0, 35.5, 1.0)
    z, y, x = np.meshgrid(steps, steps, steps, indexing="ij")
    return np.stack([x.ravel(), y.ravel(), z.ravel()], axis=1) + CENTER_MM


@pytest.mark.parametrize("upward", [True, False])
@pytest.mark.parametrize("degrees", [-22.0, 15.0, 30.0])
def test_tilted_gantry_is_read_where_it_is(tmp_path: Path, degrees: float, upward: bool) -> None:
    image = read_image(write_tilted(tmp_path / "scan", degrees, 2.5, upward=upward))
    check_place_and_size(image, 2.5)
    axes = np.reshape(image.GetDirection(), (3, 3))
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-6)
    assert image.GetSpacing()[2] == pytest.approx(2.5 * np.cos(np.radians(degrees)), rel=1e-5)
    said = f"slices tilted by {abs(degrees):.1f} degrees against their stack (gantry tilt)"
    assert len(cautions(image)) == 1
    assert cautions(image)[0].startswith(said)
    assert "float" not in image.GetPixelIDTypeAsString()


@pytest.mark.parametrize("turn", [0.0, 18.0])
@pytest.mark.parametrize("step_mm", [1.0, 3.0, 8.0])
def test_slices_of_1_to_8_mm_straight_and_oblique_are_read_as_they_are(
    tmp_path: Path, step_mm: float, turn: float
) -> None:
    image = read_image(write_tilted(tmp_path / "scan", 0.0, step_mm, turn=turn))
    check_place_and_size(image, step_mm)
    assert image.GetSize()[:2] == (COLUMNS, ROWS)
    assert np.abs(sitk.GetArrayFromImage(image).ravel() - hounsfield(points_of(image))).max() <= 0.51
    assert cautions(image) == ()


def test_the_smallest_tilt_that_matters_is_not_taken_for_straight(tmp_path: Path) -> None:
    # 0.5 degrees are 0.6 mm over the stack, most of a pixel.
    image = read_image(write_tilted(tmp_path / "scan", 0.5, 5.0))
    check_place_and_size(image, 5.0)
    assert "tilted by 0.5 degrees" in cautions(image)[0]
