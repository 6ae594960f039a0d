"""Distances to a surface against VTK's: close to it above all, where the sign of a margin is decided."""

import numpy as np
import pytest
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.margins.distance import SurfaceLocator
from interventional_oncology.margins.shape import shape_of_mask
from interventional_oncology.margins.surface import polydata


def distances_of_vtk(shape, points_mm) -> np.ndarray:
    implicit, values = vtk.vtkImplicitPolyDataDistance(), vtk.vtkDoubleArray()
    implicit.SetInput(polydata(shape.points_mm, shape.triangles))
    implicit.FunctionValue(numpy_to_vtk(np.ascontiguousarray(points_mm)), values)
    return np.abs(vtk_to_numpy(values))


@pytest.mark.parametrize("shift_mm", [2.5, 4.0])
def test_where_two_surfaces_cross(grid, oblique, shift_mm) -> None:
    here = grid(direction=oblique, reach_mm=20)
    zone = shape_of_mask(here.ball((0, 0, 0), 11.0))
    tumor = shape_of_mask(here.ball((shift_mm, 1.0, -0.5), 8.5))
    found, feet_mm = SurfaceLocator(zone.points_mm, zone.triangles).nearest(tumor.points_mm)
    expected = distances_of_vtk(zone, tumor.points_mm)
    close = expected < 1.0
    assert np.count_nonzero(close) > 100
    np.testing.assert_allclose(found[close], expected[close], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(tumor.points_mm - feet_mm, axis=1), found, atol=1e-9)


def test_points_of_the_surface_lie_on_it(grid) -> None:
    zone = shape_of_mask(grid(reach_mm=14).ball((0.2, 0, 0), 7.0))
    rng = np.random.default_rng(5)
    weights = rng.dirichlet((1, 1, 1), len(zone.triangles))
    points_mm = np.einsum("nc,ncx->nx", weights, zone.points_mm[zone.triangles])
    found, _ = SurfaceLocator(zone.points_mm, zone.triangles).nearest(points_mm)
    assert found.max() < 1e-6


def test_far_points(grid) -> None:
    zone = shape_of_mask(grid(reach_mm=20).ball((0, 0, 0), 13.0))
    points_mm = zone.points_mm.mean(axis=0) + np.random.default_rng(6).uniform(-25, 25, (400, 3))
    found, _ = SurfaceLocator(zone.points_mm, zone.triangles).nearest(points_mm)
    # Never nearer than the nearest point; places that are about equally near may be mistaken for it.
    assert (found - distances_of_vtk(zone, points_mm)).min() > -1e-6
    np.testing.assert_allclose(found, distances_of_vtk(zone, points_mm), atol=0.03)


@pytest.mark.parametrize("limit_mm", [0.0, 0.7, 3.0, 60.0])
def test_distances_up_to_a_limit(grid, limit_mm) -> None:
    zone = shape_of_mask(grid(reach_mm=20).ball((0, 0, 0), 9.0))
    locator = SurfaceLocator(zone.points_mm, zone.triangles)
    points_mm = zone.points_mm.mean(axis=0) + np.random.default_rng(7).uniform(-18, 18, (2000, 3))
    plain, _ = locator.nearest(points_mm)
    expected = np.where(plain <= limit_mm, plain, np.inf)
    np.testing.assert_array_equal(locator.distances_up_to(points_mm, limit_mm), expected)
    beyond = locator.distances_up_to(zone.points_mm + 40.0, 1.0)
    assert np.isinf(beyond).all()
