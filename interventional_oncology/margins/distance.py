"""Distance from points to a triangle mesh.

A k-d tree finds the nearest vertex, and the triangles around it are measured exactly. Where the nearest point
of these lies on their outer rim, the search goes on around the corners of its triangle until nothing comes
nearer: beside slivers, as iso-surfaces have them, the nearest vertex need not belong to the nearest triangle.
What is left is the choice between places that are about equally near (a test compares with
vtkImplicitPolyDataDistance, which takes about ten times as long).
"""

import numpy as np
from scipy.spatial import cKDTree

from .triangles import longest_edge_mm

# Far inside a round surface many vertices are about equally near: large leaves are then quickest.
_LEAF = 48
# Weight of the nearest vertex below which the search goes on, least gain in it, and most rounds of it.
_ON_RIM, _NEARER, _MOST_WALKS = 0.1, 1e-12, 8


class SurfaceLocator:
    """Finds the nearest point of a surface.

    Parameters
    ----------
    points_mm : numpy.ndarray, shape (n, 3)
    triangles : numpy.ndarray, shape (m, 3), int
    """

    def __init__(self, points_mm: np.ndarray, triangles: np.ndarray) -> None:
        self._tree = cKDTree(points_mm, _LEAF, balanced_tree=False, compact_nodes=False)
        self._triangles = triangles
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
        _, vertex = self._tree.query(points_mm, workers=-1)
        squared, feet_mm, triangle, weight = self._around(vertex, points_mm)
        open_ones = np.flatnonzero(weight <= _ON_RIM)
        for _ in range(_MOST_WALKS):
            if not open_ones.size:
                break
            asked = np.repeat(open_ones, 3)
            around = self._around(self._triangles[triangle[open_ones]].ravel(), points_mm[asked])
            best = 3 * np.arange(len(open_ones)) + np.argmin(around[0].reshape(-1, 3), axis=1)
            best = best[around[0][best] < squared[open_ones] * (1.0 - _NEARER)]
            open_ones = asked[best]
            squared[open_ones], feet_mm[open_ones], triangle[open_ones] = (x[best] for x in around[:3])
        return np.sqrt(squared), feet_mm

    def distances_up_to(self, points_mm: np.ndarray, limit_mm: float) -> np.ndarray:
        """Return the distances (q,) in mm of ``points_mm`` (q, 3), infinite beyond a limit: quicker so."""
        # A corner of the nearest triangle is no farther from its nearest point than its longest edge.
        bound_mm = (limit_mm + longest_edge_mm(self._tree.data, self._triangles)) * (1.0 + 1e-9)
        to_vertex_mm, _ = self._tree.query(points_mm, distance_upper_bound=bound_mm, workers=-1)
        near = np.flatnonzero(np.isfinite(to_vertex_mm))
        found_mm = np.full(len(points_mm), np.inf)
        if near.size:
            distances_mm, _ = self.nearest(points_mm[near])
            found_mm[near] = np.where(distances_mm <= limit_mm, distances_mm, np.inf)
        return found_mm

    def _around(
        self, vertex: np.ndarray, points_mm: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Search the triangles around one vertex (q,) for each point (q, 3).

        Return squared distance, nearest point, its triangle, and its barycentric weight of that vertex: 0 on
        the rim of these triangles.
        """
        counts = self._starts[vertex + 1] - self._starts[vertex]
        groups = np.concatenate([[0], np.cumsum(counts)])
        query = np.repeat(np.arange(len(points_mm)), counts)
        triangle = self._order[np.arange(groups[-1]) + np.repeat(self._starts[vertex] - groups[:-1], counts)]
        offset = points_mm[query] - self._first[triangle]
        edge_1, edge_2 = self._edge_1[triangle], self._edge_2[triangle]
        u, v = _nearest_in_triangle(offset, edge_1, edge_2)
        offset -= u[:, None] * edge_1 + v[:, None] * edge_2
        squared = _dot(offset, offset)
        best = np.minimum.reduceat(squared, groups[:-1])
        chosen = np.flatnonzero(squared == np.repeat(best, counts))
        chosen = chosen[np.searchsorted(query[chosen], np.arange(len(points_mm)))]
        triangle, u, v = triangle[chosen], u[chosen], v[chosen]
        weights = np.stack([1.0 - u - v, u, v], axis=1)
        weight = weights[self._triangles[triangle] == vertex[:, None]]
        return best, points_mm - offset[chosen], triangle, weight


def _nearest_in_triangle(
    offset: np.ndarray, edge_1: np.ndarray, edge_2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (u, v) of the point u edge_1 + v edge_2 of each triangle nearest to ``offset`` (n, 3).

    The plane's foot point where it lies inside, else the nearest point of the three edges.
    """
    a, b, c = _dot(edge_1, edge_1), _dot(edge_1, edge_2), _dot(edge_2, edge_2)
    d, e = _dot(offset, edge_1), _dot(offset, edge_2)
    determinant = np.maximum(a * c - b * b, np.finfo(float).tiny)
    u, v = (c * d - b * e) / determinant, (a * e - b * d) / determinant
    outside = (u < 0) | (v < 0) | (u + v > 1)
    u[outside], v[outside] = _nearest_on_edges(*(x[outside] for x in (a, b, c, d, e)))
    return u, v


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
