"""Images made comparable: bias field out, brightness in units of the unaffected parenchyma.

The bias field is a polynomial of the second degree in the logarithm, fitted to parenchyma: over one organ a
coil sensitivity has no more structure, and vessels and lesions do not follow it (they are trimmed).
"""

import numpy as np

_DEGREE = 2
_MOST_VOXELS = 15_000
_TRIMS = 4
_TRIM_DEVIATIONS = 2.5
_MAD_TO_DEVIATION = 1.4826


def robust(values: np.ndarray) -> tuple[float, float]:
    """Return median and standard deviation (from the median absolute deviation) of a sample."""
    center = float(np.median(values))
    return center, _MAD_TO_DEVIATION * float(np.median(np.abs(values - center)))


def bias_field(image: np.ndarray, parenchyma: np.ndarray) -> np.ndarray:
    """Return the bias field of an image (k, j, i), with a median of 1 in the parenchyma.

    Parameters
    ----------
    image : numpy.ndarray
        Signal, not negative where there is tissue.
    parenchyma : numpy.ndarray, bool
    """
    places = np.argwhere(parenchyma)
    places = places[:: max(1, len(places) // _MOST_VOXELS)]
    signal = image[tuple(places.T)].astype(np.float64)
    usable = signal > 0
    if np.count_nonzero(usable) < 100:
        return np.ones(image.shape, dtype=np.float32)
    low, high = places.min(axis=0), places.max(axis=0)
    scale = np.maximum(high - low, 1) / 2
    terms = _terms([(places[usable][:, a] - low[a]) / scale[a] - 1 for a in range(3)])
    logs = np.log(signal[usable])
    kept = np.ones(len(logs), dtype=bool)
    for _ in range(_TRIMS):
        weights, *_ = np.linalg.lstsq(terms[kept], logs[kept], rcond=None)
        left = logs - terms @ weights
        center, deviation = robust(left[kept])
        kept = np.abs(left - center) <= _TRIM_DEVIATIONS * max(deviation, 1e-6)
    # Beyond the parenchyma the polynomial is held: it was not fitted there.
    axes = [np.clip((np.arange(n) - low[a]) / scale[a] - 1, -1, 1) for a, n in enumerate(image.shape)]
    k, j, i = np.meshgrid(*axes, indexing="ij", sparse=True)
    field = np.zeros(image.shape)
    for weight, (a, b, c) in zip(weights, _powers(), strict=True):
        field = field + weight * (k**a * j**b * i**c)
    center = float(np.median(field[tuple(places.T)]))
    return np.exp(field - center).astype(np.float32)


def without_bias(role: str, image: np.ndarray, parenchyma: np.ndarray) -> np.ndarray:
    """Return an image without its bias field; CT and ADC are quantities and have none."""
    if role.startswith("ct_") or role == "adc":
        return image
    return image / bias_field(image, parenchyma)


def _powers() -> list[tuple[int, int, int]]:
    few = range(_DEGREE + 1)
    return [(a, b, c) for a in few for b in few for c in few if a + b + c <= _DEGREE]


def _terms(axes: list[np.ndarray]) -> np.ndarray:
    return np.stack([axes[0] ** a * axes[1] ** b * axes[2] ** c for a, b, c in _powers()], axis=1)
