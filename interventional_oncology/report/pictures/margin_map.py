"""The margin all around the tumor as one flat map."""

from pathlib import Path
from typing import Any

import numpy as np

from ...margins.anatomical_direction import direction_words
from .canvas import new_figure, save_figure
from .directions import HALF_HEIGHT, HALF_WIDTH, to_map
from .margin_colors import NOT_JUDGED_COLOR, NOT_JUDGED_LABEL, margin_steps
from .picture import Picture
from .unrolled_margin import UnrolledMargin, unrolled_margin

WIDTH_PX, HEIGHT_PX = 840, 560
#: The map in its picture: left, bottom, width and height as parts.
_PLACE = (0.045, 0.235, 0.91, 0.6825)
_SIDES = {
    "right": (1, 0, 0),
    "left": (-1, 0, 0),
    "anterior": (0, 1, 0),
    "posterior": (0, -1, 0),
    "cranial": (0, 0, 1),
    "caudal": (0, 0, -1),
}
_LINE, _GRID, _DEGREES = "black", "#555555", 30
_NEAR_POLE, _POLE_LIFT_PT = 0.85, 12.0
#: Nearer than this to the least margin, on the map, a word makes way.
_WORD_ROOM = (0.42, 0.16)


def pixel_of(direction_ras: tuple[float, float, float]) -> tuple[int, int]:
    """Return column and row of a direction in the picture of :func:`draw_margin_map`.

    Examples
    --------
    >>> pixel_of((0, 1, 0))
    (420, 237)
    """
    across, up = to_map(np.asarray([direction_ras], dtype=float))[0]
    left, bottom, width, height = _PLACE
    column = (left + width * 0.5 * (1 + across / HALF_WIDTH)) * WIDTH_PX
    row = (1 - bottom - height * 0.5 * (1 + up / HALF_HEIGHT)) * HEIGHT_PX
    return round(float(column)), round(float(row))


def draw_margin_map(surface: Any, folder: Path, prefix: str, *, threshold_mm: float) -> Picture:
    """Write the map of the margin by direction from the tumor's center.

    Mollweide's projection (:mod:`.directions`): equal areas of the map are equal solid angles.

    Parameters
    ----------
    surface : vtkPolyData
        As for :func:`.surface.draw_surface`.
    folder : Path
    prefix : str
        Start of the file name.
    threshold_mm : float
        The margin asked for; a black line runs where the margin passes it.
    """
    unrolled = unrolled_margin(surface)
    figure = new_figure(WIDTH_PX, HEIGHT_PX)
    axes = figure.add_axes(_PLACE)
    axes.set_xlim(-HALF_WIDTH, HALF_WIDTH)
    axes.set_ylim(-HALF_HEIGHT, HALF_HEIGHT)
    axes.set_axis_off()
    _paint(axes, unrolled, threshold_mm)
    _draw_grid(axes)
    _draw_words(axes, unrolled)
    _draw_least(axes, unrolled)
    _draw_legend(figure, unrolled, threshold_mm)
    name = f"{prefix}_margin_map.png"
    save_figure(figure, folder / name)
    caption = (
        "Margin in all directions from the center of the tumor, unrolled (equal-area Mollweide projection; "
        f"ring: smallest margin; black line: {threshold_mm:g} mm)"
    )
    if unrolled.pieces > 1:
        caption += f", for the piece with the smallest margin of {unrolled.pieces}"
    return Picture(name, caption, f"{caption}. {_told(unrolled)}", per_row=2)


def _paint(axes: Any, unrolled: UnrolledMargin, threshold_mm: float) -> None:
    rows, columns = unrolled.margin_mm.shape
    across = HALF_WIDTH * ((np.arange(columns) + 0.5) * 2 / columns - 1)
    up = HALF_HEIGHT * (1 - (np.arange(rows) + 0.5) * 2 / rows)
    steps = margin_steps(threshold_mm)
    edges = [-1e3, *(step.from_mm for step in steps if step.from_mm is not None), 1e3]
    filled = _beyond_the_rim(unrolled.margin_mm)
    judged = _beyond_the_rim(np.where(np.isfinite(unrolled.margin_mm), unrolled.judged.astype(float), np.nan))
    rim = _rim()
    parts = [
        axes.contourf(across, up, filled, edges, colors=[step.color for step in steps], antialiased=True)
    ]
    if (judged < 0.5).any():
        parts.append(axes.contourf(across, up, judged, [-1.0, 0.5], colors=[NOT_JUDGED_COLOR]))
    low, high = float(np.nanmin(unrolled.margin_mm)), float(np.nanmax(unrolled.margin_mm))
    if low < threshold_mm < high:
        judged_mm = np.where(unrolled.judged, unrolled.margin_mm, np.nan)
        parts.append(axes.contour(across, up, judged_mm, [threshold_mm], colors=_LINE, linewidths=1.6))
    for part in parts:
        part.set_clip_path(rim, transform=axes.transData)


