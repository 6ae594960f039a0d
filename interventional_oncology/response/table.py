"""``lesions.csv``: one row for each lesion and visit, read strictly."""

import csv
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

from .cells import Cells, read_table

ROLES = ("target", "non_target", "new")
STATES = (
    "measured",
    "absent",
    "too_small",
    "present",
    "progressed",
    "normalized",
    "not_evaluable",
)

#: A lesion this long does not occur; the number was written in another unit.
LONGEST_LESION_MM = 500.0
#: More than the whole abdomen holds: the number was written in mm3.
LARGEST_LESION_ML = 20000.0

_REQUIRED = ("patient_id", "date", "lesion_id", "role")
_AXES = ("long_axis_mm", "short_axis_mm", "viable_long_axis_mm", "viable_short_axis_mm")
_VOLUMES = ("volume_ml", "viable_volume_ml")
_SIZES = (*_AXES, *_VOLUMES)
_LIMITS = ((LONGEST_LESION_MM, "mm"),) * len(_AXES) + ((LARGEST_LESION_ML, "ml"),) * len(_VOLUMES)
_sizes_of = attrgetter(*_SIZES)


@dataclass(frozen=True)
class LesionRow:
    """One lesion at one visit; the columns of ``lesions.csv``. ``None`` is an empty cell: not known.

    Attributes
    ----------
    patient_id, lesion_id, organ : str
    date : datetime.date
        Day of the examination.
    role : str
        One of :data:`ROLES`.
    is_node : bool, optional
        Lymph nodes are summed by their short axis and are normal below 10 mm. Not known: as at others.
    state : str
        One of :data:`STATES`, or empty: then a lesion with a size is measured and one without is not known.
    long_axis_mm, short_axis_mm : float, optional
        Longest diameter in the acquisition plane and the longest perpendicular in the same slice.
    viable_long_axis_mm, viable_short_axis_mm : float, optional
        The same of the part that enhances in the arterial phase; 0 when nothing does.
    volume_ml, viable_volume_ml : float, optional
    mean_hu : float, optional
        Mean of the image in the lesion: HU for CT.
    sul_peak : float, optional
        Peak standard uptake value normalized to lean body mass.
    in_treated_field : bool, optional
        Whether the lesion was inside what was treated locally.
    """

    patient_id: str
    date: datetime.date
    lesion_id: str
    role: str = "target"
    organ: str = ""
    is_node: bool | None = False
    state: str = ""
    long_axis_mm: float | None = None
    short_axis_mm: float | None = None
    viable_long_axis_mm: float | None = None
    viable_short_axis_mm: float | None = None
    volume_ml: float | None = None
    viable_volume_ml: float | None = None
    mean_hu: float | None = None
    sul_peak: float | None = None
    in_treated_field: bool | None = None


#: Columns of ``lesions.csv``, in their order.
COLUMNS = tuple(field.name for field in fields(LesionRow))


def read_lesions_csv(path: str | Path) -> list[LesionRow]:
    """Return the rows of a lesion table.

    The columns may stand in any order and those that are not needed may be left out. A byte order mark is
    ignored; semicolons or tabs separate as well as commas, and with them a decimal comma is understood.

    Raises
    ------
    InputError
        In one sentence with file, line and column: a file that is empty or no text, an unknown or missing
        column, a bad date, role or state, a number that is negative, not finite or in another unit, a
        short axis longer than the long one, a lesion twice on one day, a size that contradicts the state.
    """
    rows: list[LesionRow] = []
    first_line: dict[tuple[str, datetime.date, str], int] = {}
    for cells in read_table(path, required=_REQUIRED, optional=COLUMNS):
        row = _row(cells)
        key = (row.patient_id, row.date, row.lesion_id)
        if key in first_line:
            cells.refuse(
                "lesion_id",
                f"expected lesion {row.lesion_id} once a day, got it in line {first_line[key]} too",
            )
        first_line[key] = cells.line
        rows.append(row)
    return rows


