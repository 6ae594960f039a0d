"""B-spline fields: against their own mathematics and against ITK."""

import numpy as np
import pytest
from known_abdomen import apply, grid, turned

from interventional_oncology.registration.bspline import ControlGrid, Lattice, Smoothness

POSITIONS = (np.arange(0.0, 70.0, 5.0), np.arange(0.0, 60.0, 4.0), np.arange(3.0, 50.0, 6.0))


def random_field(seed: int = 0, spacing_mm: float = 20.0) -> tuple[ControlGrid, np.ndarray]:
    made = ControlGrid.around(POSITIONS, spacing_mm, 10.0)
    coefficients = np.random.default_rng(seed).normal(0.0, 3.0, made.shape) * made.free()
    return made, coefficients


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_basis_sums_to_one_and_reproduces_lines(axis: int) -> None:
    made, _ = random_field()
    basis = made.basis(axis, POSITIONS[axis])
    np.testing.assert_allclose(basis.sum(axis=1), 1.0)
    knots = made.first_mm[axis] + made.spacing_mm[axis] * np.arange(made.size[axis])
    np.testing.assert_allclose(basis @ knots, POSITIONS[axis], atol=1e-12)
    np.testing.assert_allclose(made.basis(axis, POSITIONS[axis], 1) @ knots, 1.0)
    np.testing.assert_allclose(made.basis(axis, POSITIONS[axis], 2) @ knots, 0.0, atol=1e-12)


@pytest.mark.parametrize("direction", [turned(0.0), turned(25.0)])
def test_itk_transform_is_the_same_field(direction: tuple[float, ...]) -> None:
    made, coefficients = random_field()
    frame = grid((10, 10, 10), (5.0, 4.0, 6.0), direction, (3.0, -40.0, 900.0))
    axes = np.reshape(direction, (3, 3))
    field = Lattice(made, POSITIONS).field(coefficients)
    k, j, i = 3, 7, 5
    local = np.array([POSITIONS[0][i], POSITIONS[1][j], POSITIONS[2][k]])
    point = np.array(frame.GetOrigin()) + axes @ local
    moved = apply(made.transform(coefficients, frame), point[None])[0]
    np.testing.assert_allclose(moved - point, axes @ field[:, k, j, i], atol=1e-4)


def test_pull_back_is_the_transpose_of_the_field() -> None:
    made, coefficients = random_field()
    lattice = Lattice(made, POSITIONS)
    field = lattice.field(coefficients)
    other = np.random.default_rng(1).normal(size=field.shape).astype(np.float32)
    assert np.vdot(field, other) == pytest.approx(np.vdot(coefficients, lattice.pull_back(other)), rel=1e-4)


def test_finer_grid_keeps_the_field() -> None:
    coarse, coefficients = random_field(spacing_mm=40.0)
    fine = ControlGrid.around(POSITIONS, 20.0, 10.0)
    before = Lattice(coarse, POSITIONS).field(coefficients)
    after = Lattice(fine, POSITIONS).field(coarse.transfer(coefficients, fine))
    assert np.abs(after - before).max() < 0.05 * np.abs(before).max()


def test_bending_ignores_affine_fields_and_is_the_integral_of_second_derivatives() -> None:
    made, _ = random_field()
    knots = [made.first_mm[a] + made.spacing_mm[a] * np.arange(made.size[a]) for a in range(3)]
    z, y, x = np.meshgrid(knots[2], knots[1], knots[0], indexing="ij")
    bending = Smoothness(made, bending_mm2=1.0, strain=0.0, volume_mm3=1.0)
    inner = np.zeros(made.shape)
    inner[0] = 0.2 * x - 0.1 * y + 0.3 * z + 4.0
    # All cells of a grid whose coefficients are affine to its very border bend only beyond that border.
    value, gradient = bending.value_and_gradient(inner)
    assert value > 0.0
    np.testing.assert_allclose(gradient[:, 4:-4, 4:-4, 4:-4], 0.0, atol=1e-9)


def wave_energy(wavelength_mm: float, length_mm: float) -> float:
    made = ControlGrid.around(POSITIONS, 8.0, 10.0)
    knots = [made.first_mm[a] + made.spacing_mm[a] * np.arange(made.size[a]) for a in range(3)]
    wave = np.zeros(made.shape)
    wave[0] = np.sin(2.0 * np.pi / wavelength_mm * knots[0])
    smoothness = Smoothness(made, bending_mm2=1.0, strain=0.0, volume_mm3=1.0, length_mm=length_mm)
    inner = smoothness.value_and_gradient(wave)[1][0, 5:-5, 5:-5, 5:-5] * wave[0, 5:-5, 5:-5, 5:-5]
    return float(inner.mean())


def test_third_derivatives_cost_more_than_bending_for_short_waves_and_less_for_wide_ones() -> None:
    # The ratio for a wave is (2 pi length / wavelength)^2; the wave is many control points long.
    for wavelength in (60.0, 80.0):
        ratio = wave_energy(wavelength, 10.0) / wave_energy(wavelength, 0.0)
        assert ratio == pytest.approx((2.0 * np.pi * 10.0 / wavelength) ** 2, rel=0.1)


@pytest.mark.parametrize("length_mm", [0.0, 7.0])
def test_gradient_of_the_smoothness_is_its_derivative(length_mm: float) -> None:
    made, coefficients = random_field()
    smoothness = Smoothness(made, bending_mm2=3.0, strain=0.1, volume_mm3=1000.0, length_mm=length_mm)
    value, gradient = smoothness.value_and_gradient(coefficients)
    step = np.random.default_rng(2).normal(size=coefficients.shape)
    ahead, _ = smoothness.value_and_gradient(coefficients + 1e-4 * step)
    behind, _ = smoothness.value_and_gradient(coefficients - 1e-4 * step)
    assert value > 0
    assert (ahead - behind) / 2e-4 == pytest.approx(np.vdot(gradient, step), rel=1e-6)
    assert smoothness.value_and_gradient(np.zeros_like(coefficients))[0] == 0.0
    assert smoothness.value_and_gradient(2.0 * coefficients)[0] == pytest.approx(4.0 * value)


def test_field_outside_the_domain_is_zero() -> None:
    made, coefficients = random_field()
    frame = grid((10, 10, 10), (5.0, 4.0, 6.0))
    far = np.array([[900.0, 0.0, 0.0], [0.0, -900.0, 0.0]])
    np.testing.assert_array_equal(apply(made.transform(coefficients, frame), far), far)
