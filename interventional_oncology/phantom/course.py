"""What a treatment does to the tumors: the structures of the follow-up and what is true about them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from .margin_truth import TrueMargin, scale_to_margin, true_margin
from .noise import stream
from .parameters import PhantomParameters
from .shapes import Solid, subtract, union
from .star import Star
from .structure import Structure
from .tumors import Lesion

#: Labels of the zone layers, as in the command line's ``zones``.
LABELS = {
    "necrosis": 1,
    "hemorrhagic_congestion": 2,
    "inflammation": 3,
    "viable_tumor": 4,
    "edema": 5,
    "rim_enhancement": 6,
}

CONGESTION_MM, INFLAMMATION_MM = 5.0, 3.0
RIM_MM = 2.0
EDEMA_MM, EDEMA_BLUR_MM = 9.0, 6.0  # swelling has no sharp edge
SHRINK, GROWTH = 0.55, 1.4


@dataclass(frozen=True)
class Course:
    """The follow-up of one patient; all shapes in baseline position.

    Attributes
    ----------
    structures : tuple of Structure
        What is painted over the healthy anatomy, in order.
    layers : tuple of (str, Star)
        Zone layers from outside in; a later one takes its voxels from the earlier ones.
    lesions : dict
        Lesion number to what a reader outlines as the lesion at follow-up; absent when nothing is left.
    viable : dict
        Lesion number to the living part of it; absent when there is none.
    zone : Star or None
        What was destroyed, for ablations.
    margin : TrueMargin or None
    """

    structures: tuple[Structure, ...]
    layers: tuple[tuple[str, Star], ...] = ()
    lesions: dict[int, Solid] = field(default_factory=dict)
    viable: dict[int, Solid] = field(default_factory=dict)
    zone: Star | None = None
    margin: TrueMargin | None = None


def make_course(lesions: tuple[Lesion, ...], parameters: PhantomParameters) -> Course:
    """Return the follow-up of ``parameters.treatment``."""
    makers: dict[str, Callable[[tuple[Lesion, ...], PhantomParameters], Course]] = {
        "thermal": _ablation,
        "ire": _ablation,
        "tace": _embolization,
        "tare": _embolization,
        "chemotherapy": _size_change,
        "progression": _size_change,
        "new-lesion": _size_change,
    }
    return makers[parameters.treatment](lesions, parameters)


def _painted(lesions: tuple[Lesion, ...] | list[Lesion]) -> list[Structure]:
    return [Structure(f"lesion {lesion.number}", lesion.tissue, lesion.shape.solid()) for lesion in lesions]


def _size_change(lesions: tuple[Lesion, ...], parameters: PhantomParameters) -> Course:
    factor = {"chemotherapy": SHRINK, "progression": GROWTH, "new-lesion": 1.0}[parameters.treatment]
    now = [
        replace(lesion, shape=lesion.shape.scaled(factor if lesion.role == "target" else 1.0))
        for lesion in lesions
    ]
    solids = {lesion.number: lesion.shape.solid() for lesion in now}
    return Course(tuple(_painted(now)), (), solids, dict(solids))


def _ablation(lesions: tuple[Lesion, ...], parameters: PhantomParameters) -> Course:
    treated, others = lesions[0], lesions[1:]
    zone = _zone_around(treated.shape, parameters)
    margin = true_margin(treated.shape, zone)
    tumor = treated.shape.solid()
    left = subtract(tumor, [zone.solid()], 0.01)
    residual = {treated.number: left} if margin.minimal_margin_mm < 0 else {}
    around = _around_zone(zone, parameters)
    structures: list[Structure] = []
    layers: list[tuple[str, Star]] = []
    for name, shape, within in around:
        structures.append(Structure(name, name, shape.solid(), within))
        layers.append((name, shape))
    if residual:
        structures += _painted([treated])
        layers.append(("viable_tumor", treated.shape))
    inner = _inside_zone(zone, parameters)
    for n, (name, shape) in enumerate(inner):
        # Wholly enclosed only where no tumor lies between the zone and what surrounds it.
        within = inner[n - 1][0] if n else (None if residual else around[-1][0])
        structures.append(Structure(name, name, shape.solid(), within))
        layers.append((name, shape))
    still = {lesion.number: lesion.shape.solid() for lesion in others}
    return Course(
        (*_painted(others), *structures),
        tuple(layers),
        {**residual, **still},
        {**residual, **still},
        zone,
        margin,
    )


def _around_zone(zone: Star, parameters: PhantomParameters) -> list[tuple[str, Star, str | None]]:
    rng = stream(parameters.seed, "around the zone")
    if parameters.treatment == "ire":
        return [("inflammation", zone.grown(INFLAMMATION_MM).roughened(rng, 0.8), None)]
    return [("rim_enhancement", zone.grown(parameters.rim_mm or RIM_MM).roughened(rng, 0.6), None)]


def _inside_zone(zone: Star, parameters: PhantomParameters) -> list[tuple[str, Star]]:
    if parameters.treatment == "ire":
        necrosis = zone.grown(-CONGESTION_MM).roughened(stream(parameters.seed, "necrosis"), 1.5)
        return [("hemorrhagic_congestion", zone), ("necrosis", necrosis)]
    return [("necrosis", zone)]


def _zone_around(tumor: Star, parameters: PhantomParameters) -> Star:
    """Return an uneven zone, longer along the applicator, scaled to the margin asked for."""
    rng = stream(parameters.seed, "zone")
    size = float(np.mean(tumor.radii_mm))
    center = np.add(tumor.center_lps_mm, rng.normal(0, 0.07 * size, 3))
    radii = size * np.array([1.12, 1.16, 1.28])
    zone = Star.random(rng, (center[0], center[1], center[2]), (radii[0], radii[1], radii[2]), 0.03)
    return scale_to_margin(tumor, zone, parameters.margin_mm)


def _embolization(lesions: tuple[Lesion, ...], parameters: PhantomParameters) -> Course:
    structures: list[Structure] = []
    layers: list[tuple[str, Star]] = []
    whole: dict[int, Solid] = {}
    viable: dict[int, Solid] = {}
    for lesion in lesions:
        dead = lesion.shape
        rng = stream(parameters.seed, "around the tumor", str(lesion.number))
        rings = [("rim_enhancement", dead.grown(parameters.rim_mm or RIM_MM).roughened(rng, 0.6))]
        if parameters.treatment == "tare":
            rings.insert(0, ("edema", dead.grown(EDEMA_MM).roughened(rng, 3.0)))
        rings.append(("necrosis", dead))
        for n, (name, shape) in enumerate(rings):
            within, blur = rings[n - 1][0] if n else None, EDEMA_BLUR_MM if name == "edema" else 0.0
            structures.append(Structure(name, name, shape.solid(), within, blur))
            layers.append((name, shape))
        whole[lesion.number] = dead.solid()
        nodule = _nodule(lesion, parameters) if lesion.number == 1 else None
        if nodule is not None:
            structures.append(Structure("viable nodule", lesion.tissue, nodule.solid()))
            layers.append(("viable_tumor", nodule))
            viable[lesion.number] = nodule.solid()
            whole[lesion.number] = union([dead.solid(), nodule.solid()], 0.01)
    return Course(tuple(structures), tuple(layers), whole, viable)


def _nodule(lesion: Lesion, parameters: PhantomParameters) -> Star | None:
    """Return the tumor left alive, at the edge of the treated one and a little beyond."""
    size = parameters.viable_nodule_mm
    if size is None:
        size = 12.0 if parameters.treatment == "tace" else 0.0
    if size == 0:
        return None
    rng = stream(parameters.seed, "nodule")
    way = rng.normal(size=3)
    way /= np.linalg.norm(way)
    edge = float(lesion.shape.radius(*(np.array([part]) for part in way))[0])
    center = np.add(lesion.shape.center_lps_mm, way * max(edge - 0.32 * size, 0.0))
    radii = 0.5 * size * np.array([1.08, 1.0, 0.94])
    return Star.random(rng, (center[0], center[1], center[2]), (radii[0], radii[1], radii[2]), 0.03)
