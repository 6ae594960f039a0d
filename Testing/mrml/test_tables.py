"""Rows of results as tables: types, missing numbers, titles and units."""

import dataclasses
import datetime
import math

import numpy as np
import pytest
import vtk

from interventional_oncology.mrml.tables import rows_from_table, table_from_rows, update_table
from interventional_oncology.quantities import QUANTITIES


@dataclasses.dataclass(frozen=True)
class Record:
    """As in interventional_oncology.quantities."""

    key: str
    title: str
    unit: str
    definition: str
    reference: str
    code: tuple[str, str, str] | None = None


LONG_AXIS = Record("long_axis_mm", "Long axis", "mm", "Longest diameter in a slice.", "Eisenhauer 2009")
MARGIN = Record("minimal_margin_mm", "Minimal margin", "mm", "Smallest signed distance.", "")
STATE = Record("state", "State", "", "How the lesion was found.", "")

ROWS = [
    {"lesion_id": 1, "long_axis_mm": 22.5, "state": "measured", "in_treated_field": True, "count": 3},
    {"lesion_id": 2, "long_axis_mm": None, "state": None, "in_treated_field": False, "count": None},
]


def column(node, name):
    return node.GetTable().GetColumnByName(name)


def test_each_column_has_the_type_of_its_values(scene):
    node = table_from_rows(scene, ROWS, (), "lesions")
    assert isinstance(column(node, "lesion_id"), vtk.vtkIntArray)
    assert isinstance(column(node, "long_axis_mm"), vtk.vtkDoubleArray)
    assert isinstance(column(node, "state"), vtk.vtkStringArray)
    assert isinstance(column(node, "in_treated_field"), vtk.vtkBitArray)
    assert isinstance(column(node, "count"), vtk.vtkDoubleArray), "a missing whole number needs NaN"


def test_missing_numbers_are_nan_and_missing_text_is_empty(scene):
    node = table_from_rows(scene, ROWS, (), "lesions")
    assert math.isnan(column(node, "long_axis_mm").GetValue(1))
    assert column(node, "state").GetValue(1) == ""


def test_rows_come_back(scene):
    assert rows_from_table(table_from_rows(scene, ROWS, (), "lesions")) == ROWS


def test_title_unit_and_definition_come_from_the_quantity(scene):
    node = table_from_rows(scene, ROWS, [LONG_AXIS, STATE], "lesions")
    assert node.GetUseColumnTitleAsColumnHeader()
    assert node.GetColumnTitle("long_axis_mm") == "Long axis"
    assert node.GetColumnUnitLabel("long_axis_mm") == "mm"
    assert node.GetColumnDescription("long_axis_mm") == "Longest diameter in a slice. Eisenhauer 2009"
    assert node.GetColumnTitle("state") == "State"


def test_the_code_is_kept_as_segment_statistics_does(scene):
    volume = Record("volume_ml", "Volume", "ml", "", "", ("SCT", "118565006", "Volume"))
    node = table_from_rows(scene, [{"volume_ml": 2.0}], [volume], "t")
    expected = "CodeValue:118565006|CodingSchemeDesignator:SCT|CodeMeaning:Volume"
    assert node.GetColumnProperty("volume_ml", "DICOM.QuantityCode") == expected


def test_the_quantities_of_the_package_fit(scene):
    node = table_from_rows(scene, [{"long_axis_mm": 2.0}], QUANTITIES, "t")
    assert node.GetColumnTitle("long_axis_mm") == QUANTITIES["long_axis_mm"].title


def test_quantities_may_be_a_mapping(scene):
    node = table_from_rows(scene, ROWS, {"long_axis_mm": LONG_AXIS}, "lesions")
    assert node.GetColumnTitle("long_axis_mm") == "Long axis"


def test_a_quantity_nobody_has_measured_is_a_column_of_nan(scene):
    node = table_from_rows(scene, [{"minimal_margin_mm": None}, {"minimal_margin_mm": None}], [MARGIN], "t")
    assert isinstance(column(node, "minimal_margin_mm"), vtk.vtkDoubleArray)
    assert all(math.isnan(column(node, "minimal_margin_mm").GetValue(row)) for row in range(2))


@dataclasses.dataclass(frozen=True)
class Inner:
    minimal_margin_mm: float
    at_ras_mm: tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class Outer:
    date: datetime.date
    margin: Inner


def test_dataclasses_are_rows_and_nested_ones_more_columns(scene):
    row = Outer(datetime.date(2025, 3, 3), Inner(-1.5, (1.0, 2.0, 3.0)))
    node = table_from_rows(scene, [row], [MARGIN], "margin")
    assert rows_from_table(node) == [
        {"date": "2025-03-03", "margin.minimal_margin_mm": -1.5, "margin.at_ras_mm": "1.0, 2.0, 3.0"}
    ]
    assert node.GetColumnTitle("margin.minimal_margin_mm") == "Minimal margin"


def test_rows_with_different_keys_share_a_table(scene):
    node = table_from_rows(scene, [{"a": 1.0}, {"b": "x"}], (), "t")
    assert rows_from_table(node) == [{"a": 1.0, "b": None}, {"a": None, "b": "x"}]


@pytest.mark.parametrize(
    ("value", "array"),
    [
        (np.float32(2.5), vtk.vtkDoubleArray),
        (np.int64(7), vtk.vtkIntArray),
        (2**40, vtk.vtkDoubleArray),
        (np.bool_(True), vtk.vtkBitArray),
        (float("inf"), vtk.vtkDoubleArray),
        (float("nan"), vtk.vtkDoubleArray),
    ],
)
def test_numbers_of_every_kind(scene, value, array):
    node = table_from_rows(scene, [{"value": value}], (), "t")
    assert isinstance(column(node, "value"), array)


def test_numbers_and_text_in_one_column_are_text(scene):
    node = table_from_rows(scene, [{"value": 1.5}, {"value": "unknown"}], (), "t")
    assert rows_from_table(node) == [{"value": "1.5"}, {"value": "unknown"}]


def test_updating_replaces_columns_and_keeps_the_node(scene):
    node = table_from_rows(scene, ROWS, [LONG_AXIS], "lesions")
    update_table(node, [{"minimal_margin_mm": 4.0}], [MARGIN])
    assert rows_from_table(node) == [{"minimal_margin_mm": 4.0}]
    assert node.GetColumnTitle("minimal_margin_mm") == "Minimal margin"


def test_no_rows_is_an_empty_table(scene):
    node = table_from_rows(scene, [], [LONG_AXIS], "lesions")
    assert rows_from_table(node) == []
    assert node.GetNumberOfColumns() == 0
