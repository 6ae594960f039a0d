"""``complications.csv``: one row for each complication, read strictly."""

import datetime
from collections.abc import Mapping
from pathlib import Path

from ...errors import InputError
from ..cells import Cells, read_table
from .record import Complication, complication
from .scales import SCALES

_REQUIRED = ("patient_id", "term")
_OPTIONAL = ("date", "onset_days", "treatment_date", *SCALES, "note")


def read_complications_csv(
    path: str | Path,
    *,
    treatment_date: datetime.date | None = None,
    treatment_dates: Mapping[str, datetime.date] | None = None,
) -> list[Complication]:
    """Return the rows of a table of complications.

    Parameters
    ----------
    path : str or Path
        Columns ``patient_id, term`` and, as far as known, ``date, onset_days, treatment_date, ctcae,
        clavien_dindo, cirse, sir, note``.
    treatment_date : datetime.date, optional
        For rows without one.
    treatment_dates : mapping of str to datetime.date, optional
        The same by patient; it counts more.

    Raises
    ------
    InputError
        In one sentence with file and line: what :func:`~.record.complication` refuses, and a file that is
        no such table.
    """
    known = treatment_dates or {}
    table = read_table(path, required=_REQUIRED, optional=_OPTIONAL)
    return [_row(cells, known.get(cells.text("patient_id"), treatment_date)) for cells in table]


def _row(cells: Cells, treatment_date: datetime.date | None) -> Complication:
    patient, days = cells.name("patient_id"), _days(cells)
    try:
        return complication(
            patient,
            cells.text("term"),
            {key: cells.text(key) for key in SCALES},
            date=cells.optional_date("date"),
            onset_days=days,
            treatment_date=cells.optional_date("treatment_date") or treatment_date,
            note=cells.text("note"),
        )
    except InputError as error:
        if str(error).startswith(cells.source):
            raise
        msg = f"{cells.source}, line {cells.line}: {error}"
        raise InputError(msg) from error


def _days(cells: Cells) -> int | None:
    value = cells.number("onset_days", lowest=0)
    if value is not None and value != int(value):
        cells.refuse("onset_days", f"expected a whole number of days, got {cells.text('onset_days')}")
    return None if value is None else int(value)
