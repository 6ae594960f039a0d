"""The places at which a registration is judged: voxels of about 4 mm of the organ and around it."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from .prepared import Prepared, distance_on
from .pyramid import box_around, coarse_grid, cut

_VOXEL_MM = 4.0
#: A map of them goes on this far around the organ, so that it can be interpolated at its surface.
_AROUND_MM = 10.0


@dataclass(frozen=True)
class Places:
    """Where the error is asked for: a grid, and the voxels of the organ and of the map on it."""

    grid: sitk.Image
    organ: np.ndarray
    mapped: np.ndarray
    positions_mm: tuple[np.ndarray, np.ndarray, np.ndarray]

    def image(self, values: np.ndarray) -> sitk.Image:
        """Return values as an image, NaN outside the map."""
        made = sitk.GetImageFromArray(np.where(self.mapped, values, np.nan).astype(np.float32))
        made.CopyInformation(self.grid)
        return made


def places_of(prepared: Prepared) -> Places:
    """Return where the error is asked for."""
    frame = prepared.frame
    size, spacing = np.array(frame.GetSize()), np.array(frame.GetSpacing())
    grid = coarse_grid(frame, np.maximum(np.round(size * spacing / _VOXEL_MM), 2).astype(int))
    organ = mapped = np.ones(grid.GetSize()[::-1], dtype=bool)
    if prepared.region is not None:
        distance = distance_on(prepared.region, grid)
        organ, mapped = distance <= 0.0, distance <= _AROUND_MM
        if np.count_nonzero(organ) < 2 * len(spacing):  # smaller than the voxels of the map
            organ = mapped
    box = box_around(mapped, np.zeros(3, dtype=int))
    grid = cut(grid, box)
    direction = np.reshape(frame.GetDirection(), (3, 3))
    first = direction.T @ (np.array(grid.GetOrigin()) - np.array(frame.GetOrigin()))
    positions = [first[a] + grid.GetSpacing()[a] * np.arange(grid.GetSize()[a]) for a in range(3)]
    return Places(grid, organ[box], mapped[box], (positions[0], positions[1], positions[2]))
