"""Mean, 95th percentile and maximum: how distances are reported."""

import numpy as np


def spread(distances_mm: np.ndarray) -> dict[str, float]:
    """Return ``mean``, ``p95`` and ``max`` of distances.

    Examples
    --------
    >>> spread(np.array([1.0, 2.0, 3.0]))["mean"]
    2.0
    """
    return {
        "mean": float(np.mean(distances_mm)),
        "p95": float(np.percentile(distances_mm, 95)),
        "max": float(np.max(distances_mm)),
    }
