"""Solids on grids: exact fractions, partial volume, any spacing and direction."""

import numpy as np
import pytest

from interventional_oncology.phantom.grid import Grid
from interventional_oncology.phantom.noise import stream
from interventional_oncology.phantom.sampling import Sampling, coverage
from interventional_oncology.phantom.shapes import (
    Solid,
    Waves,
    bumpy,
    ellipsoid,
    inflate,
    rotation,
    subtract,
    union,
)
from interventional_oncology.phantom.structure import Structure, chain

OBLIQUE = tuple(rotation(20, 10, 30).ravel())
GRIDS = {
    "isotropic": Grid((48, 48, 48), (1.5, 1.5, 1.5)),
    "anisotropic": Grid((60, 60, 20), (1.1, 1.3, 3.7), (0.4, -0.7, 1.1)),
    "oblique": Grid((60, 60, 40), (1.3, 1.2, 2.5), (0.4, -0.7, 1.1), OBLIQUE),
}


def volume_mm3(grid: Grid, solid: Solid) -> float:
    return float(Sampling(grid).layer("", "air", solid).coverage.sum() * np.prod(grid.spacing_mm))


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("turn", [None, rotation(30, 20, 10)], ids=["straight", "turned"])
def test_volume_of_an_ellipsoid(name, turn):
    radii = (20.0, 14.0, 17.0)
    found = volume_mm3(GRIDS[name], ellipsoid((1.0, 2.0, -1.0), radii, turn))
    assert found == pytest.approx(4 / 3 * np.pi * np.prod(radii), rel=0.01)


def test_a_plane_through_a_voxel_leaves_its_fraction():
    offset = np.arange(-3.0, 4.0)  # voxel centers; the plane lies at 0.3, solid below it
    value = np.broadcast_to((offset - 0.3)[:, None, None], (7, 3, 3)).astype(np.float32)
    assert np.allclose(coverage(value)[:, 1, 1], [1, 1, 1, 0.8, 0, 0, 0], atol=1e-6)


def test_coverage_does_not_depend_on_the_scale_of_the_function():
    x = np.random.default_rng(0).normal(size=(5, 6, 7)).cumsum(axis=0).astype(np.float32)
    assert np.allclose(coverage(x), coverage(17 * x), atol=1e-5)


def test_edges_hold_partial_volume():
    layer = Sampling(GRIDS["anisotropic"]).layer("", "air", ellipsoid((0, 0, 0), (15, 15, 15)))
    edge = (layer.coverage > 0.02) & (layer.coverage < 0.98)
    assert edge.sum() > 200
    assert layer.coverage.min() == 0
    assert layer.coverage.max() == 1


def test_solid_outside_the_grid_is_an_empty_layer():
    assert Sampling(GRIDS["isotropic"]).layer("", "air", ellipsoid((500, 0, 0), (9, 9, 9))).coverage.size == 0


def test_one_slice_grid_is_served():
    grid = Grid((40, 40, 1), (1.0, 1.0, 1.0))
    area = Sampling(grid).layer("", "air", ellipsoid((0, 0, 0), (10, 10, 10))).coverage.sum()
    assert area == pytest.approx(np.pi * 100, rel=0.01)


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("radius", [6.0, 2.5, 1.2, 0.8, 0.3])
def test_volume_of_a_tube_thick_or_thinner_than_a_voxel(name, radius):
    tube = Structure("tube", "air", chain([(-18, -10, -9), (18, 12, 10)], radius)).layer(
        Sampling(GRIDS[name])
    )
    length = np.linalg.norm([36, 22, 19])
    inside = tube.coverage.sum() * np.prod(GRIDS[name].spacing_mm)
    section = np.pi * radius**2
    expected = section * length + 4 / 3 * np.pi * radius**3
    # The section is exact; each end fades over one voxel, which is worth up to half a voxel of length.
    assert inside == pytest.approx(expected, abs=0.02 * expected + section * np.mean(GRIDS[name].spacing_mm))


def test_tube_thinner_than_a_voxel_stays_faint():
    tube = Structure("tube", "air", chain([(-15, 0, 0), (15, 0, 0)], 0.4)).layer(Sampling(GRIDS["isotropic"]))
    assert 0.02 < tube.coverage.max() < 0.25


def test_impression_stays_clear_and_union_covers():
    first, second = ellipsoid((0, 0, 0), (20, 20, 20)), ellipsoid((15, 0, 0), (10, 10, 10))
    points = np.random.default_rng(0).uniform(-30, 30, (4000, 3))
    pressed = subtract(first, [second], 3.0, gap_mm=1.0)
    assert (second.at(points[pressed.at(points) < 0]) > 0.9).all()
    both = union([first, second], 4.0)
    assert (both.at(points[(first.at(points) < 0) | (second.at(points) < 0)]) < 0).all()


def test_boxes_hold_their_solids():
    waves = Waves.random(stream(1, "test"), 7, 20, 50)
    base = ellipsoid((3, -4, 5), (22, 12, 16), rotation(25, 35, 15))
    points = np.random.default_rng(0).uniform(-50, 50, (40_000, 3)).astype(np.float32)
    for solid in (base, bumpy(base, waves, 2.0), inflate(base, 4.0), union([base, inflate(base, 1.0)], 8.0)):
        inside = points[solid.at(points) < 0]
        assert (inside >= np.array(solid.low_mm)).all()
        assert (inside <= np.array(solid.high_mm)).all()


def test_waves_have_mean_zero_and_variance_one():
    waves = Waves.random(stream(2, "test"), 12, 10, 30)
    points = np.random.default_rng(0).uniform(-500, 500, (20_000, 3))
    values = waves(*points.T)
    assert abs(values.mean()) < 0.05
    assert values.std() == pytest.approx(1.0, rel=0.05)
