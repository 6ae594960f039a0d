"""Diameters of lesions against analytic ellipsoids of random orientation, and how long many lesions take.

    .venv/bin/python Benchmarks/lesions.py [orientations a row]
    .venv/bin/python Benchmarks/lesions.py --many 1000

Truth in the slices: each acquired slice cuts an ellipsoid in an ellipse; its axes where the long one is
longest are what a reader can measure. Truth through the center: the same in the plane of the center, which
no slice meets in general; with thick slices a part of that error is what the slices do not show. The longest
diameter in 3D is twice the largest semi-axis.
"""

import argparse
import time

import numpy as np
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from interventional_oncology.lesions import measure_lesions

SEED = 4711
ROWS = (
    ((1.0, 1.0, 1.0), (4.0, 25.0)),
    ((0.8, 0.8, 2.5), (4.0, 8.0)),
    ((0.8, 0.8, 2.5), (6.0, 25.0)),
    ((0.7, 0.7, 5.0), (4.0, 25.0)),
)


def ellipsoid(
    semi_mm: np.ndarray, turn: np.ndarray, spacing_mm: np.ndarray, offset: np.ndarray
) -> sitk.Image:
    """Return the voxels with their centers in the ellipsoid, which is off the grid by ``offset`` voxels."""
    count = np.ceil(2 * (semi_mm.max() + 4) / spacing_mm).astype(int)
    index = np.stack(np.meshgrid(*(np.arange(n) for n in count), indexing="ij"), axis=-1)
    away = (index - (count - 1) / 2 - offset) * spacing_mm
    inside = (((away @ turn) / semi_mm) ** 2).sum(axis=-1) <= 1
    mask = sitk.GetImageFromArray(inside.transpose(2, 1, 0).astype(np.uint8))
    mask.SetSpacing(spacing_mm.tolist())
    return mask


def slice_axes_mm(semi_mm: np.ndarray, turn: np.ndarray, height_mm: float) -> tuple[float, float]:
    """Return long and short axis of the ellipse at a height above the center; zero where it misses."""
    form = turn @ np.diag(1 / semi_mm**2) @ turn.T
    side = form[:2, 2] * height_mm
    left = 1 - form[2, 2] * height_mm**2 + side @ np.linalg.solve(form[:2, :2], side)
    if left <= 0:
        return 0.0, 0.0
    small, large = np.linalg.eigvalsh(form[:2, :2])
    return 2 * np.sqrt(left / small), 2 * np.sqrt(left / large)


def errors_mm(random: np.random.Generator, spacing_mm: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return errors of an ellipsoid: axes in the slices, axes through the center, longest in 3D."""
    semi, turn = random.uniform(low, high, 3), Rotation.random(rng=random).as_matrix()
    offset = random.uniform(-0.5, 0.5, 3)
    mask = ellipsoid(semi, turn, spacing_mm, offset)
    count = mask.GetSize()[2]
    heights = (np.arange(count) - (count - 1) / 2 - offset[2]) * spacing_mm[2]
    truth = (
        *max(slice_axes_mm(semi, turn, height) for height in heights),
        *slice_axes_mm(semi, turn, 0.0),
        2 * semi.max(),
    )
    [found] = measure_lesions(sitk.Cast(mask, sitk.sitkFloat32), mask)
    axes = found.long_axis_mm, found.short_axis_mm
    return np.abs(np.array([*axes, *axes, found.longest_diameter_mm]) - truth)


def accuracy(count: int) -> None:
    """Print the mean and the largest error of each row."""
    random = np.random.default_rng(SEED)
    print(f"{count} ellipsoids a row; error in mm, mean / largest\n")
    print(
        "| voxels (mm) | semi-axes (mm) | long, in the slices | short | long, through center | short | 3D |"
    )
    print("|---|---|---|---|---|---|---|")
    for spacing, (low, high) in ROWS:
        errors = [errors_mm(random, np.array(spacing), low, high) for _ in range(count)]
        cells = [f"{m:.2f} / {w:.2f}" for m, w in zip(np.mean(errors, 0), np.max(errors, 0), strict=True)]
        print(f"| {'x'.join(map(str, spacing))} | {low:g} to {high:g} | {' | '.join(cells)} |", flush=True)


def speed(count: int) -> None:
    """Print how long many lesions of 30 mm on voxels of 1 mm take, seconds of one core."""
    random = np.random.default_rng(SEED)
    kinds = [
        sitk.GetArrayFromImage(
            ellipsoid(
                random.uniform(13, 15, 3),
                Rotation.random(rng=random).as_matrix(),
                np.ones(3),
                random.uniform(-0.5, 0.5, 3),
            )
        )
        for _ in range(20)
    ]
    across = int(np.ceil(np.cbrt(count)))
    pitch = max(max(kind.shape) for kind in kinds) + 1
    labels = np.zeros([across * pitch] * 3, dtype=np.int32)
    for n in range(count):
        corner = np.array(np.unravel_index(n, [across] * 3)) * pitch
        kind = kinds[n % len(kinds)]
        box = tuple(slice(a, a + size) for a, size in zip(corner, kind.shape, strict=True))
        labels[box][kind > 0] = n + 1
    mask = sitk.GetImageFromArray(labels)
    image = sitk.Cast(mask, sitk.sitkInt16)
    wall, core = time.perf_counter(), time.process_time()
    found = measure_lesions(image, mask)
    wall, core = time.perf_counter() - wall, time.process_time() - core
    print(f"{len(found)} lesions of 26 to 30 mm: {core:.1f} s of processor time, {wall:.1f} s on the clock")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=60, help="ellipsoids a row")
    parser.add_argument("--many", type=int, metavar="LESIONS", help="time this many lesions instead")
    options = parser.parse_args()
    if options.many:
        speed(options.many)
    else:
        accuracy(options.count)


if __name__ == "__main__":
    main()
