"""Diameters of lesions against analytic ellipsoids of random orientation.

    .venv/bin/python Benchmarks/lesions.py [orientations a row]

Truth: a plane through the center cuts an ellipsoid in an ellipse, whose axes are the longest diameter and its
longest perpendicular in any slice; the longest diameter in 3D is twice the largest semi-axis. No slice goes
through the center in general: with thick slices a part of the error is what the slices do not show.
"""

import sys

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


def true_axes_mm(semi_mm: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Return long axis, short axis (in the slice) and longest diameter in 3D."""
    form = turn @ np.diag(1 / semi_mm**2) @ turn.T
    in_slice = 2 / np.sqrt(np.linalg.eigvalsh(form[:2, :2]))
    return np.array([in_slice[0], in_slice[1], 2 * semi_mm.max()])


def main(count: int = 60) -> None:
    """Print the largest and the mean error of each row."""
    random = np.random.default_rng(SEED)
    print(f"{count} ellipsoids a row; error in mm, mean / largest")
    print("| voxels (mm) | semi-axes (mm) | long axis | short axis | 3D longest |\n|---|---|---|---|---|")
    for spacing, (low, high) in ROWS:
        errors = []
        for _ in range(count):
            semi = random.uniform(low, high, 3)
            turn = Rotation.random(rng=random).as_matrix()
            mask = ellipsoid(semi, turn, np.array(spacing), random.uniform(-0.5, 0.5, 3))
            [found] = measure_lesions(sitk.Cast(mask, sitk.sitkFloat32), mask)
            measured = [found.long_axis_mm, found.short_axis_mm, found.longest_diameter_mm]
            errors.append(np.abs(np.array(measured) - true_axes_mm(semi, turn)))
        cells = [f"{m:.2f} / {w:.2f}" for m, w in zip(np.mean(errors, 0), np.max(errors, 0), strict=True)]
        print(f"| {'x'.join(map(str, spacing))} | {low:g} to {high:g} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
