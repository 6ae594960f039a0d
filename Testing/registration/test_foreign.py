"""Metal and gas in the organ are not compared; lung beside it and the organ itself are."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import filled, grid, points_mm

from interventional_oncology.registration.foreign import without_foreign
from interventional_oncology.registration.presets import presets

LIVER_WINDOW = presets()["ct-liver"].window
WHERE = grid((40, 40, 40), (2.0, 2.0, 2.0), center_mm=(0.0, 0.0, 0.0))
AWAY_MM = np.linalg.norm(points_mm(WHERE), axis=1)
ORGAN = filled(WHERE, (AWAY_MM < 30.0).astype(np.uint8))


def ct(values: np.ndarray) -> sitk.Image:
    return filled(WHERE, values.astype(np.float32))


def tissue() -> np.ndarray:
    # Half a lung in the last voxels of the organ, all of it beyond.
    return np.where(AWAY_MM < 27.0, 100.0, np.where(AWAY_MM < 30.0, -350.0, -800.0))


@pytest.mark.parametrize("value", [3000.0, -900.0], ids=["metal", "gas"])
def test_what_is_no_tissue_is_excluded_where_it_is(value: float) -> None:
    here = np.linalg.norm(points_mm(WHERE) - np.array([8.0, 0.0, 0.0]), axis=1) < 5.0
    found = without_foreign(None, ct(np.where(here, value, tissue())), ORGAN, LIVER_WINDOW)
    assert found is not None
    np.testing.assert_array_equal(sitk.GetArrayFromImage(found).ravel() != 0, here)


def test_what_was_excluded_before_stays_so() -> None:
    before = filled(WHERE, (AWAY_MM < 6.0).astype(np.uint8))
    values = tissue()
    values[np.argmin(np.linalg.norm(points_mm(WHERE) - np.array([0.0, 12.0, 0.0]), axis=1))] = 2000.0
    found = without_foreign(before, ct(values), ORGAN, LIVER_WINDOW)
    assert found is not None
    assert np.count_nonzero(sitk.GetArrayViewFromImage(found)) == np.count_nonzero(AWAY_MM < 6.0) + 1


def test_lung_at_the_surface_is_not_taken_for_gas() -> None:
    assert without_foreign(None, ct(tissue()), ORGAN, LIVER_WINDOW) is None


@pytest.mark.parametrize("name", ["lung", "mr-liver"])
def test_neither_the_lung_nor_an_mr_has_gas_to_exclude(name: str) -> None:
    image = ct(np.full(AWAY_MM.shape, -900.0))
    assert without_foreign(None, image, ORGAN, presets()[name].window) is None


def test_without_an_organ_nothing_is_excluded() -> None:
    assert without_foreign(None, ct(np.full(AWAY_MM.shape, 3000.0)), None, LIVER_WINDOW) is None
