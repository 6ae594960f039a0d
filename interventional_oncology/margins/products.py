"""Products of matrices and vectors of a few milliseconds, computed in one thread.

BLAS shares out large products among threads, and waiting for these takes many times as long as the product
when other programs keep the processors busy.
"""

import numpy as np

# OpenBLAS computes up to this many multiplications in one thread.
_MOST_MULTIPLICATIONS = 64**3


def product(first: np.ndarray, second: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return the matrix product of (..., m, k) and (..., k, n), one block after the other.

    Parameters
    ----------
    first, second : numpy.ndarray
        Of one type.
    out : numpy.ndarray, optional
        Where the product goes.

    Examples
    --------
    >>> product(np.eye(2), np.ones((2, 3))).shape
    (2, 3)
    """
    rows, inner, columns = *first.shape[-2:], second.shape[-1]
    if rows * inner * columns <= _MOST_MULTIPLICATIONS:
        return np.matmul(first, second, out=out)
    if out is None:
        stack = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
        out = np.empty((*stack, rows, columns), dtype=np.result_type(first, second))
    # The longer side is cut, so that no block becomes a vector.
    if rows >= columns:
        size = max(_MOST_MULTIPLICATIONS // (inner * columns), 2)
        for at in range(0, rows, size):
            np.matmul(first[..., at : at + size, :], second, out=out[..., at : at + size, :])
    else:
        size = max(_MOST_MULTIPLICATIONS // (inner * rows), 2)
        for at in range(0, columns, size):
            np.matmul(first, second[..., at : at + size], out=out[..., at : at + size])
    return out


def weighted_sum(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the sum of values (n,) times weights (n,)."""
    return float((values * weights).sum())
