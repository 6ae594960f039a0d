"""Each lesion at each visit as a small picture with its sizes: a table that shows what was measured."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .canvas import new_figure, save_figure
from .chart import INK, SOFT
from .picture import Picture

_CELL_PX, _MOST_WIDTH_PX, _LABEL_PX, _WORDS_PX, _HEAD_PX, _GAP_PX = 250, 1400, 120, 84, 56, 10
#: Lesions on one sheet.
ROWS_A_SHEET = 5
# Okabe and Ito's colors (from memory, not checked), as on the other pictures of a report.
_OUTLINE, _FORMER = "#E69F00", "#56B4E9"


@dataclass(frozen=True)
class Thumbnail:
    """One lesion at one visit.

    Attributes
    ----------
    pixels : numpy.ndarray, optional
        Gray values from 0 to 1 of a square; ``None`` where there is no image of it.
    outline : numpy.ndarray, optional
        Values that cross 0.5 at the edge of the lesion, of the same shape.
    former : bool
        Whether the outline is that of the baseline, carried there.
    field_mm : float
        Side of the square.
    words : str
        Sizes and state; up to three lines.
    """

    pixels: np.ndarray | None
    outline: np.ndarray | None
    former: bool
    field_mm: float
    words: str


@dataclass(frozen=True)
class LesionSheet:
    """The lesions of a sheet.

    Attributes
    ----------
    visits : tuple of str
        Heads of the columns.
    lesions : tuple of str
        Names of the rows.
    cells : tuple of tuple of Thumbnail
        By row and column.
    """

    visits: tuple[str, ...]
    lesions: tuple[str, ...]
    cells: tuple[tuple[Thumbnail, ...], ...]


def draw_sheets(sheet: LesionSheet, folder: Path) -> list[Picture]:
    """Write the sheets of some lesions, a few lesions on each."""
    pictures = []
    for number, first in enumerate(range(0, len(sheet.lesions), ROWS_A_SHEET), start=1):
        rows = slice(first, first + ROWS_A_SHEET)
        part = LesionSheet(sheet.visits, sheet.lesions[rows], sheet.cells[rows])
        name = f"lesions_{number}.png"
        save_figure(sheet_figure(part), folder / name)
        named = ", ".join(part.lesions)
        caption = f"Lesions at each visit, axial, with what was outlined: {named}"
        told = "; ".join(
            f"{lesion} {visit}: {cell.words}"
            for lesion, cells in zip(part.lesions, part.cells, strict=True)
            for visit, cell in zip(part.visits, cells, strict=True)
        )
        pictures.append(Picture(name, caption, " ".join(f"{caption}. {told}.".split()), per_row=1))
    return pictures


def sheet_figure(sheet: LesionSheet) -> Any:
    """Return the figure of one sheet."""
    columns, rows = len(sheet.visits), len(sheet.lesions)
    cell = min(_CELL_PX, (_MOST_WIDTH_PX - _LABEL_PX) // max(columns, 1) - _GAP_PX)
    width = _LABEL_PX + columns * (cell + _GAP_PX)
    height = _HEAD_PX + rows * (cell + _WORDS_PX)
    figure = new_figure(width, height)
    for column, visit in enumerate(sheet.visits):
        x = (_LABEL_PX + column * (cell + _GAP_PX) + cell / 2) / width
        figure.text(x, 1 - 0.5 * _HEAD_PX / height, visit, ha="center", va="center", fontsize=8, color=INK)
    for row, (lesion, cells) in enumerate(zip(sheet.lesions, sheet.cells, strict=True)):
        top = _HEAD_PX + row * (cell + _WORDS_PX)
        y = 1 - (top + cell / 2) / height
        figure.text(0.45 * _LABEL_PX / width, y, lesion, ha="center", va="center", fontsize=8, color=INK)
        for column, thumbnail in enumerate(cells):
            left = _LABEL_PX + column * (cell + _GAP_PX)
            box = (left / width, 1 - (top + cell) / height, cell / width, cell / height)
            _draw(figure.add_axes(box), thumbnail)
            figure.text(
                (left + cell / 2) / width, 1 - (top + cell + 6) / height, thumbnail.words, ha="center",
                va="top", fontsize=7, color=INK, linespacing=1.25,
            )  # fmt: skip
    return figure


def _draw(axes: Any, thumbnail: Thumbnail) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(SOFT)
    if thumbnail.pixels is None:
        axes.set_facecolor("#f6f8fa")
        axes.text(
            0.5, 0.5, "no image", ha="center", va="center", fontsize=7, color=SOFT, transform=axes.transAxes
        )
        return
    rows, columns = thumbnail.pixels.shape
    axes.imshow(thumbnail.pixels, cmap="gray", vmin=0, vmax=1, interpolation="bilinear")
    values = thumbnail.outline
    if values is not None and values.min() < 0.5 <= values.max():
        color, style = (_FORMER, "dashed") if thumbnail.former else (_OUTLINE, "solid")
        axes.contour(values, [0.5], colors="black", linewidths=2.0, alpha=0.5)
        axes.contour(values, [0.5], colors=color, linestyles=[style], linewidths=1.2)
    length = 10 if thumbnail.field_mm < 80 else 20
    bar = length / thumbnail.field_mm * columns
    axes.plot([0.05 * columns, 0.05 * columns + bar], [0.95 * rows] * 2, color="white", linewidth=2)
    axes.text(0.05 * columns, 0.92 * rows, f"{length} mm", color="white", fontsize=6, va="bottom")
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(rows - 0.5, -0.5)
