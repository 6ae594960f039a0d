"""Lesions of known size on grids of any spacing and orientation."""

from dataclasses import dataclass

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation


@dataclass(frozen=True)
class Ellipsoid:
    """A solid ellipsoid: semi-axes (mm) along the columns of ``turn``, in the index frame (i, j, k) in mm."""

    semi_axes_mm: np.ndarray
    turn: np.ndarray
    center_mm: np.ndarray

    @property
    def form(self) -> np.ndarray:
        """The matrix A of (x - c)' A (x - c) <= 1."""
        return self.turn @ np.diag(self.semi_axes_mm**-2.0) @ self.turn.T

    def contains(self, points_mm: np.ndarray) -> np.ndarray:
        away = points_mm - self.center_mm
        return np.einsum("...a,ab,...b", away, self.form, away) <= 1

    def axes_in_slice(self, height_mm: float) -> tuple[float, float]:
        """Return the long and the short diameter of the cut at k = height; zero where it misses."""
        form, z = self.form, height_mm - self.center_mm[2]
        plane, side = form[:2, :2], form[:2, 2] * z
        shift = np.linalg.solve(plane, side)
        left = 1 - form[2, 2] * z**2 + side @ shift
        if left <= 0:
            return 0.0, 0.0
        small, large = np.linalg.eigvalsh(plane)
        return 2 * np.sqrt(left / small), 2 * np.sqrt(left / large)


def mask_of(shapes: list[Ellipsoid], spacing_mm, *, direction=None) -> sitk.Image:
    """Return a label image of ellipsoids, each with its number, by voxel centers."""
    spacing_mm = np.asarray(spacing_mm, dtype=float)
    reach = max(float((np.abs(s.center_mm) + s.semi_axes_mm.max()).max()) for s in shapes)
    half = np.ceil(reach / spacing_mm).astype(int) + 2
    axes = [np.arange(-n, n + 1) * step for n, step in zip(half, spacing_mm, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = np.zeros(grid.shape[:3], dtype=np.uint8)
    for number, shape in enumerate(shapes, start=1):
        values[shape.contains(grid)] = number
    image = sitk.GetImageFromArray(values.transpose(2, 1, 0))
    image.SetSpacing(spacing_mm.tolist())
    frame = np.eye(3) if direction is None else direction
    image.SetDirection(frame.ravel().tolist())
    image.SetOrigin((frame @ (-half * spacing_mm)).tolist())
    return image


def random_ellipsoid(random: np.random.Generator, smallest_mm: float, largest_mm: float) -> Ellipsoid:
    """Return an ellipsoid of random semi-axes, orientation and place between the voxels."""
    return Ellipsoid(
        random.uniform(smallest_mm, largest_mm, 3),
        Rotation.random(random_state=random).as_matrix(),
        random.uniform(-0.5, 0.5, 3),
    )


@pytest.fixture
def make_mask():
    return mask_of


@pytest.fixture
def make_ellipsoid():
    return random_ellipsoid


@pytest.fixture
def ball():
    """Return a maker of balls."""

    def make(radius_mm: float, center_mm=(0.0, 0.0, 0.0)) -> Ellipsoid:
        return Ellipsoid(np.full(3, float(radius_mm)), np.eye(3), np.asarray(center_mm, dtype=float))

    return make


@pytest.fixture
def ellipsoid():
    """Return a maker of ellipsoids along the axes of the image (i, j, k)."""

    def make(semi_axes_mm, center_mm=(0.0, 0.0, 0.0), turn=None) -> Ellipsoid:
        frame = np.eye(3) if turn is None else turn
        return Ellipsoid(np.asarray(semi_axes_mm, dtype=float), frame, np.asarray(center_mm, dtype=float))

    return make
