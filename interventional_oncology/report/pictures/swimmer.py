"""Swimmer: the time on study of each patient of a cohort, one lane each."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...response.cohort import Lane
from .canvas import save_figure
from .chart import (
    INK,
    MOST_MARKED,
    PROGRESSION,
    SOFT,
    category_handles,
    marker_handle,
    new_chart,
    put_legend,
    time_unit,
)
from .picture import Picture
from .response_colors import color_of, in_order

_LEAST_HEIGHT_PX, _MOST_HEIGHT_PX = 420, 2400
_LANE_PX = 22
_BEFORE = "before the first visit"
#: Names of patients can be read beside up to so many lanes,.
_MOST_NAMED = 90


def draw_swimmer(lanes: Sequence[Lane], criterion: str, folder: Path) -> Picture:
    """Write the swimmer plot of a cohort; ``criterion`` is the title of the criterion."""
    save_figure(swimmer_figure(lanes, criterion), folder / "swimmer.png")
    died = sum(lane.death_day is not None for lane in lanes)
    progressed = sum(lane.progression_day is not None for lane in lanes)
    caption = f"Time on study and response of {len(lanes)} patients, {criterion}"
    told = f"{progressed} with progression, {died} known to have died"
    return Picture("swimmer.png", caption, f"{caption}. {told}.", per_row=1)


def swimmer_figure(lanes: Sequence[Lane], criterion: str) -> Any:
    """Return the figure of a swimmer plot."""
    height = min(max(_LEAST_HEIGHT_PX, 130 + _LANE_PX * len(lanes)), _MOST_HEIGHT_PX)
    named = len(lanes) <= _MOST_NAMED
    figure, axes = new_chart(height, f"Time on study, {criterion}", left=0.14 if named else 0.09)
    unit, days = time_unit(max((lane.end_day for lane in lanes), default=0))
    words = _bars(axes, lanes, days)
    handles: list[Any] = category_handles(in_order(words)) if words else []
    if len(lanes) <= MOST_MARKED:
        handles += _marks(axes, lanes, days)
    last = max((lane.end_day for lane in lanes), default=1) / days
    axes.set_xlim(0.0, 1.06 * max(last, 1 / days))
    axes.set_ylim(max(len(lanes), 1) - 0.3, -0.7)
    axes.set_xlabel(f"{unit} from baseline", fontsize=9)
    if named:
        axes.set_yticks(range(len(lanes)), [lane.patient_id for lane in lanes], fontsize=7)
    else:
        axes.set_yticks([])
        axes.set_ylabel(f"{len(lanes)} patients", fontsize=9)
    put_legend(axes, handles)
    return figure


def _bars(axes: Any, lanes: Sequence[Lane], days: float) -> set[str]:
    """Draw each lane in the color of its last response; before the first visit there is none."""
    from matplotlib.collections import PolyCollection

    half = 0.36 if len(lanes) <= MOST_MARKED else 0.5
    boxes: list[list[tuple[float, float]]] = []
    colors: list[str] = []
    words: set[str] = set()
    for row, lane in enumerate(lanes):
        stops = [*lane.visits, (lane.end_day, "")]
        pieces = [(0, stops[0][0], _BEFORE)]
        pieces += [(day, after, word) for (day, word), (after, _next) in itertools.pairwise(stops)]
        for start, stop, word in pieces:
            if stop > start:
                left, right = start / days, stop / days
                boxes.append(
                    [(left, row - half), (right, row - half), (right, row + half), (left, row + half)]
                )
                colors.append(color_of(word))
                words.add(word)
    edge = SOFT if len(lanes) <= MOST_MARKED else "none"
    axes.add_collection(
        PolyCollection(boxes, facecolors=colors, edgecolors=edge, linewidths=0.4, gid="lanes")
    )
    # The last visit of a lane has no length; its category is known all the same.
    return words | {word for lane in lanes for _day, word in lane.visits}


def _marks(axes: Any, lanes: Sequence[Lane], days: float) -> list[Any]:
    size = 6 if len(lanes) <= _MOST_NAMED else 3
    kinds = (
        ("first response", "^", INK, [lane.response_day for lane in lanes]),
        ("progression", "X", PROGRESSION, [lane.progression_day for lane in lanes]),
        ("death", "D", INK, [lane.death_day for lane in lanes]),
        ("alive when last known", ">", SOFT, [lane.end_day if lane.censored else None for lane in lanes]),
    )
    handles = []
    for label, marker, color, of_lanes in kinds:
        places = [(day / days, row) for row, day in enumerate(of_lanes) if day is not None]
        if places:
            axes.plot(
                *zip(*places, strict=True), linestyle="none",
                marker=marker, markersize=size, color=color, markeredgecolor="white", markeredgewidth=0.4,
                gid=label, clip_on=False,
            )  # fmt: skip
            handles.append(marker_handle(marker, label, color))
    return handles
