"""The margin by direction from the tumor's center, for the flat map of :mod:`.directions`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from vtk.util.numpy_support import vtk_to_numpy

from ...margins.triangles import triangle_areas_mm2
from .directions import from_map, map_places
from .surface_rendering import ARRAY, JUDGED

_ON_EDGE = 1e-9
_COLUMNS = 360


@dataclass(frozen=True)
class MarginSurface:
    """A margin surface as arrays.

    Attributes
    ----------
    points_lps_mm : numpy.ndarray, shape (n, 3)
    triangles : numpy.ndarray, shape (m, 3), int
    margin_mm : numpy.ndarray, shape (n,)
    judged : numpy.ndarray, shape (n,), bool
    """

    points_lps_mm: np.ndarray
    triangles: np.ndarray
    margin_mm: np.ndarray
    judged: np.ndarray

    @classmethod
    def of(cls, surface: Any) -> "MarginSurface":
        """Return the arrays of a ``vtkPolyData`` with ``margin_mm`` and, optionally, ``judged``."""
        points_mm = vtk_to_numpy(surface.GetPoints().GetData()).astype(float)
        triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3)
        values = surface.GetPointData()
        judged = values.GetArray(JUDGED)
        return cls(
            points_mm,
            triangles.astype(np.int64),
            vtk_to_numpy(values.GetArray(ARRAY)).astype(float),
            np.ones(len(points_mm), dtype=bool) if judged is None else vtk_to_numpy(judged) > 0.5,
        )

    @property
    def judged_areas_mm2(self) -> np.ndarray:
        """Area of each triangle (m,) by the share of its corners that are judged."""
        areas = triangle_areas_mm2(self.points_lps_mm, self.triangles)
        return np.asarray(areas * self.judged[self.triangles].mean(axis=1))

    def least(self) -> int | None:
        """Return the vertex of the least judged margin, or None where nothing is judged."""
        if not self.judged.any():
            return None
        return int(np.argmin(np.where(self.judged, self.margin_mm, np.inf)))

    def piece_with(self, vertex: int) -> tuple["MarginSurface", int]:
        """Return the connected piece that holds a vertex, and how many pieces there are."""
        count = len(self.points_lps_mm)
        ends = self.triangles[:, [0, 1, 1, 2]].reshape(-1, 2).T
        pieces, of_vertex = connected_components(
            coo_array((np.ones(ends.shape[1]), tuple(ends)), shape=(count, count)), directed=False
        )
        mine = of_vertex == of_vertex[vertex]
        number = np.cumsum(mine) - 1
        kept = self.triangles[mine[self.triangles[:, 0]]]
        part = MarginSurface(self.points_lps_mm[mine], number[kept], self.margin_mm[mine], self.judged[mine])
        return part, int(pieces)

    def center_lps_mm(self) -> np.ndarray:
        """Return the mean of the surface by area, shape (3,)."""
        areas = triangle_areas_mm2(self.points_lps_mm, self.triangles)
        return np.asarray(areas @ self.points_lps_mm[self.triangles].mean(axis=1) / areas.sum())


@dataclass(frozen=True)
class UnrolledMargin:
    """Margins on the cells of the map.

    Attributes
    ----------
    margin_mm : numpy.ndarray, shape (rows, columns)
        NaN outside the map and where no surface lies that way. Where a way meets the surface more than
        once, the least margin, of judged surface where there is any.
    judged : numpy.ndarray, shape (rows, columns), bool
    center_lps_mm : numpy.ndarray, shape (3,)
        Mean of the surface, by area.
    least_mm : float or None
        Least judged margin; None where nothing is judged.
    least_direction_ras : numpy.ndarray, shape (3,), or None
        Unit vector from the center to it.
    pieces : int
        Separate pieces of the surface; the map is of the one with the least margin.
    """

    margin_mm: np.ndarray
    judged: np.ndarray
    center_lps_mm: np.ndarray
    least_mm: float | None
    least_direction_ras: np.ndarray | None
    pieces: int


def unrolled_margin(surface: Any, *, columns: int = _COLUMNS) -> UnrolledMargin:
    """Return the margin of a surface by direction from its center.

    Parameters
    ----------
    surface : vtkPolyData
        Triangles in LPS mm with the point array ``margin_mm`` and, optionally, ``judged`` (0 where left out).
    columns : int
        Of the map; it has half as many rows.
    """
    whole = MarginSurface.of(surface)
    lowest = whole.least()
    part, pieces = whole.piece_with(int(np.argmin(whole.margin_mm)) if lowest is None else lowest)
    center = part.center_lps_mm()
    places = map_places(columns)
    directions = from_map(places.reshape(-1, 2))
    inside = np.isfinite(directions[:, 0])
    margin = np.full(len(directions), np.nan)
    judged = np.ones(len(directions), dtype=bool)
    margin[inside], judged[inside] = _along_rays(part, center, directions[inside] * (-1.0, -1.0, 1.0))
    way = None if lowest is None else whole.points_lps_mm[lowest] - center
    return UnrolledMargin(
        margin.reshape(places.shape[:2]),
        judged.reshape(places.shape[:2]),
        center,
        None if lowest is None else float(whole.margin_mm[lowest]),
        None if way is None else way * (-1.0, -1.0, 1.0) / max(float(np.linalg.norm(way)), _ON_EDGE),
        pieces,
    )


def _along_rays(
    surface: MarginSurface, center: np.ndarray, directions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the margin (n,), NaN where nothing is met, and whether it is judged, along rays (n, 3)."""
    ray, triangle, weights = _hits(surface.points_lps_mm[surface.triangles] - center, directions)
    corners = surface.triangles[triangle]
    values = np.einsum("ij,ij->i", weights, surface.margin_mm[corners])
    is_judged = np.einsum("ij,ij->i", weights, surface.judged[corners].astype(float)) >= 0.5
    least = np.full((2, len(directions)), np.inf)
    for row, chosen in enumerate((is_judged, ~is_judged)):
        np.minimum.at(least[row], ray[chosen], values[chosen])
    judged = np.isfinite(least[0])
    margin = np.where(judged, least[0], least[1])
    return np.where(np.isfinite(margin), margin, np.nan), judged


