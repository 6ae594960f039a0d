"""Values and slopes of a volume between its voxels."""

import numpy as np

from .threads import in_parallel

_CHUNK = 1 << 16


def sample(volume: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the trilinear values and their exact derivatives by the index.

    Parameters
    ----------
    volume : ndarray, shape (k, j, i)
    indices : ndarray, shape (3, n)
        Continuous indices in the order i, j, k. Outside the volume the border value holds, with no slope.

    Returns
    -------
    values : ndarray, shape (n,)
    slopes : ndarray, shape (3, n)
        Derivatives by i, j, k.
    """
    n = indices.shape[1]
    values = np.empty(n, dtype=np.float32)
    slopes = np.empty((3, n), dtype=np.float32)
    flat = np.ascontiguousarray(volume, dtype=np.float32).ravel()

    def work(start: int) -> None:
        part = slice(start, min(start + _CHUNK, n))
        values[part], slopes[:, part] = _sample(flat, volume.shape, indices[:, part])

    in_parallel(work, list(range(0, n, _CHUNK)))
    return values, slopes


def _sample(flat: np.ndarray, shape: tuple[int, ...], indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    last = np.array([shape[2], shape[1], shape[0]], dtype=indices.dtype)[:, None] - 1
    clamped = np.clip(indices, 0, last)
    inside = clamped == indices
    base = np.minimum(clamped.astype(np.intp), last.astype(np.intp) - 1)
    f = (clamped - base).astype(np.float32)
    row, slab = shape[2], shape[1] * shape[2]
    corner = base[0] + row * base[1] + slab * base[2]
    a, b = flat[corner], flat[corner + 1]
    c, d = flat[corner + row], flat[corner + row + 1]
    corner += slab
    e, g = flat[corner], flat[corner + 1]
    h, m = flat[corner + row], flat[corner + row + 1]
    ab, cd, eg, hm = b - a, d - c, g - e, m - h
    p, q = a + f[0] * ab, c + f[0] * cd
    r, s = e + f[0] * eg, h + f[0] * hm
    low, high = p + f[1] * (q - p), r + f[1] * (s - r)
    near, far = ab + f[1] * (cd - ab), eg + f[1] * (hm - eg)
    slope_i = near + f[2] * (far - near)
    slope_j = (q - p) + f[2] * ((s - r) - (q - p))
    slopes = np.stack([slope_i, slope_j, high - low]) * inside
    return low + f[2] * (high - low), slopes
