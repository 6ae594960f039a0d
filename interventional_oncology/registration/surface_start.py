"""Which way round an organ lies: its two surfaces laid on each other from several turns."""

from functools import partial

import numpy as np
from scipy.spatial.transform import Rotation

from ..errors import InputError
from ..progress import silent
from .level import Level
from .linear import LinearMap, LinearMotion
from .minimizing import minimize
from .prepared import Prepared
from .presets import Preset, Stage
from .resolution import Resolution

#: Turns about the axes of the body (left, back, head) that are tried. A patient treated on the side lies
#: turned about the last one.
_TURNS_DEG = (
    (0, 0, 0),
    *((0, 0, turn) for turn in (-60, -30, 30, 60)),
    *((turn, 0, 0) for turn in (-30, 30)),
    *((0, turn, 0) for turn in (-30, 30)),
)
_ITERATIONS = 30
#: Voxel in parts of the organ's radius.
_VOXEL_OF_RADIUS = 0.15
#: A turn is believed if it leaves less than this part of what the fit without a turn leaves.
_CLEARLY = 0.6


def turned_to_fit(prepared: Prepared, preset: Preset, shift: LinearMap, radius_mm: float) -> LinearMap:
    """Return ``shift``, or the rigid map of a turned organ whose surface fits clearly better.

    Only the distance maps of the two organ masks are compared, so it does not matter what the images show.
    The optimizer alone finds turns up to about 30 degrees.

    Parameters
    ----------
    prepared : Prepared
        With organ masks in both images.
    preset : Preset
    shift : LinearMap
        Centroid on centroid.
    radius_mm : float
        Size of the organ.
    """
    stage = Stage(_VOXEL_OF_RADIUS * radius_mm, _ITERATIONS, organ_weight=1.0, image_weight=0.0)
    resolution = Resolution(prepared, stage.voxel_mm)
    fits: list[tuple[float, LinearMap]] = []
    for turn in _TURNS_DEG:
        matrix = Rotation.from_euler("xyz", turn, degrees=True).as_matrix()
        start = LinearMap(matrix, shift.translation_mm, shift.center_mm)
        try:
            fits.append(_fit(Level(resolution, preset, start, stage), stage, start, radius_mm))
        except InputError:  # turned like this the images do not overlap
            continue
    if not fits:
        return shift
    straight = fits[0][0]
    cost, found = min(fits, key=lambda fit: fit[0])
    return found if cost < _CLEARLY * straight else shift


def _fit(level: Level, stage: Stage, start: LinearMap, radius_mm: float) -> tuple[float, LinearMap]:
    motion = LinearMotion(start, rigid=True, radius_mm=radius_mm)
    cost = partial(level.linear_cost, motion)
    parameters = minimize(
        cost,
        np.zeros(motion.size),
        iterations=stage.iterations,
        largest_step=stage.voxel_mm,
        progress=silent,
        title="organ surface",
    )
    return cost(parameters)[0], motion.map_of(parameters)
