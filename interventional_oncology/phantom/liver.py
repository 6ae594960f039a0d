"""The liver: lobes blended into one outline, pressed by its neighbors."""

import numpy as np

from .shapes import Field, Solid, Waves, bumpy, ellipsoid, intersect, rotation, subtract, union

_LOBES = (
    # center, semi-axes (mm), turn (degrees about x, y, z)
    ((-78.0, 4.0, 28.0), (62.0, 78.0, 68.0), (0, 0, 0)),  # right lobe, upper
    ((-97.0, 6.0, -38.0), (40.0, 60.0, 62.0), (0, -8, 0)),  # right lobe, lower tip
    ((-28.0, -40.0, 24.0), (46.0, 44.0, 46.0), (0, 0, 0)),  # segment 4
    ((28.0, -56.0, 36.0), (54.0, 26.0, 34.0), (0, 14, 8)),  # left lateral section
    ((-16.0, 12.0, 30.0), (26.0, 20.0, 30.0), (0, 0, 0)),  # caudate lobe
)


def make_liver(rng: np.random.Generator, *, inside: list[Field], impressions: list[Solid]) -> Solid:
    """Return a liver.

    Parameters
    ----------
    rng : numpy.random.Generator
        Varies size, place and surface of the lobes.
    inside : list of callable
        Fields the liver stays inside of: abdominal wall and diaphragm.
    impressions : list of Solid
        Neighbors that press into it: kidney, stomach, gallbladder, vena cava.
    """
    lobes = []
    for center, radii, turn in _LOBES:
        placed = np.add(center, rng.normal(0, 2.0, 3))
        sized = np.multiply(radii, rng.uniform(0.95, 1.05, 3))
        lobes.append(ellipsoid(tuple(placed), tuple(sized), rotation(*turn)))
    whole = bumpy(union(lobes, 18.0), Waves.random(rng, 9, 45.0, 110.0), 1.6)
    fissures = [
        # falciform ligament: a notch of fat between segment 4 and the left lateral section
        ellipsoid((8.0, -78.0, 6.0), (4.0, 26.0, 30.0), rotation(18, 0, 8)),
        # ligamentum venosum: between caudate lobe and left lateral section
        ellipsoid((16.0, -16.0, 28.0), (26.0, 4.5, 30.0), rotation(0, 0, -24)),
        # hilum, where the portal vein enters
        ellipsoid((-26.0, -8.0, -14.0), (20.0, 11.0, 15.0), rotation(0, 25, 0)),
    ]
    pressed = subtract(whole, [*impressions, *fissures], 7.0, gap_mm=1.5)
    return intersect(pressed, inside, 10.0)


def inside_points(
    solid: Solid, rng: np.random.Generator, count: int, depth_mm: float, apart_mm: float
) -> np.ndarray:
    """Return up to ``count`` random points at least ``depth_mm`` deep and ``apart_mm`` from each other."""
    low, high = np.asarray(solid.low_mm), np.asarray(solid.high_mm)
    tried = rng.uniform(low, high, size=(40 * count, 3))
    tried = tried[solid.at(tried) < -depth_mm]
    kept: list[np.ndarray] = []
    for point in tried:
        if not kept or np.min(((np.asarray(kept) - point) ** 2).sum(axis=1)) > apart_mm**2:
            kept.append(point)
        if len(kept) == count:
            break
    return np.array(kept).reshape(-1, 3)
