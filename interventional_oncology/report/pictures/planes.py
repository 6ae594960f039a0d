"""Cutting a volume along a plane of the patient, as a radiologist looks at it.

The patient's right is on the left of the picture (axial, coronal), anterior on the left (sagittal),
superior on top. The cut is resampled at square pixels, so thick slices and oblique volumes show true
proportions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

#: No picture is narrower than this part of its length.
_LEAST_SIDE = 0.5


@dataclass(frozen=True)
class View:
    """One of the three standard views.

    Attributes
    ----------
    name : str
    right_lps, down_lps : tuple of float
        Where the picture's right and bottom point to in the patient, LPS.
    letters : tuple of str
        Patient directions at the left, right, top and bottom edge.
    """

    name: str
    right_lps: tuple[float, float, float]
    down_lps: tuple[float, float, float]
    letters: tuple[str, str, str, str]


AXIAL = View("axial", (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), ("R", "L", "A", "P"))
CORONAL = View("coronal", (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), ("R", "L", "S", "I"))
SAGITTAL = View("sagittal", (0.0, 1.0, 0.0), (0.0, 0.0, -1.0), ("A", "P", "S", "I"))


@dataclass(frozen=True)
class Plane:
    """A rectangle in the patient.

    Attributes
    ----------
    view : View
    center_lps_mm : tuple of float
    width_mm, height_mm : float
    pixel_mm : float
        Side of the square pixels.
    """

    view: View
    center_lps_mm: tuple[float, float, float]
    width_mm: float
    height_mm: float
    pixel_mm: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return max(2, round(self.height_mm / self.pixel_mm)), max(2, round(self.width_mm / self.pixel_mm))

    def grid(self) -> sitk.Image:
        """Return an empty volume of one slice, columns to the right and rows downward."""
        rows, columns = self.shape
        right, down = np.array(self.view.right_lps), np.array(self.view.down_lps)
        center = np.array(self.center_lps_mm)
        origin = center - self.pixel_mm * (0.5 * (columns - 1) * right + 0.5 * (rows - 1) * down)
        grid = sitk.Image(columns, rows, 1, sitk.sitkUInt8)
        grid.SetSpacing((self.pixel_mm, self.pixel_mm, 1.0))
        grid.SetOrigin(origin.tolist())
        grid.SetDirection(np.stack([right, down, np.cross(right, down)], axis=1).ravel().tolist())
        return grid

    def pixel_of(self, point_lps_mm: Sequence[float]) -> tuple[float, float]:
        """Return the column and row of a point, projected onto the plane."""
        away = np.asarray(point_lps_mm, dtype=float) - np.array(self.center_lps_mm)
        rows, columns = self.shape
        column = away @ np.array(self.view.right_lps) / self.pixel_mm + 0.5 * (columns - 1)
        row = away @ np.array(self.view.down_lps) / self.pixel_mm + 0.5 * (rows - 1)
        return float(column), float(row)

    def location(self) -> str:
        """Return where the plane lies, in the patient directions Slicer shows (RAS, mm)."""
        x, y, z = self.center_lps_mm
        value, positive, negative = {
            "axial": (z, "S", "I"),
            "coronal": (-y, "A", "P"),
            "sagittal": (-x, "R", "L"),
        }[self.view.name]
        return f"{positive if value >= 0 else negative} {abs(value):.1f} mm"


def cut(image: sitk.Image, plane: Plane, *, background: float = 0.0) -> np.ndarray:
    """Return the values of ``image`` on ``plane``, shape (rows, columns), linearly interpolated."""
    # A slice that lies within half a voxel outside the outermost voxel centers is still imaged tissue.
    values = sitk.Resample(
        image,
        plane.grid(),
        sitk.Transform(),
        sitk.sitkLinear,
        float(background),
        sitk.sitkFloat32,
    )
    array: np.ndarray = sitk.GetArrayFromImage(values)[0]
    return array


def whole_plane(image: sitk.Image, view: View, center_lps_mm: Sequence[float], *, pixels: int = 640) -> Plane:
    """Return the plane through a point that shows the whole width and height of a volume."""
    low, high = _bounds(image)
    middle = 0.5 * (low + high)
    right, down = np.abs(view.right_lps), np.abs(view.down_lps)
    through = np.asarray(center_lps_mm, dtype=float)
    normal = 1.0 - right - down
    center = middle * (right + down) + through * normal
    width_mm, height_mm = float((high - low) @ right), float((high - low) @ down)
    return Plane(view, tuple(center.tolist()), width_mm, height_mm, max(width_mm, height_mm) / pixels)


def tight_plane(plane: Plane, shown: np.ndarray, *, border_mm: float = 8.0, pixels: int = 640) -> Plane:
    """Return the part of a plane that holds what is shown, with a border.

    Parameters
    ----------
    plane : Plane
    shown : numpy.ndarray of bool
        Shape of the plane: pixels that matter. Rows and columns with less than 2 % of them do not count.
    """
    rows, columns = (np.flatnonzero(shown.mean(axis=axis) > 0.02) for axis in (1, 0))
    if not rows.size or not columns.size:
        return plane
    whole = np.array([plane.width_mm, plane.height_mm])
    low = np.maximum(np.array([columns[0], rows[0]]) * plane.pixel_mm - border_mm, 0.0)
    high = np.minimum(np.array([columns[-1] + 1, rows[-1] + 1]) * plane.pixel_mm + border_mm, whole)
    # A stack of few slices is a stripe; with air around it, letters and captions have room.
    lacking = np.maximum(_LEAST_SIDE * (high - low).max() - (high - low), 0.0)
    low, high = low - 0.5 * lacking, high + 0.5 * lacking
    right, down = np.array(plane.view.right_lps), np.array(plane.view.down_lps)
    moved = 0.5 * (low + high - whole)
    center = np.array(plane.center_lps_mm) + moved[0] * right + moved[1] * down
    width_mm, height_mm = (high - low).tolist()
    return Plane(plane.view, tuple(center.tolist()), width_mm, height_mm, max(width_mm, height_mm) / pixels)


def zoomed_plane(view: View, center_lps_mm: Sequence[float], field_mm: float, *, pixels: int = 640) -> Plane:
    """Return the square plane of ``field_mm`` around a point."""
    center = tuple(float(x) for x in center_lps_mm)
    return Plane(view, (center[0], center[1], center[2]), field_mm, field_mm, field_mm / pixels)


def _bounds(image: sitk.Image) -> tuple[np.ndarray, np.ndarray]:
    # Outer faces of the outermost voxels, not their centers.
    size = image.GetSize()
    ends = [(-0.5, n - 0.5) for n in size]
    corners = [
        image.TransformContinuousIndexToPhysicalPoint((i, j, k))
        for i in ends[0]
        for j in ends[1]
        for k in ends[2]
    ]
    return np.min(corners, axis=0), np.max(corners, axis=0)
