"""The sum of a criterion over time with the lines that decide the response."""

import datetime
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...response.courses import CoursePoint, SumCourse
from .canvas import save_figure
from .chart import INK, PROGRESSION, RESPONSE, SOFT, marker_handle, new_chart, put_legend
from .picture import Picture
from .response_colors import color_of

_HEIGHT_PX = 520
#: Numbers are written beside up to so many visits; beyond, only at the nadir and at the last one.
_MOST_TOLD = 12
_LONG_WORD = 6
_NEW_LESION = " ★"  # as in the legend


def draw_sum(
    course: SumCourse, folder: Path, prefix: str, treatment_date: datetime.date | None = None
) -> Picture:
    """Write the plot of one patient and criterion."""
    name = f"{prefix}_sum.png"
    save_figure(sum_figure(course, treatment_date), folder / name)
    told = ", ".join(
        f"{p.date} {p.total:.1f} {course.unit} {p.response}".strip()
        for p in course.points
        if p.total is not None
    )
    ending = ", with the limits of response and progression" if course.partial is not None else ""
    caption = f"{course.title} over time, {course.criterion}{ending}"
    return Picture(name, caption, f"{caption}. {told}.", per_row=1)


def sum_figure(course: SumCourse, treatment_date: datetime.date | None = None) -> Any:
    """Return the figure of one patient and criterion."""
    figure, axes = new_chart(_HEIGHT_PX, course.criterion)
    axes.set_ylabel(f"{course.title}, {course.unit}", fontsize=9)
    _draw_limits(axes, course)
    _draw_sums(axes, course)
    _draw_gaps(axes, course)
    _draw_treatment(axes, treatment_date)
    _scale(axes, course, treatment_date)
    put_legend(axes, [*axes.get_legend_handles_labels()[0], *_entries(course)])
    return figure


def _entries(course: SumCourse) -> list[Any]:
    """Return the legend entries of what is drawn in more than one piece."""
    found = []
    if course.nadir is not None and course.partial is not None:
        label = f"nadir {course.nadir.total:.1f} {course.unit}"
        found.append(marker_handle("D", label, filled=False, size=7))
    if any(point.new_lesions for point in course.points):
        found.append(marker_handle("*", "new lesion"))
    return found


def _draw_sums(axes: Any, course: SumCourse) -> None:
    measured, nadir = course.measured, course.nadir
    if nadir is None:
        return
    axes.plot(
        [point.date for point in measured], [point.total for point in measured], color=INK, linewidth=1.6,
        label=course.title.lower(), zorder=3,
    )  # fmt: skip
    for point in measured:
        color = color_of(point.response) if point.response else "white"
        axes.plot(
            [point.date], [point.total], marker="o", markersize=7, markerfacecolor=color, markeredgecolor=INK,
            linestyle="none", zorder=4,
        )  # fmt: skip
    if course.partial is not None:
        axes.plot(
        [nadir.date], [nadir.total], marker="D", markersize=12, markerfacecolor="none", markeredgecolor=INK,
        linestyle="none", zorder=4, gid="nadir",
    )  # fmt: skip
    told = measured if len(measured) <= _MOST_TOLD else (nadir, measured[-1])
    for point in told:
        # A long word at the right edge would run into the legend.
        at_edge = point is measured[-1] and len(point.response) > _LONG_WORD
        below = _is_crossed(point, course) and point.total != nadir.total
        axes.annotate(
            _words(point), (point.date, point.total), xytext=(6 if at_edge else 0, -11 if below else 11),
            ha="right" if at_edge else "center",
            textcoords="offset points", va="top" if below else "bottom", fontsize=8, zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.6, "pad": 0.8},
        )  # fmt: skip


def _is_crossed(point: CoursePoint, course: SumCourse) -> bool:
    """Say whether a limit lies where the words above a point would be, and below there is room for them."""
    total = point.total or 0.0
    reach = 0.2 * max(one.total or 0.0 for one in course.measured)
    if total < 1.2 * reach:
        return False
    limits = [course.partial, point.progression]
    limits += [after.progression for before, after in itertools.pairwise(course.points) if before is point]
    return any(limit is not None and 0 < limit - total < reach for limit in limits)


def _words(point: CoursePoint) -> str:
    news = _NEW_LESION if point.new_lesions else ""
    return f"{point.total:.1f}" + (f"\n{point.response}{news}" if point.response else "")


def _draw_limits(axes: Any, course: SumCourse) -> None:
    if course.partial is not None and course.partial > 0:
        label = f"partial response at {course.partial:.1f} {course.unit}"
        axes.axhline(course.partial, color=RESPONSE, linestyle="dashed", linewidth=1.2, label=label)
    limits = [(point.date, point.progression) for point in course.points if point.progression is not None]
    if limits:
        dates, values = zip(*limits, strict=True)
        label = f"progression from {values[-1]:.1f} {course.unit}"
        axes.step(
            [course.points[0].date, *dates], [values[0], *values], where="pre", color=PROGRESSION,
            linestyle="dotted", linewidth=1.6, label=label,
        )  # fmt: skip


def _draw_gaps(axes: Any, course: SumCourse) -> None:
    missing = [point for point in course.points if point.total is None]
    if missing:
        axes.plot(
            [point.date for point in missing], [0.0] * len(missing), marker="x", color=SOFT, linestyle="none",
            label="sum not evaluable", zorder=3,
        )  # fmt: skip
    for point in missing:
        words = f"{point.response}{_NEW_LESION if point.new_lesions else ''}"
        axes.annotate(
            words, (point.date, 0.0), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8,
            color=SOFT,
        )  # fmt: skip


def _draw_treatment(axes: Any, date: datetime.date | None) -> None:
    if date is not None:
        axes.axvline(date, color=SOFT, linewidth=1.0, linestyle="dashdot", label=f"treatment {date}")


def _scale(axes: Any, course: SumCourse, treatment_date: datetime.date | None) -> None:
    dates = [point.date for point in course.points]
    values = [value for p in course.points for value in (p.total, p.progression) if value is not None]
    top = max([*values, 1.0])
    axes.set_ylim(-0.04 * top, 1.25 * top)
    known = [*dates, treatment_date] if treatment_date is not None else dates
    first, last = min(known), max(known)
    pad = max((last - first) * 0.08, datetime.timedelta(days=1))
    axes.set_xlim(first - pad, last + pad)
    kept = _far_apart(dates, (last - first) / 14)
    axes.set_xticks(kept, [date.isoformat() for date in kept], rotation=25, ha="right", fontsize=8)


def _far_apart(dates: Sequence[datetime.date], near: datetime.timedelta) -> list[datetime.date]:
    """Return dates of which no two are closer than a label is wide; the last is always among them."""
    kept = [dates[-1]]
    for date in reversed(dates[:-1]):
        if kept[-1] - date >= near and date != kept[-1]:
            kept.append(date)
    return kept[::-1]
