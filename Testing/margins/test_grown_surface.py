"""The tumor grown by the wanted margin."""

import numpy as np
import pytest
from vtk.util.numpy_support import vtk_to_numpy

from interventional_oncology.errors import InputError
from interventional_oncology.margins.grown_surface import grown_surface


@pytest.mark.parametrize("by_mm", [0.0, 1.0, 5.0, 10.0])
@pytest.mark.parametrize("radius_mm", [4.0, 10.0])
def test_a_ball_grows_into_a_ball(grid, oblique, radius_mm, by_mm) -> None:
    center = np.array((30.0, -20.0, 50.0))
    here = grid((0.8, 0.8, 1.5), center_lps_mm=tuple(center), direction=oblique, reach_mm=14)
    found = grown_surface(here.ball((0, 0, 0), radius_mm), by_mm)
    away_mm = np.linalg.norm(vtk_to_numpy(found.GetPoints().GetData()) - center, axis=1)
    assert found.GetNumberOfCells() > 100
    assert away_mm == pytest.approx(radius_mm + by_mm, abs=0.25)
    assert away_mm.mean() == pytest.approx(radius_mm + by_mm, abs=0.05)


def test_two_tumors_grow_together_where_they_meet(grid) -> None:
    here = grid(center_lps_mm=(0.0, 0.0, 0.0), reach_mm=24)
    mask = here.ball((-8, 0, 0), 5.0) | here.ball((8, 0, 0), 5.0)
    points_mm = vtk_to_numpy(grown_surface(mask, 5.0).GetPoints().GetData())
    from_nearer = np.linalg.norm(np.abs(points_mm) - (8.0, 0.0, 0.0), axis=1)
    assert from_nearer == pytest.approx(10.0, abs=0.25)


def test_a_distance_that_is_none_is_refused(grid) -> None:
    with pytest.raises(InputError, match="distance"):
        grown_surface(grid().ball((0, 0, 0), 5.0), -1.0)
