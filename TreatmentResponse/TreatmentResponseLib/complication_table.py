"""The complications of the scene: a table node, read back as strictly as a file. No Qt."""

import datetime

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.tables import rows_from_table, table_from_rows, update_table
from interventional_oncology.quantities import QUANTITIES, Quantity
from interventional_oncology.response.complications import SCALES, Complication, complication, contradictions

from .lesion_table import PATIENT
from .response_record import keepComplications

_COLUMNS = ("term", "date", "onset_days", *SCALES, "note")


def addComplication(
    scene, parameterNode, term: str, date: str, grades: dict[str, str], note: str = ""
) -> list[str]:
    """Add a complication to the table of the scene, made if there is none, and to the response there is.

    What does not fit among its grades is returned.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    parameterNode : TreatmentResponseParameterNode
        Its ``treatmentDate`` gives the onset.
    term, date, note : str
        The date as year-month-day.
    grades : dict of str to str
        By scale; an empty text is not graded.

    Raises
    ------
    interventional_oncology.errors.InputError
        With one sentence for the user; the table is then as it was.
    """
    found = complication(
        PATIENT,
        term,
        grades,
        date=_day(date, "the complication"),
        treatment_date=_day(parameterNode.treatmentDate, "the treatment"),
        note=note,
    )
    _write(scene, parameterNode, [*readComplications(parameterNode), found])
    return contradictions(found)


def removeLastComplication(scene, parameterNode) -> None:
    """Take the last complication out of the table."""
    _write(scene, parameterNode, readComplications(parameterNode)[:-1])


def readComplications(parameterNode) -> list[Complication]:
    """Return the complications of the table, corrections included; onsets follow the treatment date.

    Raises
    ------
    interventional_oncology.errors.InputError
        For a cell that cannot be used, with its row.
    """
    table = parameterNode.complicationTable
    rows = rows_from_table(table) if table is not None else []
    return [_read(parameterNode, row, number) for number, row in enumerate(rows, start=1)]


def _read(parameterNode, row: dict, number: int) -> Complication:
    texts = {key: str(value or "") for key, value in row.items()}
    try:
        return complication(
            PATIENT,
            texts.get("term", ""),
            {key: texts.get(key, "") for key in SCALES},
            date=_day(texts.get("date", ""), "the complication"),
            treatment_date=_day(parameterNode.treatmentDate, "the treatment"),
            note=texts.get("note", ""),
        )
    except InputError as error:
        msg = f"{parameterNode.complicationTable.GetName()}, line {number}: {error}"
        raise InputError(msg) from error


def _write(scene, parameterNode, complications: list[Complication]) -> None:
    rows = [{column: _cell(getattr(one, column)) for column in _COLUMNS} for one in complications]
    quantities = QUANTITIES | {
        "date": Quantity("date", "Date", definition="Day of the onset."),
        "note": Quantity("note", "Note"),
    }
    if parameterNode.complicationTable is None:
        table = table_from_rows(scene, rows, quantities, "Complications")
        if parameterNode.lesionTable is not None:
            place_beside(table, parameterNode.lesionTable)
        parameterNode.complicationTable = table
    else:
        update_table(parameterNode.complicationTable, rows, quantities)
    keepComplications(parameterNode, complications)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _day(text: str, what: str) -> datetime.date | None:
    if not text.strip():
        return None
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"Date of {what}: expected year-month-day such as 2025-03-05, got {text!r}."
        raise InputError(msg) from error
