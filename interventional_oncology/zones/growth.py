"""A finding beside an earlier examination: its size then, and whether it is residual tumor or progression."""

import numpy as np
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist

from .model import Hints
from .morphology import distance_mm, touching
from .records import LABELS, Growth, ZoneFinding

_SAME_PLACE_MM = 3.0
_LABELS_OF = {
    "viable_nodule": ("viable_tumor",),
    "rim": ("rim_enhancement", "inflammation"),
    "edema": ("edema",),
    "zone": tuple(LABELS),
}


def growth_of(
    kind: str,
    piece: np.ndarray,
    diameter_mm: float,
    volume_ml: float,
    previous: np.ndarray | None,
    spacing_mm: np.ndarray,
) -> Growth | None:
    """Return the size of the same finding in the labels of an earlier examination.

    None without them, and for what has no label: tissue left to the reader.
    """
    names = _LABELS_OF.get(kind.removeprefix("thick_"))
    if previous is None or names is None:
        return None
    then = np.isin(previous, [LABELS[name] for name in names])
    then = touching(then, then & (distance_mm(piece, spacing_mm) <= _SAME_PLACE_MM))
    if not then.any():
        return Growth(0.0, 0.0, increased=True)
    before_ml = float(np.count_nonzero(then) * np.prod(spacing_mm)) / 1000.0
    before_mm = largest_diameter_mm(np.argwhere(then) * spacing_mm)
    increased = volume_ml > before_ml and diameter_mm - before_mm > float(spacing_mm.max())
    return Growth(before_ml, before_mm, bool(increased))


def course_of(finding: ZoneFinding, hints: Hints, complete_before: bool | None) -> str | None:
    """Return whether living tumor is residual or progression (Ahmed 2014, doi:10.1148/radiol.14132958).

    Unless ``complete_before`` says so, a previous result with a zone and without living tumor documents
    complete treatment.
    """
    if finding.kind != "viable_nodule":
        return None
    previous = hints.previous
    if complete_before is None and previous is not None:
        complete_before = bool(np.any(previous > 0)) and not np.any(previous == LABELS["viable_tumor"])
    return "progression" if complete_before else "residual"


def largest_diameter_mm(points_mm: np.ndarray) -> float:
    """Return the largest distance of two points (n, 3); 0 for one point."""
    if len(points_mm) < 2:
        return 0.0
    try:
        points_mm = points_mm[ConvexHull(points_mm).vertices]
    except QhullError:  # all in a plane or on a line: there is no hull, and few points
        points_mm = points_mm[:: max(1, len(points_mm) // 2000)]
    return float(pdist(points_mm).max())
