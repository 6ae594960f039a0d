"""The images of one examination, checked, cropped to the organ, held still and compared with parenchyma."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..errors import InputError
from ..images import check_same_grid, check_volume
from ..margins.crop import Frame, bounding_slices
from .appearance import Treatment, appearance
from .core import necrotic_cores
from .evidence import FAMILIES, Evidence, as_array, gather
from .model import Hints
from .morphology import depth_mm, distance_mm
from .phase_motion import held_still
from .phase_order import swapped_phases

#: Roles of images that are understood.
ROLES = (
    *("native_t1", "t1", "t2", "arterial", "portal", "delayed", "hepatobiliary", "dwi", "adc"),
    *("ct_native", "ct_arterial", "ct_portal"),
)

_CROP_PAD = 4
_REFERENCE_DEPTH_MM = 4.0
_LEAST_REFERENCE_VOXELS = 200


@dataclass(frozen=True)
class Examination:
    """One examination, ready to be labeled.

    Attributes
    ----------
    organ : SimpleITK.Image
        Gives the grid of the labels.
    crop : tuple of slice
        Box ``[k, j, i]`` that ``evidence`` and ``hints`` are on.
    evidence : Evidence
    hints : Hints
    """

    organ: sitk.Image
    crop: tuple[slice, ...]
    evidence: Evidence
    hints: Hints

    @property
    def frame(self) -> Frame:
        """Frame of the whole volume."""
        return Frame.of(self.organ)

    @property
    def start(self) -> np.ndarray:
        """Index (i, j, k) of the first voxel of the crop."""
        return np.array([part.start for part in reversed(self.crop)])

    def whole(self, cropped: np.ndarray) -> sitk.Image:
        """Return an array of the crop as an image on the grid of the organ, of its type, masks as uint8."""
        kind = np.uint8 if cropped.dtype == bool else cropped.dtype
        whole = np.zeros(self.organ.GetSize()[::-1], dtype=kind)
        whole[self.crop] = cropped
        image = sitk.GetImageFromArray(whole)
        image.CopyInformation(self.organ)
        return image


def examine(
    images: Mapping[str, sitk.Image],
    organ: sitk.Image,
    treatment: Treatment,
    *,
    masks: Mapping[str, sitk.Image | None],
    treated: sitk.Image | None = None,
) -> Examination:
    """Return the examination, its sequences held still and normalized to unaffected parenchyma.

    Parameters
    ----------
    images, organ
        As in :func:`~.labeling.label_zones`.
    treatment : Treatment
    masks : mapping of str to SimpleITK.Image or None
        ``region``, ``prior tumor``, ``previous zones``.
    treated : SimpleITK.Image, optional
        Labels whose surroundings are not parenchyma; without them the necrotic cores are looked for.

    Raises
    ------
    InputError
        If nothing can be judged, a mask is empty or lies outside the organ, or the grids differ.
    """
    _check(images, organ, masks)
    inside = sitk.GetArrayViewFromImage(organ)
    box = bounding_slices(inside)
    if box is None:
        msg = "organ mask: expected at least one voxel inside, got an empty mask"
        raise InputError(msg)
    crop = _grown(box, inside.shape)
    voxels = np.asarray(ndimage.binary_fill_holes(np.asarray(inside[crop]) != 0))
    hints = Hints(*(_cropped(mask, crop, name, voxels) for name, mask in masks.items()))
    spacing_mm = np.array(organ.GetSpacing()[::-1])
    arrays = {role: as_array(image)[crop] for role, image in images.items()}
    _check_signal(arrays, voxels)
    still, motions, said = held_still(arrays, voxels, spacing_mm)
    deep = depth_mm(voxels, spacing_mm) >= _REFERENCE_DEPTH_MM
    deep = deep if np.count_nonzero(deep) >= _LEAST_REFERENCE_VOXELS else voxels
    core_rule = appearance().core
    reference = deep
    for final in (False, True):
        evidence = gather(
            still,
            voxels,
            reference,
            spacing_mm,
            assumed_native_ct_hu=core_rule.assumed_native_ct_hu,
            motions=motions,
        )
        if final:
            break
        _check_enhancement(evidence, said, list(images))
        core = (
            necrotic_cores(evidence, hints, core_rule)
            if treated is None
            else np.asarray(sitk.GetArrayViewFromImage(treated)[crop]) > 0
        )
        far = deep & (distance_mm(core, spacing_mm) > treatment.reach_mm)
        reference = far if np.count_nonzero(far) >= _LEAST_REFERENCE_VOXELS else deep
    _check_enhancement(evidence, said, list(images))
    evidence.warnings[:0] = said
    evidence.warnings.extend(swapped_phases(images, evidence))
    return Examination(organ, crop, evidence, hints)


def _check_enhancement(evidence: Evidence, said: list[str], roles: list[str]) -> None:
    if any(gain.shows_parenchyma for gain in evidence.gains.values()):
        return
    why = "; ".join([*said, *evidence.warnings]) or f"got the roles {', '.join(sorted(roles)) or 'none'}"
    msg = (
        "expected a contrast phase in which the parenchyma enhances, and its native sequence (an organ "
        f"without unaffected parenchyma cannot be judged): {why}"
    )
    raise InputError(msg)


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


def _check_signal(arrays: Mapping[str, np.ndarray], organ: np.ndarray) -> None:
    for role, array in arrays.items():
        values = array[organ]
        if values.min() == values.max():
            msg = f"{role}: expected an image of the organ, got {values[0]:g} in every voxel of it"
            raise InputError(msg)


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
