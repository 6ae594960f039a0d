"""The outline of a lesion in one slice, as line pieces between voxels (marching squares)."""

import itertools

import numpy as np


def outline_pieces(field: np.ndarray, spacing_mm: np.ndarray) -> np.ndarray:
    """Return where a field on a slice is zero, as line pieces of shape (n, 2, 2) in mm, axes (j, i).

    Parameters
    ----------
    field : ndarray, shape (j, i)
        Positive inside; negative along its border.
    spacing_mm : ndarray, shape (2,)
        Of the axes (j, i).
    """
    across, across_at = _crossings(field, axis=1)
    down, down_at = _crossings(field, axis=0)
    # The four edges of each cell: top, right, bottom, left.
    hit = np.stack([across[:-1], down[:, 1:], across[1:], down[:, :-1]])
    at = np.stack([across_at[:-1], down_at[:, 1:], across_at[1:], down_at[:, :-1]])
    pairs = itertools.combinations(range(4), 2)
    pieces = [_pieces(hit, at, first, second) for first, second in pairs]
    # A saddle has four crossings: joining top with right and bottom with left is one of two fair choices.
    saddle = hit.all(axis=0)
    for first, second in ((0, 1), (2, 3)):
        pieces.append(np.stack([at[first][saddle], at[second][saddle]], axis=1))
    return np.concatenate(pieces) * spacing_mm


def _crossings(field: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return of each grid edge along an axis whether the field changes sign, and where (as index)."""
    low = field[:-1] if axis == 0 else field[:, :-1]
    high = field[1:] if axis == 0 else field[:, 1:]
    hit = (low > 0) != (high > 0)
    share = np.where(hit, low / np.where(hit, low - high, 1.0), 0.0)
    at = np.moveaxis(np.indices(low.shape), 0, -1).astype(float)
    at[..., axis] += share
    return hit, at


def _pieces(hit: np.ndarray, at: np.ndarray, first: int, second: int) -> np.ndarray:
    only_two = hit.sum(axis=0) == 2
    chosen = only_two & hit[first] & hit[second]
    return np.stack([at[first][chosen], at[second][chosen]], axis=1)
