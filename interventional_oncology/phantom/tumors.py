"""Where the tumors are and how large."""

from dataclasses import dataclass

import numpy as np

from .anatomy import Anatomy
from .liver import inside_points
from .noise import stream
from .parameters import PhantomParameters
from .star import Star

_TREATED_MM = 9.0  # free liver around a tumor, so that a zone around it stays inside the organ
_USUAL_NUMBER = {"chemotherapy": 2, "progression": 2}


@dataclass(frozen=True)
class Lesion:
    """One tumor.

    Attributes
    ----------
    number : int
        Label in the masks, from 1.
    role : str
        ``target`` or ``new``.
    tissue : str
        Row of the tissue table.
    shape : Star
        In baseline position.
    """

    number: int
    role: str
    tissue: str
    shape: Star


def place_tumors(anatomy: Anatomy, parameters: PhantomParameters) -> tuple[Lesion, ...]:
    """Return the tumors at baseline and, for ``new-lesion``, the one to come (role ``new``) as the last."""
    rng = stream(parameters.seed, "tumors")
    count = parameters.tumors or _USUAL_NUMBER.get(parameters.treatment, 1)
    first = parameters.tumor_diameter_mm or float(rng.uniform(26.0, 34.0))
    diameters = [first, *(float(rng.uniform(18.0, 24.0)) for _ in range(count - 1))]
    roles = ["target"] * count
    if parameters.treatment == "new-lesion":
        diameters.append(float(rng.uniform(15.0, 18.0)))
        roles.append("new")
    found: list[Lesion] = []
    for number, (diameter, role) in enumerate(zip(diameters, roles, strict=True), start=1):
        center = _free_place(anatomy, rng, found, diameter / 2)
        radii = (
            diameter
            / 2
            * np.array([rng.uniform(1.05, 1.2), rng.uniform(0.95, 1.05), rng.uniform(0.82, 0.92)])
        )
        shape = Star.random(rng, center, (radii[0], radii[1], radii[2]), 0.045)
        found.append(Lesion(number, role, parameters.tumor_kind, shape))
    return tuple(found)


def _free_place(
    anatomy: Anatomy, rng: np.random.Generator, others: list[Lesion], radius_mm: float
) -> tuple[float, float, float]:
    stems = np.concatenate([tree[tree[:, 6] > 3.2, :3] for tree in (anatomy.portal, anatomy.hepatic)])
    depth, gap = 1.2 * radius_mm + _TREATED_MM, 1.2 * radius_mm + 5.0
    for _ in range(8):
        for point in inside_points(anatomy.liver, rng, 200, depth, 4.0):
            far = all(
                np.linalg.norm(point - other.shape.center_lps_mm)
                > other.shape.reach_mm + radius_mm + 2 * _TREATED_MM
                for other in others
            )
            if far and np.min(np.linalg.norm(stems - point, axis=1)) > gap:
                return float(point[0]), float(point[1]), float(point[2])
        depth, gap = depth * 0.92, gap * 0.85  # an unlucky patient: come a little closer
    msg = f"no place for a tumor of {2 * radius_mm:.0f} mm in this liver"
    raise ArithmeticError(msg)
