"""Going on from an earlier transform, inside a region only or everywhere."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import (
    LIVER_CENTER_MM,
    Abdomen,
    Scan,
    apply,
    breath,
    error_mm,
    filled,
    grid,
    inverse,
    points_mm,
    scan,
    turned,
)
from linear_part import affine_first

from interventional_oncology.errors import InputError
from interventional_oncology.progress import silent
from interventional_oncology.registration import presets
from interventional_oncology.registration.bspline import ControlGrid, Lattice
from interventional_oncology.registration.chaining import chain, pieces
from interventional_oncology.registration.deformable import register_deformable
from interventional_oncology.registration.initial_transform import linear_of
from interventional_oncology.registration.jacobian import displacement_field_mm, jacobian_determinant
from interventional_oncology.registration.linear import LinearMap
from interventional_oncology.registration.prepared import Masks, Prepared, prepare
from interventional_oncology.registration.refining import refine
from interventional_oncology.registration.region_grid import RegionGrid
from interventional_oncology.registration.rigidity import rigidity_of

CENTER_MM, RADIUS_MM = LIVER_CENTER_MM + np.array([-5.0, 0.0, 5.0]), 38.0
# The level of 2 mm costs most of the time and adds little on voxels of 3 to 4 mm.
PRESET = replace(presets()["ct-liver"], deformable=presets()["ct-liver"].deformable[:2])


def truth(points: np.ndarray) -> np.ndarray:
    return inverse(breath, points)


def ball(where: sitk.Image, radius_mm: float) -> sitk.Image:
    distance = np.linalg.norm(points_mm(where) - CENTER_MM, axis=1)
    return filled(where, (distance < radius_mm).astype(np.uint8))


def bump() -> sitk.Transform:
    """A displacement of up to 6 mm around the center, next to nothing 35 mm away."""
    where = grid((72, 72, 72), (3.0, 3.0, 3.0), center_mm=tuple(CENTER_MM))
    reach = np.linalg.norm(points_mm(where) - CENTER_MM, axis=1) / 11.0
    moves = np.array([4.0, -3.0, 4.0]) * np.exp(-0.5 * reach**2)[:, None]
    field = sitk.GetImageFromArray(moves.reshape(72, 72, 72, 3), isVector=True)
    field.CopyInformation(where)
    return sitk.DisplacementFieldTransform(field)


@pytest.fixture(scope="module")
def affine_part(fixed: Scan, breathed: Scan) -> tuple[Prepared, LinearMap]:
    """The images after affine registration."""
    return affine_first(fixed, breathed, PRESET)


@pytest.fixture(scope="module")
def earlier(affine_part: tuple[Prepared, LinearMap]) -> sitk.Transform:
    """A good registration."""
    prepared, linear = affine_part
    return chain([register_deformable(prepared, PRESET, linear, silent), linear.transform(rigid=False)])


@pytest.fixture(scope="module")
def wrong(earlier: sitk.Transform) -> sitk.Transform:
    """The same, locally wrong."""
    return chain([bump(), earlier])


@pytest.fixture(scope="module")
def again(wrong: sitk.Transform, fixed: Scan, breathed: Scan) -> sitk.Transform:
    """The wrong one, run again where it is wrong."""
    masks, region = Masks(fixed.liver, breathed.liver), ball(fixed.image, RADIUS_MM)
    return refine(fixed.image, breathed.image, PRESET, wrong, region=region, masks=masks)


class TestRegion:
    def test_inside_it_is_improved(
        self, again: sitk.Transform, wrong: sitk.Transform, earlier: sitk.Transform, fixed: Scan
    ) -> None:
        core = ball(fixed.image, 18.0)
        before, after, good = (error_mm(t, truth, core, every=3).mean() for t in (wrong, again, earlier))
        assert before > 3.0
        assert after < 0.5 * before
        assert after < good + 0.8

    def test_outside_nothing_changes(self, again: sitk.Transform, wrong: sitk.Transform, fixed: Scan) -> None:
        points = points_mm(fixed.image)
        outside = points[np.linalg.norm(points - CENTER_MM, axis=1) >= RADIUS_MM][::11]
        far = np.array([[500.0, 0.0, 0.0], [0.0, -400.0, 30.0]])
        for some in (outside, far):
            np.testing.assert_allclose(apply(again, some), apply(wrong, some), rtol=0, atol=1e-6)

    def test_it_blends_without_a_jump(self, again: sitk.Transform, wrong: sitk.Transform) -> None:
        line = CENTER_MM + np.linspace(-60.0, 60.0, 1201)[:, None] * np.array([0.6, 0.0, 0.8])
        change = apply(again, line) - apply(wrong, line)
        assert np.abs(change).max() > 2.0
        assert np.linalg.norm(np.diff(change, axis=0), axis=1).max() < 0.08  # points 0.1 mm apart: no fold

    def test_a_good_transform_stays_good(self, earlier: sitk.Transform, fixed: Scan, breathed: Scan) -> None:
        region = ball(fixed.image, RADIUS_MM)
        found = refine(
            fixed.image,
            breathed.image,
            PRESET,
            earlier,
            region=region,
            masks=Masks(fixed.liver, breathed.liver),
        )
        before, after = (error_mm(t, truth, ball(fixed.image, 25.0)).mean() for t in (earlier, found))
        assert after < before + 0.1

    def test_refused(self, fixed: Scan, breathed: Scan) -> None:
        def refused(region: sitk.Image) -> str:
            with pytest.raises(InputError) as refusal:
                refine(fixed.image, breathed.image, PRESET, sitk.Transform(), region=region)
            return str(refusal.value)

        assert "region: expected a mask with voxels, got an empty one" in refused(ball(fixed.image, 0.0))
        assert "region is on another grid than the fixed image" in refused(
            ball(grid((20, 20, 20)), RADIUS_MM)
        )
        assert "got one in which a ball of 9 mm radius has room" in refused(ball(fixed.image, 10.0))


def test_everywhere_it_does_what_a_registration_does_from_the_affine_map(
    affine_part: tuple[Prepared, LinearMap], earlier: sitk.Transform, fixed: Scan, breathed: Scan
) -> None:
    affine = affine_part[1].transform(rigid=False)
    found = refine(fixed.image, breathed.image, PRESET, affine, masks=Masks(fixed.liver, breathed.liver))
    errors = [error_mm(t, truth, fixed.liver).mean() for t in (affine, found, earlier)]
    assert errors[1] < 0.75 * errors[0]
    assert errors[1] == pytest.approx(errors[2], abs=0.1)


def test_tissue_is_kept_rigid_while_its_surroundings_are_refined(
    wrong: sitk.Transform, fixed: Scan, breathed: Scan
) -> None:
    core, region = ball(fixed.image, 14.0), ball(fixed.image, RADIUS_MM)
    coarse = replace(PRESET, deformable=PRESET.deformable[1:])
    found = []
    for energies in ((), (rigidity_of(core, linear_of(wrong, CENTER_MM, core), weight=300.0),)):
        masks = Masks(fixed.liver, breathed.liver)
        new = refine(
            fixed.image, breathed.image, coarse, wrong, region=region, masks=masks, energies=energies
        )
        change = jacobian_determinant(displacement_field_mm(list(pieces(new))[-1], core), core)
        found.append(np.abs(change[sitk.GetArrayFromImage(core) > 0] - 1.0).max())
    assert found[1] < 0.5 * found[0]


def test_what_the_initial_transform_sends_outside_is_not_compared(anatomy: Abdomen, fixed: Scan) -> None:
    # Half of the liver is missing in the moving image, and nothing moved: an edge there would pull.
    half = scan(anatomy, grid((64, 56, 22), center_mm=(-15.0, 0.0, 48.0)), seed=2)
    masks, still = Masks(fixed.liver, None), LinearMap.shift(np.zeros(3), np.zeros(3))
    found = refine(fixed.image, half.image, PRESET, sitk.Transform(), masks=masks)
    prepared = prepare(fixed.image, half.image, PRESET, masks, finest_mm=PRESET.deformable[-1].voxel_mm)
    plain = register_deformable(prepared, PRESET, still, silent)
    points = points_mm(fixed.liver)
    points = points[(sitk.GetArrayFromImage(fixed.liver).ravel() > 0) & (points[:, 2] < 0.0)][::29]
    moved, as_plain = (np.linalg.norm(apply(t, points) - points, axis=1).mean() for t in (found, plain))
    assert moved < as_plain + 0.3


@pytest.mark.parametrize("seed", [0, 1])
def test_control_points_of_a_region_move_nothing_outside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = grid((40, 36, 30), (2.0, 2.5, 3.0), turned(20.0))
    k, j, i = np.indices(frame.GetSize()[::-1])
    region = ((i - 20) / 15.0) ** 2 + ((j - 17) / 14.0) ** 2 + ((k - 15) / 12.0) ** 2 < 1.0
    region[:, :, 22 + 4 * seed :] = False
    positions = tuple(np.arange(n) * s for n, s in zip(frame.GetSize(), frame.GetSpacing(), strict=True))
    control = ControlGrid.around(positions, 5.0 + seed, 10.0)
    inside = RegionGrid.inside(control, region, frame.GetSpacing())
    assert 0 < np.count_nonzero(inside.free()) < np.count_nonzero(control.free())
    coefficients = rng.normal(0.0, 3.0, inside.shape) * inside.free()
    field = Lattice(inside, positions).field(coefficients)
    assert np.abs(field[:, ~region]).max() == 0.0
    # No more are held than has to be: the cells of each of the others, and a voxel around, leave the region.
    for point in np.argwhere(control.free() & ~inside.free())[::5]:
        cells = []
        for axis, at in zip((2, 1, 0), point, strict=True):
            knot = control.first_mm[axis] + control.spacing_mm[axis] * at
            ends = knot + np.array([-2.0, 2.0]) * control.spacing_mm[axis]
            low, high = np.round(ends / frame.GetSpacing()[axis] + [-1.0, 2.0]).astype(int)
            cells.append(slice(max(low, 0), high))
        whole = all(c.start > 0 and c.stop <= n for c, n in zip(cells, region.shape, strict=True))
        assert not (whole and region[tuple(cells)].all())
