"""The sum of diameters over time with the lines that decide the response."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .canvas import new_figure, save_figure
from .picture import Picture

_WIDTH_PX, _HEIGHT_PX = 1100, 520
_LINE, _PARTIAL, _PROGRESSION, _GRAY = "#0072B2", "#009E73", "#D55E00", "#555555"


@dataclass(frozen=True)
class DiameterPoint:
    """One assessment.

    Attributes
    ----------
    date : datetime.date
    sum_mm : float or None
        Sum of the target diameters; ``None`` where it could not be evaluated.
    progression_mm : float or None
        Sum from which this assessment would have been progression, if there was one to compare with.
    response : str
        Category of the assessment; empty for the baseline.
    """

    date: datetime.date
    sum_mm: float | None
    progression_mm: float | None
    response: str


@dataclass(frozen=True)
class DiameterCourse:
    """The sums of one criterion.

    Attributes
    ----------
    criterion : str
        Title shown.
    points : tuple of DiameterPoint
        In the order of their dates.
    partial_mm : float or None
        Sum at which partial response begins.
    treatment_date : datetime.date or None
    """

    criterion: str
    points: tuple[DiameterPoint, ...]
    partial_mm: float | None
    treatment_date: datetime.date | None = None


def draw_diameters(course: DiameterCourse, folder: Path, prefix: str) -> Picture:
    """Write the plot of one criterion."""
    figure = new_figure(_WIDTH_PX, _HEIGHT_PX)
    axes = figure.add_axes((0.08, 0.16, 0.60, 0.74))
    measured = [point for point in course.points if point.sum_mm is not None]
    _draw_sums(axes, measured)
    _draw_thresholds(axes, course, measured)
    _draw_gaps(axes, course)
    _draw_dates(axes, course)
    axes.set_ylabel("sum of diameters, mm", fontsize=9)
    top_mm = max([*(p.sum_mm or 0.0 for p in measured), *(p.progression_mm or 0.0 for p in measured), 5.0])
    axes.set_ylim(-0.04 * top_mm, 1.2 * top_mm)
    axes.set_title(course.criterion, fontsize=10, loc="left")
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8, frameon=False)
    name = f"{prefix}_sum_of_diameters.png"
    save_figure(figure, folder / name)
    told = ", ".join(f"{p.date} {p.sum_mm:.1f} mm {p.response}".strip() for p in measured)
    caption = f"Sum of diameters, {course.criterion}, with the limits of response and progression"
    return Picture(name, caption, f"{caption}. {told}.", per_row=1)


def _draw_sums(axes: Any, measured: list[DiameterPoint]) -> None:
    dates = [point.date for point in measured]
    sums = np.array([point.sum_mm for point in measured], dtype=float)
    axes.plot(
        dates, sums, color=_LINE, marker="o", linewidth=1.8, markersize=5, label="sum of diameters", zorder=3
    )
    for point in measured:
        text = f"{point.sum_mm:.1f}" + (f"\n{point.response}" if point.response else "")
        axes.annotate(
            text,
            (point.date, point.sum_mm),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    if sums.size:
        lowest = int(sums.argmin())
        axes.plot(
            [dates[lowest]], [sums[lowest]], marker="D", markersize=9, markerfacecolor="none",
            markeredgecolor="black", linestyle="none", label=f"nadir {sums[lowest]:.1f} mm", zorder=4,
        )  # fmt: skip


def _draw_thresholds(axes: Any, course: DiameterCourse, measured: list[DiameterPoint]) -> None:
    if course.partial_mm is not None and course.partial_mm > 0:
        label = f"partial response at {course.partial_mm:.1f} mm"
        axes.axhline(course.partial_mm, color=_PARTIAL, linestyle="dashed", linewidth=1.3, label=label)
    limits = [(point.date, point.progression_mm) for point in measured if point.progression_mm is not None]
    if limits:
        dates, values = zip(*limits, strict=True)
        start = measured[0].date
        label = f"progression from {values[-1]:.1f} mm"
        axes.step(
            [start, *dates], [values[0], *values], where="pre", color=_PROGRESSION, linestyle="dotted",
            linewidth=1.6, label=label,
        )  # fmt: skip


def _draw_gaps(axes: Any, course: DiameterCourse) -> None:
    missing = [point.date for point in course.points if point.sum_mm is None]
    if missing:
        axes.plot(
            missing,
            [0.0] * len(missing),
            marker="x",
            color=_GRAY,
            linestyle="none",
            label="not evaluable",
            zorder=3,
        )


def _draw_dates(axes: Any, course: DiameterCourse) -> None:
    dates = [point.date for point in course.points]
    if course.treatment_date is not None:
        axes.axvline(
            course.treatment_date, color=_GRAY, linewidth=1.0, linestyle="dashdot",
            label=f"treatment {course.treatment_date}",
        )  # fmt: skip
        dates.append(course.treatment_date)
    first, last = min(dates), max(dates)
    pad = max((last - first) * 0.08, datetime.timedelta(days=1))
    axes.set_xlim(first - pad, last + pad)
    shown = [point.date for point in course.points]
    near = (last - first) / 12
    # Dates closer than a label is wide would be written over each other.
    kept = [
        date for n, date in enumerate(shown) if n == 0 or date - shown[n - 1] >= near or n == len(shown) - 1
    ]
    axes.set_xticks(kept, [date.isoformat() for date in kept], rotation=20, ha="right", fontsize=8)
