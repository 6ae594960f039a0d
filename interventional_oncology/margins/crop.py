"""The part of a mask that holds anything, found without touching the rest twice."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk


@dataclass(frozen=True)
class Frame:
    """Where the index frame of a volume lies in the patient.

    Points of the index frame are ``index * spacing`` in mm, in the order x, y, z of the volume's axes.

    Attributes
    ----------
    origin_lps_mm : numpy.ndarray, shape (3,)
    direction : numpy.ndarray, shape (3, 3)
        Columns are the unit vectors of the axes i, j, k in LPS.
    spacing_mm : numpy.ndarray, shape (3,)
        In the order i, j, k.
    """

    origin_lps_mm: np.ndarray
    direction: np.ndarray
    spacing_mm: np.ndarray

    @classmethod
    def of(cls, image: sitk.Image) -> "Frame":
        """Return the frame of ``image``."""
        return cls(
            np.array(image.GetOrigin()),
            np.reshape(image.GetDirection(), (3, 3)),
            np.array(image.GetSpacing()),
        )

    def to_lps(self, points_mm: np.ndarray) -> np.ndarray:
        """Return points (n, 3) of the index frame in LPS mm."""
        return self.origin_lps_mm + points_mm @ self.direction.T

    def from_lps(self, points_lps_mm: np.ndarray) -> np.ndarray:
        """Return LPS points (n, 3) in the index frame; the direction is orthonormal."""
        return (points_lps_mm - self.origin_lps_mm) @ self.direction


def bounding_slices(inside: np.ndarray) -> tuple[slice, slice, slice] | None:
    """Return the smallest box ``[k, j, i]`` around the nonzero voxels, or None where there are none.

    One pass over the volume finds the slices; rows and columns are looked up within them only.
    """
    slices = np.flatnonzero(inside.reshape(inside.shape[0], -1).any(axis=1))
    if not slices.size:
        return None
    k = slice(int(slices[0]), int(slices[-1]) + 1)
    plane = np.asarray(inside[k].any(axis=0))
    rows, columns = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
    return k, slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
