"""Branching vessels: trees of tapered capsules that reach every part of the liver."""

from dataclasses import dataclass

import numpy as np

from .structure import Structure, chain
from .trunk import REACH_MM

# Radii join at a branching as r^3 = sum of r^3 (Murray, PNAS 1926, doi:10.1073/pnas.12.3.207); a
# slightly lower exponent keeps the stems as slender as they look in portal venograms.
_EXPONENT = 2.7


class Tree:
    """A vessel tree that grows toward targets."""

    def __init__(self, stems: list[np.ndarray], step_mm: float = 7.0) -> None:
        """Start from ``stems``: polylines (n, 3); each begins at a point of an earlier one or is a root."""
        self.points: list[np.ndarray] = []
        self.parents: list[int] = []
        self.length_mm: list[float] = []
        self._step_mm = step_mm
        for stem in stems:
            start = self._find(stem[0])
            if start is None:
                start = self._add(stem[0], -1)
            for point in stem[1:]:
                start = self._extend(start, np.asarray(point, float), None)

    def _find(self, point: np.ndarray) -> int | None:
        for index, known in enumerate(self.points):
            if np.allclose(known, point):
                return index
        return None

    def _add(self, point: np.ndarray, parent: int) -> int:
        self.points.append(np.asarray(point, float))
        self.parents.append(parent)
        way = (
            0.0 if parent < 0 else self.length_mm[parent] + float(np.linalg.norm(point - self.points[parent]))
        )
        self.length_mm.append(way)
        return len(self.points) - 1

    def _extend(self, start: int, goal: np.ndarray, rng: np.random.Generator | None) -> int:
        origin = self.points[start]
        way = goal - origin
        count = max(1, round(float(np.linalg.norm(way)) / self._step_mm))
        bow = np.zeros(3) if rng is None else np.cross(way, rng.normal(size=3)) * 0.12
        for n in range(1, count + 1):
            t = n / count
            start = self._add(origin + t * way + np.sin(np.pi * t) * bow, start)
        return start

    def grow(self, targets: np.ndarray, rng: np.random.Generator, detour: float = 0.35) -> None:
        """Connect every target to the node that makes a short branch on a short way from the root."""
        root = self.points[0]
        order = np.argsort(((targets - root) ** 2).sum(axis=1))
        for target in targets[order]:
            gap = np.linalg.norm(np.array(self.points) - target, axis=1)
            self._extend(int(np.argmin(gap + detour * np.array(self.length_mm))), target, rng)

    def capsules(self, tip_radius_mm: float, root_radius_mm: float) -> np.ndarray:
        """Return the capsules (n, 8); radii follow the number of tips each vessel feeds."""
        flow = np.zeros(len(self.points))
        children = np.bincount([parent for parent in self.parents if parent >= 0], minlength=len(self.points))
        for index in range(len(self.points) - 1, -1, -1):
            if children[index] == 0:
                flow[index] = 1.0
            if self.parents[index] >= 0:
                flow[self.parents[index]] += flow[index]
        radius = np.minimum(tip_radius_mm * flow ** (1 / _EXPONENT), root_radius_mm)
        rows = [
            np.concatenate([self.points[parent], self.points[index], [radius[parent], radius[index]]])
            for index, parent in enumerate(self.parents)
            if parent >= 0
        ]
        # A vessel leaves its parent with its own radius: only the continuing one takes over the parent's.
        capsules = np.array(rows)
        return np.column_stack(
            [capsules[:, :6], np.minimum(capsules[:, 6], 1.3 * capsules[:, 7]), capsules[:, 7]]
        )


def portal_tree(targets: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the portal vein with its branches toward ``targets`` (n, 3), as capsules."""
    porta, fork = (-30.0, -4.0, -6.0), (-44.0, -4.0, 6.0)
    stems = [
        [(0.0, 2.0, -38.0), porta, fork],
        [fork, (-68.0, 0.0, 10.0), (-88.0, -24.0, 18.0)],
        [(-68.0, 0.0, 10.0), (-92.0, 26.0, 8.0)],
        [fork, (-26.0, -24.0, 20.0), (0.0, -46.0, 28.0), (16.0, -56.0, 34.0)],
    ]
    tree = Tree([np.array(stem) for stem in stems])
    tree.grow(targets, rng)
    return tree.capsules(0.85, 6.5)


def hepatic_tree(targets: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the right, middle and left hepatic veins toward ``targets`` (n, 3), as capsules."""
    mouth = (-20.0, 20.0, 74.0)
    stems = [
        [mouth, (-52.0, 26.0, 66.0), (-88.0, 22.0, 34.0)],
        [mouth, (-34.0, -8.0, 62.0), (-50.0, -36.0, 22.0)],
        [mouth, (-8.0, -16.0, 62.0), (18.0, -48.0, 46.0)],
    ]
    tree = Tree([np.array(stem) for stem in stems])
    tree.grow(targets, rng)
    return tree.capsules(0.8, 5.0)


@dataclass(frozen=True)
class GreatVessels:
    """Vessels outside the liver: painted before the solid organs, after them, and over everything."""

    behind: tuple[Structure, ...]
    before: tuple[Structure, ...]
    on_top: tuple[Structure, ...]


def great_vessels() -> GreatVessels:
    """Return aorta, vena cava and the trunks that feed liver and gut."""
    splenic = [(0, 2, -36), (24, 8, -18), (52, 16, 0), (82, 26, 16), (94, 32, 22)]
    mesenteric_vein = [(0, 2, -38), (-2, -8, -70), (-4, -18, -REACH_MM)]
    mesenteric_artery = [(10, 26, -12), (9, 12, -22), (6, -6, -60), (4, -16, -REACH_MM)]
    celiac = [(9, 28, 0), (8, 14, 2), (-4, 6, 0), (-22, -2, -8), (-38, -8, 4)]
    aorta = [(13, 36, -REACH_MM), (12, 34, -60), (9, 33, 0), (8, 35, 60), (12, 38, REACH_MM)]
    cava = [(-20, 34, -REACH_MM), (-21, 32, -40), (-22, 27, 10), (-20, 22, 70), (-14, 8, 96), (-10, -4, 112)]
    return GreatVessels(
        behind=(
            Structure("splenic vein", "portal_vein", chain(splenic, [5.0, 4.5, 4.2, 3.8, 3.0])),
            Structure("superior mesenteric vein", "portal_vein", chain(mesenteric_vein, [5.0, 4.6, 4.0])),
            Structure(
                "superior mesenteric artery", "hepatic_artery", chain(mesenteric_artery, [3.6, 3.4, 3.2, 2.8])
            ),
        ),
        before=(
            Structure("aorta", "aorta", chain(aorta, 10.0)),
            Structure("vena cava", "vena_cava", chain(cava, [10.5, 10.5, 11.0, 11.5, 12.0, 12.0])),
        ),
        on_top=(Structure("hepatic artery", "hepatic_artery", chain(celiac, [3.4, 3.0, 2.4, 2.0, 1.4])),),
    )
