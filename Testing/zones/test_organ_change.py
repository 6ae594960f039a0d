"""Volumes of lobes and spleen, calibers of the portal vein."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.zones import caliber_change, organ_change


def box(voxels: int, spacing_mm: float) -> sitk.Image:
    array = np.zeros((12, 12, 12), dtype=np.uint8)
    array[:voxels, :10, :10] = 1
    image = sitk.GetImageFromArray(array)
    image.SetSpacing([spacing_mm] * 3)
    return image


def test_volume_on_grids_of_their_own() -> None:
    change = organ_change("right lobe", box(10, 2.0), box(6, 2.0))
    assert (change.baseline_ml, change.followup_ml) == (8.0, 4.8)
    assert change.change_percent == pytest.approx(-40.0)
    assert organ_change("same", box(8, 1.0), box(8, 1.0)).change_percent == 0.0


def test_refused() -> None:
    with pytest.raises(InputError, match="spleen: expected a baseline mask"):
        organ_change("spleen", box(0, 1.0), box(4, 1.0))
    with pytest.raises(InputError, match="up to 50 mm, got -3"):
        caliber_change("left", 12.0, -3.0)


def test_caliber() -> None:
    assert caliber_change("right", 12.0, 9.5).change_mm == pytest.approx(-2.5)
