"""What the plots of responses share: type sizes, a plain frame, a legend beside, time in weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .canvas import new_figure
from .response_colors import color_of

WIDTH_PX = 1100
INK, SOFT, RESPONSE, PROGRESSION = "#1b1f24", "#57606a", "#0072B2", "#D55E00"
_LEFT, _WIDTH = 0.09, 0.58
#: In a larger cohort a mark for each new lesion hides what it marks.
MOST_MARKED = 250
#: Longer courses than this are told in months.
_MOST_DAYS_IN_WEEKS = 730
_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class ChangeLimits:
    """What is written about a change: the criterion, what changes, and its limits.

    Attributes
    ----------
    criterion, title : str
        Title of the criterion, and of what it follows.
    partial_percent, progression_percent : float, optional
        Changes at which response and progression begin.
    progression_from : str
        What the latter is measured from: ``"nadir"`` or ``"baseline"``.
    """

    criterion: str
    title: str
    partial_percent: float | None = None
    progression_percent: float | None = None
    progression_from: str = "nadir"


def new_chart(height_px: int, title: str, *, left: float = _LEFT, bottom_px: int = 85) -> tuple[Any, Any]:
    """Return a figure and its axes; room for the legend is at the right."""
    figure = new_figure(WIDTH_PX, height_px)
    bottom, top = bottom_px / height_px, 1 - 45 / height_px
    axes = figure.add_axes((left, bottom, _LEFT + _WIDTH - left, top - bottom))
    axes.set_title(title, fontsize=10, loc="left", color=INK)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def put_legend(axes: Any, handles: Sequence[Any] | None = None) -> None:
    """Write the legend beside the plot, where nothing is drawn."""
    more = {} if handles is None else {"handles": handles}
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8, frameon=False, **more)


def category_handles(words: Sequence[str], counts: Sequence[int] | None = None) -> list[Any]:
    """Return legend entries of categories, with how many there are of each."""
    from matplotlib.patches import Patch

    labels = words if counts is None else [f"{word} ({n})" for word, n in zip(words, counts, strict=True)]
    return [
        Patch(facecolor=color_of(word), edgecolor=SOFT, linewidth=0.5, label=label)
        for word, label in zip(words, labels, strict=True)
    ]


def time_unit(last_day: float) -> tuple[str, float]:
    """Return the unit of a time axis and how many days it has."""
    return ("weeks", 7.0) if last_day <= _MOST_DAYS_IN_WEEKS else ("months", _DAYS_A_MONTH)


def marker_handle(marker: str, label: str, color: str = INK, *, filled: bool = True, size: float = 6) -> Any:
    """Return a legend entry of a marker."""
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], linestyle="none", marker=marker, markersize=size, markeredgecolor=color, label=label,
        markerfacecolor=color if filled else "none",
    )  # fmt: skip


def limit_lines(axes: Any, limits: ChangeLimits) -> list[Any]:
    """Draw the limits of a change in percent and return their legend entries."""
    found = []
    if limits.partial_percent is not None:
        label = f"partial response ({limits.partial_percent:+g} %)"
        style = {"color": RESPONSE, "linestyle": "dashed", "linewidth": 1.1}
        found.append(axes.axhline(limits.partial_percent, label=label, **style))
    if limits.progression_percent is not None:
        label = f"progression ({limits.progression_percent:+g} % from {limits.progression_from})"
        style = {"color": PROGRESSION, "linestyle": "dotted", "linewidth": 1.4}
        found.append(axes.axhline(limits.progression_percent, label=label, **style))
    return found
