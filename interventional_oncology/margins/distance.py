"""Distance from points to a triangle mesh.

A k-d tree finds the nearest vertex, then the triangles around it are measured exactly. On meshes of even
density, as iso-surfaces are, the nearest triangle is one of these but for a negligible difference
(a test compares with vtkImplicitPolyDataDistance, which takes about ten times as long).
"""

import numpy as np
from scipy.spatial import cKDTree


class SurfaceLocator:
    """Finds the nearest point of a surface.

    Parameters
    ----------
    points_mm : numpy.ndarray, shape (n, 3)
    triangles : numpy.ndarray, shape (m, 3), int
    """

    def __init__(self, points_mm: np.ndarray, triangles: np.ndarray) -> None:
        self._tree = cKDTree(points_mm, balanced_tree=False, compact_nodes=False)
        corners = points_mm[triangles]
        self._first = corners[:, 0]
        self._edge_1 = corners[:, 1] - corners[:, 0]
        self._edge_2 = corners[:, 2] - corners[:, 0]
        # Triangles around vertex v are order[starts[v] : starts[v + 1]].
        flat = triangles.ravel()
        self._order = np.argsort(flat, kind="stable") // 3
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=len(points_mm)))])

    def nearest(self, points_mm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return distances (q,) in mm and the nearest surface points (q, 3) of ``points_mm`` (q, 3)."""
        _, vertex = self._tree.query(points_mm)
        counts = self._starts[vertex + 1] - self._starts[vertex]
        groups = np.concatenate([[0], np.cumsum(counts)])
        query = np.repeat(np.arange(len(points_mm)), counts)
        within = np.arange(groups[-1]) - groups[query]
        triangle = self._order[self._starts[vertex][query] + within]
        foot = _nearest_in_triangle(
            points_mm[query] - self._first[triangle], self._edge_1[triangle], self._edge_2[triangle]
        )
        foot += self._first[triangle]
        squared = np.einsum("ij,ij->i", points_mm[query] - foot, points_mm[query] - foot)
        best = np.minimum.reduceat(squared, groups[:-1])
        chosen = np.flatnonzero(squared == best[query])
        chosen = chosen[np.searchsorted(query[chosen], np.arange(len(points_mm)))]
        return np.sqrt(best), foot[chosen]


def _nearest_in_triangle(offset: np.ndarray, edge_1: np.ndarray, edge_2: np.ndarray) -> np.ndarray:
    """Return the point of each triangle (0, edge_1, edge_2) nearest to ``offset``; all of shape (n, 3).

    The plane's foot point where it lies inside, else the nearest point of the three edges.
    """
    a, b, c = _dot(edge_1, edge_1), _dot(edge_1, edge_2), _dot(edge_2, edge_2)
    d, e = _dot(offset, edge_1), _dot(offset, edge_2)
    determinant = np.maximum(a * c - b * b, np.finfo(float).tiny)
    u, v = (c * d - b * e) / determinant, (a * e - b * d) / determinant
    outside = (u < 0) | (v < 0) | (u + v > 1)
    u[outside], v[outside] = _nearest_on_edges(*(x[outside] for x in (a, b, c, d, e)))
    return u[:, None] * edge_1 + v[:, None] * edge_2


def _nearest_on_edges(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, e: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    tiny = np.finfo(float).tiny
    on_1 = np.clip(d / np.maximum(a, tiny), 0.0, 1.0)
    on_2 = np.clip(e / np.maximum(c, tiny), 0.0, 1.0)
    on_3 = np.clip((a - b - d + e) / np.maximum(a - 2 * b + c, tiny), 0.0, 1.0)
    us = np.stack([on_1, np.zeros_like(a), 1.0 - on_3])
    vs = np.stack([np.zeros_like(a), on_2, on_3])
    # Squared distance but for |offset|^2, which is the same for all three.
    squared = us * us * a + 2 * us * vs * b + vs * vs * c - 2 * us * d - 2 * vs * e
    best = np.argmin(squared, axis=0)[None]
    return np.take_along_axis(us, best, axis=0)[0], np.take_along_axis(vs, best, axis=0)[0]


def _dot(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(np.einsum("ij,ij->i", first, second))
