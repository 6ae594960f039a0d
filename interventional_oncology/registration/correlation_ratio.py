"""How much of one image another one tells, whatever their contrasts: the correlation ratio.

Roche, Malandain, Pennec and Ayache 1998, doi:10.1007/BFb0056301.
"""

import numpy as np

_BINS = 16


def correlation_ratio(first: np.ndarray, second: np.ndarray) -> float:
    """Return the part of the standard deviation of ``first`` that classes of ``second`` explain, 0 to 1.

    Examples
    --------
    >>> x = np.linspace(-1.0, 1.0, 4001)
    >>> correlation_ratio(x**2, x) > 0.98, correlation_ratio(x, x**2) < 0.02
    (True, True)
    """
    edges = np.quantile(second, np.linspace(0.0, 1.0, _BINS + 1)[1:-1])
    classes = np.digitize(second, edges)
    counts = np.maximum(np.bincount(classes, minlength=_BINS), 1)
    means = np.bincount(classes, first, _BINS) / counts
    total = float(np.var(first))
    if total <= 0.0:
        return 0.0
    return float(np.sqrt(np.sum(counts * (means - first.mean()) ** 2) / (len(first) * total)))


def either_ratio(first: np.ndarray, second: np.ndarray) -> float:
    """Return the larger of the two correlation ratios: one contrast may merge what the other tells apart."""
    return max(correlation_ratio(first, second), correlation_ratio(second, first))
