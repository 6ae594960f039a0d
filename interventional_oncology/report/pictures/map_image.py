"""The map of the margin as pixels alone, where matplotlib is missing: desktop Slicer."""

from typing import Any

import numpy as np

from .directions import HALF_HEIGHT, from_map, map_places, to_map
from .margin_colors import NOT_JUDGED_COLOR
from .surface_rendering import band_colors
from .unrolled_margin import UnrolledMargin, unrolled_margin

_WHITE, _LINE = 255, 0
#: Radius and width of the ring around the least margin, in rows of a map of 100 rows.
_RING, _RING_WIDTH = 5.0, 1.2


def map_image(surface: Any, *, threshold_mm: float, columns: int = 400) -> np.ndarray:
    """Return the map of :func:`.margin_map.draw_margin_map` without its words.

    Parameters
    ----------
    surface : vtkPolyData
        As for :func:`.surface.draw_surface`.
    threshold_mm : float
        The margin asked for; a black line runs where the margin passes it.
    columns : int

    Returns
    -------
    numpy.ndarray, shape (columns // 2, columns, 3), uint8
        The top row first; white outside the map and where no surface lies that way.
    """
    unrolled = unrolled_margin(surface, columns=columns)
    known = np.isfinite(unrolled.margin_mm)
    pixels = np.full((*unrolled.margin_mm.shape, 3), _WHITE, dtype=np.uint8)
    pixels[known] = band_colors(unrolled.margin_mm[known], threshold_mm)
    gray = [int(NOT_JUDGED_COLOR[n : n + 2], 16) for n in (1, 3, 5)]
    pixels[known & ~unrolled.judged] = gray
    pixels[_edge(known & unrolled.judged & (unrolled.margin_mm < threshold_mm), known & unrolled.judged)] = (
        _LINE
    )
    places = map_places(columns)
    inside = np.isfinite(from_map(places.reshape(-1, 2))[:, 0]).reshape(known.shape)
    pixels[_edge(inside, np.ones_like(inside))] = _LINE
    pixels[_ring(unrolled, places)] = _LINE
    return pixels


def _edge(chosen: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return the chosen pixels that touch, along a row or a column, others among which they were chosen."""
    others = among & ~chosen
    touched = np.zeros_like(chosen)
    touched[1:] |= others[:-1]
    touched[:-1] |= others[1:]
    touched[:, 1:] |= others[:, :-1]
    touched[:, :-1] |= others[:, 1:]
    return chosen & touched


def _ring(unrolled: UnrolledMargin, places: np.ndarray) -> np.ndarray:
    if unrolled.least_direction_ras is None:
        return np.zeros(places.shape[:2], dtype=bool)
    at = to_map(unrolled.least_direction_ras[None])[0]
    # The units of the map are the same along and across: half its height is 50 of 100 rows.
    away = np.linalg.norm(places - at, axis=-1) * 50.0 / HALF_HEIGHT
    return np.abs(away - _RING) < _RING_WIDTH / 2
