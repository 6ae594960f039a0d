"""Kidneys with cortex, medulla and fat in the sinus."""

from dataclasses import dataclass

import numpy as np

from .shapes import Solid, Waves, bumpy, ellipsoid, inflate, rotation, subtract
from .structure import Structure


@dataclass(frozen=True)
class Kidneys:
    """Both kidneys: their outlines and their parts in painting order."""

    left: Solid
    right: Solid
    structures: tuple[Structure, ...]


def kidneys(rng: np.random.Generator) -> Kidneys:
    """Return the two kidneys of a patient."""
    outlines, parts = [], []
    for name, center, side in (("left", (66.0, 46.0, -24.0), 1.0), ("right", (-64.0, 48.0, -44.0), -1.0)):
        placed = tuple(np.add(center, rng.normal(0, 2.0, 3)))
        size = rng.uniform(0.95, 1.05)
        turn = rotation(8, side * -12, side * 30)
        outline = ellipsoid(placed, (25.0 * size, 27.0 * size, 54.0 * size), turn)
        hilum = tuple(np.add(placed, turn @ np.array([-side * 19.0, -4.0, 0.0])))
        sinus = ellipsoid(hilum, (18.0, 9.0, 24.0), turn)
        kidney = subtract(outline, [sinus], 4.0)
        pyramids = Waves.random(rng, 5, 15.0, 22.0)
        medulla = subtract(bumpy(inflate(outline, -8.5), pyramids, 1.8), [inflate(sinus, 3.0)], 3.0)
        outlines.append(outline)
        parts.append(Structure(f"{name} kidney", "kidney_cortex", kidney))
        parts.append(Structure(f"{name} medulla", "kidney_medulla", medulla, "kidney_cortex"))
    return Kidneys(outlines[0], outlines[1], tuple(parts))
