"""The error map: what it promises wherever the truth is known."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import LIVER_CENTER_MM, Scan, breath, grid, inverse, points_mm
from scipy.stats import spearmanr

from interventional_oncology.errors import InputError
from interventional_oncology.registration import register
from interventional_oncology.registration.bspline import ControlGrid
from interventional_oncology.registration.ensemble import block_weights, smooth_displacement
from interventional_oncology.registration.error_map import FACTOR_90, ErrorMap, error_map
from interventional_oncology.registration.fitting import fit_coefficients, fit_linear
from interventional_oncology.registration.inverse import way_back
from interventional_oncology.registration.jacobian import bending_per_mm, displacement_field_mm
from interventional_oncology.registration.linear import LinearMap
from interventional_oncology.registration.prepared import Masks, Prepared, prepare
from interventional_oncology.registration.presets import presets

PRESET = presets()["ct-liver"]


@pytest.fixture(scope="module")
def prepared(fixed: Scan, breathed: Scan) -> Prepared:
    masks = Masks(fixed.liver, breathed.liver)
    return prepare(fixed.image, breathed.image, PRESET, masks, finest_mm=2.0)


@pytest.fixture(scope="module")
def deformed(fixed: Scan, breathed: Scan) -> sitk.Transform:
    return register(fixed.image, breathed.image, fixed_mask=fixed.liver, moving_mask=breathed.liver).transform


@pytest.fixture(scope="module")
def back(fixed: Scan, breathed: Scan, deformed: sitk.Transform) -> sitk.Transform:
    return way_back(deformed, fixed.image, breathed.image, PRESET, Masks(fixed.liver, breathed.liver))


@pytest.fixture(scope="module")
def of_rigid(fixed: Scan, breathed: Scan, prepared: Prepared) -> tuple[sitk.Transform, ErrorMap]:
    rigid = register(
        fixed.image, breathed.image, method="rigid", fixed_mask=fixed.liver, moving_mask=breathed.liver
    ).transform
    back = way_back(rigid, fixed.image, breathed.image, PRESET, Masks(fixed.liver, breathed.liver))
    return rigid, error_map(rigid, prepared, PRESET, back=back, near=fixed.liver)


def true_error_mm(transform: sitk.Transform, grid: sitk.Image) -> np.ndarray:
    points = points_mm(grid)
    moved = points + displacement_field_mm(transform, grid).reshape(-1, 3)
    return np.linalg.norm(moved - inverse(breath, points), axis=1).reshape(grid.GetSize()[::-1])


def test_of_a_rigid_result_it_shows_what_the_deformation_left(
    of_rigid: tuple[sitk.Transform, ErrorMap], fixed: Scan
) -> None:
    rigid, found = of_rigid
    expected = sitk.GetArrayFromImage(found.expected_mm)
    true = true_error_mm(rigid, found.expected_mm)
    liver = _on(fixed.liver, found.expected_mm)
    assert spearmanr(expected[liver], true[liver])[0] >= 0.6
    assert expected[liver].mean() == pytest.approx(true[liver].mean(), rel=0.3)
    assert np.mean(true[liver] <= sitk.GetArrayFromImage(found.bound_90_mm)[liver]) >= 0.8


def test_map_covers_the_organ_and_its_surroundings_and_nothing_else(
    of_rigid: tuple[sitk.Transform, ErrorMap], fixed: Scan
) -> None:
    _, found = of_rigid
    expected, bound = (sitk.GetArrayFromImage(i) for i in (found.expected_mm, found.bound_90_mm))
    assert found.expected_mm.GetPixelID() == sitk.sitkFloat32
    assert np.all(np.abs(np.array(found.expected_mm.GetSpacing()) - 4.0) < 0.5)
    there = np.isfinite(expected)
    assert there[_on(fixed.liver, found.expected_mm)].all()
    assert not there.all()
    assert np.all(expected[there] > 0.0)
    assert np.all(bound[there] >= expected[there])
    assert np.all(bound[there] <= np.sqrt(2.0) * FACTOR_90 * expected[there] + 1e-5)
    assert (found.mode, found.members) == ("fast", 3)
    organ = found.summary_mm["organ"]
    assert organ["mean"] < organ["p95"] <= organ["max"]
    assert found.summary_mm["near"]["mean"] == pytest.approx(organ["mean"], rel=0.2)


@pytest.mark.slow
def test_an_error_that_is_put_in_is_seen_whichever_engine_made_it(
    deformed: sitk.Transform, back: sitk.Transform, prepared: Prepared
) -> None:
    where = LIVER_CENTER_MM + np.array([15.0, -10.0, 12.0])
    grid = prepared.frame
    field = displacement_field_mm(deformed, grid).astype(np.float64)
    away = np.linalg.norm(points_mm(grid) - where, axis=1).reshape(field.shape[:3])
    field[..., 0] += 8.0 * np.exp(-0.5 * (away / 18.0) ** 2)
    image = sitk.GetImageFromArray(field, isVector=True)
    image.CopyInformation(grid)
    wrong = sitk.DisplacementFieldTransform(image)
    before, after = (error_map(t, prepared, PRESET, back=back) for t in (deformed, wrong))
    near = np.linalg.norm(points_mm(before.expected_mm) - where, axis=1).reshape(
        before.expected_mm.GetSize()[::-1]
    )
    mean = [float(sitk.GetArrayFromImage(m.expected_mm)[near < 15.0].mean()) for m in (before, after)]
    assert mean[1] > 1.5 * mean[0]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_map(
    deformed: sitk.Transform, back: sitk.Transform, prepared: Prepared
) -> None:
    first, again, other = (error_map(deformed, prepared, PRESET, back=back, seed=seed) for seed in (1, 1, 2))
    values = [sitk.GetArrayFromImage(m.expected_mm) for m in (first, again, other)]
    np.testing.assert_array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2], equal_nan=True)


def test_what_cannot_be_asked_for_is_refused(prepared: Prepared) -> None:
    still = sitk.Transform(3, sitk.sitkIdentity)
    with pytest.raises(InputError, match=r"error map: expected one of fast, full, got 'quick'"):
        error_map(still, prepared, PRESET, back=still, mode="quick")


def test_a_linear_map_and_a_spline_are_found_again(fixed: Scan) -> None:
    positions = (np.linspace(20.0, 180.0, 40), np.linspace(10.0, 160.0, 40), np.linspace(5.0, 160.0, 40))
    control = ControlGrid.around(positions, 25.0, 20.0)
    coefficients = smooth_displacement(control, np.random.default_rng(0))
    matrix = np.array([[1.05, 0.02, 0.0], [-0.03, 0.97, 0.01], [0.0, 0.04, 1.02]])
    linear = LinearMap(matrix, np.array([4.0, -3.0, 7.0]), LIVER_CENTER_MM)
    whole = sitk.CompositeTransform(
        [linear.transform(rigid=False), control.transform(coefficients, fixed.image)]
    )
    np.testing.assert_allclose(fit_coefficients(whole, linear, control, fixed.image), coefficients, atol=1e-3)
    everywhere = np.ones(fixed.image.GetSize()[::-1], dtype=bool)
    found = fit_linear(linear.transform(rigid=False), fixed.image, everywhere)
    np.testing.assert_allclose(found.matrix, matrix, atol=1e-5)
    np.testing.assert_allclose(
        found.apply(points_mm(fixed.image)), linear.apply(points_mm(fixed.image)), atol=1e-3
    )


def test_bending_of_a_wave_is_its_second_derivative() -> None:
    where = grid((120, 8, 8), (0.5, 3.0, 4.0), center_mm=(0.0, 0.0, 0.0))
    x = points_mm(where)[:, 0].reshape(8, 8, 120)
    field = np.zeros((8, 8, 120, 3))
    field[..., 1] = 3.0 * np.sin(x / 6.0) + 0.2 * x
    inner = (slice(None), slice(None), slice(3, -3))
    np.testing.assert_allclose(
        bending_per_mm(field, where)[inner], np.abs(3.0 / 36.0 * np.sin(x / 6.0))[inner], atol=1e-3
    )


def test_every_voxel_has_a_weight(fixed: Scan) -> None:
    weights = block_weights(fixed.image, np.random.default_rng(0))
    there = sitk.GetArrayFromImage(sitk.Resample(weights, fixed.image, defaultPixelValue=-1.0))
    assert there.min() >= 0.0
    assert there.mean() == pytest.approx(1.0, abs=0.2)


def _on(mask: sitk.Image, grid: sitk.Image) -> np.ndarray:
    there = sitk.Resample(mask, grid, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    return sitk.GetArrayFromImage(there) != 0
