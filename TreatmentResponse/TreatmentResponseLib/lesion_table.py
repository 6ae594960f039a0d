"""The lesion table of the scene: a table node with the columns of ``lesions.csv``, read back as strictly.

Cells are text, as in the file, so that a correction typed in Slicer meets the same checks and sentences.
"""

import vtk

from interventional_oncology.errors import InputError
from interventional_oncology.quantities import QUANTITIES
from interventional_oncology.response import COLUMNS, LesionRow
from interventional_oncology.response.table import row_from_cells, row_texts

#: What a reader looks for first, and columns that are shown also without a value, to be filled in.
_FIRST = ("lesion_id", "date", "role", "long_axis_mm", "short_axis_mm", "state", "organ", "is_node")
#: Decimals by the end of a column's name: readers measure to 0.1 mm, and more would feign certainty.
_DECIMALS = {"_mm": 1, "_ml": 2, "_hu": 1}
#: One scene holds one patient.
PATIENT = "patient"


def fillLesionTable(table, rows: list[LesionRow]) -> None:
    """Replace what a table node holds by the rows; columns without any value are left out.

    Diameters are written to 0.1 mm and volumes to 0.01 mL: what is shown is what is scored.

    Parameters
    ----------
    table : slicer.vtkMRMLTableNode
    rows : list of LesionRow
    """
    texts = [_cells(row) for row in rows]
    modified = table.StartModify()
    table.RemoveAllColumns()
    for column in dict.fromkeys((*_FIRST, *COLUMNS)):
        values = [text[column] for text in texts]
        if column in _FIRST or (column != "patient_id" and any(values)):
            _addColumn(table, column, values)
    table.SetUseColumnTitleAsColumnHeader(True)
    table.EndModify(modified)


def readLesionTable(table) -> list[LesionRow]:
    """Return the rows of the table node, corrections included.

    Raises
    ------
    InputError
        For a cell that cannot be used, with its row and column.
    """
    columns = [table.GetColumnName(number) for number in range(table.GetNumberOfColumns())]
    unknown = [column for column in columns if column not in COLUMNS]
    if unknown or not columns:
        msg = f"{table.GetName()}: expected the columns of the lesion table, got {unknown or 'none'}."
        raise InputError(msg)
    return [
        row_from_cells({"patient_id": PATIENT, **cells}, source=table.GetName(), line=number)
        for number, cells in enumerate(cellTexts(table), start=1)
    ]


def showColumns(table, columns) -> None:
    """Add those of some columns that the table does not have, empty, so that the reader can fill them in.

    Parameters
    ----------
    table : slicer.vtkMRMLTableNode
    columns : iterable of str
    """
    lacking = [column for column in columns if table.GetColumnIndex(column) < 0]
    if not lacking:
        return
    modified = table.StartModify()
    for column in lacking:
        _addColumn(table, column, [""] * table.GetNumberOfRows())
    table.EndModify(modified)


def filledCells(table) -> list[dict[str, str]]:
    """Return what the table says, by row and name of the column, without empty cells."""
    return [{column: text for column, text in row.items() if text} for row in cellTexts(table)]


def cellTexts(table) -> list[dict[str, str]]:
    """Return the text of every cell, by row and name of the column."""
    columns = [table.GetColumnName(number) for number in range(table.GetNumberOfColumns())]
    return [
        {column: table.GetCellText(number, at).strip() for at, column in enumerate(columns)}
        for number in range(table.GetNumberOfRows())
    ]


def _cells(row: LesionRow) -> dict[str, str]:
    texts = row_texts(row)
    for column in texts:
        value, decimals = getattr(row, column), _DECIMALS.get(column[-3:])
        if decimals is not None and value is not None:
            texts[column] = f"{value:.{decimals}f}"
    return texts


def _addColumn(table, column: str, values: list[str]) -> None:
    quantity = QUANTITIES[column]
    table.AddColumn(_stringArray(column, values))
    table.SetColumnTitle(column, quantity.title)
    table.SetColumnUnitLabel(column, quantity.unit)
    table.SetColumnDescription(column, f"{quantity.definition} {quantity.reference}".strip())


def _stringArray(name: str, values: list[str]):
    array = vtk.vtkStringArray()
    array.SetName(name)
    for value in values:
        array.InsertNextValue(value)
    return array
