"""Charts: series with the titles and units of their records, updated in place."""

import datetime
import math

import pytest

from interventional_oncology.mrml.plots import SeriesStyle, chart_from_table, table_of, update_chart
from interventional_oncology.mrml.response_chart import course_quantities, response_chart
from interventional_oncology.mrml.tables import rows_from_table, table_from_rows
from interventional_oncology.quantities import Quantity
from interventional_oncology.response import CRITERIA, LesionRow, make_options, score

RECORDS = {
    "day": Quantity("day", "Time", "days", "Days from the baseline."),
    "size_mm": Quantity("size_mm", "Size", "mm", "Longest diameter."),
    "other_mm": Quantity("other_mm", "Other size", "mm", "Another diameter."),
}
STYLES = [
    SeriesStyle("size_mm", (0.0, 0.0, 0.0), "solid", "circle"),
    SeriesStyle("other_mm", (1.0, 0.0, 0.0), "dot"),
]


def day(visit):
    return datetime.date(2025, 1, 1) + datetime.timedelta(days=56 * visit)


def patient(sizes_mm, criterion="recist-1.1", **options):
    rows = [
        LesionRow(
            "P", day(n), "T", state="" if mm else "not_evaluable", long_axis_mm=mm, viable_long_axis_mm=mm
        )
        for n, mm in enumerate(sizes_mm)
    ]
    return score(rows, criterion, **options)[0]


@pytest.fixture
def table(scene):
    rows = [{"day": n, "size_mm": 10.0 + n, "other_mm": None if n else 5.0} for n in range(3)]
    return table_from_rows(scene, rows, RECORDS, "sizes")


def series_of(chart):
    nodes = [chart.GetNthPlotSeriesNode(n) for n in range(chart.GetNumberOfPlotSeriesNodes())]
    return {node.GetYColumnName(): node for node in nodes}


def count(scene, kind):
    return scene.GetNumberOfNodesByClass(kind)


def test_axes_and_series_have_titles_units_and_definitions(table):
    chart = chart_from_table(table, "day", STYLES, RECORDS, "Sizes over time")
    assert chart.GetTitle() == chart.GetName() == "Sizes over time"
    assert chart.GetXAxisTitle() == "Time (days)"
    assert chart.GetYAxisTitle() == "Size (mm)"
    first = series_of(chart)["size_mm"]
    assert (first.GetName(), first.GetDescription()) == ("Size", "Longest diameter.")
    assert first.GetXColumnName() == "day"
    assert first.GetTableNode() is table
    assert table_of(chart) is table


def test_styles_are_those_of_mrml(table):
    found = series_of(chart_from_table(table, "day", STYLES, RECORDS, "x"))
    first, second = found["size_mm"], found["other_mm"]
    assert first.GetPlotType() == first.PlotTypeScatter
    assert (first.GetLineStyle(), first.GetMarkerStyle()) == (first.LineStyleSolid, first.MarkerStyleCircle)
    assert (second.GetLineStyle(), second.GetMarkerStyle()) == (second.LineStyleDot, second.MarkerStyleNone)
    assert second.GetColor() == (1.0, 0.0, 0.0)


def test_an_update_reuses_the_nodes_and_removes_what_is_not_shown_any_more(scene, table):
    chart = chart_from_table(table, "day", STYLES, RECORDS, "x")
    kept = series_of(chart)["size_mm"].GetID()
    update_chart(chart, table, "day", STYLES[:1], RECORDS, "y")
    assert series_of(chart)["size_mm"].GetID() == kept
    assert count(scene, "vtkMRMLPlotSeriesNode") == 1
    assert chart.GetTitle() == "y"


