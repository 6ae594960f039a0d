"""Input the margin can work with, or one sentence on why not."""

from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images import check_same_grid, check_volume
from .subcapsular import SUBCAPSULAR_RULES

#: No margin larger than this is wanted anywhere; a larger number is a slip of the keyboard.
LARGEST_LENGTH_MM = 30.0


def check_mask(mask: Any, name: str) -> None:
    """Refuse what is not a 3-D mask: another type, or voxels that are not whole numbers.

    Raises
    ------
    InputError
    """
    if not isinstance(mask, sitk.Image):
        msg = f"{name}: expected a SimpleITK image, got {type(mask).__name__}"
        raise InputError(msg)
    check_volume(mask, name)
    voxels = sitk.GetArrayViewFromImage(mask)
    if np.issubdtype(voxels.dtype, np.inexact):
        soft = voxels[voxels != np.rint(voxels)]
        if soft.size:
            msg = f"{name}: expected a mask of whole numbers, got {soft.size} voxels such as {soft[0]:.4g}"
            raise InputError(msg)


def check_masks(tumor: Any, **others: Any) -> None:
    """Refuse masks that are none, or do not share the grid of the tumor; None among the others is left out.

    Raises
    ------
    InputError
    """
    check_mask(tumor, "tumor mask")
    for name, mask in others.items():
        if mask is not None:
            check_mask(mask, f"{name} mask")
            check_same_grid(mask, tumor, f"{name} mask", "the tumor mask")


def length_mm(value: Any, name: str, largest_mm: float = LARGEST_LENGTH_MM) -> float:
    """Return a length as a number.

    Raises
    ------
    InputError
        If it is no number or not from 0 to ``largest_mm``.
    """
    expected = f"{name}: expected a length of 0 to {largest_mm:g} mm"
    if not isinstance(value, Real) or isinstance(value, bool):
        msg = f"{expected}, got {type(value).__name__} {value!r:.40}"
        raise InputError(msg)
    found_mm = float(value)
    if not 0.0 <= found_mm <= largest_mm:  # false for NaN too
        msg = f"{expected}, got {found_mm:g} mm"
        raise InputError(msg)
    return found_mm


def lengths_mm(values: Any, name: str) -> list[float]:
    """Return several lengths as numbers.

    Raises
    ------
    InputError
        If they are no list of numbers, or one is out of range.
    """
    if not isinstance(values, Iterable) or isinstance(values, (str, bytes)):
        msg = f"{name}: expected a list of lengths in mm, got {type(values).__name__} {values!r:.40}"
        raise InputError(msg)
    return [length_mm(value, name) for value in values]


def check_rule(rule: Any) -> None:
    """Refuse what is no rule for subcapsular surface.

    Raises
    ------
    InputError
    """
    if rule not in SUBCAPSULAR_RULES:
        msg = f"subcapsular rule: expected one of {', '.join(SUBCAPSULAR_RULES)}, got {rule}"
        raise InputError(msg)
