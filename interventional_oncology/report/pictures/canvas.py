"""A picture that is nothing but pixels and what is written on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...errors import InputError
from .planes import Plane

#: How a line is drawn.
LineStyle = Literal["solid", "dashed", "dotted", "dashdot"]
_DPI = 160
_TEXT_COLOR, _STROKE_COLOR = "white", "black"
#: How far, as part of the height, and how often an orientation letter makes way for a caption.
_LETTER_STEP, _LETTER_STEPS = 0.01, 45
#: Lengths a scale bar may have, mm.
_BAR_LENGTHS_MM = (5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Outline:
    """A line around a region of a slice.

    Attributes
    ----------
    values : numpy.ndarray
        Shape (rows, columns); the line is where they cross ``level``.
    level : float
    color, label : str
    style : LineStyle
        The style tells a line without its color.
    """

    values: np.ndarray
    level: float
    color: str
    style: LineStyle
    label: str


def require_matplotlib() -> None:
    """Raise :class:`InputError` with the way to install it where matplotlib is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:  # pragma: no cover
        msg = 'pictures need matplotlib; install it with: pip install "interventional-oncology[report]"'
        raise InputError(msg) from error


def new_figure(width_px: int, height_px: int) -> Any:
    """Return a matplotlib figure with the Agg canvas, free of pyplot's global state."""
    require_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_px / _DPI, height_px / _DPI), dpi=_DPI)
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Any, path: Path) -> None:
    """Write a figure as PNG, without time stamps, so that equal pictures are equal files."""
    figure.savefig(path, format="png", metadata={"Software": None})


class SlicePicture:
    """One slice with its outlines, orientation letters, scale bar and captions."""

    def __init__(self, plane: Plane, pixels: np.ndarray) -> None:
        """Show ``pixels``: shape (rows, columns) from 0 to 1, or (rows, columns, 3) as colors."""
        rows, columns = plane.shape
        self._plane = plane
        self._figure = new_figure(columns, rows)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        self._axes.set_axis_off()
        self._letters()
        self._scale_bar()

    def outline(self, outlines: Sequence[Outline]) -> None:
        """Draw outlines and, in the lower right corner, what they are."""
        from matplotlib.lines import Line2D

        drawn = []
        for outline in outlines:
            if outline.values.min() < outline.level <= outline.values.max():
                style = [outline.style]
                # A dark line below keeps the color visible on bright tissue.
                self._axes.contour(outline.values, [outline.level], colors="black", linewidths=2.6, alpha=0.5)
                self._axes.contour(
                    outline.values, [outline.level], colors=outline.color, linestyles=style, linewidths=1.6
                )
                drawn.append(
                    Line2D([], [], color=outline.color, linestyle=outline.style, label=outline.label)
                )
        if drawn:
            legend = self._axes.legend(
                handles=drawn,
                loc="lower right",
                fontsize=8.5,
                facecolor="black",
                framealpha=0.6,
                edgecolor="none",
            )
            for text in legend.get_texts():
                text.set_color(_TEXT_COLOR)

    def title(self, left: str, right: str) -> None:
        """Write in the upper corners."""
        self._write(0.02, 0.98, left, ha="left", va="top", size=9.5)
        self._write(0.98, 0.98, right, ha="right", va="top", size=9)

    def mark(self, point_lps_mm: Sequence[float], text: str) -> None:
        """Circle a point and name it."""
        column, row = self._plane.pixel_of(point_lps_mm)
        self._axes.plot(
            [column], [row], marker="o", markersize=11, markerfacecolor="none", markeredgecolor="white",
            markeredgewidth=1.4,
        )  # fmt: skip
        self._axes.annotate(
            text, (column, row), xytext=(9, 9), textcoords="offset points", fontsize=9.5, color=_TEXT_COLOR,
            path_effects=_stroke(),
        )  # fmt: skip

    def frame(self, plane: Plane) -> None:
        """Draw where another plane of the same view lies."""
        from matplotlib.patches import Rectangle

        column, row = self._plane.pixel_of(plane.center_lps_mm)
        width, height = plane.width_mm / self._plane.pixel_mm, plane.height_mm / self._plane.pixel_mm
        corner = (column - width / 2, row - height / 2)
        self._axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor="white", linewidth=0.8))

    def save(self, path: Path) -> None:
        """Write the picture as PNG."""
        rows, columns = self._plane.shape
        self._axes.set_xlim(-0.5, columns - 0.5)
        self._axes.set_ylim(rows - 0.5, -0.5)
        self._clear_letters()
        save_figure(self._figure, path)

    def _write(self, x: float, y: float, text: str, *, ha: str, va: str, size: float) -> Any:
        return self._axes.text(
            x, y, text, transform=self._axes.transAxes, ha=ha, va=va, fontsize=size, color=_TEXT_COLOR,
            linespacing=1.3, path_effects=_stroke(),
        )  # fmt: skip

    def _letters(self) -> None:
        left, right, top, bottom = self._plane.view.letters
        # Each letter with the directions in which it makes way: 1 is up.
        self._moving = [
            (self._write(0.012, 0.5, left, ha="left", va="center", size=11), (-1, 1)),
            (self._write(0.988, 0.5, right, ha="right", va="center", size=11), (-1, 1)),
            (self._write(0.5, 0.985, top, ha="center", va="top", size=11), (-1,)),
            (self._write(0.5, 0.015, bottom, ha="center", va="bottom", size=11), (1,)),
        ]

    def _clear_letters(self) -> None:
        """Move the orientation letters along until no caption, legend or scale overlaps them."""
        letters = [letter for letter, _ in self._moving]
        legend = self._axes.get_legend()
        others = [text for text in self._axes.texts if text not in letters] + ([legend] if legend else [])
        taken = [other.get_window_extent().padded(3) for other in others]
        for letter, directions in self._moving:
            x, y = letter.get_position()
            moves = [n * _LETTER_STEP * direction for n in range(_LETTER_STEPS) for direction in directions]
            for move in moves:
                letter.set_position((x, y + move))
                if letter.get_window_extent().count_overlaps(taken) == 0:
                    break
            else:
                letter.set_position((x, y))

    def _scale_bar(self) -> None:
        rows, columns = self._plane.shape
        length_mm = max([b for b in _BAR_LENGTHS_MM if b <= 0.25 * self._plane.width_mm], default=1)
        start, y = 0.03 * columns, 0.97 * rows
        stop = start + length_mm / self._plane.pixel_mm
        self._axes.plot(
            [start, stop],
            [y, y],
            color=_TEXT_COLOR,
            linewidth=2,
            path_effects=_stroke(),
            solid_capstyle="butt",
        )
        self._axes.text(
            start, y - 0.015 * rows, f"{length_mm} mm", ha="left", va="bottom", fontsize=8.5,
            color=_TEXT_COLOR, path_effects=_stroke(),
        )  # fmt: skip


def _stroke() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=1.4, foreground=_STROKE_COLOR)]