def write_lesions_csv(rows: Iterable[LesionRow], path: str | Path) -> None:
    """Write a lesion table with all columns; sizes to 0.001, an unknown value as an empty cell."""
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(row_texts(row).values() for row in rows)


def row_texts(row: LesionRow) -> dict[str, str]:
    """Return the cells of a row as text by column: sizes to 0.001, an unknown value as an empty cell.

    Examples
    --------
    >>> row_texts(LesionRow("P1", datetime.date(2025, 2, 20), "L1", long_axis_mm=31.25))["long_axis_mm"]
    '31.25'
    """
    return {name: _text(getattr(row, name)) for name in COLUMNS}


def row_from_cells(values: Mapping[str, str], *, source: str, line: int) -> LesionRow:
    """Return a row from its cells, for tables that are not files.

    Parameters
    ----------
    values : mapping of str to str
        Cells by column; a column that is left out is empty.
    source : str
        Name of the table, for the message.
    line : int
        Number of the row, for the message.

    Raises
    ------
    InputError
        As :func:`read_lesions_csv`, in one sentence with table, line and column.
    """
    return _row(Cells(source, line, dict(values)))


def check_row(row: LesionRow) -> None:
    """Raise :class:`InputError` if a row made in code breaks a rule that a file must keep."""
    cells = Cells(f"lesion {row.lesion_id} of {row.patient_id} on {row.date}", 0, {})
    if row.role not in ROLES:
        cells.refuse("role", f"expected one of {', '.join(ROLES)}, got {row.role!r}")
    if row.state and row.state not in STATES:
        cells.refuse("state", f"expected one of {', '.join(STATES)}, got {row.state!r}")
    _check_sizes(row, cells)


def _row(cells: Cells) -> LesionRow:
    row = LesionRow(
        patient_id=cells.name("patient_id"),
        date=cells.date("date"),
        lesion_id=cells.name("lesion_id"),
        role=cells.word("role", ROLES),
        organ=cells.text("organ"),
        is_node=cells.flag("is_node"),
        state=cells.word("state", STATES, optional=True),
        **{name: cells.number(name, lowest=0.0) for name in (*_SIZES, "sul_peak")},
        mean_hu=cells.number("mean_hu"),
        in_treated_field=cells.flag("in_treated_field"),
    )
    _check_sizes(row, cells)
    return row


def _check_sizes(row: LesionRow, cells: Cells) -> None:
    for name, value, (limit, unit) in zip(_SIZES, _sizes_of(row), _LIMITS, strict=True):
        if value is not None and not 0 <= value < limit:
            wanted = f"expected a lesion of 0 to {limit:g} {unit}"
            cells.refuse(name, f"{wanted}, got {value:g} {unit}; check the unit")
    _check_order(cells, row.short_axis_mm, row.long_axis_mm, "short_axis_mm")
    _check_order(cells, row.viable_short_axis_mm, row.viable_long_axis_mm, "viable_short_axis_mm")
    _check_state(row, cells)


def _check_order(cells: Cells, short_mm: float | None, long_mm: float | None, name: str) -> None:
    if short_mm is not None and long_mm is not None and short_mm > long_mm:
        cells.refuse(
            name,
            f"expected a short axis not longer than the long axis of {long_mm:g} mm, got {short_mm:g} mm",
        )


def _check_state(row: LesionRow, cells: Cells) -> None:
    sizes = _sizes_of(row)
    if row.state == "absent" and any(sizes):
        name, size = next((name, size) for name, size in zip(_SIZES, sizes, strict=True) if size)
        cells.refuse("state", f"expected no size for a lesion that is absent, got {name} {size:g}")
    if row.role != "target" or sizes.count(None) < len(sizes):
        return
    if row.state == "measured":
        cells.refuse(
            "long_axis_mm", "expected the size of a target lesion that was measured, got an empty cell"
        )
    if row.state == "progressed":
        cells.refuse("state", "expected the size of a target lesion: only its size says that it progressed")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)
