"""What the slice and plot views show of a margin: the tumor grown by it, and a histogram."""

import numpy as np
import slicer
from slicer.i18n import tr as _
from vtk.util.numpy_support import vtk_to_numpy

from interventional_oncology.margins.grown_surface import grown_surface
from interventional_oncology.margins.triangles import triangle_areas_mm2, vertex_weights
from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.models import model_from_surface, update_model
from interventional_oncology.mrml.plots import SeriesStyle, chart_from_table, table_of, update_chart
from interventional_oncology.mrml.tables import table_from_rows, update_table
from interventional_oncology.quantities import Quantity

_GROWN_COLOR, _CONTOUR_PIXELS = (0.94, 0.89, 0.26), 2
_BAR_COLOR, _WANTED_COLOR = (0.0, 0.45, 0.70), (0.84, 0.37, 0.0)
_LEAST_WIDTH_MM, _MOST_BARS = 0.5, 60


def showGrownTumor(scene, parameterNode, tumor) -> None:
    """Show the tumor grown by the wanted margin as an outline in the slice views, not in 3D.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    parameterNode : AblationPlannerParameterNode
    tumor : SimpleITK.Image
    """
    surface = grown_surface(tumor, parameterNode.thresholdMm)
    name = _("Tumor + {margin:g} mm").format(margin=parameterNode.thresholdMm)
    model = parameterNode.grownTumorModel
    if model is None:
        model = parameterNode.grownTumorModel = model_from_surface(scene, surface, name, scalar=None)
        display = model.GetDisplayNode()
        display.SetColor(*_GROWN_COLOR)
        display.SetVisibility2D(True)
        display.SetVisibility3D(False)
        display.SetSliceIntersectionThickness(_CONTOUR_PIXELS)
        place_beside(model, parameterNode.tumor)
    else:
        update_model(model, surface)
        model.SetName(name)


def fillHistogram(scene, parameterNode, surface) -> None:
    """Put the histogram of the judged surface into a chart, made once.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    parameterNode : AblationPlannerParameterNode
    surface : vtkPolyData
        With the point arrays ``margin_mm`` and ``judged``.
    """
    rows = histogramRows(surface, parameterNode.thresholdMm)
    title = _("Margin over the tumor surface")
    styles = (
        SeriesStyle("area_percent", _BAR_COLOR),
        SeriesStyle("wanted_percent", _WANTED_COLOR, line="dash"),
    )
    chart = parameterNode.histogramChart
    table = None if chart is None else table_of(chart)
    if table is None:
        table = table_from_rows(scene, rows, _quantities(), name=_("Margin histogram"))
        table.SetLocked(True)
        place_beside(table, parameterNode.tumor)
        parameterNode.histogramChart = chart_from_table(table, "margin_mm", styles, _quantities(), title)
    else:
        update_table(table, rows, _quantities())
        update_chart(chart, table, "margin_mm", styles, _quantities(), title)


def showHistogram(parameterNode) -> None:
    """Show the histogram in a plot view of the layout."""
    slicer.modules.plots.logic().ShowChartInLayout(parameterNode.histogramChart)


def histogramRows(surface, thresholdMm: float) -> list[dict]:
    """Return the outline of the bars, and of a line at the wanted margin, as rows of a table."""
    data = surface.GetPointData()
    margins = vtk_to_numpy(data.GetArray("margin_mm"))
    judged = vtk_to_numpy(data.GetArray("judged")) > 0
    triangles = vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    areas = triangle_areas_mm2(vtk_to_numpy(surface.GetPoints().GetData()), triangles)
    weights = vertex_weights(len(margins), triangles, areas) * judged
    if weights.sum() <= 0:
        return [{"margin_mm": 0.0, "area_percent": 0.0, "wanted_percent": np.nan}]
    low, high = margins[judged].min(), margins[judged].max()
    width = _LEAST_WIDTH_MM * max(np.ceil((high - low) / _LEAST_WIDTH_MM / _MOST_BARS), 1.0)
    edges = width * np.arange(np.floor(low / width), np.floor(high / width) + 2)
    shares = 100.0 * np.histogram(margins, edges, weights=weights)[0] / weights.sum()
    heights = np.concatenate([[0.0], np.repeat(shares, 2), [0.0]])
    bars = [
        {"margin_mm": float(at), "area_percent": float(height), "wanted_percent": np.nan}
        for at, height in zip(np.repeat(edges, 2), heights, strict=True)
    ]
    line = [
        {"margin_mm": thresholdMm, "area_percent": np.nan, "wanted_percent": float(height)}
        for height in (0.0, shares.max())
    ]
    return bars + line


def _quantities() -> dict[str, Quantity]:
    return {
        "margin_mm": Quantity("margin_mm", _("Margin"), "mm"),
        "area_percent": Quantity(
            "area_percent", _("Tumor surface"), "%", _("Part of the judged tumor surface with this margin.")
        ),
        "wanted_percent": Quantity("wanted_percent", _("Margin wanted"), "%"),
    }
