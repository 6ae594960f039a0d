"""The abdomen without disease: ordered structures in LPS mm around the middle of the abdomen."""

from dataclasses import dataclass

import numpy as np

from .bones import bones
from .gut import gut
from .kidneys import kidneys
from .liver import inside_points, make_liver
from .noise import stream
from .shapes import Field, Solid, Waves, bumpy, ellipsoid, inflate, intersect, rotation, subtract, union
from .structure import Structure
from .trunk import trunk
from .vessels import great_vessels, hepatic_tree, portal_tree


@dataclass(frozen=True)
class Anatomy:
    """The healthy abdomen.

    Attributes
    ----------
    structures : tuple of Structure
        In painting order.
    liver : Solid
    portal, hepatic : ndarray (n, 8)
        Capsules of the vessel trees.
    texture : Waves
        Uneven brightness of parenchyma, in baseline position.
    """

    structures: tuple[Structure, ...]
    liver: Solid
    portal: np.ndarray
    hepatic: np.ndarray
    texture: Waves


def make_anatomy(seed: int) -> Anatomy:
    """Return the abdomen of patient ``seed``."""
    rng = stream(seed, "anatomy")
    walls = trunk(rng)
    inside: list[Field] = [inflate(walls.cavity, -4.0), inflate(walls.diaphragm, -3.5)]
    renal = kidneys(rng)
    hollow = gut(rng, inside, [inflate(renal.left, 4.0)])
    gallbladder = ellipsoid((-47.0, -44.0, -25.0), (12.0, 15.0, 27.0), rotation(-24, 8, 0))
    groove = ellipsoid((-21.0, 27.5, 25.0), (9.5, 9.5, 130.0), rotation(3, 0, 0))  # of the vena cava
    neighbors = [inflate(renal.right, 5.0), inflate(gallbladder, 0.5), inflate(hollow.stomach, 2.0), groove]
    liver = make_liver(rng, inside=inside, impressions=neighbors)
    spleen = _spleen(rng, inside, [inflate(hollow.stomach, 3.0), inflate(renal.left, 4.0)])
    targets = inside_points(liver, stream(seed, "portal targets"), 230, 5.0, 9.0)
    portal = portal_tree(targets, stream(seed, "portal tree"))
    targets = inside_points(liver, stream(seed, "hepatic targets"), 150, 6.0, 10.0)
    hepatic = hepatic_tree(targets, stream(seed, "hepatic tree"))
    vessels = great_vessels()
    structures = (
        *walls.structures,
        *bones(),
        *hollow.structures,
        Structure("pancreas", "pancreas", _pancreas(rng)),
        *vessels.behind,
        *renal.structures,
        Structure("spleen", "spleen", spleen),
        Structure("liver", "liver", liver),
        Structure("gallbladder", "gallbladder", gallbladder),
        *vessels.before,
        Structure("hepatic veins", "hepatic_vein", hepatic),
        Structure("portal vein", "portal_vein", portal),
        *vessels.on_top,
    )
    return Anatomy(structures, liver, portal, hepatic, Waves.random(stream(seed, "texture"), 10, 9.0, 40.0))


def _spleen(rng: np.random.Generator, inside: list[Field], neighbors: list[Solid]) -> Solid:
    outline = ellipsoid((104.0, 40.0, 30.0), (30.0, 50.0, 54.0), rotation(14, 10, -16))
    uneven = bumpy(outline, Waves.random(rng, 6, 40.0, 80.0), 1.2)
    return subtract(intersect(uneven, inside, 8.0), neighbors, 6.0)


def _pancreas(rng: np.random.Generator) -> Solid:
    parts = [
        ellipsoid((-16.0, -6.0, -42.0), (15.0, 13.0, 20.0)),
        ellipsoid((14.0, -8.0, -26.0), (22.0, 9.0, 11.0), rotation(0, -25, 15)),
        ellipsoid((48.0, 8.0, -8.0), (26.0, 9.0, 11.0), rotation(0, -28, 18)),
        ellipsoid((76.0, 20.0, 8.0), (16.0, 8.0, 10.0), rotation(0, -28, 18)),
    ]
    return bumpy(union(parts, 9.0), Waves.random(rng, 6, 10.0, 22.0), 0.9)
