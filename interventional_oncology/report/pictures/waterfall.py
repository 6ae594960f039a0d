"""Waterfall: the best change of each patient of a cohort, one bar each."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...response.cohort import BestChange
from .canvas import save_figure
from .chart import (
    INK,
    MOST_MARKED,
    ChangeLimits,
    category_handles,
    limit_lines,
    marker_handle,
    new_chart,
    put_legend,
)
from .picture import Picture
from .response_colors import color_of, in_order

_HEIGHT_PX = 620
#: Larger growth is cut off there and told in words, so that the others can still be read.
_CUT_PERCENT = 100.0
#: Names of patients can be read below up to so many bars, the words of cut bars beside up to fewer.
_MOST_NAMED, _MOST_CUT_TOLD = 40, 12


def draw_waterfall(
    bars: Sequence[BestChange], limits: ChangeLimits, folder: Path, left_out: int = 0
) -> Picture:
    """Write the waterfall of a cohort; ``left_out`` patients have no sum after baseline."""
    save_figure(waterfall_figure(bars, limits), folder / "waterfall.png")
    caption = f"Best change from baseline of {len(bars)} patients, {limits.criterion}"
    if left_out:
        caption += f"; {left_out} without a sum after baseline are not shown"
    counts = Counter(bar.response for bar in bars)
    told = ", ".join(f"{word} {counts[word]}" for word in in_order(counts))
    return Picture("waterfall.png", caption, f"{caption}. Best overall response: {told}.", per_row=1)


def waterfall_figure(bars: Sequence[BestChange], limits: ChangeLimits) -> Any:
    """Return the figure of a waterfall."""
    named = len(bars) <= _MOST_NAMED
    title = f"Best change from baseline, {limits.criterion}"
    figure, axes = new_chart(_HEIGHT_PX, title, bottom_px=130 if named else 60)
    heights = [min(bar.change_percent, _CUT_PERCENT) for bar in bars]
    wide = len(bars) <= 80
    colors = [color_of(bar.response) for bar in bars]
    _draw_bars(axes, heights, colors, wide=wide)
    axes.axhline(0.0, color=INK, linewidth=0.8)
    handles = limit_lines(axes, limits)
    counts = Counter(bar.response for bar in bars)
    words = in_order(counts)
    handles = [*category_handles(words, [counts[word] for word in words]), *handles]
    handles += _new_lesions(axes, bars, heights)
    handles += _cut(axes, bars)
    axes.set_ylabel(f"change of the {limits.title.lower()}, %", fontsize=9)
    axes.set_xlim(-0.7, max(len(bars), 1) - 0.3)
    axes.set_ylim(min([-30.0, *heights]) - 8.0, max([20.0, *heights]) + 12.0)
    if named:
        axes.set_xticks(
            range(len(bars)), [bar.patient_id for bar in bars], rotation=60, ha="right", fontsize=7
        )
    else:
        axes.set_xticks([])
        axes.set_xlabel(f"{len(bars)} patients", fontsize=9)
    put_legend(axes, handles)
    return figure


def _draw_bars(axes: Any, heights: Sequence[float], colors: Sequence[str], *, wide: bool) -> None:
    # One collection: thousands of bars that are each an artist take seconds.
    from matplotlib.collections import PolyCollection

    half = 0.41 if wide else 0.5
    boxes = [
        [(n - half, 0.0), (n + half, 0.0), (n + half, height), (n - half, height)]
        for n, height in enumerate(heights)
    ]
    edge = {"edgecolors": INK, "linewidths": 0.5} if wide else {"edgecolors": "none"}
    axes.add_collection(PolyCollection(boxes, facecolors=colors, gid="bars", **edge))


def _new_lesions(axes: Any, bars: Sequence[BestChange], heights: Sequence[float]) -> list[Any]:
    places = [(n, heights[n]) for n, bar in enumerate(bars) if bar.new_lesions]
    if not places or len(bars) > MOST_MARKED:
        return []
    offsets = [height + 3.0 if height >= 0 else height - 3.0 for _n, height in places]
    size = 5 if len(bars) <= 80 else 3
    axes.plot(
        [n for n, _height in places], offsets, linestyle="none", marker="*", markersize=size, color=INK,
        gid="new lesions",
    )  # fmt: skip
    return [marker_handle("*", "new lesion")]


def _cut(axes: Any, bars: Sequence[BestChange]) -> list[Any]:
    cut = [(n, bar.change_percent) for n, bar in enumerate(bars) if bar.change_percent > _CUT_PERCENT]
    if not cut:
        return []
    if len(bars) <= _MOST_NAMED and len(cut) <= _MOST_CUT_TOLD:
        for n, change in cut:
            axes.text(
                n, _CUT_PERCENT - 3.0, f"{change:+.0f} %", rotation=90, ha="center", va="top", fontsize=7,
                color="white", gid="cut",
            )  # fmt: skip
    return [marker_handle("^", f"{len(cut)} cut at {_CUT_PERCENT:+.0f} %", filled=False)]