def _hits(corners: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ray, triangle and barycentric weights (k, 3) of each place where a ray meets a triangle.

    Parameters
    ----------
    corners : numpy.ndarray, shape (m, 3, 3)
        Triangle, corner, coordinate; rays start at the origin.
    directions : numpy.ndarray, shape (n, 3)
        Unit vectors.
    """
    ways = corners / np.maximum(np.linalg.norm(corners, axis=2, keepdims=True), _ON_EDGE)
    middles = ways.sum(axis=1)
    middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), _ON_EDGE)
    reach = np.linalg.norm(ways - middles[:, None], axis=2).max(axis=1) + _ON_EDGE
    near = cKDTree(directions).query_ball_point(middles, reach, workers=-1)
    counts = np.array([len(rays) for rays in near])
    if not counts.sum():
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros((0, 3))
    ray = np.concatenate([np.asarray(rays, dtype=int) for rays in near])
    triangle = np.repeat(np.arange(len(corners)), counts)
    first, second, third = (corners[triangle, corner] for corner in range(3))
    toward = directions[ray]
    parts = np.stack(
        [
            np.einsum("ij,ij->i", toward, np.cross(one, other))
            for one, other in ((second, third), (third, first), (first, second))
        ],
        axis=1,
    )
    volume = np.einsum("ij,ij->i", first, np.cross(second, third))
    shares = parts * np.sign(volume)[:, None]
    total = shares.sum(axis=1)
    met = (volume != 0) & (total > 0) & (shares.min(axis=1) >= -_ON_EDGE * total)
    return ray[met], triangle[met], shares[met] / total[met, None]
