"""Numbers of layers and findings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import ndimage

from ..margins.crop import Frame
from .appearance import appearance
from .evidence import Evidence
from .growth import course_of, growth_of, largest_diameter_mm
from .model import Hints, Labeled
from .morphology import local_thickness_mm, pieces
from .normalization import robust
from .records import LABELS, Contrast, Thickness, ZoneFinding, ZoneLayer

_BOX_PAD = 2
#: Layers that are one thing in many places: one finding in all.
_SHELLS = {"rim_enhancement": "rim", "inflammation": "rim", "edema": "edema"}
_THICK_RIM = "thick_rim"
#: A rim thinner than this many voxel edges cannot be called thick.
_VOXELS_OF_A_THICK_RIM = 1.5
#: What a reader sees: mean contrast in deviations of the noise of a voxel.
_VISIBLE_Z = 1.0


def measure_layers(labels: np.ndarray, evidence: Evidence, order: Sequence[str]) -> tuple[ZoneLayer, ...]:
    """Return one record per layer that is there; ``order`` names the layers from outside in."""
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
                    closedness=_closedness(labels, name, order),
                )
            )
    return tuple(found)


def _closedness(labels: np.ndarray, name: str, order: Sequence[str]) -> float | None:
    """Return how much of the surface of what a layer encloses it covers."""
    if name not in order or name == order[-1]:
        return None
    enclosed = np.isin(labels, [LABELS[inner] for inner in order[order.index(name) + 1 :]])
    shell = ndimage.binary_dilation(enclosed) & ~enclosed
    if not shell.any():
        return None
    return float(np.count_nonzero(shell & (labels == LABELS[name])) / np.count_nonzero(shell))


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
    labeled: Labeled,
    evidence: Evidence,
    hints: Hints,
    frame: Frame,
    start: np.ndarray,
    *,
    complete_before: bool | None = None,
) -> tuple[ZoneFinding, ...]:
    """Return one finding per connected piece; of a rim or edema, one thing in many places, one in all.

    Parameters
    ----------
    frame, start
        Frame of the whole volume and index (i, j, k) of the first voxel of the crop in it.
    complete_before : bool or None
        Whether an earlier follow-up documented complete treatment; None to ask the previous labels.
    """
    found = []
    for name, mask in labeled.tissues.items():
        if name == "hemorrhagic_congestion":  # a layer, nothing to look for
            continue
        for piece in [mask] if name in _SHELLS else pieces(mask):
            if piece.any():
                kind = _SHELLS.get(name, name)
                if name == "rim_enhancement" and _is_thick(piece, evidence.spacing_mm):
                    kind = _THICK_RIM
                finding = _finding(kind, piece, labeled, evidence, hints, frame, start)
                found.append(replace(finding, course=course_of(finding, hints, complete_before)))
    return tuple(found)


def _finding(
    kind: str,
    piece: np.ndarray,
    labeled: Labeled,
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
    diameter_mm, volume_ml = (
        largest_diameter_mm(places * evidence.spacing_mm),
        len(places) * evidence.voxel_ml,
    )
    growth = growth_of(kind, piece, diameter_mm, volume_ml, hints.previous, evidence.spacing_mm)
    z_scores = labeled.z_scores
    return ZoneFinding(
        kind=kind,
        center_ras_mm=(-x, -y, z),
        diameter_mm=diameter_mm,
        volume_ml=volume_ml,
        thickness_mm=float(local_thickness_mm(small, evidence.spacing_mm).max()),
        z_score=0.0 if z_scores is None else float(z_scores[piece].mean()),
        near_prior_tumor=None if hints.prior_tumor is None else bool((piece & hints.prior_tumor).any()),
        new=None if growth is None else growth.previous_volume_ml == 0,
        growth=growth,
        restricted_diffusion=_restricted(piece, evidence),
        t2_hyperintense=_t2_hyperintense(piece, evidence),
    )


def _is_thick(rim: np.ndarray, spacing_mm: np.ndarray) -> bool:
    most_mm = max(appearance().rim.thickness_most_mm, _VOXELS_OF_A_THICK_RIM * float(spacing_mm.max()))
    return _thickness(rim, spacing_mm).mean > most_mm


def _restricted(piece: np.ndarray, evidence: Evidence) -> bool | None:
    if not {"dwi", "adc"} <= set(evidence.contrasts):
        return None
    bright, dark = (_mean_contrast(role, piece, evidence) / evidence.noise[role] for role in ("dwi", "adc"))
    return bright >= _VISIBLE_Z and dark <= -_VISIBLE_Z


def _t2_hyperintense(piece: np.ndarray, evidence: Evidence) -> bool | None:
    if "t2" not in evidence.contrasts:
        return None
    contrast = _mean_contrast("t2", piece, evidence)
    return contrast >= _VISIBLE_Z * evidence.noise["t2"] and contrast <= appearance().core.t2_most


def _mean_contrast(role: str, piece: np.ndarray, evidence: Evidence) -> float:
    return float(np.mean(evidence.contrasts[role][piece]))


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
