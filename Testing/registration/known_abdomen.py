"""An abdomen that is known at every point, so that a deformed image needs no interpolation.

Noise is drawn for each image on its own: noise that two images share makes every registration look better
than it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

Points = Callable[[np.ndarray], np.ndarray]
BODY_MM, LIVER_MM = np.array([125.0, 100.0, 180.0]), np.array([66.0, 55.0, 60.0])
LIVER_CENTER_MM = np.array([-30.0, -8.0, 6.0])


def still(points_mm: np.ndarray) -> np.ndarray:
    """Move nothing."""
    return points_mm


class Abdomen:
    """Body, liver and vessels as smooth functions of LPS points (n, 3)."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self._at = LIVER_CENTER_MM + rng.uniform(-1, 1, (60, 3)) * 0.8 * LIVER_MM
        self._width = rng.uniform(3.0, 9.0, (60, 3))
        self._height = rng.choice([-60.0, 70.0], 60)
        self._bump = rng.uniform(0.85, 1.15, 3)

    def liver(self, points_mm: np.ndarray) -> np.ndarray:
        """Return 1 in the liver and 0 outside, with a border of about 3 mm, as voxels average it."""
        p = (points_mm - LIVER_CENTER_MM) / (LIVER_MM * self._bump)
        uneven = 0.12 * np.sin(3.1 * p[:, 0] + 1) * np.cos(2.7 * p[:, 1]) * np.sin(2.3 * p[:, 2] + 0.5)
        return _soft(1.0 - np.linalg.norm(p, axis=1) + uneven, 25.0)

    def hounsfield(self, points_mm: np.ndarray) -> np.ndarray:
        """Return CT numbers."""
        body = _soft(1.0 - np.linalg.norm(points_mm / BODY_MM, axis=1), 40.0)
        texture = np.zeros(len(points_mm))
        for at, width, height in zip(self._at, self._width, self._height, strict=True):
            texture += height * np.exp(-0.5 * (((points_mm - at) / width) ** 2).sum(axis=1))
        spine = _soft(1.0 - np.hypot(points_mm[:, 0], points_mm[:, 1] - 60.0) / 16.0, 16.0)
        liver = self.liver(points_mm)
        return -1000.0 + body * (1000.0 + liver * (90.0 + texture) + 220.0 * spine)


def _soft(distance: np.ndarray, scale_mm: float) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(np.clip(distance * scale_mm, -30, 30)))


def turned(degrees: float) -> tuple[float, ...]:
    """Return the direction of a volume turned about an oblique axis."""
    turn = sitk.VersorTransform([0.4, 0.3, 0.85], np.radians(degrees))
    return turn.GetMatrix()


def grid(
    size: tuple[int, int, int] = (64, 56, 44),
    spacing_mm: tuple[float, float, float] = (3.2, 3.2, 4.0),
    direction: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
    center_mm: tuple[float, float, float] = (-15.0, 0.0, 4.0),
) -> sitk.Image:
    """Return an empty volume around a center."""
    image = sitk.Image(size, sitk.sitkFloat32)
    image.SetSpacing(spacing_mm)
    image.SetDirection(direction)
    half = np.reshape(direction, (3, 3)) @ (np.array(spacing_mm) * (np.array(size) - 1) / 2.0)
    image.SetOrigin((np.array(center_mm) - half).tolist())
    return image


def points_mm(image: sitk.Image) -> np.ndarray:
    """Return the voxel centers, shape (n, 3), in the order of the flat array."""
    k, j, i = np.indices(image.GetSize()[::-1]).reshape(3, -1)
    scaled = np.stack([i, j, k], axis=1) * np.array(image.GetSpacing())
    return scaled @ np.reshape(image.GetDirection(), (3, 3)).T + np.array(image.GetOrigin())


def filled(image: sitk.Image, values: np.ndarray) -> sitk.Image:
    """Return a volume of these values on the grid of ``image``."""
    made = sitk.GetImageFromArray(values.reshape(image.GetSize()[::-1]))
    made.CopyInformation(image)
    return made


@dataclass(frozen=True)
class Scan:
    """An image and the mask of the liver."""

    image: sitk.Image
    liver: sitk.Image


def scan(
    anatomy: Abdomen, where: sitk.Image, to_anatomy: Points = still, *, seed: int = 1, noise_hu: float = 12.0
) -> Scan:
    """Return a scan in which the point ``x`` shows the anatomy at ``to_anatomy(x)``."""
    points = to_anatomy(points_mm(where))
    noise = np.random.default_rng(seed).normal(0.0, noise_hu, len(points))
    return Scan(
        filled(where, (anatomy.hounsfield(points) + noise).astype(np.float32)),
        filled(where, (anatomy.liver(points) > 0.5).astype(np.uint8)),
    )


def rigid_motion(degrees: tuple[float, float, float], shift_mm: tuple[float, float, float]) -> sitk.Transform:
    """Return a turn about the middle of the liver and a shift, fixed to moving."""
    motion = sitk.Euler3DTransform()
    motion.SetCenter(LIVER_CENTER_MM.tolist())
    motion.SetRotation(*np.radians(degrees).tolist())
    motion.SetTranslation(shift_mm)
    return motion


def breath(points: np.ndarray) -> np.ndarray:
    """Return where the anatomy of a moving point was: a smooth deformation of up to 11 mm."""
    x, y, z = ((points - LIVER_CENTER_MM) / 60.0).T
    return points + np.stack(
        [
            3.0 * np.sin(2.4 * y + 0.3),
            -2.0 - 3.0 * np.cos(2.2 * z + 0.2),
            -6.0 * np.exp(-0.25 * (x**2 + y**2 + z**2)) - 2.0,
        ],
        axis=1,
    )


def inverse(motion: Points, points: np.ndarray) -> np.ndarray:
    """Return ``y`` with ``motion(y) = x`` by fixed-point iteration."""
    found = points.copy()
    for _ in range(60):
        found = found + points - motion(found)
    assert np.abs(motion(found) - points).max() < 1e-9
    return found


def apply(transform: sitk.Transform, points: np.ndarray) -> np.ndarray:
    """Return the images of points (n, 3)."""
    return np.array([transform.TransformPoint(point) for point in points.tolist()])


def error_mm(transform: sitk.Transform, truth: Points, mask: sitk.Image, *, every: int = 7) -> np.ndarray:
    """Return the distances between a transform and the truth at some voxels of a mask."""
    points = points_mm(mask)[sitk.GetArrayFromImage(mask).ravel() != 0][::every]
    return np.linalg.norm(apply(transform, points) - truth(points), axis=1)
