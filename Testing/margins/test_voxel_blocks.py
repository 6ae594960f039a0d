"""Masks on a finer grid than they were drawn on are judged on their own voxels."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.margins import ablation_margin, re_ablation
from interventional_oncology.margins.voxel_blocks import on_own_voxels


@pytest.fixture
def balls(grid):
    here = grid((1.0, 1.2, 2.0), reach_mm=26)
    return here.ball((0, 0, 0), 9), here.ball((3, 1, 0), 17), here.ball((0, 4, 0), 22)


def in_blocks(mask: sitk.Image, size: tuple[int, int, int], cut: int = 0) -> sitk.Image:
    """Return the mask with each voxel as a block [k, j, i], the first ``cut`` voxels of each axis cut off."""
    array = sitk.GetArrayFromImage(mask)
    for axis, times in enumerate(size):
        array = np.repeat(array, times, axis=axis)
    fine = sitk.GetImageFromArray(array)
    fine.SetDirection(mask.GetDirection())
    fine.SetSpacing([s / n for s, n in zip(mask.GetSpacing(), reversed(size), strict=True)])
    corner = [0.5 / n - 0.5 for n in reversed(size)]
    fine.SetOrigin(mask.TransformContinuousIndexToPhysicalPoint(corner))
    return fine[cut:, cut:, cut:]


@pytest.mark.parametrize("size", [(2, 2, 2), (3, 1, 1), (1, 2, 4)])
def test_blocks_become_the_voxels_they_were(balls, size) -> None:
    tumor, ablation, organ, said = on_own_voxels(*(in_blocks(mask, size) for mask in balls))
    for found, drawn in zip((tumor, ablation, organ), balls, strict=True):
        assert found.GetSpacing() == pytest.approx(drawn.GetSpacing())
        assert found.GetOrigin() == pytest.approx(drawn.GetOrigin())
        np.testing.assert_array_equal(*(sitk.GetArrayViewFromImage(mask) for mask in (found, drawn)))
    assert said[0].startswith("the masks repeat voxels of 1 x 1.2 x 2 mm on a grid of ")


def test_a_grid_that_begins_within_a_block(balls) -> None:
    drawn = ablation_margin(*balls[:2]).minimal_margin_mm
    cut = ablation_margin(*(in_blocks(mask, (3, 3, 3), cut=2) for mask in balls[:2]))
    assert cut.minimal_margin_mm == pytest.approx(drawn, abs=1e-3)
    assert "judged on the former" in cut.warnings[0]


def test_blocks_that_differ_between_masks_are_kept(balls) -> None:
    tumor, ablation = in_blocks(balls[0], (2, 2, 2)), in_blocks(balls[1], (2, 2, 2))
    shifted = sitk.Paste(ablation * 0, ablation, ablation[:-1, :-1, :-1].GetSize(), (0, 0, 0), (1, 1, 1))
    assert on_own_voxels(tumor, shifted, None) == (tumor, shifted, None, ())


def test_masks_of_their_own_grid_and_boxes_are_kept(balls) -> None:
    assert on_own_voxels(*balls)[3] == ()
    box = balls[0] * 0
    box[10:20, 10:20, 10:16] = 1
    assert on_own_voxels(box, box, None)[3] == ()


def test_the_advice_is_for_the_margin_that_was_told(grid) -> None:
    """On the steps between blocks the same zone is short of the margin; no zone is advised for that."""
    here = grid((1.5, 1.5, 2.0), reach_mm=24)
    reached, short = ((here.ball((0, 0, 0), 9), here.ball((x_mm, 0, 0), 14.3)) for x_mm in (0, 4))
    fine = [in_blocks(mask, (3, 2, 2)) for mask in reached]
    assert ablation_margin(*fine).minimal_margin_mm > 5
    assert re_ablation(*fine) is None
    drawn, carried = re_ablation(*short), re_ablation(*(in_blocks(mask, (3, 2, 2)) for mask in short))
    assert carried.radius_mm == pytest.approx(drawn.radius_mm, abs=0.02)
    assert carried.center_ras_mm == pytest.approx(drawn.center_ras_mm, abs=0.02)
