"""``label_zones``: from the images of one examination to the layers of the treated zone."""

from collections.abc import Callable, Mapping

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..errors import InputError
from ..images import check_same_grid, check_volume
from ..margins.crop import Frame, bounding_slices
from . import thermal
from .appearance import thermal_rules
from .evidence import FAMILIES, Evidence, as_array, gather
from .lirads import nonradiation_response
from .measuring import label_array, measure_findings, measure_layers
from .model import Hints, Labeled
from .morphology import depth_mm, distance_mm
from .records import Zones

#: Roles of images that are understood.
ROLES = (
    *("native_t1", "t1", "t2", "arterial", "portal", "delayed", "hepatobiliary", "dwi", "adc"),
    *("ct_native", "ct_arterial", "ct_portal"),
)
#: All treatments by name, and the model of those that can be labeled: one file of this folder each.
TREATMENTS = ("thermal", "ire", "embolization", "radioembolization")
MODELS: dict[str, Callable[[Evidence, Hints], Labeled]] = {"thermal": thermal.label}

_CROP_PAD = 4
_REFERENCE_DEPTH_MM = 4.0
_REFERENCE_FROM_ZONE_MM = 8.0
_LEAST_REFERENCE_VOXELS = 200


def label_zones(
    images: Mapping[str, sitk.Image],
    organ: sitk.Image,
    *,
    treatment: str = "thermal",
    region: sitk.Image | None = None,
    prior_tumor: sitk.Image | None = None,
    previous: sitk.Image | None = None,
) -> Zones:
    """Return the layers of the treated zone in an organ.

    Parameters
    ----------
    images : mapping of str to SimpleITK.Image
        Role to image, registered to each other and on the grid of ``organ``; see :data:`ROLES`.
    organ : SimpleITK.Image
        Mask; closed holes in it count as organ.
    treatment : str
        One of :data:`MODELS`.
    region, prior_tumor : SimpleITK.Image, optional
        Mask the zone must reach into; tumor before treatment, brought onto this grid.
    previous : SimpleITK.Image, optional
        Labels of an earlier examination, brought onto this grid.

    Raises
    ------
    InputError
        If the treatment or a role is not known, no phase can be judged, a mask is empty or lies outside the
        organ, or the grids differ.
    """
    model = _model(treatment)
    masks = {"region": region, "prior tumor": prior_tumor, "previous zones": previous}
    _check(images, organ, masks)
    inside = sitk.GetArrayViewFromImage(organ)
    box = bounding_slices(inside)
    if box is None:
        msg = "organ mask: expected at least one voxel inside, got an empty mask"
        raise InputError(msg)
    crop = _grown(box, inside.shape)
    voxels = ndimage.binary_fill_holes(np.asarray(inside[crop]) != 0)
    arrays = {role: as_array(image)[crop] for role, image in images.items()}
    hints = Hints(*(_cropped(mask, crop, name, voxels) for name, mask in masks.items()))
    frame = Frame.of(organ)
    evidence, labeled = _labeled(model, arrays, np.asarray(voxels), hints, frame.spacing_mm[::-1])
    labels = label_array(labeled.layers, voxels.shape)
    start = np.array([s.start for s in reversed(crop)])
    findings = measure_findings(labeled, evidence, hints, frame, start)
    found = bool(labels.any())
    return Zones(
        labels=_whole(labels, crop, organ),
        treatment=treatment,
        layers=measure_layers(labels, evidence),
        findings=findings,
        treatment_response=nonradiation_response(findings, evidence, zone_found=found),
        warnings=(*evidence.warnings, *labeled.warnings, *_blind_spots(hints, found)),
    )


def _blind_spots(hints: Hints, found: bool) -> tuple[str, ...]:
    """Say what cannot be seen: tumor that enhances less than the liver looks like the zone around it."""
    if not found or hints.prior_tumor is not None:
        return ()
    return (
        "without the outline of the tumor before treatment, residual tumor that enhances less than the organ "
        "cannot be told from necrosis",
    )


