"""Masks of analytic shapes on any grid."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation


@dataclass(frozen=True)
class Grid:
    """A voxel grid that covers a ball around a center."""

    spacing_mm: tuple[float, float, float] = (0.8, 0.8, 1.5)
    direction: np.ndarray | None = None
    center_lps_mm: tuple[float, float, float] = (12.3, -45.6, 78.9)
    reach_mm: float = 40.0

    def mask(self, inside: Callable[[np.ndarray], np.ndarray]) -> sitk.Image:
        """Return the voxels whose center fulfills ``inside(points_lps_mm)``."""
        spacing = np.array(self.spacing_mm)
        direction = np.eye(3) if self.direction is None else self.direction
        half = np.ceil(self.reach_mm / spacing).astype(int)
        size = 2 * half + 1
        origin = np.array(self.center_lps_mm) - direction @ (half * spacing)
        k, j, i = np.meshgrid(*(np.arange(n) for n in size[::-1]), indexing="ij")
        points = origin + (np.stack([i, j, k], axis=-1) * spacing) @ direction.T
        image = sitk.GetImageFromArray(inside(points).astype(np.uint8))
        image.SetSpacing(spacing.tolist())
        image.SetOrigin(origin.tolist())
        image.SetDirection(direction.ravel().tolist())
        return image

    def ball(self, offset_mm: tuple[float, float, float], radius_mm: float) -> sitk.Image:
        """Return a ball whose center lies ``offset_mm`` (LPS) from the center of the grid."""
        center = np.add(self.center_lps_mm, offset_mm)
        return self.mask(lambda points: np.linalg.norm(points - center, axis=-1) <= radius_mm)

    def ellipsoid(
        self, offset_mm: tuple[float, float, float], radii_mm: tuple[float, float, float], turn: Rotation
    ) -> sitk.Image:
        """Return an ellipsoid with its axes turned."""
        center, axes = np.add(self.center_lps_mm, offset_mm), turn.as_matrix()
        return self.mask(
            lambda points: np.linalg.norm(((points - center) @ axes) / np.array(radii_mm), axis=-1) <= 1.0
        )


@pytest.fixture(scope="session")
def grid() -> type[Grid]:
    """Return the maker of grids."""
    return Grid


@pytest.fixture(scope="session")
def oblique() -> np.ndarray:
    """Return a direction that is turned about all axes."""
    return Rotation.from_euler("xyz", [17, -24, 31], degrees=True).as_matrix()
