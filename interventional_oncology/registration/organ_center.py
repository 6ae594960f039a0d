"""Where the middle of an organ lies, and of the part of it that two images share; how large it is."""

import numpy as np
import SimpleITK as sitk

from .cut_off import cut_faces

#: The shift of a cut organ: at most so many steps, until they are this small; points of each mask.
_STEPS, _CLOSE_MM, _POINTS = 60, 0.1, 20_000


def centroid_mm(mask: sitk.Image) -> np.ndarray:
    """Return the centroid of a mask, LPS mm."""
    statistics = sitk.LabelShapeStatisticsImageFilter()
    statistics.Execute(sitk.Cast(mask != 0, sitk.sitkUInt8))
    return np.array(statistics.GetCentroid(1))


def ball_radius_mm(mask: sitk.Image) -> float:
    """Return the radius of the ball that has the volume of a mask."""
    volume_mm3 = np.count_nonzero(sitk.GetArrayViewFromImage(mask)) * float(np.prod(mask.GetSpacing()))
    return float(np.cbrt(3.0 * volume_mm3 / (4.0 * np.pi)))


def shift_of_shared_part(fixed: sitk.Image, moving: sitk.Image) -> np.ndarray:
    """Return the shift (LPS mm) that lays the centroids of an organ on each other, where both images show it.

    Of an organ that one image cuts off the centroid is not that of the whole: each step compares only what
    the step before sends inside the other image. An organ that both images cut along one axis can still lie
    anywhere along it.

    Parameters
    ----------
    fixed, moving : SimpleITK.Image
        The organ in both images.
    """
    shift = centroid_mm(moving) - centroid_mm(fixed)
    if not (cut_faces(fixed).any() or cut_faces(moving).any()):
        return shift
    points = [_points_mm(mask) for mask in (fixed, moving)]
    for _ in range(_STEPS):
        shown = points[0][_inside(moving, points[0] + shift)], points[1][_inside(fixed, points[1] - shift)]
        if min(map(len, shown)) == 0:
            break
        change = shown[1].mean(axis=0) - shown[0].mean(axis=0) - shift
        shift = shift + change
        if np.linalg.norm(change) < _CLOSE_MM:
            break
    return shift


def _points_mm(mask: sitk.Image) -> np.ndarray:
    index = np.argwhere(sitk.GetArrayViewFromImage(mask) != 0)[:, ::-1]
    index = index[:: max(1, len(index) // _POINTS)]
    axes = np.reshape(mask.GetDirection(), (3, 3)) * np.array(mask.GetSpacing())
    points: np.ndarray = index @ axes.T + np.array(mask.GetOrigin())
    return points


def _inside(image: sitk.Image, points_mm: np.ndarray) -> np.ndarray:
    axes = np.reshape(image.GetDirection(), (3, 3)) * np.array(image.GetSpacing())
    index = np.linalg.solve(axes, (points_mm - np.array(image.GetOrigin())).T).T
    inside: np.ndarray = ((index >= -0.5) & (index <= np.array(image.GetSize()) - 0.5)).all(axis=1)
    return inside
