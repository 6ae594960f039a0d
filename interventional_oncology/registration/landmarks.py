"""Pairs of points placed in both images."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from ..errors import InputError

COLUMNS = ("fixed_x", "fixed_y", "fixed_z", "moving_x", "moving_y", "moving_z")
#: Three points that are not on a line fix a rigid motion.
FEWEST = 3
#: Points closer to one line than this (standard deviation) leave the turn about that line open.
_COLLINEAR_MM = 1.0
#: Two landmarks nearer than this are one that was placed twice.
_SAME_PLACE_MM = 0.1


def read_landmarks(path: str | Path) -> np.ndarray:
    """Return the point pairs of a CSV file.

    Parameters
    ----------
    path : str or Path
        Columns ``fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z``, LPS mm, in any order.

    Returns
    -------
    ndarray, shape (n, 6)
        Fixed then moving point of each pair.

    Raises
    ------
    InputError
        If the file is not there or not text, a column is missing or unknown, a value is no finite number,
        there are fewer than three pairs, the points lie on a line, or two are in one place.
    """
    path = Path(path)
    if not path.is_file():
        msg = f"{path}: expected a CSV file of landmarks, found nothing there"
        raise InputError(msg)
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            reader = csv.DictReader(stream, strict=True)
            columns = [name.strip() for name in reader.fieldnames or []]
            _check_columns(columns, path)
            reader.fieldnames = columns
            rows = [_numbers(row, path, line) for line, row in enumerate(reader, start=2)]
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{path}: expected a CSV file of landmarks, got one that cannot be read ({error})"
        raise InputError(msg) from error
    return checked_landmarks(np.array(rows, dtype=float).reshape(-1, 6), str(path))


def _check_columns(columns: list[str], path: Path) -> None:
    if sorted(columns) != sorted(COLUMNS):
        msg = f"{path}: expected the columns {','.join(COLUMNS)}, got {','.join(columns) or 'an empty file'}"
        raise InputError(msg)


def _numbers(row: dict[str | Any, str | Any], path: Path, line: int) -> list[float]:
    try:
        if None in row:
            raise ValueError
        return [float(row[name]) for name in COLUMNS]
    except (TypeError, ValueError) as error:
        msg = f"{path}: expected six numbers in line {line}, got {','.join(str(v) for v in row.values())}"
        raise InputError(msg) from error


def checked_landmarks(given: ArrayLike, name: str) -> np.ndarray:
    """Return landmark pairs as an array of floats, shape (n, 6).

    Raises
    ------
    InputError
        Unless they are finite, apart, three or more, and not on a line.
    """
    try:
        pairs = np.asarray(given).astype(float, casting="same_kind")
    except (TypeError, ValueError) as error:
        msg = f"{name}: expected landmark pairs as numbers of shape (n, 6), got others"
        raise InputError(msg) from error
    if pairs.ndim != 2 or pairs.shape[1] != 6:
        msg = f"{name}: expected landmark pairs of shape (n, 6), got {pairs.shape}"
        raise InputError(msg)
    if len(pairs) < FEWEST:
        msg = f"{name}: expected at least {FEWEST} landmark pairs, got {len(pairs)}"
        raise InputError(msg)
    if not np.isfinite(pairs).all():
        msg = f"{name}: expected finite landmark coordinates, got some that are not"
        raise InputError(msg)
    for side, points in (("fixed", pairs[:, :3]), ("moving", pairs[:, 3:])):
        spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) / np.sqrt(len(points))
        if spread[1] < _COLLINEAR_MM:
            msg = f"{name}: expected landmarks off one line, got {side} points {spread[1]:.2g} mm from it"
            raise InputError(msg)
        apart_mm = cdist(points, points) + np.diag(np.full(len(points), np.inf))
        if apart_mm.min() < _SAME_PLACE_MM:
            first, second = np.unravel_index(int(apart_mm.argmin()), apart_mm.shape)
            msg = (
                f"{name}: expected landmarks in different places, "
                f"got the {side} points {first + 1} and {second + 1} in one"
            )
            raise InputError(msg)
    return pairs


def outside(pairs: np.ndarray, fixed: sitk.Image, name: str) -> list[str]:
    """Return a sentence if fixed points of ``pairs`` (n, 6) lie outside the fixed image, else none."""
    index = np.array([fixed.TransformPhysicalPointToContinuousIndex(p) for p in pairs[:, :3].tolist()])
    inside = ((index >= -0.5) & (index <= np.array(fixed.GetSize()) - 0.5)).all(axis=1)
    if inside.all():
        return []
    count = f"{np.count_nonzero(~inside)} of {len(pairs)} fixed points"
    return [
        f"{name}: {count} lie outside the fixed image (expected LPS mm; RAS has the first two signs turned)"
    ]
