"""Whether the slices of a DICOM series make a volume: all there, evenly spaced, in one line."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .dicom_tilt import straightened

#: Positions may differ from even steps by this fraction of a step (scanners write them to 0.01 mm or so).
STEP_TOLERANCE = 0.02
#: Slices may lie this far off the line through them, in parts of a pixel.
LINE_TOLERANCE_PIXELS = 0.25
#: No gantry tilts farther than 30 degrees (from memory).
STEEPEST_DEGREES = 35.0


@dataclass(frozen=True)
class Stack:
    """How the slices lie on each other.

    Attributes
    ----------
    spacing_mm : float
        Distance of their planes.
    shift_mm : ndarray, shape (2,)
        How far each slice lies beyond the one before, along rows and columns: zero unless the gantry was
        tilted.
    """

    spacing_mm: float
    shift_mm: np.ndarray


def sorted_by_position(headers: list[Any], name: str) -> list[Any]:
    """Return the slices in the order of their position along the slice normal.

    Raises
    ------
    InputError
        If a slice has no position, or the slices differ in orientation, size or voxel spacing.
    """
    needed = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
    for tag in needed:
        without = sum(not header.get(tag) for header in headers)
        if without:
            msg = (
                f"{name}: expected the position of every slice, got {without} of {len(headers)} without {tag}"
            )
            raise InputError(msg)
    _check_alike(headers, name)
    normal = _normal(headers[0])
    return sorted(headers, key=lambda header: float(np.dot(header.ImagePositionPatient, normal)))


def measured_stack(headers: list[Any], name: str) -> Stack:
    """Return how the slices lie on each other.

    Parameters
    ----------
    headers : list
        ``pydicom`` data sets in the order of :func:`sorted_by_position`.
    name : str
        How the series is called in messages.

    Raises
    ------
    InputError
        If there are fewer than two slices, two share a position, one is missing, the steps are uneven,
        or the slices lie in no line or one that is too steep.
    """
    if len(headers) < 2:
        msg = f"{name}: expected a volume of at least 2 slices, got {len(headers)}"
        raise InputError(msg)
    positions = np.array([header.ImagePositionPatient for header in headers], dtype=float)
    steps_mm = np.diff(positions @ _normal(headers[0]))
    step_mm = float(np.median(steps_mm))
    if (steps_mm < 1e-3).any():
        msg = (
            f"{name}: expected one slice at each position, got {int((steps_mm < 1e-3).sum())} more "
            "(several phases, b-values or echoes in one series?)"
        )
        raise InputError(msg)
    _check_even(steps_mm, step_mm, name)
    return Stack(float(steps_mm.mean()), _shift_mm(positions, headers[0], float(steps_mm.mean()), name))


def _shift_mm(positions: np.ndarray, header: Any, step_mm: float, name: str) -> np.ndarray:
    axes = np.reshape(np.asarray(header.ImageOrientationPatient, dtype=float), (2, 3))
    sideways_mm = (positions - positions[0]) @ axes.T
    pixel_mm = np.array([header.PixelSpacing[1], header.PixelSpacing[0]], dtype=float)
    tolerance_mm = LINE_TOLERANCE_PIXELS * pixel_mm
    if (np.abs(sideways_mm) <= tolerance_mm).all():
        return np.zeros(2)
    shift_mm: np.ndarray = sideways_mm[-1] / (len(positions) - 1)
    off_mm = np.abs(sideways_mm - np.arange(len(positions))[:, None] * shift_mm)
    if (off_mm > tolerance_mm).any():
        msg = f"{name}: expected slices in one line, got some up to {off_mm.max():.1f} mm beside it"
        raise InputError(msg)
    degrees = float(np.degrees(np.arctan2(np.linalg.norm(shift_mm), step_mm)))
    if degrees > STEEPEST_DEGREES:
        msg = (
            f"{name}: expected slices above each other, or tilted by a gantry (at most "
            f"{STEEPEST_DEGREES:g} degrees), got a stack sheared by {degrees:.0f} degrees"
        )
        raise InputError(msg)
    return shift_mm


def with_geometry(image: sitk.Image, first: Any, stack: Stack) -> sitk.Image:
    """Return ``image`` in the geometry of its first slice and stack, rectangular if the gantry was tilted."""
    row, column = np.reshape(np.asarray(first.ImageOrientationPatient, dtype=float), (2, 3))
    image.SetOrigin([float(x) for x in first.ImagePositionPatient])
    image.SetSpacing([float(first.PixelSpacing[1]), float(first.PixelSpacing[0]), stack.spacing_mm])
    image.SetDirection(np.stack([row, column, np.cross(row, column)], axis=1).ravel().tolist())
    return straightened(image, stack.shift_mm) if stack.shift_mm.any() else image


def _check_even(steps_mm: np.ndarray, step_mm: float, name: str) -> None:
    wrong = np.flatnonzero(np.abs(steps_mm - step_mm) > STEP_TOLERANCE * step_mm)
    if not wrong.size:
        return
    at, gap_mm = int(wrong[0]), float(steps_mm[wrong[0]])
    missing = round(gap_mm / step_mm) - 1
    found = f"a gap of {gap_mm:.2f} mm after slice {at + 1}"
    if missing >= 1 and abs(gap_mm - (missing + 1) * step_mm) < 0.1 * step_mm:
        found += f" ({missing} slice{'s' if missing > 1 else ''} missing)"
    msg = f"{name}: expected slices every {step_mm:.2f} mm, got {found}"
    raise InputError(msg)


def _normal(header: Any) -> np.ndarray:
    row, column = np.reshape(np.asarray(header.ImageOrientationPatient, dtype=float), (2, 3))
    return np.cross(row, column)


def _check_alike(headers: list[Any], name: str) -> None:
    first = headers[0]
    for header in headers[1:]:
        same = (header.Rows, header.Columns) == (first.Rows, first.Columns)
        same = same and np.allclose(header.ImageOrientationPatient, first.ImageOrientationPatient, atol=1e-3)
        if not (same and np.allclose(header.PixelSpacing, first.PixelSpacing, rtol=1e-3)):
            msg = f"{name}: expected slices alike in size, spacing and orientation, got others (a localizer?)"
            raise InputError(msg)
