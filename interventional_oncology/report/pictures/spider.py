"""Spider: the change from baseline over time, one line a patient, or a lesion."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...response.cohort import ChangeLine
from ...response.courses import LesionCourse
from .canvas import save_figure
from .chart import (
    INK,
    MOST_MARKED,
    SOFT,
    ChangeLimits,
    limit_lines,
    marker_handle,
    new_chart,
    put_legend,
    time_unit,
)
from .picture import Picture
from .response_colors import color_of, in_order

_HEIGHT_PX = 560
#: Points are drawn on the lines of up to so many patients.
_MOST_WITH_POINTS = 60
#: The axis ends there; how many lines leave it is told.
_CUT_PERCENT = 200.0
# Okabe and Ito's colors (from memory, not checked); each lesion also has a marker of its own.
_LESION_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_LESION_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def draw_spider(lines: Sequence[ChangeLine], limits: ChangeLimits, folder: Path) -> Picture:
    """Write the spider plot of a cohort."""
    save_figure(spider_figure(lines, limits), folder / "spider.png")
    caption = f"Change from baseline over time of {len(lines)} patients, {limits.criterion}"
    return Picture("spider.png", caption, f"{caption}. Colors by best overall response.", per_row=1)


def spider_figure(lines: Sequence[ChangeLine], limits: ChangeLimits) -> Any:
    """Return the figure of a spider plot."""
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    figure, axes = new_chart(_HEIGHT_PX, f"Change from baseline, {limits.criterion}")
    unit, days = time_unit(max((line.days[-1] for line in lines), default=0))
    counts = Counter(line.response for line in lines)
    few = len(lines) <= _MOST_WITH_POINTS
    alpha = 0.9 if few else max(0.15, min(0.7, 60 / len(lines)))
    handles = []
    for word in in_order(counts):
        color = _line_color(word)
        paths = [
            [(day / days, change) for day, change in zip(line.days, line.changes_percent, strict=True)]
            for line in lines
            if line.response == word
        ]
        width = 1.5 if few else 0.8
        axes.add_collection(LineCollection(paths, colors=color, linewidths=width, alpha=alpha, gid=word))
        if few:
            points = [point for path in paths for point in path[1:]]
            axes.plot(*zip(*points, strict=True), linestyle="none", marker="o", markersize=3, color=color)
        handles.append(Line2D([], [], color=color, linewidth=2, label=f"{word} ({counts[word]})"))
    handles += limit_lines(axes, limits)
    handles += _new_lesions(axes, lines, days)
    followed = limits.title.lower()
    _frame(
        axes, [line.changes_percent for line in lines], [line.days for line in lines], unit, days, followed
    )
    put_legend(axes, handles)
    return figure


def draw_lesion_spider(
    courses: Sequence[LesionCourse], limits: ChangeLimits, folder: Path, prefix: str
) -> Picture:
    """Write the change of each target lesion of one patient."""
    name = f"{prefix}_lesions.png"
    save_figure(lesion_spider_figure(courses, limits), folder / name)
    caption = f"Change of each target lesion from baseline, {limits.criterion}"
    told = ", ".join(f"lesion {one.lesion_id} {one.changes_percent[-1]:+.0f} %" for one in courses)
    return Picture(name, caption, f"{caption}. Last: {told}.", per_row=1)


def lesion_spider_figure(courses: Sequence[LesionCourse], limits: ChangeLimits) -> Any:
    """Return the figure of the change of each lesion of one patient."""
    figure, axes = new_chart(_HEIGHT_PX, f"Change of each target lesion, {limits.criterion}")
    unit, days = time_unit(max((one.days[-1] for one in courses), default=0))
    for number, one in enumerate(courses):
        axes.plot(
            [day / days for day in one.days], one.changes_percent, linewidth=1.6, markersize=5,
            color=_LESION_COLORS[number % len(_LESION_COLORS)],
            marker=_LESION_MARKERS[number % len(_LESION_MARKERS)],
            linestyle="solid" if number < len(_LESION_COLORS) else "dashed",
            label=f"lesion {one.lesion_id}",
        )  # fmt: skip
    axes.axhline(0.0, color=INK, linewidth=0.8)
    limit_lines(axes, replace(limits, progression_percent=None))
    _frame(
        axes, [one.changes_percent for one in courses], [one.days for one in courses], unit, days, "lesion"
    )
    put_legend(axes)
    return figure


def _line_color(word: str) -> str:
    color = color_of(word)
    return SOFT if color == "#ffffff" else color


def _new_lesions(axes: Any, lines: Sequence[ChangeLine], days: float) -> list[Any]:
    places = [
        (day / days, min(change, _CUT_PERCENT))
        for line in lines
        for day, change in zip(line.days, line.changes_percent, strict=True)
        if day == line.new_lesion_day
    ]
    if not places or len(lines) > MOST_MARKED:
        return []
    size = 8 if len(lines) <= _MOST_WITH_POINTS else 4
    axes.plot(
        *zip(*places, strict=True),
        linestyle="none",
        marker="*",
        markersize=size,
        color=INK,
        gid="new lesions",
    )
    return [marker_handle("*", "first new lesion")]


def _frame(
    axes: Any,
    changes: Sequence[Sequence[float]],
    days_of: Sequence[Sequence[int]],
    unit: str,
    days: float,
    followed: str,
) -> None:
    values = [value for line in changes for value in line]
    last = max((line[-1] for line in days_of), default=1) / days
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.set_xlim(-0.01 * last, 1.04 * max(last, 1 / days))
    axes.set_ylim(min([-40.0, *values]) - 6.0, min(max([30.0, *values]) + 8.0, _CUT_PERCENT + 5.0))
    axes.set_xlabel(f"{unit} from baseline", fontsize=9)
    axes.set_ylabel(f"change of the {followed}, %", fontsize=9)
    beyond = sum(any(value > _CUT_PERCENT for value in line) for line in changes)
    if beyond:
        text = f"{beyond} of {len(changes)} lines leave the plot above {_CUT_PERCENT:+.0f} %"
        axes.set_title(text, loc="right", fontsize=8, color=SOFT)
