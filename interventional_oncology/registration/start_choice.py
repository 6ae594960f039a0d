"""From where a registration starts, and what told so."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..images import everywhere, shared_frame_of_reference
from .first_guess import center_mm, start_map
from .initial_transform import linear_of
from .landmarks import outside
from .linear import LinearMap
from .organ_center import centroid_mm
from .prepared import Masks, Prepared
from .presets import Preset

#: What a registration can start from, and what that means.
STARTS = {
    "initial transform": "the transform that was given",
    "landmarks": "the rigid fit of the landmarks",
    "organ masks": "the organ in both images",
    "frame of reference": "both images come from DICOM with one frame of reference",
    "most alike": "the most alike of many shifts",
}
#: A map is called rigid that is rigid to this precision this far from the center.
_SAME_MM, _FAR_MM = 0.01, 100.0


@dataclass(frozen=True)
class Start:
    """Where to start.

    Attributes
    ----------
    linear : LinearMap
        Fixed points to moving points, LPS mm.
    name : str
        What told it, one of :data:`STARTS`.
    cautions : tuple of str
    """

    linear: LinearMap
    name: str
    cautions: tuple[str, ...] = ()


def choose_start(
    prepared: Prepared,
    preset: Preset,
    *,
    fixed: sitk.Image,
    moving: sitk.Image,
    masks: Masks,
    landmarks: np.ndarray | None,
    initial: sitk.Transform | None,
    rigid: bool,
) -> Start:
    """Return where to start: what the user gave counts first, then the organ, then the scanner.

    An organ outlined in both images comes before the frame of reference: patients breathe between two scans
    of one session. What is to be ``rigid`` starts from the rotation and shift nearest to ``initial``.
    """
    center = centroid_mm(masks.fixed) if masks.fixed is not None else center_mm(fixed)
    if initial is not None:
        region = masks.fixed if masks.fixed is not None else everywhere(fixed)
        linear = linear_of(initial, center, region, rigid=rigid)
        return Start(linear, "initial transform", _made_rigid(initial, linear) if rigid else ())
    both_masks = masks.fixed is not None and masks.moving is not None
    if landmarks is None and not both_masks and shared_frame_of_reference(fixed, moving):
        said = "started from the frame of reference that both DICOM images share"
        return Start(LinearMap.shift(np.zeros(3), center), "frame of reference", (said,))
    name = "landmarks" if landmarks is not None else "organ masks" if both_masks else "most alike"
    linear = start_map(prepared, preset, fixed=fixed, moving=moving, masks=masks, landmarks=landmarks)
    return Start(linear, name, () if landmarks is None else tuple(outside(landmarks, fixed, "landmarks")))


def _made_rigid(initial: sitk.Transform, rigid: LinearMap) -> tuple[str, ...]:
    corners_mm = rigid.center_mm + _FAR_MM * np.eye(3)
    moved_mm = np.array([initial.TransformPoint(corner) for corner in corners_mm.tolist()])
    if np.linalg.norm(moved_mm - rigid.apply(corners_mm), axis=1).max() < _SAME_MM:
        return ()
    return ("the initial transform is not rigid: started from the rotation and shift nearest to it",)
