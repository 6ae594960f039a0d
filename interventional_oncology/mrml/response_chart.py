"""The sum of a response over time as a table and a chart, with the limits of PR and PD and the nadir."""

from dataclasses import replace
from typing import Any

import slicer

from ..quantities import Quantity
from ..response import PatientResponse, ScoreOptions
from ..response.courses import SumCourse, sum_course
from ..response.criterion_quantities import quantities_of
from .plots import SeriesStyle, chart_from_table, table_of, update_chart
from .tables import table_from_rows, update_table

_INK, _BLUE, _RED = (0.1, 0.1, 0.1), (0.0, 0.45, 0.7), (0.84, 0.37, 0.0)
_SUM = SeriesStyle("current", _INK, "solid", "circle", "overall")
_LIMITS = (
    SeriesStyle("partial", _BLUE, "dash"),
    SeriesStyle("progression", _RED, "dot"),
    SeriesStyle("nadir", _INK, "none", "diamond"),
)


def response_chart(
    scene: "slicer.vtkMRMLScene",
    response: PatientResponse,
    options: ScoreOptions | None = None,
    chart: "slicer.vtkMRMLPlotChartNode | None" = None,
) -> "slicer.vtkMRMLPlotChartNode":
    """Return a chart of the sums of a patient, with its table.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    response : PatientResponse
        Scored by a criterion.
    options : ScoreOptions, optional
        Those of the score.
    chart : slicer.vtkMRMLPlotChartNode, optional
        One made before: it and its table are updated.
    """
    course = sum_course(response, options)
    quantities = course_quantities(str(response.criterion), options)
    rows, title = _rows(course), f"{course.title}, {course.criterion}"
    table = None if chart is None else table_of(chart)
    if table is None:
        table = table_from_rows(scene, rows, quantities, f"{title} over time")
    else:
        update_table(table, rows, quantities)
        table.SetName(f"{title} over time")
    table.SetLocked(True)
    # Without a limit, as of grades, its column is empty and a line of nothing in the legend misleads.
    limits = [style for style in _LIMITS if any(row[style.column] is not None for row in rows)]
    series = [_SUM, *limits]
    if chart is None:
        return chart_from_table(table, "day", series, quantities, title)
    update_chart(chart, table, "day", series, quantities, title)
    return chart


def course_quantities(criterion: str, options: ScoreOptions | None = None) -> dict[str, Quantity]:
    """Return the records of the columns of the table behind the chart."""
    known = quantities_of(criterion, options)
    unit = known["current"].unit
    return {
        "date": Quantity("date", "Date", definition="Day of the visit."),
        "day": Quantity("day", "Time from baseline", "days", "Days from the baseline to the visit."),
        "current": known["current"],
        "partial": Quantity(
            "partial", "Partial response", unit, known["change_from_baseline_percent"].definition
        ),
        "progression": Quantity(
            "progression", "Progression", unit, known["change_from_nadir_percent"].definition
        ),
        "nadir": replace(known["nadir"], definition="The smallest sum of the course."),
        "overall": known["overall"],
    }


def _rows(course: SumCourse) -> list[dict[str, Any]]:
    # Diamonds and limits of grades, which have no sum, would say what nobody has judged.
    nadir = course.nadir if course.partial is not None else None
    return [
        {
            "date": point.date,
            "day": point.day,
            "current": point.total,
            "partial": course.partial,
            "progression": point.progression,
            "nadir": point.total if point is nadir else None,
            "overall": point.response,
        }
        for point in course.points
    ]
