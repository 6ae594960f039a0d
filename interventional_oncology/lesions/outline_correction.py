"""Second clicks: adding a piece to an outline, taking one away."""

import numpy as np
import scipy.ndimage
import SimpleITK as sitk

from .distance import ball, depth_mm, distance_mm

#: Least ball that a correcting click adds or removes: what a reader sees and points at.
_CLICK_MM = 3.0
#: A gap up to this wide between the outline and what is added is closed.
_GAP_MM = 5.0
_TOUCHING = np.ones((3, 3, 3))


def with_piece(
    before: np.ndarray, piece: np.ndarray, voxel: tuple[int, int, int], spacing_mm: np.ndarray
) -> tuple[np.ndarray, bool]:
    """Return a mask with a piece around a click outside it, and whether they touch.

    Parameters
    ----------
    before : ndarray of bool, shape (k, j, i)
    piece : ndarray of bool, shape (k, j, i)
        The lesion found at the click; where it is empty, a ball that reaches the mask is added.
    voxel : tuple of int
        The click [k, j, i].
    spacing_mm : ndarray, shape (3,)
    """
    to_mask_mm = _distance_to(before, voxel, spacing_mm)
    radius_mm = _CLICK_MM if piece.any() else max(_CLICK_MM, min(to_mask_mm, _GAP_MM) + _CLICK_MM)
    after = before | piece | _ball(before.shape, voxel, radius_mm, spacing_mm)
    pieces, _ = scipy.ndimage.label(after, _TOUCHING)
    touches = bool((pieces[before] == pieces[voxel]).any())
    if not touches and _distance_between(before, after & ~before, spacing_mm) <= _GAP_MM:
        after, touches = _bridged(after, before, spacing_mm), True
    return after, touches


def without_piece(
    before: np.ndarray,
    voxel: tuple[int, int, int],
    keep: tuple[int, int, int] | None,
    spacing_mm: np.ndarray,
) -> np.ndarray:
    """Return a mask without the piece around a click in it, cut off where the mask is narrowest.

    The mask is flooded from the click and from the place to keep (watershed of the depth in the mask): a
    vessel or a neighbor that the outline leaked into is cut at its neck; in the bulk of the lesion a bite
    around the click is taken.

    Parameters
    ----------
    before : ndarray of bool, shape (k, j, i)
    voxel : tuple of int
        The click [k, j, i].
    keep : tuple of int, optional
        A place that stays; without it, or where it is too near or outside, the deepest place.
    spacing_mm : ndarray, shape (3,)
    """
    box = _box_of(before)
    inside = np.pad(before[box], 1)
    click = tuple(n - part.start + 1 for n, part in zip(voxel, box, strict=True))
    depth = depth_mm(inside, spacing_mm)
    bite = _ball(inside.shape, click, max(_CLICK_MM, 0.5 * depth[click]), spacing_mm)
    stays = None if keep is None else tuple(n - part.start + 1 for n, part in zip(keep, box, strict=True))
    if stays is None or not _holds(inside & ~bite, stays):
        left = np.where(inside & ~bite, depth, -1.0)
        stays = tuple(int(n) for n in np.unravel_index(int(left.argmax()), left.shape))
    markers = np.zeros(inside.shape, dtype=np.uint8)
    markers[stays], markers[click] = 1, 2
    flooded = sitk.MorphologicalWatershedFromMarkers(
        sitk.GetImageFromArray(np.where(inside, -depth, 1e3).astype(np.float32)),
        sitk.GetImageFromArray(np.where(inside, markers, 3).astype(np.uint8)),
        markWatershedLine=False,
        fullyConnected=True,
    )
    left = inside & (sitk.GetArrayViewFromImage(flooded) != 2) & ~bite
    pieces, _ = scipy.ndimage.label(left, _TOUCHING)
    after = np.zeros_like(before)
    if left.any():
        after[box] = (pieces == pieces[stays])[1:-1, 1:-1, 1:-1] & left[1:-1, 1:-1, 1:-1]
    return after


def _holds(mask: np.ndarray, voxel: tuple[int, ...]) -> bool:
    within = all(0 <= n < size for n, size in zip(voxel, mask.shape, strict=True))
    return within and bool(mask[voxel])


def _box_of(mask: np.ndarray) -> tuple[slice, ...]:
    box: tuple[slice, ...] = scipy.ndimage.find_objects(mask.astype(np.uint8))[0]
    return box


def _ball(
    shape: tuple[int, ...], center: tuple[int, ...], radius_mm: float, spacing_mm: np.ndarray
) -> np.ndarray:
    placed = np.zeros(shape, dtype=bool)
    voxels = np.argwhere(ball(radius_mm, spacing_mm))
    voxels += np.array(center) - np.floor(radius_mm / spacing_mm).astype(int)
    placed[tuple(voxels[((voxels >= 0) & (voxels < shape)).all(axis=1)].T)] = True
    return placed


def _distance_to(mask: np.ndarray, voxel: tuple[int, int, int], spacing_mm: np.ndarray) -> float:
    voxels = np.argwhere(mask)
    return float(np.linalg.norm((voxels - np.array(voxel)) * spacing_mm, axis=1).min())


def _distance_between(first: np.ndarray, second: np.ndarray, spacing_mm: np.ndarray) -> float:
    box = _box_of(first | second)
    away = distance_mm(first[box], spacing_mm)
    return float(away[second[box]].min())


def _bridged(mask: np.ndarray, first: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return a mask with what lies between two pieces that are no farther apart than the gap."""
    box = _box_of(mask)
    second = mask[box] & ~first[box]
    to_first = distance_mm(first[box], spacing_mm)
    to_second = distance_mm(second, spacing_mm)
    bridged = mask.copy()
    bridged[box] |= to_first + to_second <= (to_first + to_second).min() + _CLICK_MM / 2
    return bridged
