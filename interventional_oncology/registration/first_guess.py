"""Where the optimizer starts: landmarks, organ centers, or the best of many shifts."""

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .level import Level
from .linear import LinearMap
from .organ_center import ball_radius_mm, centroid_mm, shift_of_shared_part
from .prepared import Masks, Prepared
from .presets import Preset, Stage
from .resolution import Resolution
from .surface_start import turned_to_fit

#: Voxel of the search over shifts, and the step and reach of that search along the body axis.
_SEARCH = Stage(voxel_mm=10.0, iterations=0)
#: The same for images that are not alike as a whole but neighborhood by neighborhood.
_SEARCH_UNLIKE = Stage(voxel_mm=10.0, iterations=0, window_mm=40.0)
_SEARCH_STEP_MM = 20.0
_SEARCH_REACH_MM = 120.0
#: A shift that leaves less than this part of the best overlap is not compared: little overlap fits easily.
_ENOUGH_OVERLAP = 0.6


def start_map(
    prepared: Prepared,
    preset: Preset,
    *,
    fixed: sitk.Image,
    moving: sitk.Image,
    masks: Masks,
    landmarks: np.ndarray | None,
) -> LinearMap:
    """Return the linear map (fixed to moving, LPS mm) to start from.

    Landmarks give a rigid fit; two organ masks their centroids, and a turn where their surfaces ask for one;
    otherwise shifts between the centers of the images and of their bright parts, and along the body axis, are
    tried and the most alike one is taken.
    """
    center = centroid_mm(masks.fixed) if masks.fixed is not None else center_mm(fixed)
    if landmarks is not None:
        return rigid_fit(landmarks[:, :3], landmarks[:, 3:], center)
    if masks.fixed is not None and masks.moving is not None:
        shift = LinearMap.shift(shift_of_shared_part(masks.fixed, masks.moving), center)
        return turned_to_fit(prepared, preset, shift, ball_radius_mm(masks.fixed))
    shifts = [center_mm(moving) - center_mm(fixed), np.zeros(3)]
    shifts.append(_bright_center_mm(prepared.moving) - _bright_center_mm(prepared.fixed))
    return _most_alike(prepared, preset, [LinearMap.shift(s, center) for s in _with_steps(shifts)])


def rigid_fit(fixed_mm: np.ndarray, moving_mm: np.ndarray, center_mm: np.ndarray) -> LinearMap:
    """Return the rigid map with the least squared distance of point pairs.

    Kabsch 1976, doi:10.1107/S0567739476001873.

    Parameters
    ----------
    fixed_mm, moving_mm : ndarray, shape (n, 3)
        At least three pairs that are not on a line.
    center_mm : ndarray, shape (3,)
        Center of rotation of the map returned.
    """
    a, b = fixed_mm - fixed_mm.mean(axis=0), moving_mm - moving_mm.mean(axis=0)
    u, _, vt = np.linalg.svd(a.T @ b)
    mirror = np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))])
    rotation = vt.T @ mirror @ u.T
    translation = moving_mm.mean(axis=0) - rotation @ (fixed_mm.mean(axis=0) - center_mm) - center_mm
    return LinearMap(rotation, translation, np.asarray(center_mm, float))


def center_mm(image: sitk.Image) -> np.ndarray:
    """Return the center of the volume, LPS mm."""
    return np.array(image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2.0 for n in image.GetSize()]))


def _bright_center_mm(image: sitk.Image) -> np.ndarray:
    # Half of the window: soft tissue in CT, the body in MR.
    values = sitk.GetArrayViewFromImage(image)
    bright = sitk.BinaryThreshold(image, float(max(values.mean(), 1e-6)), 1e9, 1, 0)
    if not sitk.GetArrayViewFromImage(bright).any():  # all of it lies below the window
        return center_mm(image)
    return centroid_mm(bright)


def _with_steps(shifts: list[np.ndarray]) -> list[np.ndarray]:
    steps = np.arange(-_SEARCH_REACH_MM, _SEARCH_REACH_MM + 1.0, _SEARCH_STEP_MM)
    return [shift + np.array([0.0, 0.0, step]) for shift in shifts for step in steps]


def _most_alike(prepared: Prepared, preset: Preset, candidates: list[LinearMap]) -> LinearMap:
    search = _SEARCH_UNLIKE if preset.rigid[0].window_mm > 0 else _SEARCH
    resolution = Resolution(prepared, search.voxel_mm)
    found: list[tuple[float, int, LinearMap]] = []
    for candidate in candidates:
        try:
            level = Level(resolution, preset, candidate, search)
        except InputError:  # this shift leaves no overlap
            continue
        found.append((level.cost(), level.size, candidate))
    if not found:
        msg = "registration: expected images of one part of the body, got no overlap for any start tried"
        raise InputError(msg)
    most = max(size for _, size, _ in found)
    enough = [(cost, candidate) for cost, size, candidate in found if size >= _ENOUGH_OVERLAP * most]
    return min(enough, key=lambda item: item[0])[1]
