"""Tissue that keeps its shape: the energy itself, and a tumor that shrank."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import (
    LIVER_CENTER_MM,
    Abdomen,
    Scan,
    breath,
    filled,
    grid,
    inverse,
    points_mm,
    scan,
    turned,
)
from linear_part import affine_first, whole
from scipy.spatial.transform import Rotation

from interventional_oncology.cases.carrying import carry_back
from interventional_oncology.errors import InputError
from interventional_oncology.progress import silent
from interventional_oncology.registration import presets
from interventional_oncology.registration.bspline import ControlGrid
from interventional_oncology.registration.deformable import register_deformable
from interventional_oncology.registration.linear import LinearMap
from interventional_oncology.registration.rigidity import TissueRigidity, rigidity_of

TUMOR_MM, RADIUS_MM = LIVER_CENTER_MM + np.array([-10.0, 6.0, 4.0]), 22.0
SHRUNK = 0.6


def ball(where: sitk.Image, center_mm: np.ndarray, radius_mm: float) -> sitk.Image:
    distance = np.linalg.norm(points_mm(where) - center_mm, axis=1)
    return filled(where, (distance < radius_mm).astype(np.uint8))


class TestEnergy:
    frame = grid((20, 18, 16), (3.0, 3.5, 4.0), turned(25.0), (3.0, -40.0, 900.0))
    mask = ball(frame, np.array([3.0, -40.0, 900.0]), 16.0)
    positions = tuple(np.arange(n) * s for n, s in zip(frame.GetSize(), frame.GetSpacing(), strict=True))

    def energy(self, linear: LinearMap) -> tuple[TissueRigidity, ControlGrid]:
        control = ControlGrid.around(self.positions, 14.0, 10.0)
        return TissueRigidity(control, self.mask, linear, weight=3.0, volume_mm3=1000.0), control

    def tilted(self) -> LinearMap:
        matrix = Rotation.from_rotvec([0.2, -0.3, 0.1]).as_matrix() @ np.diag([1.05, 0.9, 1.1])
        return LinearMap(matrix, np.array([1.0, 2.0, 3.0]), np.zeros(3))

    def test_gradient_is_its_derivative(self) -> None:
        energy, control = self.energy(self.tilted())
        rng = np.random.default_rng(1)
        coefficients, step = rng.normal(0.0, 2.0, control.shape), rng.normal(size=control.shape)
        _, gradient = energy.value_and_gradient(coefficients)
        ahead, behind = (energy.value_and_gradient(coefficients + h * step)[0] for h in (1e-5, -1e-5))
        assert (ahead - behind) / 2e-5 == pytest.approx(np.vdot(gradient, step), rel=1e-6)

    def test_nothing_for_a_turn_and_the_known_amount_for_a_scale(self) -> None:
        turn = LinearMap(Rotation.from_rotvec([0.4, 0.1, -0.7]).as_matrix(), np.ones(3), np.zeros(3))
        energy, control = self.energy(turn)
        assert energy.value_and_gradient(np.zeros(control.shape))[0] == pytest.approx(0.0, abs=1e-20)
        energy, control = self.energy(LinearMap(0.9 * np.eye(3), np.zeros(3), np.zeros(3)))
        volume = np.count_nonzero(sitk.GetArrayFromImage(self.mask)) * np.prod(self.mask.GetSpacing())
        expected = 3.0 * 3.0 * (0.9**2 - 1.0) ** 2 * volume / 1000.0
        assert energy.value_and_gradient(np.zeros(control.shape))[0] == pytest.approx(expected)

    def test_a_displacement_that_takes_the_scale_back_costs_nothing(self) -> None:
        linear = LinearMap(0.9 * np.eye(3), np.zeros(3), np.zeros(3))
        energy, control = self.energy(linear)
        knots = [control.first_mm[a] + control.spacing_mm[a] * np.arange(control.size[a]) for a in range(3)]
        z, y, x = np.meshgrid(knots[2], knots[1], knots[0], indexing="ij")
        growth = (1.0 / 0.9 - 1.0) * np.stack([x, y, z])
        assert energy.value_and_gradient(growth)[0] == pytest.approx(0.0, abs=1e-20)

    def test_an_empty_mask_is_refused(self) -> None:
        with pytest.raises(InputError, match="rigid mask: expected a mask with voxels, got an empty one"):
            rigidity_of(self.mask * 0, self.tilted())


def with_tumor(given: Scan, center_mm: np.ndarray, radius_mm: float, seed: int) -> tuple[Scan, sitk.Image]:
    distance = np.linalg.norm(points_mm(given.image) - center_mm, axis=1)
    share = 0.5 * (1.0 - np.tanh((distance - radius_mm) / 1.5))
    tumor = 40.0 + np.random.default_rng(seed).normal(0.0, 12.0, len(distance))
    values = sitk.GetArrayFromImage(given.image).ravel() * (1.0 - share) + share * tumor
    return Scan(filled(given.image, values.astype(np.float32)), given.liver), ball(
        given.image, center_mm, radius_mm
    )


def volume_ml(mask: sitk.Image) -> float:
    return float(np.count_nonzero(sitk.GetArrayViewFromImage(mask)) * np.prod(mask.GetSpacing()) / 1000.0)


@pytest.mark.slow
def test_a_tumor_that_shrank_by_40_percent_still_measures_40_percent_smaller(anatomy: Abdomen) -> None:
    before, tumor = with_tumor(scan(anatomy, grid(), seed=1), TUMOR_MM, RADIUS_MM, 11)
    moved = inverse(breath, TUMOR_MM[None])[0]
    after, shrunk = with_tumor(
        scan(anatomy, grid(), breath, seed=2), moved, RADIUS_MM * SHRUNK ** (1 / 3), 12
    )
    true_ratio = volume_ml(shrunk) / volume_ml(tumor)
    assert true_ratio == pytest.approx(SHRUNK, rel=0.01)
    preset = replace(presets()["ct-liver"], deformable=presets()["ct-liver"].deformable[:2])
    prepared, linear = affine_first(before, after, preset)

    def ratio(*energies) -> float:
        field = register_deformable(prepared, preset, linear, silent, energies=energies)
        carried = carry_back(shrunk, whole(linear, field), before.image)
        return volume_ml(carried) / volume_ml(tumor)

    assert ratio() > 1.3 * true_ratio  # registered away: what the option is for
    assert ratio(rigidity_of(tumor, linear)) == pytest.approx(true_ratio, rel=0.03)
