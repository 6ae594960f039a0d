"""Spine and ribs."""

import numpy as np

from .shapes import Solid, ellipsoid, union
from .structure import Structure, chain

_VERTEBRA_MM = 34.0  # one vertebra and its disc
_LEVELS = range(-6, 7)


def bones() -> list[Structure]:
    """Return spine (marrow in a cortical shell, discs, canal), back muscles and ribs, in painting order."""
    return [*_back_muscles(), *_ribs(), *_spine()]


def _back_muscles() -> list[Structure]:
    found = []
    for side in (-1.0, 1.0):
        found.append(
            Structure("psoas", "muscle", ellipsoid((side * 38.0, 56.0, -150.0), (19.0, 19.0, 140.0)))
        )
        found.append(Structure("crus", "muscle", ellipsoid((side * 13.0, 40.0, 0.0), (7.0, 9.0, 75.0))))
    return found


def _column(center_y: float, half_width: float, half_depth: float) -> Solid:
    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        # Vertebral bodies are waisted between their end plates.
        waist = 1 - 0.06 * (1 + np.cos(2 * np.pi * z / np.float32(_VERTEBRA_MM)))
        u, v = x / (half_width * waist), (y - center_y) / (half_depth * waist)
        return (np.sqrt(u * u + v * v) - 1) * np.float32(min(half_width, half_depth))

    reach = 400.0
    return Solid(
        field, (-half_width, center_y - half_depth, -reach), (half_width, center_y + half_depth, reach)
    )


def _discs(column: Solid) -> Solid:
    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        offset = np.abs((z / np.float32(_VERTEBRA_MM) + np.float32(0.5)) % 1 - np.float32(0.5)) * np.float32(
            _VERTEBRA_MM
        )
        return np.maximum(column(x, y, z), offset - np.float32(4.0))

    return Solid(field, column.low_mm, column.high_mm)


def _spine() -> list[Structure]:
    shell, marrow = _column(60.0, 23.0, 17.5), _column(60.0, 21.0, 15.5)
    arch = union(
        [
            ellipsoid((0.0, 86.0, 0.0), (17.0, 14.0, 400.0)),
            ellipsoid((-30.0, 84.0, 0.0), (18.0, 5.0, 400.0)),
            ellipsoid((30.0, 84.0, 0.0), (18.0, 5.0, 400.0)),
        ],
        6.0,
    )
    processes = [
        chain(np.array([(0, 92, level * _VERTEBRA_MM + 14), (0, 106, level * _VERTEBRA_MM + 4)], float), 4.0)
        for level in _LEVELS
    ]
    wings = [
        chain(
            np.array(
                [(side * 12, 82, level * _VERTEBRA_MM + 14), (side * 40, 88, level * _VERTEBRA_MM + 14)],
                float,
            ),
            np.array([5.0, 3.5]),
        )
        for level in _LEVELS
        for side in (-1, 1)
    ]
    del arch
    posterior = np.concatenate([*processes, *wings])
    core = posterior.copy()
    core[:, 6:] = np.maximum(core[:, 6:] - 1.6, 0.5)
    return [
        Structure("posterior elements", "bone_cortex", posterior),
        Structure("posterior marrow", "bone_marrow", core, "bone_cortex"),
        Structure("lamina", "bone_cortex", ellipsoid((0.0, 84.0, 0.0), (14.0, 11.5, 4000.0))),
        Structure("spine", "bone_cortex", shell),
        Structure("vertebral marrow", "bone_marrow", marrow, "bone_cortex"),
        Structure("discs", "disc", _discs(shell)),
        Structure("spinal canal", "spinal_canal", ellipsoid((0.0, 84.0, 0.0), (10.0, 8.0, 4000.0))),
    ]


def _ribs() -> list[Structure]:
    bone = []
    for number in range(9):
        back_z = 130.0 - 24.0 * number
        drop = 52.0 + 3.0 * number
        front = np.deg2rad(150.0 - 13.0 * max(number - 2, 0))  # lower ribs end sooner
        angle = np.linspace(np.deg2rad(14.0), front, 22)
        for side in (-1.0, 1.0):
            x = side * 140.5 * np.sin(angle)
            y = 9.0 + 90.0 * np.cos(angle)
            y = np.where(y > 88.0, 88.0 + 0.4 * (y - 88.0), y)
            z = back_z - drop * (angle - angle[0]) / np.pi * 1.4
            bone.append(chain(np.column_stack([x, y, z]), 5.0))
    shell = np.concatenate(bone)
    core = shell.copy()
    core[:, 6:] = 3.2
    return [
        Structure("ribs", "bone_cortex", shell),
        Structure("rib marrow", "bone_marrow", core, "bone_cortex"),
    ]
