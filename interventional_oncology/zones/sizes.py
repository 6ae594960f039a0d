"""Sizes of parts of the zone that have a meaning of their own: living tumor, the hepatobiliary zone."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ..lesions import LesionMeasurement, measure_lesions
from .evidence import HEPATOBILIARY_ROLE, Evidence
from .morphology import distance_mm, opened, touching
from .records import LABELS, Size

_SMOOTHING_MM = 1.0
_REACH_MM = 8.0
_RADIUS_MM = 2.0


def viable_sizes(labels: sitk.Image) -> tuple[Size, ...]:
    """Return the size of each piece of living tumor in a label image, the largest first.

    The long axis is that of mRECIST, the product of both that of EASL, the volume that of qEASL.
    """
    viable = labels == LABELS["viable_tumor"]
    if not sitk.GetArrayViewFromImage(viable).any():
        return ()
    found = [_size(lesion) for lesion in measure_lesions(labels, viable)]
    return tuple(sorted(found, key=lambda size: -size.volume_ml))


def hepatobiliary_zone(evidence: Evidence, zone: np.ndarray) -> np.ndarray | None:
    """Return what is dark in the hepatobiliary phase at the zone, to half the depth of its darkest half.

    None without that phase. The size of an IRE zone in this phase agrees best with pathology.
    """
    if HEPATOBILIARY_ROLE not in evidence.contrasts or not zone.any():
        return None
    contrast = evidence.smooth(evidence.contrasts[HEPATOBILIARY_ROLE], _SMOOTHING_MM)
    depth = float(np.quantile(contrast[zone], 0.25))
    if depth >= -2.0 * evidence.noise[HEPATOBILIARY_ROLE]:
        return None
    near = evidence.organ & (distance_mm(zone, evidence.spacing_mm) <= _REACH_MM)
    dark = opened(near & (contrast < 0.5 * depth), _RADIUS_MM, evidence.spacing_mm)
    return np.asarray(ndimage.binary_fill_holes(touching(dark, zone)))


def whole_size(mask: sitk.Image) -> Size | None:
    """Return the size of all voxels of a mask as one thing; None when it is empty."""
    voxels = sitk.GetArrayFromImage(mask) != 0
    if not voxels.any():
        return None
    pieces, _ = ndimage.label(voxels, structure=np.ones((3, 3, 3), dtype=int))
    largest = int(np.argmax(np.bincount(pieces.ravel())[1:])) + 1
    one = sitk.GetImageFromArray((pieces == largest).astype(np.uint8))
    one.CopyInformation(mask)
    return _size(measure_lesions(one, one)[0])


def _size(lesion: LesionMeasurement) -> Size:
    return Size(
        long_axis_mm=lesion.long_axis_mm,
        short_axis_mm=lesion.short_axis_mm,
        longest_diameter_mm=lesion.longest_diameter_mm,
        volume_ml=lesion.volume_ml,
        center_ras_mm=lesion.center_ras_mm,
    )
