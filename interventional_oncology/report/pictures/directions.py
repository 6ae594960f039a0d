"""The sphere of directions around a tumor, unrolled on a flat map: Mollweide's projection.

Equal areas of the map are equal solid angles seen from the center (Snyder 1987, Map projections: a working
manual, USGS Professional Paper 1395, section 31; formulas from memory, a test holds their areas). The reader
faces the patient: anterior is the middle, the patient's right on the left, cranial on top, and posterior at
both ends.
"""

import numpy as np

#: Half width and half height of the map, in its own units.
HALF_WIDTH, HALF_HEIGHT = 2.0, 1.0
_HALVINGS = 50


def to_map(directions_ras: np.ndarray) -> np.ndarray:
    """Return where directions are on the map.

    Parameters
    ----------
    directions_ras : numpy.ndarray, shape (n, 3)
        To the right, anterior and superior; of any length but none.

    Returns
    -------
    numpy.ndarray, shape (n, 2)
        To the right and upward on the map, up to 2 and 1.

    Examples
    --------
    >>> to_map(np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])).round(3) + 0.0
    array([[ 0.,  0.],
           [-1.,  0.],
           [ 1.,  0.],
           [ 0.,  1.]])
    """
    right, anterior, superior = (directions_ras / np.linalg.norm(directions_ras, axis=1, keepdims=True)).T
    longitude, sine = np.arctan2(-right, anterior), np.clip(superior, -1.0, 1.0)
    angle = _auxiliary_angle(sine)
    across = HALF_WIDTH * longitude / np.pi * np.cos(angle)
    return np.stack([across, HALF_HEIGHT * np.sin(angle)], axis=1)


def _auxiliary_angle(sine_of_latitude: np.ndarray) -> np.ndarray:
    """Solve ``2 t + sin 2 t = pi sin(latitude)`` for t by bisection: Newton's steps fail at the poles."""
    low = np.full(sine_of_latitude.shape, -np.pi / 2)
    high = -low
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = 2 * middle + np.sin(2 * middle) < np.pi * sine_of_latitude
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(0.5 * (low + high))


def from_map(places: np.ndarray) -> np.ndarray:
    """Return the unit directions (RAS) at places (n, 2) of the map, NaN outside it."""
    across, up = np.asarray(places, dtype=float).T
    outside = (across / HALF_WIDTH) ** 2 + (up / HALF_HEIGHT) ** 2 > 1.0
    angle = np.arcsin(np.clip(up / HALF_HEIGHT, -1.0, 1.0))
    cosine = np.maximum(np.cos(angle), 1e-9)
    longitude = np.pi * across / (HALF_WIDTH * cosine)
    sine = np.clip((2 * angle + np.sin(2 * angle)) / np.pi, -1.0, 1.0)
    level = np.sqrt(1.0 - sine**2)
    directions = np.stack([-level * np.sin(longitude), level * np.cos(longitude), sine], axis=1)
    directions[outside] = np.nan
    return np.asarray(directions)


def map_places(columns: int) -> np.ndarray:
    """Return the centers of the cells of the map, shape (columns // 2, columns, 2), the top row first."""
    rows = columns // 2
    across = HALF_WIDTH * ((np.arange(columns) + 0.5) * 2 / columns - 1)
    up = HALF_HEIGHT * (1 - (np.arange(rows) + 0.5) * 2 / rows)
    return np.stack(np.meshgrid(across, up), axis=-1)
