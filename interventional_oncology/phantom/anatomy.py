"""The abdomen without disease, as an ordered list of structures in LPS mm around the middle of the abdomen."""

from dataclasses import dataclass

import numpy as np

from .bones import bones
from .gut import gut
from .kidneys import kidneys
from .liver import inside_points, make_liver
from .noise import stream
from .shapes import Field, Solid, Waves, bumpy, ellipsoid, inflate, intersect, rotation, subtract, union
from .structure import Structure, chain
from .vessels import hepatic_tree, portal_tree

_REACH = 400.0  # structures that run through the whole volume end here


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


def _column(center_x: float, center_y: float, half_width: float, half_depth: float, back_y: float) -> Solid:
    """Return an elliptic column along z with a flattened back."""

    def field(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        u, v = (
            (x - np.float32(center_x)) / np.float32(half_width),
            (y - np.float32(center_y)) / np.float32(half_depth),
        )
        k0 = np.sqrt(u * u + v * v)
        k1 = np.sqrt((u / np.float32(half_width)) ** 2 + (v / np.float32(half_depth)) ** 2) + np.float32(1e-6)
        round_part = k0 * (k0 - 1) / k1
        flat = y - np.float32(back_y)
        blend = np.float32(14.0)
        h = np.clip(np.float32(0.5) + (flat - round_part) / (2 * blend), 0, 1)
        return round_part + (flat - round_part) * h + blend * h * (1 - h) + np.float32(0) * z

    return Solid(
        field,
        (center_x - half_width, center_y - half_depth, -_REACH),
        (center_x + half_width, back_y, _REACH),
    )


def _diaphragm() -> Solid:
    """Return the abdomen below the two domes."""
    return union(
        [
            ellipsoid((-70.0, 4.0, 8.0), (86.0, 100.0, 90.0)),
            ellipsoid((68.0, 4.0, 0.0), (84.0, 100.0, 84.0)),
            ellipsoid((0.0, -6.0, 0.0), (100.0, 90.0, 78.0)),
        ],
        20.0,
    )


def _above(level_z: float) -> Field:
    return lambda x, y, z: np.float32(level_z) - z + np.float32(0) * (x + y)


def make_anatomy(seed: int) -> Anatomy:
    """Return the abdomen of patient ``seed``."""
    rng = stream(seed, "anatomy")
    stout = rng.uniform(-4.0, 6.0)  # mm of fat
    skin = _column(0, 6, 160 + stout, 112 + stout, 110)
    muscle = _column(0, 9, 145, 97, 104)
    cavity = _column(0, 6, 136, 88, 78)
    diaphragm = _diaphragm()
    heart = union(
        [
            ellipsoid((26.0, -34.0, 116.0), (52.0, 42.0, 38.0)),
            ellipsoid((-8.0, -20.0, 130.0), (36.0, 36.0, 44.0)),
        ],
        12,
    )
    lungs = subtract(
        intersect(
            Solid(inflate(cavity, -1.5), (-140.0, -90.0, -30.0), (140.0, 90.0, _REACH)), [_above(-25.0)], 4.0
        ),
        [
            diaphragm,
            inflate(heart, 3.0),
            ellipsoid((2.0, 40.0, 110.0), (30.0, 40.0, 140.0)),
        ],
        4.0,
    )
    renal = kidneys(rng)
    cava = chain(
        np.array(
            [(-20, 34, -_REACH), (-21, 32, -40), (-22, 27, 10), (-20, 22, 70), (-14, 8, 96), (-10, -4, 112)],
            float,
        ),
        np.array([10.5, 10.5, 11.0, 11.5, 12.0, 12.0]),
    )
    aorta = chain(
        np.array([(13, 36, -_REACH), (12, 34, -60), (9, 33, 0), (8, 35, 60), (12, 38, _REACH)], float), 10.0
    )
    parts = gut(rng)
    gallbladder = ellipsoid((-44.0, -46.0, -30.0), (12.0, 15.0, 27.0), rotation(-24, 8, 0))
    liver = make_liver(
        rng,
        inside=[inflate(cavity, -4.0), inflate(diaphragm, -3.5)],
        impressions=[
            inflate(renal.right, 5.0),
            inflate(gallbladder, 1.5),
            inflate(parts.stomach, 2.0),
            ellipsoid((-21.0, 27.0, 25.0), (13.0, 13.0, 110.0), rotation(3, 0, 0)),
        ],
    )
    spleen = subtract(
        intersect(
            bumpy(
                ellipsoid((104.0, 40.0, 30.0), (27.0, 46.0, 50.0), rotation(14, 10, -16)),
                Waves.random(rng, 6, 40, 80),
                1.2,
            ),
            [inflate(cavity, -4.0), inflate(diaphragm, -3.5)],
            8.0,
        ),
        [inflate(parts.stomach, 3.0), inflate(renal.left, 4.0)],
        6.0,
    )
    targets = inside_points(liver, stream(seed, "portal targets"), 230, 5.0, 9.0)
    portal = portal_tree(targets, stream(seed, "portal tree"))
    targets = inside_points(liver, stream(seed, "hepatic targets"), 150, 6.0, 10.0)
    hepatic = hepatic_tree(targets, stream(seed, "hepatic tree"))
    splenic = chain(
        np.array([(0, 2, -36), (24, 8, -18), (52, 16, 0), (82, 26, 16), (94, 32, 22)], float),
        np.array([5.0, 4.5, 4.2, 3.8, 3.0]),
    )
    mesenteric = chain(
        np.array([(0, 2, -38), (-2, -8, -70), (-4, -18, -_REACH)], float), np.array([5.0, 4.6, 4.0])
    )
    celiac = chain(
        np.array([(9, 28, 0), (8, 14, 2), (-4, 6, 0), (-22, -2, -8), (-38, -8, 4)], float),
        np.array([3.4, 3.0, 2.4, 2.0, 1.4]),
    )
    superior = chain(
        np.array([(10, 26, -12), (9, 12, -22), (6, -6, -60), (4, -16, -_REACH)], float),
        np.array([3.6, 3.4, 3.2, 2.8]),
    )
    pancreas = bumpy(
        union(
            [
                ellipsoid((-16.0, -6.0, -42.0), (15.0, 13.0, 20.0)),
                ellipsoid((14.0, -8.0, -26.0), (22.0, 9.0, 11.0), rotation(0, -25, 15)),
                ellipsoid((48.0, 8.0, -8.0), (26.0, 9.0, 11.0), rotation(0, -28, 18)),
                ellipsoid((76.0, 20.0, 8.0), (16.0, 8.0, 10.0), rotation(0, -28, 18)),
            ],
            9.0,
        ),
        Waves.random(rng, 6, 10.0, 22.0),
        0.9,
    )
    structures = (
        Structure("body", "skin", skin),
        Structure("subcutaneous fat", "fat", inflate(skin, -2.0), "skin"),
        Structure("muscle", "muscle", muscle, "fat"),
        Structure("cavity", "fat", cavity, "muscle"),
        Structure("lungs", "lung", lungs),
        Structure("heart", "heart", heart),
        *bones(),
        *parts.structures,
        Structure("pancreas", "pancreas", pancreas),
        Structure("splenic vein", "portal_vein", splenic),
        Structure("superior mesenteric vein", "portal_vein", mesenteric),
        Structure("superior mesenteric artery", "hepatic_artery", superior),
        *renal.structures,
        Structure("spleen", "spleen", spleen),
        Structure("liver", "liver", liver),
        Structure("gallbladder", "gallbladder", gallbladder),
        Structure("aorta", "aorta", aorta),
        Structure("vena cava", "vena_cava", cava),
        Structure("hepatic_veins", "hepatic_vein", hepatic),
        Structure("portal_vein", "portal_vein", portal),
        Structure("hepatic artery", "hepatic_artery", celiac),
    )
    return Anatomy(structures, liver, portal, hepatic, Waves.random(stream(seed, "texture"), 10, 9.0, 40.0))
