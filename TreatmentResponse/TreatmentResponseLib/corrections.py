"""Corrections of the lesion table by the reader: what became of a lesion, and lesions that are new. No Qt."""

from interventional_oncology.errors import InputError

from .lesion_table import cellTexts, showColumns

#: What a reader can say of a lesion instead of measuring it. A lesion with such a state has no size.
WITHOUT_SIZE = ("absent", "too_small", "normalized", "not_evaluable")
#: All states that can be chosen; those of other lesions than targets last.
CORRECTIONS = ("measured", *WITHOUT_SIZE, "present", "progressed")
_SIZES = ("_mm", "_ml", "_hu")


def lesionVisits(table) -> list[tuple[str, str]]:
    """Return lesion and date of each row of the lesion table."""
    return [(cells.get("lesion_id", ""), cells.get("date", "")) for cells in cellTexts(table)]


def correctState(table, row: int, state: str) -> None:
    """Say what became of a lesion; a state without a size clears the sizes of that row.

    Parameters
    ----------
    table : slicer.vtkMRMLTableNode
    row : int
    state : str
        One of :data:`CORRECTIONS`.
    """
    modified = table.StartModify()
    showColumns(table, ["state"])
    table.SetCellText(row, table.GetColumnIndex("state"), state)
    if state in WITHOUT_SIZE:
        for column in _sizes(table):
            table.SetCellText(row, table.GetColumnIndex(column), "")
    table.Modified()
    table.EndModify(modified)


def addNewLesion(table, date: str, organ: str) -> str:
    """Add a lesion that was not there at baseline, seen at the follow-up; return its name.

    Raises
    ------
    InputError
        Without a date of the follow-up.
    """
    if not date.strip():
        msg = "Expected the date of the follow-up for a new lesion, got none."
        raise InputError(msg)
    known = {lesion for lesion, _date in lesionVisits(table)}
    name = next(f"N{number}" for number in range(1, len(known) + 2) if f"N{number}" not in known)
    cells = {"lesion_id": name, "date": date.strip(), "role": "new", "state": "present", "organ": organ}
    modified = table.StartModify()
    showColumns(table, list(cells))
    row = table.AddEmptyRow()
    for column, text in cells.items():
        table.SetCellText(row, table.GetColumnIndex(column), text)
    table.Modified()
    table.EndModify(modified)
    return name


def _sizes(table) -> list[str]:
    columns = [table.GetColumnName(number) for number in range(table.GetNumberOfColumns())]
    return [column for column in columns if column.endswith(_SIZES) or column == "sul_peak"]
