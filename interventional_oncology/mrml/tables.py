"""Rows of results as table nodes: typed columns with title, unit and definition."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import slicer
import vtk

from ..serialization import json_ready

# Property and text of a coded entry as Slicer's Segment Statistics writes them.
_CODE_PROPERTY = "DICOM.QuantityCode"


class Measured(Protocol):
    """What a table reads of a record in :mod:`interventional_oncology.quantities`."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def definition(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def code(self) -> tuple[str, str, str] | None: ...


def table_from_rows(
    scene: "slicer.vtkMRMLScene",
    rows: Iterable[Any],
    quantities: Mapping[str, Measured] | Iterable[Measured] = (),
    name: str = "Table",
) -> "slicer.vtkMRMLTableNode":
    """Add a table node with one row per record.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    rows : iterable of dataclass instances or mappings
        A nested record gives columns ``outer.inner``. A key that a row does not have is missing there.
    quantities : mapping or iterable of Quantity
        Title, unit, definition and code of the columns, by key (of the last part of a nested name).
    name : str

    Returns
    -------
    slicer.vtkMRMLTableNode
        Columns are named by key and shown by title. Whole numbers are int, other numbers double with NaN
        where missing, truth values bit, everything else text, empty where missing.
    """
    node = scene.AddNewNodeByClass("vtkMRMLTableNode", name)
    update_table(node, rows, quantities)
    return node


def update_table(
    node: "slicer.vtkMRMLTableNode",
    rows: Iterable[Any],
    quantities: Mapping[str, Measured] | Iterable[Measured] = (),
) -> None:
    """Replace what a table node holds, as :func:`table_from_rows` would make it."""
    records = [_flat(row) for row in rows]
    known = {one.key: one for one in (quantities.values() if isinstance(quantities, Mapping) else quantities)}
    modified = node.StartModify()
    node.RemoveAllColumns()
    node.SetUseColumnTitleAsColumnHeader(True)
    for key in dict.fromkeys(key for record in records for key in record):
        quantity = known.get(key, known.get(key.rpartition(".")[2]))
        values = [record.get(key) for record in records]
        node.AddColumn(_column(key, values, has_unit=quantity is not None and bool(quantity.unit)))
        if quantity is not None:
            _describe_column(node, key, quantity)
    node.EndModify(modified)


def _flat(row: Any, prefix: str = "") -> dict[str, Any]:
    if dataclasses.is_dataclass(row) and not isinstance(row, type):
        row = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = _plain(value)
    return flat


def _plain(value: Any) -> Any:
    """Return a number, truth value, text or None; NaN and infinities as they are."""
    if isinstance(value, float):
        return float(value)
    plain = json_ready(value)
    if isinstance(plain, (list, dict)):
        return ", ".join(str(part) for part in plain)
    return plain


def _column(key: str, values: Sequence[Any], *, has_unit: bool) -> vtk.vtkAbstractArray:
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    complete = len(present) == len(values)
    column: vtk.vtkAbstractArray
    if kinds == {bool} and complete:
        column = vtk.vtkBitArray()
    elif kinds == {int} and complete and all(abs(value) < 2**31 for value in present):
        column = vtk.vtkIntArray()
    elif (kinds and kinds <= {int, float}) or (not kinds and has_unit):
        column = vtk.vtkDoubleArray()
        values = [math.nan if value is None else float(value) for value in values]
    else:
        column = vtk.vtkStringArray()
        values = ["" if value is None else str(value) for value in values]
    column.SetName(key)
    for value in values:
        column.InsertNextValue(value)
    return column


def _describe_column(node: "slicer.vtkMRMLTableNode", key: str, quantity: Measured) -> None:
    # Slicer's table view puts the unit behind the title by itself (qMRMLTableModel::updateModelFromMRML).
    node.SetColumnTitle(key, quantity.title)
    node.SetColumnUnitLabel(key, quantity.unit or "")
    parts = (quantity.definition, quantity.reference)
    node.SetColumnDescription(key, " ".join(str(part) for part in parts if part))
    if quantity.code is not None:
        scheme, value, meaning = quantity.code
        coded = f"CodeValue:{value}|CodingSchemeDesignator:{scheme}|CodeMeaning:{meaning}"
        node.SetColumnProperty(key, _CODE_PROPERTY, coded)


def rows_from_table(node: "slicer.vtkMRMLTableNode") -> list[dict[str, Any]]:
    """Return the rows of a table node; NaN and empty text are None."""
    table = node.GetTable()
    columns = [table.GetColumn(index) for index in range(table.GetNumberOfColumns())]
    return [
        {column.GetName(): _cell(column, row) for column in columns} for row in range(table.GetNumberOfRows())
    ]


def _cell(column: vtk.vtkAbstractArray, row: int) -> Any:
    value = column.GetValue(row)
    if isinstance(column, vtk.vtkBitArray):
        return bool(value)
    if value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
