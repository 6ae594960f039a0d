"""Sizes other than one diameter: products of axes, volumes, uptake. ``None`` in the table is not assessed."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from math import pi

from ..errors import InputError
from .criterion import Size
from .diameters import NOT_ASSESSED
from .exact import ZERO, exact
from .options import ScoreOptions
from .patients import Lesion, Patient
from .table import LesionRow

WHOLE_AXES = ("long_axis_mm", "short_axis_mm")
VIABLE_AXES = ("viable_long_axis_mm", "viable_short_axis_mm")


def product_size(
    lesion: Lesion, visit: date, options: ScoreOptions, axes: tuple[str, str] = WHOLE_AXES
) -> Size:
    """Return the product of the two axes of a lesion in mm²; gone when it is zero.

    Raises
    ------
    InputError
        For a long axis without its perpendicular.
    """
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSED
    long_mm, short_mm = (getattr(row, axis) for axis in axes)
    if long_mm == 0 or short_mm == 0:
        return Size(ZERO, gone=True)
    if long_mm is None:
        return _by_state(lesion, row, lambda mm: mm * mm, options)
    if short_mm is None:
        msg = (
            f"patient {row.patient_id}: expected {axes[1]} beside {axes[0]} of lesion {lesion.lesion_id} on "
            f"{visit}, got only {long_mm:g} mm"
        )
        raise InputError(msg)
    return Size(exact(long_mm) * exact(short_mm))


def volume_size(lesion: Lesion, visit: date, options: ScoreOptions, column: str = "volume_ml") -> Size:
    """Return a volume of a lesion in ml; gone when it is zero. One too small to measure is a sphere."""
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NOT_ASSESSED
    value = getattr(row, column)
    if value is None:
        return _by_state(lesion, row, _sphere_ml, options)
    return Size(exact(value), gone=value == 0)


def _sphere_ml(diameter_mm: Decimal) -> Decimal:
    return round(diameter_mm**3 * exact(pi / 6000), 3)


def _by_state(
    lesion: Lesion, row: LesionRow, of_diameter: Callable[[Decimal], Decimal], options: ScoreOptions
) -> Size:
    """Return what the state says of a lesion without a size."""
    if row.state in ("absent", "normalized"):
        return Size(ZERO, gone=True)
    if row.state == "too_small":
        note = f"{lesion.lesion_id} is too small to measure: counted as {options.too_small_mm:g} mm"
        return Size(of_diameter(exact(options.too_small_mm)), note=note)
    return NOT_ASSESSED


def need_columns(patient: Patient, columns: Sequence[str], title: str) -> None:
    """Refuse a patient whose target lesions lack a column at baseline that a criterion cannot do without.

    Raises
    ------
    InputError
    """
    for lesion in patient.with_role("target"):
        row = lesion.rows[patient.baseline]
        for column in columns:
            if getattr(row, column) is None:
                msg = (
                    f"patient {patient.patient_id}: expected the column {column} of target lesion "
                    f"{lesion.lesion_id} at the baseline visit {patient.baseline} for {title}, got none"
                )
                raise InputError(msg)
