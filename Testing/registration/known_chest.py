"""A chest that is known at every point: a lung that slides along ribs which keep still."""

import numpy as np
import SimpleITK as sitk
from known_abdomen import Points, Scan, filled, points_mm, still

LUNG_MM, CHEST_MM = np.array([48.0, 56.0, 80.0]), np.array([68.0, 76.0, 160.0])
#: How far the base of the lung moves.
BREATH_MM = 20.0
_RIB_STEP_MM = 28.0


class Chest:
    """Chest wall with ribs, and one lung of air with vessels, as smooth functions of LPS points (n, 3)."""

    def __init__(self, seed: int = 0, vessels: int = 60) -> None:
        rng = np.random.default_rng(seed)
        direction = rng.normal(size=(vessels, 3))
        direction /= np.linalg.norm(direction, axis=1)[:, None]
        inside = rng.normal(size=(vessels, 3))
        inside *= (rng.uniform(0.0, 0.9, vessels) ** (1 / 3) / np.linalg.norm(inside, axis=1))[:, None]
        self._middles, self._directions = inside * LUNG_MM, direction
        self._halves, self._radii = rng.uniform(6.0, 20.0, vessels), rng.uniform(1.2, 4.0, vessels)

    def lung(self, points_mm: np.ndarray) -> np.ndarray:
        """Return 1 in the lung and 0 outside."""
        return _soft((1.0 - np.linalg.norm(points_mm / LUNG_MM, axis=1)) * 50.0)

    def hounsfield(self, points_mm: np.ndarray, breathed_mm: np.ndarray, air_hu: float) -> np.ndarray:
        """Return CT numbers: of the chest wall at ``points_mm``, of the lung at ``breathed_mm``."""
        deep = 1.0 - np.linalg.norm(points_mm / CHEST_MM, axis=1)
        ribs = np.exp(-0.5 * ((deep - 0.1) / 0.04) ** 2) * (
            np.cos(2.0 * np.pi * points_mm[:, 2] / _RIB_STEP_MM) > 0.5
        )
        wall = -1000.0 + _soft(60.0 * deep) * (1040.0 + 500.0 * ribs)
        lung = self.lung(breathed_mm)
        return wall * (1.0 - lung) + lung * (air_hu + (30.0 - air_hu) * self._vessels(breathed_mm))

    def _vessels(self, points_mm: np.ndarray) -> np.ndarray:
        most = np.zeros(len(points_mm))
        for middle, direction, half, radius in zip(
            self._middles, self._directions, self._halves, self._radii, strict=True
        ):
            away = points_mm - middle
            along = np.clip(away @ direction, -half, half)
            distance = np.linalg.norm(away - along[:, None] * direction, axis=1)
            most = np.maximum(most, _soft(2.0 * (radius - distance)))
        return most


def _soft(steps: np.ndarray) -> np.ndarray:
    return 0.5 * (1.0 + np.tanh(np.clip(steps, -30, 30)))


def chest_breath(points: np.ndarray) -> np.ndarray:
    """Return where the lung of a moving point was: the base 20 mm away, the apex still."""
    x, y, z = points.T
    low = 1.0 / (1.0 + np.exp((z + 10.0) / 24.0))
    return points + np.stack([3.0 * np.sin(y / 25.0), 4.0 * low * np.cos(x / 30.0), BREATH_MM * low], axis=1)


def chest_scan(
    chest: Chest, where: sitk.Image, motion: Points = still, *, seed: int, air_hu: float = -820.0
) -> Scan:
    """Return a scan and its lung, in which the point ``x`` of the lung shows it at ``motion(x)``."""
    points = points_mm(where)
    lung_points = motion(points)
    noise = np.random.default_rng(seed).normal(0.0, 25.0, len(points))
    values = chest.hounsfield(points, lung_points, air_hu) + noise
    return Scan(
        filled(where, values.astype(np.float32)),
        filled(where, (chest.lung(lung_points) > 0.5).astype(np.uint8)),
    )
