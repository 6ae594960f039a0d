"""Stomach, duodenum, small bowel and colon, with fluid and gas."""

from dataclasses import dataclass

import numpy as np

from .shapes import Field, Solid, Waves, bumpy, ellipsoid, inflate, intersect, rotation, subtract, union
from .structure import Structure, chain


@dataclass(frozen=True)
class Gut:
    """The hollow organs: outline of the stomach and all parts in painting order."""

    stomach: Solid
    structures: tuple[Structure, ...]


def gut(rng: np.random.Generator, inside: list[Field], neighbors: list[Solid]) -> Gut:
    """Return stomach and bowel of a patient.

    The stomach stays ``inside`` wall and diaphragm and gives way to its solid ``neighbors``.
    """
    outline = bumpy(
        union(
            [
                ellipsoid((58.0, 18.0, 46.0), (40.0, 42.0, 36.0)),
                ellipsoid((62.0, -14.0, 22.0), (28.0, 32.0, 38.0), rotation(0, 0, 10)),
                ellipsoid((34.0, -46.0, -14.0), (34.0, 18.0, 19.0), rotation(0, 20, 10)),
            ],
            18.0,
        ),
        Waves.random(rng, 6, 25.0, 60.0),
        1.2,
    )
    stomach = subtract(intersect(outline, inside, 10.0), neighbors, 8.0)
    lumen = bumpy(inflate(stomach, -4.5), Waves.random(rng, 6, 10.0, 20.0), 0.7)
    level = float(rng.uniform(-26.0, -16.0))
    gas = intersect(lumen, [_in_front_of(level)], 1.0)
    return Gut(
        stomach,
        (
            *_small_bowel(rng),
            *_colon(rng),
            Structure("stomach", "stomach_wall", stomach),
            Structure("stomach lumen", "fluid", lumen, "stomach_wall"),
            Structure("stomach gas", "gas", gas, "fluid"),
            Structure("duodenum", "bowel_wall", _duodenum(12.0)),
            Structure("duodenal lumen", "bowel_content", _duodenum(8.5), "bowel_wall"),
        ),
    )


def _in_front_of(level_y: float) -> Field:
    return lambda x, y, z: y - np.float32(level_y) + np.float32(0) * (x + z)


def _duodenum(radius: float) -> np.ndarray:
    points = [
        (0, -38, -22),
        (-22, -30, -24),
        (-36, -14, -36),
        (-38, -4, -62),
        (-24, 4, -78),
        (6, 6, -80),
        (26, 0, -70),
    ]
    return chain(np.array(points, float), radius)


def _small_bowel(rng: np.random.Generator) -> list[Structure]:
    wall, lumen = [], []
    for row in range(5):
        for depth in range(4):
            y, z = -62.0 + 27.0 * depth, -70.0 - 24.0 * row
            x = np.arange(-66.0, 70.0, 11.0)
            wave = 7.0 * np.sin(x / rng.uniform(11, 16) + rng.uniform(0, 6))
            lift = 6.0 * np.sin(x / rng.uniform(14, 22) + rng.uniform(0, 6))
            radius = 10.0 + 1.6 * np.sin(x / 5.0 + rng.uniform(0, 6))
            sag = 0.5 * np.clip(-20.0 - x, 0.0, 50.0)  # loops on the right lie below the liver
            path = np.column_stack([x, y + wave, z + lift - sag])
            wall.append(chain(path, radius))
            lumen.append(chain(path, radius - 2.5))
    return [
        Structure("small bowel", "bowel_wall", np.concatenate(wall)),
        Structure("small bowel lumen", "bowel_content", np.concatenate(lumen), "bowel_wall"),
    ]


def _colon(rng: np.random.Generator) -> list[Structure]:
    transverse = _smooth(
        [
            (-112, 10, -125),
            (-108, -6, -96),
            (-86, -48, -92),
            (-40, -70, -84),
            (12, -74, -80),
            (62, -66, -62),
            (98, -36, -34),
            (113, 2, -22),
        ]
    )
    descending = _smooth([(113, 2, -22), (116, 22, -48), (112, 30, -90), (110, 30, -160)])
    found = []
    for name, path, size, content in (
        ("transverse", transverse, 18.0, "gas"),
        ("descending", descending, 15.0, "bowel_content"),
    ):
        radius = size + 2.6 * np.sin(np.arange(len(path)) * 1.35 + rng.uniform(0, 6))  # haustra
        found.append(Structure(f"{name} colon", "bowel_wall", chain(path, radius)))
        found.append(Structure(f"{name} lumen", content, chain(path, radius - 3.0), "bowel_wall"))
    return found


def _smooth(points: list[tuple[float, float, float]]) -> np.ndarray:
    """Return a Catmull-Rom-like curve through ``points``, sampled about every 7 mm."""
    from scipy.interpolate import CubicSpline

    nodes = np.array(points, float)
    way = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    return CubicSpline(way, nodes)(np.arange(0, way[-1], 7.0))