def _beyond_the_rim(values: np.ndarray) -> np.ndarray:
    """Repeat the last values of each row outward, so that colors reach the rim of the map."""
    filled = values.copy()
    rows, columns = values.shape
    across = ((np.arange(columns) + 0.5) * 2 / columns - 1)[None]
    up = (1 - (np.arange(rows) + 0.5) * 2 / rows)[:, None]
    ends = np.sqrt(1 - up**2)
    first = np.ceil((1 - ends) * columns / 2 - 0.5).astype(int)[:, 0].clip(0, columns // 2 - 1)
    every = np.arange(rows)
    left, right = values[every, first], values[every, columns - 1 - first]
    outside = np.abs(across) > ends
    side = np.where(across < 0, left[:, None], right[:, None])
    return np.where(outside, side, filled)


def _rim() -> Any:
    from matplotlib.path import Path as Outline
    from matplotlib.transforms import Affine2D

    return Outline.unit_circle().transformed(Affine2D().scale(HALF_WIDTH, HALF_HEIGHT))


def _draw_grid(axes: Any) -> None:
    turn = np.radians(np.arange(-90, 91, 3))
    for degrees in range(-120, 121, 2 * _DEGREES):
        along = np.radians(degrees)
        line = np.stack([-np.cos(turn) * np.sin(along), np.cos(turn) * np.cos(along), np.sin(turn)], axis=1)
        axes.plot(*to_map(line).T, color=_GRID, linewidth=0.4)
    around = np.radians(np.linspace(-179.999, 179.999, 121))
    for degrees in (-60, -30, 0, 30, 60):
        level, up = np.cos(np.radians(degrees)), np.full(around.shape, np.sin(np.radians(degrees)))
        line = np.stack([-level * np.sin(around), level * np.cos(around), up], axis=1)
        axes.plot(*to_map(line).T, color=_GRID, linewidth=0.4)
    from matplotlib.patches import Ellipse

    rim = Ellipse((0, 0), 2 * HALF_WIDTH, 2 * HALF_HEIGHT, fill=False, edgecolor=_LINE, linewidth=1.0)
    rim.set_clip_on(False)
    axes.add_patch(rim)


def _draw_words(axes: Any, unrolled: UnrolledMargin) -> None:
    least = unrolled.least_direction_ras
    taken = None if least is None else to_map(least[None])[0]
    for word in ("right", "anterior", "left"):
        across, up = to_map(np.array([_SIDES[word]], dtype=float))[0]
        if taken is not None and (np.abs(taken - (across, up)) < _WORD_ROOM).all():
            up = -0.2 if taken[1] >= 0 else 0.2
        axes.text(across, up, word, ha="center", va="center", fontsize=10, path_effects=_halo())
    axes.text(0, 1.03, "cranial", ha="center", va="bottom", fontsize=10)
    axes.text(0, -1.03, "caudal", ha="center", va="top", fontsize=10)
    for across, ha in ((-HALF_WIDTH, "left"), (HALF_WIDTH, "right")):
        axes.text(across, 1.0, "posterior", ha=ha, va="top", fontsize=10)
        axes.annotate(
            "", (0.998 * across, 0.06), (across, 0.88), arrowprops={"arrowstyle": "->", "linewidth": 0.8}
        )


def _draw_least(axes: Any, unrolled: UnrolledMargin) -> None:
    if unrolled.least_direction_ras is None or unrolled.least_mm is None:
        return
    across, up = to_map(unrolled.least_direction_ras[None])[0]
    axes.plot(
        [across], [up], marker="o", markersize=11, markerfacecolor="none", markeredgecolor=_LINE,
        markeredgewidth=1.6, clip_on=False,
    )  # fmt: skip
    to_left = across > 0
    # At the poles the words above and below the map have the place beside the ring.
    lift = -np.sign(up) * _POLE_LIFT_PT if abs(up) > _NEAR_POLE else 0.0
    axes.annotate(
        f"{unrolled.least_mm:.1f} mm", (across, up), xytext=(-9 if to_left else 9, lift),
        textcoords="offset points", ha="right" if to_left else "left", va="center", fontsize=11,
        fontweight="bold", path_effects=_halo(),
    )  # fmt: skip


def _draw_legend(figure: Any, unrolled: UnrolledMargin, threshold_mm: float) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=step.color, edgecolor=_LINE, linewidth=0.5, label=step.label)
        for step in margin_steps(threshold_mm)
    ]
    if not unrolled.judged.all():
        handles.append(
            Patch(facecolor=NOT_JUDGED_COLOR, edgecolor=_LINE, linewidth=0.5, label=NOT_JUDGED_LABEL)
        )
    # Two rows, whether gray is among them or not: a third one would run into the map.
    columns, size = (2, 10) if len(handles) == 4 else (3, 8)
    figure.legend(
        handles=handles, loc="lower center", ncols=columns, fontsize=size, frameon=False,
        columnspacing=1.0, handlelength=1.5,
    )  # fmt: skip


def _told(unrolled: UnrolledMargin) -> str:
    if unrolled.least_direction_ras is None:
        return "No margin is judged."
    return f"Smallest margin {unrolled.least_mm:.1f} mm, {direction_words(unrolled.least_direction_ras)}."


def _halo() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.2, foreground="white")]
