"""Ablation margins against peers, in one run: error, time and the same shapes for all.

The scenarios are drawn with a seed that was not used to choose the method's numbers; half of the grids are
turned against the scanner's axes. The first slice spacing is measured by all methods of `margin_peers.py`,
others too when asked for with ``--peers``.

    .venv/bin/python Benchmarks/margins.py [--count 30] [--slices 1.5 3] [--peers] [--seed 20261120] [--sharp]

Large volumes, time and memory: `margin_volumes.py`. Real masks: `margin_real.py`.
"""

import argparse
import time

import numpy as np
from margin_peers import METHODS, NOT_INSTALLED
from margin_shapes import KINDS, SHARP_KINDS, masks, scenario, truth

IN_PLANE_MM = 0.8
_HEAD = "| {} | mean | p95 | max | bias | fractions | worst | ms |\n|---|---|---|---|---|---|---|---|"


class Errors:
    """Errors of one method at one slice spacing."""

    def __init__(self) -> None:
        self.margins_mm: list[float] = []
        self.points: list[np.ndarray] = []
        self.milliseconds: list[float] = []

    def add(self, method, pair, expected_mm: float, fractions: np.ndarray) -> None:
        """Measure one pair of masks and keep the errors, and the processor time of it."""
        start = time.process_time()
        margin_mm, found = method(*pair)
        self.milliseconds.append(1000 * (time.process_time() - start))
        self.margins_mm.append(margin_mm - expected_mm)
        self.points.append(100 * np.abs(found - fractions))

    def row(self, chosen: np.ndarray | slice = slice(None)) -> str:
        """Return the cells of the table for all or the chosen scenarios."""
        errors_mm, points = np.array(self.margins_mm)[chosen], np.array(self.points)[chosen]
        sizes_mm = np.abs(errors_mm)
        return (
            f"{sizes_mm.mean():.3f} | {np.percentile(sizes_mm, 95):.3f} | {sizes_mm.max():.3f} "
            f"| {errors_mm.mean():+.3f} | {points.mean():.2f} | {points.max():.1f} "
            f"| {np.mean(np.array(self.milliseconds)[chosen]):.0f} |"
        )


def measure(
    kinds: tuple[str, ...], count: int, slices_mm: list[float], seed: int, *, peers: bool
) -> dict[tuple[float, str], Errors]:
    """Return the errors by slice spacing and method; scenarios in the order of ``kinds``."""
    names = {s: list(METHODS) if peers or s == slices_mm[0] else list(METHODS)[:1] for s in slices_mm}
    errors = {(s, name): Errors() for s in slices_mm for name in names[s]}
    rng = np.random.default_rng(seed)
    for kind in kinds:
        for number in range(count):
            bodies = scenario(rng, kind)
            expected = truth(*bodies)
            for slice_mm in slices_mm:
                spacing = (IN_PLANE_MM, IN_PLANE_MM, slice_mm)
                pair = masks(bodies, spacing, rng, oblique=bool(number % 2))
                for name in names[slice_mm]:
                    errors[slice_mm, name].add(METHODS[name], pair, *expected)
    return errors


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=30, help="scenarios of each kind")
    parser.add_argument("--slices", type=float, nargs="+", default=[1.5, 3.0])
    parser.add_argument("--peers", action="store_true", help="at all slice spacings")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("--sharp", action="store_true", help="zones with sharp edges instead")
    given = parser.parse_args()
    names = SHARP_KINDS if given.sharp else KINDS
    errors = measure(names, given.count, given.slices, given.seed, peers=given.peers)
    kinds = np.repeat(names, given.count)
    print(f"{len(kinds)} scenarios; margins in mm, fractions in percentage points, ms of processor time")
    for slice_mm in given.slices:
        print(f"\n{_HEAD.format(f'{IN_PLANE_MM:g}x{IN_PLANE_MM:g}x{slice_mm:g} mm')}")
        for name in METHODS:
            if (slice_mm, name) in errors:
                print(f"| {name} | {errors[slice_mm, name].row()}")
        mine = errors[slice_mm, next(iter(METHODS))]
        for kind in names:
            print(f"| ... {kind} | {mine.row(kinds == kind)}")
    for name in NOT_INSTALLED:
        print(f"\nnot installed, left out: {name}")


if __name__ == "__main__":
    main()
