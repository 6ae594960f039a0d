"""Zones with narrow channels and flat sides: what a vessel kept cool, and what ends at the capsule."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.margins import ablation_margin


@pytest.mark.parametrize("channel_mm", [1.6, 2.5, 4.0])
@pytest.mark.parametrize("way", [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
def test_a_channel_beside_the_tumor_is_not_smoothed_away(grid, way, channel_mm) -> None:
    here = grid((0.8, 0.8, 3.0), center_lps_mm=(0.0, 0.0, 0.0), reach_mm=24)
    zone = here.ball((0, 0, 0), 17.0)
    k, j, i = np.indices(zone.GetSize()[::-1])
    index = np.stack([i, j, k], axis=-1) * zone.GetSpacing() + zone.GetOrigin()
    along = np.array(way) / np.linalg.norm(way)
    aside = np.cross(along, (0.3, 0.8, -0.2))
    aside *= (8.0 + 4.0 + channel_mm) / np.linalg.norm(aside)
    from_axis = np.linalg.norm(np.cross(index - aside, along), axis=-1)
    kept_cool = sitk.GetImageFromArray((from_axis < channel_mm).astype(np.uint8))
    kept_cool.CopyInformation(zone)
    margin = ablation_margin(here.ball((0, 0, 0), 8.0), zone & ~kept_cool & 1).minimal_margin_mm
    # Thick slices say where a channel lies to half a slice; a channel that is lost would leave 9 mm.
    assert 4.0 - 1.6 < margin < 4.0 + 0.5
