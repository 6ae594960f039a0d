"""The voxel grid the patient is imaged on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import SimpleITK as sitk

#: Extent of the default grid (256 x 256 x 100 voxels of 1.4 x 1.4 x 2.5 mm), in mm along x, y, z.
FIELD_OF_VIEW_MM = (358.4, 358.4, 250.0)

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Grid:
    """Geometry of the images.

    Attributes
    ----------
    size : tuple of int
        Voxels along i, j, k.
    spacing_mm : tuple of float
        Voxel edge lengths.
    center_lps_mm : tuple of float
        Middle of the volume; the patient's origin is the middle of the abdomen.
    direction : tuple of float
        Direction cosines as in ``sitk.Image.GetDirection``.
    """

    size: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    center_lps_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    direction: tuple[float, ...] = _IDENTITY

    @cached_property
    def matrix(self) -> np.ndarray:
        """Columns: mm in LPS of one voxel step along i, j, k."""
        return np.reshape(self.direction, (3, 3)) * np.asarray(self.spacing_mm)

    @cached_property
    def origin_lps_mm(self) -> np.ndarray:
        """Center of the first voxel."""
        return np.asarray(self.center_lps_mm) - self.matrix @ ((np.asarray(self.size) - 1) / 2)

    @cached_property
    def is_axis_aligned(self) -> bool:
        """Whether i, j, k run along x, y, z, so that coordinates are separable."""
        return bool(np.allclose(self.direction, _IDENTITY))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of an array, ``[k, j, i]``."""
        return (self.size[2], self.size[1], self.size[0])

    def image(self, array: np.ndarray) -> sitk.Image:
        """Return ``array`` (``[k, j, i]`` or ``[k, j, i, component]``) as an image of this grid."""
        image = sitk.GetImageFromArray(array, isVector=array.ndim == 4)
        image.SetSpacing(self.spacing_mm)
        image.SetOrigin(self.origin_lps_mm.tolist())
        image.SetDirection(self.direction)
        return image

    def points(
        self, box: tuple[slice, slice, slice] | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return x, y, z (LPS, mm, float32) of the voxel centers, broadcastable to ``[k, j, i]``."""
        box = box or (slice(0, self.shape[0]), slice(0, self.shape[1]), slice(0, self.shape[2]))
        k, j, i = (np.arange(part.start, part.stop, dtype=np.float64) for part in box)
        matrix, origin = self.matrix, self.origin_lps_mm
        if self.is_axis_aligned:
            x, y, z = i * matrix[0, 0] + origin[0], j * matrix[1, 1] + origin[1], k * matrix[2, 2] + origin[2]
            x, y, z = x[None, None, :], y[None, :, None], z[:, None, None]
        else:
            i, j, k = i[None, None, :], j[None, :, None], k[:, None, None]
            x, y, z = (
                matrix[row, 0] * i + matrix[row, 1] * j + matrix[row, 2] * k + origin[row] for row in range(3)
            )
        return x.astype(np.float32), y.astype(np.float32), z.astype(np.float32)

    def boxes(self, low_mm: np.ndarray, high_mm: np.ndarray) -> list[tuple[slice, slice, slice]]:
        """Return slices ``[k, j, i]`` that cover each LPS box (n, 3), one voxel wider; empty if outside."""
        pick = np.array(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij")).reshape(3, 8)
        corners = np.stack([low_mm, high_mm])[pick, :, np.arange(3)[:, None]]  # (3, 8, n)
        offset = corners - self.origin_lps_mm[:, None, None]
        index = np.einsum("ab,bcn->acn", np.linalg.inv(self.matrix), offset)
        size = np.asarray(self.size)[:, None]
        start = np.clip(np.floor(index.min(axis=1)).astype(int) - 1, 0, size)
        stop = np.maximum(np.clip(np.ceil(index.max(axis=1)).astype(int) + 2, 0, size), start)
        return [
            (slice(a[2], b[2]), slice(a[1], b[1]), slice(a[0], b[0]))
            for a, b in zip(start.T.tolist(), stop.T.tolist(), strict=True)
        ]
