"""What changes between two visits: breathing depth and posture, as one smooth invertible deformation."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import ndimage
from scipy.interpolate import CubicSpline

from .grid import FIELD_OF_VIEW_MM, Grid

#: No point moves farther than this.
LARGEST_DISPLACEMENT_MM = 20.0

_FIELD_OF_VIEW = [(-extent / 2, extent / 2) for extent in FIELD_OF_VIEW_MM]
_LATTICE_MM = 5.0  # cubic splines on it follow the field (length scale >= 40 mm) to about 0.001 mm


@dataclass(frozen=True)
class Motion:
    """A deformation of the patient, baseline position to follow-up position.

    The displacement is a sum of Gaussian bumps: one broad bump for the breath (down and forward, largest at
    the liver, small at the spine), one for the turn on the table, and small ones for what bowel and pose
    do. The inverse is found by fixed-point iteration, which converges because the field is a contraction
    (its gradient stays below 0.5).

    Attributes
    ----------
    centers_mm, widths_mm, amplitudes_mm : ndarray (n, 3)
        Center and standard deviation (LPS) of each bump and the displacement at its center.
    """

    centers_mm: np.ndarray
    widths_mm: np.ndarray
    amplitudes_mm: np.ndarray

    @classmethod
    def random(cls, rng: np.random.Generator, scale: float = 1.0) -> "Motion":
        """Return a patient's change of breath and posture, scaled by ``scale`` (0 holds still)."""
        breath = rng.uniform(12.0, 16.0) * rng.choice([-1.0, 1.0])
        centers = [(-50.0, -50.0, 45.0), (0.0, -70.0, -40.0)]
        widths = [(120.0, 62.0, 85.0), (110.0, 55.0, 70.0)]
        amplitudes = [
            (rng.uniform(-1.5, 1.5), -0.30 * abs(breath), breath),
            (rng.uniform(-4.0, 4.0), rng.uniform(-3.0, 3.0), rng.uniform(-2.0, 2.0)),
        ]
        for _ in range(6):
            centers.append(tuple(rng.uniform((-110, -70, -80), (110, 50, 90))))
            widths.append(tuple(rng.uniform(42, 60, 3)))
            amplitudes.append(tuple(rng.uniform(-2.5, 2.5, 3)))
        motion = cls(np.array(centers), np.array(widths), np.array(amplitudes))
        factor = scale * min(1.0, 0.97 * LARGEST_DISPLACEMENT_MM / motion.largest_mm())
        return cls(motion.centers_mm, motion.widths_mm, motion.amplitudes_mm * factor)

    def displacement(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the displacement (n, 3) in mm of baseline points (n, 3)."""
        x, y, z = np.ascontiguousarray(np.asarray(points_mm, np.float64).T)
        total = np.zeros((3, len(x)))
        for (a, b, c), (u, v, w), amplitude in zip(
            self.centers_mm, self.widths_mm, self.amplitudes_mm, strict=True
        ):
            weight = np.exp(-0.5 * (((x - a) / u) ** 2 + ((y - b) / v) ** 2 + ((z - c) / w) ** 2))
            total += amplitude[:, None] * weight
        return total.T

    def to_followup(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the follow-up position of baseline points (n, 3), LPS, mm."""
        return points_mm + self.displacement(np.asarray(points_mm, np.float64))

    def to_baseline(self, points_mm: np.ndarray, *, tolerance_mm: float = 1e-4) -> np.ndarray:
        """Return the baseline position of follow-up points (n, 3), LPS, mm."""
        target = np.asarray(points_mm, np.float64)
        found = target - self.displacement(target)
        for _ in range(60):
            better = target - self.displacement(found)
            if np.abs(better - found).max(initial=0.0) < tolerance_mm:
                return better
            found = better
        msg = f"the deformation could not be inverted: the last step is above {tolerance_mm} mm"
        raise ArithmeticError(msg)

    def largest_mm(self) -> float:
        """Return the largest displacement on a lattice over the field of view."""
        return float(
            np.linalg.norm(self.displacement(_lattice_points(_lattice_axes(_FIELD_OF_VIEW))), axis=1).max()
        )

    def jacobian(self, points_mm: np.ndarray) -> np.ndarray:
        """Return the Jacobian determinant (n,) of baseline to follow-up, from the derivative of the bumps."""
        matrix = np.repeat(np.eye(3)[None], len(points_mm), axis=0)
        for center, width, amplitude in zip(self.centers_mm, self.widths_mm, self.amplitudes_mm, strict=True):
            offset = (points_mm - center) / width
            weight = np.exp(-0.5 * (offset**2).sum(axis=1))
            matrix += amplitude[None, :, None] * (-weight[:, None] * offset / width)[:, None, :]
        return np.linalg.det(matrix)

    def baseline_points(self, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return x, y, z arrays ``[k, j, i]`` (float32): the baseline position of each follow-up voxel."""
        moved = self.field(grid, to_followup=False)
        x, y, z = (
            np.ascontiguousarray(part + moved[..., n], dtype=np.float32)
            for n, part in enumerate(grid.points())
        )
        return x, y, z

    def field(self, grid: Grid, *, to_followup: bool) -> np.ndarray:
        """Return the displacement ``[k, j, i, 3]`` (float32, LPS mm) of the voxel centers of ``grid``.

        ``to_followup=True`` takes voxels as baseline positions, ``False`` as follow-up positions.
        """
        places = grid.points()
        ends = [(float(part.min()), float(part.max())) for part in places]
        axes = _lattice_axes(ends)
        points = _lattice_points(axes)
        moved = self.displacement(points) if to_followup else self.to_baseline(points) - points
        lattice = moved.reshape(*(len(axis) for axis in axes), 3).astype(np.float32)
        out = np.empty((*grid.shape, 3), np.float32)
        for n in range(3):
            out[..., n] = _interpolate(lattice[..., n], axes, places, separable=grid.is_axis_aligned)
        return out

    def transform(self, grid: Grid, *, to_followup: bool) -> sitk.Transform:
        """Return the displacement on ``grid`` as ``sitk.DisplacementFieldTransform``."""
        return sitk.DisplacementFieldTransform(
            grid.image(self.field(grid, to_followup=to_followup).astype(np.float64))
        )


def _interpolate(
    lattice: np.ndarray, axes: list[np.ndarray], places: tuple[np.ndarray, ...], *, separable: bool
) -> np.ndarray:
    """Return the cubic spline through ``lattice`` ``[x, y, z]`` at ``places``, as ``[k, j, i]``."""
    if separable:
        along_x, along_y, along_z = (
            CubicSpline(axis, np.eye(len(axis)))(place.ravel()).astype(np.float32)
            for axis, place in zip(axes, places, strict=True)
        )
        part = np.tensordot(along_y, np.tensordot(along_z, lattice, (1, 2)), (1, 2))
        return np.moveaxis(np.tensordot(part, along_x, (2, 1)), 0, 1)
    index = np.stack(
        [(place - axis[0]) / (axis[1] - axis[0]) for axis, place in zip(axes, places, strict=True)],
        dtype=np.float32,
    )
    return ndimage.map_coordinates(lattice, index, order=3, mode="nearest")


def _lattice_axes(ends: list[tuple[float, float]]) -> list[np.ndarray]:
    """Return lattice positions along x, y, z from beyond one end to beyond the other."""
    return [
        np.linspace(low - 6 * _LATTICE_MM, high + 6 * _LATTICE_MM, 13 + int((high - low) / _LATTICE_MM))
        for low, high in ends
    ]


def _lattice_points(axes: list[np.ndarray]) -> np.ndarray:
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
