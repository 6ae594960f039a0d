"""Charts of table nodes: series with titles and units from one record, made once and updated in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import slicer

from .hierarchy import place_beside
from .tables import Measured

#: Role of the reference from a chart to the table that its series read.
_TABLE_ROLE = "table"
_LINES = {"solid": "Solid", "dash": "Dash", "dot": "Dot", "none": "None"}
_MARKERS = {"none": "None", "circle": "Circle", "diamond": "Diamond", "square": "Square"}


@dataclass(frozen=True)
class SeriesStyle:
    """One line of a chart.

    Attributes
    ----------
    column : str
        Column of the table with the values.
    color : tuple of float
        Red, green and blue from 0 to 1.
    line : str
        ``"solid"``, ``"dash"``, ``"dot"`` or ``"none"``.
    marker : str
        ``"none"``, ``"circle"``, ``"diamond"`` or ``"square"``.
    labels : str
        Column with the text of a point; empty for none.
    """

    column: str
    color: tuple[float, float, float]
    line: str = "solid"
    marker: str = "none"
    labels: str = ""


def chart_from_table(
    table: "slicer.vtkMRMLTableNode",
    x_column: str,
    series: Sequence[SeriesStyle],
    quantities: Mapping[str, Measured],
    title: str,
) -> "slicer.vtkMRMLPlotChartNode":
    """Add a chart with one series for each style to the scene of a table.

    Parameters
    ----------
    table : slicer.vtkMRMLTableNode
        NaN is a gap.
    x_column : str
        Column of the horizontal axis.
    series : sequence of SeriesStyle
        The first gives the title of the vertical axis.
    quantities : mapping of str to Quantity
        Titles, units and definitions by column.
    title : str

    Returns
    -------
    slicer.vtkMRMLPlotChartNode
    """
    chart = table.GetScene().AddNewNodeByClass("vtkMRMLPlotChartNode", title)
    update_chart(chart, table, x_column, series, quantities, title)
    return chart


def update_chart(
    chart: "slicer.vtkMRMLPlotChartNode",
    table: "slicer.vtkMRMLTableNode",
    x_column: str,
    series: Sequence[SeriesStyle],
    quantities: Mapping[str, Measured],
    title: str,
) -> None:
    """Let a chart show what :func:`chart_from_table` would; its series are reused by their column."""
    known = {node.GetYColumnName(): node for node in _series_nodes(chart)}
    wanted = {style.column for style in series}
    modified = chart.StartModify()
    chart.RemoveAllPlotSeriesNodeIDs()
    for column, node in known.items():
        if column not in wanted:
            chart.GetScene().RemoveNode(node)
    for style in series:
        node = known.get(style.column) or table.GetScene().AddNewNodeByClass("vtkMRMLPlotSeriesNode")
        _fill_series(node, table, x_column, style, quantities[style.column])
        chart.AddAndObservePlotSeriesNodeID(node.GetID())
    chart.SetName(title)
    chart.SetTitle(title)
    chart.SetXAxisTitle(_axis_title(quantities[x_column]))
    chart.SetYAxisTitle(_axis_title(quantities[series[0].column]))
    chart.SetNodeReferenceID(_TABLE_ROLE, table.GetID())
    chart.EndModify(modified)
    for node in (chart, *_series_nodes(chart)):
        place_beside(node, table)


def table_of(chart: "slicer.vtkMRMLPlotChartNode") -> "slicer.vtkMRMLTableNode | None":
    """Return the table whose columns a chart shows."""
    return chart.GetNodeReference(_TABLE_ROLE)


def _series_nodes(chart: "slicer.vtkMRMLPlotChartNode") -> Iterable["slicer.vtkMRMLPlotSeriesNode"]:
    nodes = [chart.GetNthPlotSeriesNode(n) for n in range(chart.GetNumberOfPlotSeriesNodes())]
    return [node for node in nodes if node is not None]


def _fill_series(
    node: "slicer.vtkMRMLPlotSeriesNode",
    table: "slicer.vtkMRMLTableNode",
    x_column: str,
    style: SeriesStyle,
    quantity: Measured,
) -> None:
    modified = node.StartModify()
    node.SetName(quantity.title)
    node.SetDescription(quantity.definition)
    node.SetPlotType(node.PlotTypeScatter)
    node.SetXColumnName(x_column)
    node.SetYColumnName(style.column)
    node.SetLabelColumnName(style.labels)
    node.SetColor(*style.color)
    node.SetLineStyle(getattr(node, f"LineStyle{_LINES[style.line]}"))
    node.SetMarkerStyle(getattr(node, f"MarkerStyle{_MARKERS[style.marker]}"))
    # The columns are set before the table is observed: Slicer warns of columns that a table does not have.
    node.SetAndObserveTableNodeID(table.GetID())
    node.EndModify(modified)


def _axis_title(quantity: Measured) -> str:
    return f"{quantity.title} ({quantity.unit})" if quantity.unit else quantity.title