def _labeled(
    model: Callable[[Evidence, Hints], Labeled],
    arrays: dict[str, np.ndarray],
    organ: np.ndarray,
    hints: Hints,
    spacing_mm: np.ndarray,
) -> tuple[Evidence, Labeled]:
    """Label twice: what is found is left out of the parenchyma that the second round compares with."""
    deep = depth_mm(organ, spacing_mm) >= _REFERENCE_DEPTH_MM
    deep = deep if np.count_nonzero(deep) >= _LEAST_REFERENCE_VOXELS else organ
    reference = deep
    assumed_hu = thermal_rules().zone.assumed_native_ct_hu
    for final in (False, True):
        evidence = gather(arrays, organ, reference, spacing_mm, assumed_native_ct_hu=assumed_hu)
        if not any(gain.shows_parenchyma for gain in evidence.gains.values()):
            said = "; ".join(evidence.warnings) or f"got the roles {', '.join(sorted(arrays)) or 'none'}"
            msg = (
                f"expected a contrast phase in which the parenchyma enhances, and its native sequence: {said}"
            )
            raise InputError(msg)
        labeled = model(evidence, hints)
        if final or not labeled.layers:
            break
        touched = np.logical_or.reduce(list(labeled.layers.values()))
        far = deep & (distance_mm(touched, spacing_mm) > _REFERENCE_FROM_ZONE_MM)
        reference = far if np.count_nonzero(far) >= _LEAST_REFERENCE_VOXELS else deep
    return evidence, labeled


def _model(treatment: str) -> Callable[[Evidence, Hints], Labeled]:
    if treatment not in MODELS:
        known = "known, but not yet available" if treatment in TREATMENTS else "unknown"
        msg = f"treatment {treatment!r} is {known}; expected one of: {', '.join(MODELS)}"
        raise InputError(msg)
    return MODELS[treatment]


def _check(
    images: Mapping[str, sitk.Image], organ: sitk.Image, masks: Mapping[str, sitk.Image | None]
) -> None:
    check_volume(organ, "organ mask")
    unknown = [role for role in images if role not in ROLES]
    if unknown:
        msg = f"expected image roles of {', '.join(ROLES)}, got {', '.join(unknown)}"
        raise InputError(msg)
    if not set(images) & {role for _, phases in FAMILIES for role in phases}:
        phases = ", ".join(role for _, phases in FAMILIES for role in phases)
        msg = f"expected at least one contrast phase of {phases}, got {', '.join(images) or 'no image'}"
        raise InputError(msg)
    for role, image in images.items():
        check_volume(image, role)
        check_same_grid(image, organ, role, "the organ mask")
    for name, mask in masks.items():
        if mask is not None:
            check_same_grid(mask, organ, name, "the organ mask")


def _cropped(
    mask: sitk.Image | None, crop: tuple[slice, ...], name: str, organ: np.ndarray
) -> np.ndarray | None:
    if mask is None:
        return None
    voxels = np.asarray(sitk.GetArrayViewFromImage(mask)[crop])
    if name == "previous zones":
        return voxels
    inside = (voxels != 0) & organ
    if not inside.any():
        msg = f"{name} mask: expected it inside the organ, got no common voxel"
        raise InputError(msg)
    return np.asarray(inside)


def _grown(box: tuple[slice, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(
        slice(max(s.start - _CROP_PAD, 0), min(s.stop + _CROP_PAD, n))
        for s, n in zip(box, shape, strict=True)
    )


def _whole(labels: np.ndarray, crop: tuple[slice, ...], organ: sitk.Image) -> sitk.Image:
    whole = np.zeros(organ.GetSize()[::-1], dtype=np.uint8)
    whole[crop] = labels
    image = sitk.GetImageFromArray(whole)
    image.CopyInformation(organ)
    return image
