"""Whether the slices of a DICOM series make a volume: all there, evenly spaced, not sheared."""

from typing import Any

import numpy as np
import SimpleITK as sitk

from ..errors import InputError

#: Positions may differ from even steps by this fraction of a step (scanners write them to 0.01 mm or so).
STEP_TOLERANCE = 0.02
#: Sideways shift of a step, as a fraction of it, above which a series counts as sheared (0.6 degrees).
SHEAR_TOLERANCE = 0.01


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


def check_slices(headers: list[Any], name: str) -> float:
    """Return the distance of the slices in mm.

    Parameters
    ----------
    headers : list
        ``pydicom`` data sets in the order of :func:`sorted_by_position`.
    name : str
        How the series is called in messages.

    Raises
    ------
    InputError
        If there are fewer than two slices, two share a position, one is missing, the steps are uneven
        or the stack is sheared.
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
    across = positions[-1] - positions[0]
    sideways_mm = float(np.linalg.norm(across - across @ _normal(headers[0]) * _normal(headers[0])))
    if sideways_mm > SHEAR_TOLERANCE * steps_mm.sum():
        msg = f"{name}: expected a straight stack, got one sheared by {sideways_mm:.1f} mm (gantry tilt)"
        raise InputError(msg)
    return float(steps_mm.mean())


def with_geometry(image: sitk.Image, first: Any, spacing_mm: float) -> sitk.Image:
    """Return ``image`` with the origin, spacing and direction that its first slice and the steps say."""
    row, column = np.reshape(np.asarray(first.ImageOrientationPatient, dtype=float), (2, 3))
    image.SetOrigin([float(x) for x in first.ImagePositionPatient])
    image.SetSpacing([float(first.PixelSpacing[1]), float(first.PixelSpacing[0]), spacing_mm])
    image.SetDirection(np.stack([row, column, np.cross(row, column)], axis=1).ravel().tolist())
    return image


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
