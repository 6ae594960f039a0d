"""The walls that hold the organs: skin, fat, muscle, abdominal cavity, diaphragm, lungs and heart."""

from dataclasses import dataclass

import numpy as np

from .shapes import Field, Solid, ellipsoid, inflate, intersect, subtract, union
from .structure import Structure

REACH_MM = 400.0  # what runs through the whole volume ends here


@dataclass(frozen=True)
class Trunk:
    """Walls of the abdomen: the solids organs stay inside of, and all parts in painting order."""

    cavity: Solid
    diaphragm: Solid
    structures: tuple[Structure, ...]


def trunk(rng: np.random.Generator) -> Trunk:
    """Return the trunk of a patient, more or less stout."""
    stout_mm = rng.uniform(-4.0, 6.0)
    skin = _column(0, 6, 160 + stout_mm, 112 + stout_mm, 110)
    muscle = _column(0, 9, 145, 97, 104)
    cavity = _column(0, 6, 136, 88, 78)
    diaphragm = _domes()
    heart = union(
        [
            ellipsoid((26.0, -34.0, 116.0), (52.0, 42.0, 38.0)),
            ellipsoid((-8.0, -20.0, 130.0), (36.0, 36.0, 44.0)),
        ],
        12.0,
    )
    mediastinum = ellipsoid((2.0, 40.0, 110.0), (30.0, 40.0, 140.0))
    chest = Solid(inflate(cavity, -1.5), (-140.0, -90.0, -30.0), (140.0, 90.0, REACH_MM))
    lungs = subtract(
        intersect(chest, [_above(-25.0)], 4.0), [diaphragm, inflate(heart, 3.0), mediastinum], 4.0
    )
    structures = (
        Structure("body", "skin", skin),
        Structure("subcutaneous fat", "fat", inflate(skin, -2.0), "skin"),
        Structure("muscle", "muscle", muscle, "fat"),
        Structure("cavity", "fat", cavity, "muscle"),
        Structure("lungs", "lung", lungs),
        Structure("heart", "heart", heart),
    )
    return Trunk(cavity, diaphragm, structures)


def _column(center_x: float, center_y: float, half_width: float, half_depth: float, back_y: float) -> Solid:
    """Return an elliptic column along z with a flattened back."""
    a, b, blend = np.float32(half_width), np.float32(half_depth), np.float32(14.0)

    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        u, v = (x - np.float32(center_x)) / a, (y - np.float32(center_y)) / b
        k0 = np.sqrt(u * u + v * v)
        k1 = np.sqrt((u / a) ** 2 + (v / b) ** 2) + np.float32(1e-6)
        round_part = k0 * (k0 - 1) / k1
        flat = y - np.float32(back_y)
        h = np.clip(np.float32(0.5) + (flat - round_part) / (2 * blend), 0, 1)
        return round_part + (flat - round_part) * h + blend * h * (1 - h) + np.float32(0) * z

    low = (center_x - half_width, center_y - half_depth, -REACH_MM)
    return Solid(field, low, (center_x + half_width, back_y, REACH_MM))


def _domes() -> Solid:
    """Return what lies below the diaphragm: the right dome higher than the left."""
    return union(
        [
            ellipsoid((-70.0, 4.0, 8.0), (86.0, 100.0, 90.0)),
            ellipsoid((68.0, 4.0, -8.0), (84.0, 100.0, 82.0)),
            ellipsoid((0.0, -6.0, -4.0), (100.0, 90.0, 76.0)),
        ],
        20.0,
    )


def _above(level_z: float) -> Field:
    return lambda x, y, z: np.float32(level_z) - z + np.float32(0) * (x + y)
