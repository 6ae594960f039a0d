"""An organ that the border of its image cuts off: what is then known of its surface.

The cut is no surface. Beyond it the organ goes on, nobody knows how; so the distance to the surface that is
seen is the distance to the surface only where no unseen surface can be nearer.
"""

import numpy as np
import SimpleITK as sitk

from ..images import touches_border
from .pyramid import coarse_grid

#: Room is not told beyond this: it is more than the clamp of the distance maps.
_ENOUGH_MM = 100.0


def cut_cautions(fixed: sitk.Image | None, moving: sitk.Image | None) -> tuple[str, ...]:
    """Return a sentence for each of two organ masks that the border of its image cuts off."""
    return tuple(
        f"the organ mask touches the border of the {side} image: it may be cut off, "
        "and what lies beyond is aligned by its surroundings alone"
        for side, mask in (("fixed", fixed), ("moving", moving))
        if mask is not None and touches_border(mask)
    )


def cut_faces(mask: sitk.Image) -> np.ndarray:
    """Return at which faces of its image a mask ends, bool (3, 2): low and high end of axes i, j, k."""
    inside = sitk.GetArrayViewFromImage(mask) != 0
    ends = [[inside.take(end, axis=axis).any() for end in (0, -1)] for axis in (2, 1, 0)]
    return np.array(ends)


def room_of(mask: sitk.Image, voxel_mm: float) -> sitk.Image | None:
    """Return the distance from each place of an image to the faces that cut its mask.

    A distance to the surface of the mask that is larger than this may be wrong: past the face, the surface
    may be nearer.

    Parameters
    ----------
    mask : SimpleITK.Image
    voxel_mm : float
        Voxels of the result, over the same extent.

    Returns
    -------
    SimpleITK.Image or None
        Millimeters, float32; None where no face cuts the mask.
    """
    cut = cut_faces(mask)
    if not cut.any():
        return None
    extent_mm = np.array(mask.GetSize()) * np.array(mask.GetSpacing())
    grid = coarse_grid(mask, np.maximum(np.ceil(extent_mm / voxel_mm), 2).astype(int))
    room_mm = np.full(grid.GetSize()[::-1], _ENOUGH_MM, dtype=np.float32)
    for axis, (low, high) in enumerate(cut):
        from_low = (np.arange(grid.GetSize()[axis]) + 0.5) * grid.GetSpacing()[axis]
        shape = [1, 1, 1]
        shape[2 - axis] = -1
        for there, distance in ((low, from_low), (high, from_low[::-1])):
            if there:
                room_mm = np.minimum(room_mm, distance.reshape(shape), dtype=np.float32)
    image = sitk.GetImageFromArray(room_mm)
    image.CopyInformation(grid)
    return image