def test_the_chart_of_a_response_has_its_limits_and_its_nadir(scene):
    chart = response_chart(scene, patient((50.0, 40.0, 30.0, 45.0)))
    table = table_of(chart)
    rows = rows_from_table(table)
    assert [row["current"] for row in rows] == [50.0, 40.0, 30.0, 45.0]
    assert [row["day"] for row in rows] == [0, 56, 112, 168]
    assert {row["partial"] for row in rows} == {35.0}
    assert [row["progression"] for row in rows] == [None, 60.0, 48.0, 36.0]
    assert [row["nadir"] for row in rows] == [None, None, 30.0, None]
    assert [row["overall"] for row in rows] == [None, "SD", "PR", "PD"]
    assert list(series_of(chart)) == ["current", "partial", "progression", "nadir"]
    assert chart.GetYAxisTitle() == "Sum of diameters (mm)"
    assert table.GetColumnUnitLabel("current") == "mm"
    assert "partial response from -30 % on" in table.GetColumnDescription("partial")
    assert table.GetLocked()


def test_a_visit_without_a_sum_is_a_gap(scene):
    table = table_of(response_chart(scene, patient((50.0, None, 40.0))))
    assert math.isnan(table.GetTable().GetColumnByName("current").GetValue(1))


def test_scoring_again_updates_the_chart(scene):
    chart = response_chart(scene, patient((50.0, 40.0)))
    before = scene.GetNumberOfNodes()
    again = response_chart(scene, patient((50.0, 20.0), "mrecist"), chart=chart)
    assert again is chart
    assert scene.GetNumberOfNodes() == before
    assert rows_from_table(table_of(chart))[1]["current"] == 20.0
    assert "mRECIST" in chart.GetTitle()


def test_a_chart_whose_table_was_deleted_gets_another(scene, vtk_messages):
    chart = response_chart(scene, patient((50.0, 40.0)))
    scene.RemoveNode(table_of(chart))
    response_chart(scene, patient((50.0, 30.0)), chart=chart)
    assert rows_from_table(table_of(chart))[1]["current"] == 30.0
    assert series_of(chart)["current"].GetTableNode() is table_of(chart)
    # Without the application nobody takes the deleted node out of the subject hierarchy, which complains.
    vtk_messages.clear()


def test_grades_have_no_limits(scene):
    chart = response_chart(scene, patient((30.0, 10.0), "lirads-tr-2018"))
    assert list(series_of(chart)) == ["current"]
    assert chart.GetYAxisTitle() == "Largest viable axis (mm)"


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_column_of_the_table_has_a_record(criterion):
    records = course_quantities(criterion)
    assert set(records) == {"date", "day", "current", "partial", "progression", "nadir", "overall"}
    assert all(one.title for one in records.values())


def test_options_are_those_of_the_score(scene):
    options = make_options({"five_mm_rule": False})
    response = patient((20.0, 10.0, 11.0), five_mm_rule=False)
    rows = rows_from_table(table_of(response_chart(scene, response, options)))
    assert rows[2]["progression"] == 12.0
    rows = rows_from_table(table_of(response_chart(scene, patient((20.0, 10.0, 11.0)))))
    assert rows[2]["progression"] == 15.0


def test_a_saved_scene_keeps_the_chart(scene, tmp_path):
    from interventional_oncology.mrml.scenes import new_scene

    response_chart(scene, patient((50.0, 40.0, 30.0)))
    path = str(tmp_path / "scene.mrml")
    scene.SetURL(path)
    scene.SetRootDirectory(str(tmp_path))
    for n in range(scene.GetNumberOfNodesByClass("vtkMRMLTableNode")):
        node = scene.GetNthNodeByClass(n, "vtkMRMLTableNode")
        node.AddDefaultStorageNode()
        node.GetStorageNode().SetFileName(str(tmp_path / "table.tsv"))
        assert node.GetStorageNode().WriteData(node)
    assert scene.Commit(path)
    again = new_scene()
    again.SetURL(path)
    assert again.Import()
    chart = again.GetFirstNodeByClass("vtkMRMLPlotChartNode")
    assert chart.GetYAxisTitle() == "Sum of diameters (mm)"
    assert list(series_of(chart)) == ["current", "partial", "progression", "nadir"]
    assert table_of(chart) is not None
