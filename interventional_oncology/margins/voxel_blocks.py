"""Masks whose voxels come in blocks, as a finer grid of the same slices makes them by nearest neighbor.

Such a grid tells nothing new: each voxel of the mask as it was drawn is there as a block of equal ones. The
steps between blocks would be taken for the shape, so the masks are looked at on the voxels they had before.
"""

import math

import numpy as np
import SimpleITK as sitk

from .crop import bounding_slices

# Straight walls, as of a box, change at a few slices only and say nothing about the voxels.
_FEWEST_CHANGES, _LEAST_PART_CHANGING = 6, 0.6


def on_own_voxels(
    tumor: sitk.Image, ablation: sitk.Image, organ: sitk.Image | None
) -> tuple[sitk.Image, sitk.Image, sitk.Image | None, tuple[str, ...]]:
    """Return masks with one voxel for each block, and a sentence if this changed them.

    All masks must have the same blocks; any others are returned as they are.
    """
    given = [mask for mask in (tumor, ablation, organ) if mask is not None]
    arrays = [sitk.GetArrayViewFromImage(mask) for mask in given]
    blocks, first = _blocks(arrays[:2])
    if organ is not None and blocks != (1, 1, 1):
        blocks, first = _blocks(arrays)
    if blocks == (1, 1, 1):
        return tumor, ablation, organ, ()
    coarse = [_one_voxel_a_block(mask, blocks, first) for mask in given]
    before, after = (" x ".join(f"{mm:.3g}" for mm in masks[0].GetSpacing()) for masks in (given, coarse))
    sentence = f"the masks repeat voxels of {after} mm on a grid of {before} mm: judged on the former"
    return coarse[0], coarse[1], None if organ is None else coarse[2], (sentence,)


def _blocks(masks: list[np.ndarray]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return voxels to a block along k, j, i, and where the first whole block begins."""
    boxes = [box for mask in masks if (box := bounding_slices(mask)) is not None]
    common = tuple(
        slice(min(s.start for s in axis), max(s.stop for s in axis)) for axis in zip(*boxes, strict=True)
    )
    found = [
        _block_along(axis, common[axis].start, [mask[common] != 0 for mask in masks]) for axis in range(3)
    ]
    return tuple(size for size, _ in found), tuple(first for _, first in found)


def _block_along(axis: int, start: int, masks: list[np.ndarray]) -> tuple[int, int]:
    changes = {0, masks[0].shape[axis]}
    for mask in masks:
        slices = np.moveaxis(mask, axis, 0)
        changes |= set((np.flatnonzero((slices[1:] != slices[:-1]).any(axis=(1, 2))) + 1).tolist())
    size = math.gcd(*changes)
    first = start % size
    told = len(changes) >= max(_FEWEST_CHANGES, _LEAST_PART_CHANGING * masks[0].shape[axis] / size)
    return (size, first) if size > 1 and told and start >= first else (1, 0)


def _one_voxel_a_block(mask: sitk.Image, blocks: tuple[int, ...], first: tuple[int, ...]) -> sitk.Image:
    (i, j, k), (a, b, c) = reversed(first), reversed(blocks)
    middle = [at + 0.5 * (size - 1) for at, size in ((i, a), (j, b), (k, c))]
    coarse = mask[i::a, j::b, k::c]
    coarse.SetOrigin(mask.TransformContinuousIndexToPhysicalPoint(middle))
    return coarse
