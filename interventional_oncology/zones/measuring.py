"""Numbers of layers and findings."""

from collections.abc import Mapping

import numpy as np
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist

from ..margins.crop import Frame
from .evidence import Evidence, robust
from .model import Hints, Labeled
from .morphology import local_thickness_mm, pieces
from .records import LABELS, Contrast, Thickness, ZoneFinding, ZoneLayer

_BOX_PAD = 2


def measure_layers(labels: np.ndarray, evidence: Evidence) -> tuple[ZoneLayer, ...]:
    """Return one record per layer that is there."""
    found = []
    for name, label in LABELS.items():
        inside = labels == label
        if inside.any():
            found.append(
                ZoneLayer(
                    name=name,
                    label=label,
                    volume_ml=float(np.count_nonzero(inside)) * evidence.voxel_ml,
                    thickness_mm=_thickness(inside, evidence.spacing_mm),
                    contrast=_contrast(inside, evidence),
                )
            )
    return tuple(found)


def _thickness(inside: np.ndarray, spacing_mm: np.ndarray) -> Thickness:
    thickness = local_thickness_mm(boxed(inside)[0], spacing_mm)
    values = thickness[thickness > 0]
    return Thickness(float(values.mean()), float(values.min()), float(values.max()))


def _contrast(inside: np.ndarray, evidence: Evidence) -> dict[str, Contrast]:
    found = {}
    for role, image in evidence.images.items():
        center, deviation = robust(image[evidence.reference])
        mean = float(image[inside].mean())
        found[role] = Contrast(mean, center, (mean - center) / max(deviation, 1e-6))
    return found


def measure_findings(
    labeled: Labeled, evidence: Evidence, hints: Hints, frame: Frame, start: np.ndarray
) -> tuple[ZoneFinding, ...]:
    """Return one finding per connected piece; of the rim, which is one thing in many places, one in all.

    Parameters
    ----------
    frame, start
        Frame of the whole volume and index (i, j, k) of the first voxel of the crop in it.
    """
    found = []
    for kind, mask in labeled.tissues.items():
        for piece in [mask] if kind == "rim" else pieces(mask):
            if piece.any():
                found.append(_finding(kind, piece, labeled.z_scores, evidence, hints, frame, start))
    return tuple(found)


def _finding(
    kind: str,
    piece: np.ndarray,
    z_scores: np.ndarray,
    evidence: Evidence,
    hints: Hints,
    frame: Frame,
    start: np.ndarray,
) -> ZoneFinding:
    places = np.argwhere(piece)
    nearest = places[np.argmin(np.linalg.norm((places - places.mean(axis=0)) * evidence.spacing_mm, axis=1))]
    center_lps_mm = frame.to_lps((nearest[::-1] + start) * frame.spacing_mm)
    x, y, z = (float(v) for v in center_lps_mm)
    small, _ = boxed(piece)
    return ZoneFinding(
        kind=kind,
        center_ras_mm=(-x, -y, z),
        diameter_mm=largest_diameter_mm(places * evidence.spacing_mm),
        volume_ml=len(places) * evidence.voxel_ml,
        thickness_mm=float(local_thickness_mm(small, evidence.spacing_mm).max()),
        z_score=float(z_scores[piece].mean()),
        near_prior_tumor=None if hints.prior_tumor is None else bool((piece & hints.prior_tumor).any()),
        new=_is_new(kind, piece, hints.previous),
    )


def _is_new(kind: str, piece: np.ndarray, previous: np.ndarray | None) -> bool | None:
    if previous is None:
        return None
    label = {"viable_nodule": LABELS["viable_tumor"], "rim": LABELS["rim_enhancement"]}.get(kind)
    if label is None:
        return not bool((previous[piece] > 0).any())
    return not bool((previous[piece] == label).any())


def largest_diameter_mm(points_mm: np.ndarray) -> float:
    """Return the largest distance of two points (n, 3); 0 for one point."""
    if len(points_mm) < 2:
        return 0.0
    try:
        points_mm = points_mm[ConvexHull(points_mm).vertices]
    except QhullError:  # all in a plane or on a line: there is no hull, and few points
        points_mm = points_mm[:: max(1, len(points_mm) // 2000)]
    return float(pdist(points_mm).max())


def boxed(inside: np.ndarray) -> tuple[np.ndarray, tuple[slice, ...]]:
    """Return a mask cropped to its voxels and a little around, and the crop."""
    places = np.argwhere(inside)
    low = np.maximum(places.min(axis=0) - _BOX_PAD, 0)
    high = np.minimum(places.max(axis=0) + _BOX_PAD + 1, inside.shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return inside[box], box


def label_array(layers: Mapping[str, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Return one label per voxel; layers that come later take voxels from earlier ones."""
    labels = np.zeros(shape, dtype=np.uint8)
    for name, mask in layers.items():
        labels[mask] = LABELS[name]
    return labels
