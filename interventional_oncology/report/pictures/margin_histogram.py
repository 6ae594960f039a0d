"""How much of the tumor surface has which margin."""

from pathlib import Path
from typing import Any

import numpy as np

from ...margins.triangles import fraction_below
from ..wording import percent
from .canvas import new_figure, save_figure
from .picture import Picture
from .surface_rendering import band_colors
from .unrolled_margin import MarginSurface

WIDTH_PX, HEIGHT_PX = 840, 560
_WIDTHS_MM, _MOST_BARS = (0.5, 1.0, 2.0, 5.0), 40
_ROOM = 1.3


def margin_histogram(surface: Any, edges_mm: np.ndarray) -> np.ndarray:
    """Return the part of the judged area, 0 to 1, with a margin between each two edges.

    Triangles that straddle an edge are cut along it (:func:`...margins.triangles.fraction_below`).

    Parameters
    ----------
    surface : vtkPolyData
        With the point array ``margin_mm`` and, optionally, ``judged`` (0 where left out).
    edges_mm : numpy.ndarray, shape (n + 1,)
        Rising.
    """
    return _parts(MarginSurface.of(surface), np.asarray(edges_mm, dtype=float))


def _parts(surface: MarginSurface, edges_mm: np.ndarray) -> np.ndarray:
    areas = surface.judged_areas_mm2
    total = max(float(areas.sum()), 1e-12)
    below = [float(fraction_below(surface.margin_mm, surface.triangles, edge) @ areas) for edge in edges_mm]
    return np.diff(below) / total


def bar_edges_mm(low_mm: float, high_mm: float, threshold_mm: float) -> tuple[np.ndarray, float]:
    """Return edges of bars from a least to a largest margin, 0 and the threshold among them, and their width.

    The bar that holds a threshold between two edges is cut there.

    Examples
    --------
    >>> edges, width = bar_edges_mm(-0.3, 1.2, 0.75)
    >>> edges.tolist(), width
    ([-0.5, 0.0, 0.5, 0.75, 1.0, 1.5], 0.5)
    """
    fitting = [width for width in _WIDTHS_MM if (high_mm - low_mm) / width <= _MOST_BARS]
    width = fitting[0] if fitting else _WIDTHS_MM[-1]
    first, last = int(np.floor(low_mm / width)), int(np.floor(high_mm / width)) + 1
    edges = width * np.arange(first, last + 1)
    between = [at for at in (threshold_mm,) if edges[0] < at < edges[-1]]
    return np.unique(np.concatenate([edges, between])), width


def draw_histogram(
    surface: Any,
    folder: Path,
    prefix: str,
    *,
    threshold_mm: float,
    shares: tuple[float, float, float] | None = None,
) -> Picture:
    """Write the histogram of the margin by area, with the parts below 0 mm, short, and wide enough.

    Parameters
    ----------
    surface : vtkPolyData
        As for :func:`.surface.draw_surface`.
    folder : Path
    prefix : str
        Start of the file name.
    threshold_mm : float
        The margin asked for.
    shares : tuple of float, optional
        Parts of the surface below 0 mm, up to the threshold, and from there on, if they are known better than
        the array ``judged`` tells, which is by vertex.
    """
    from matplotlib.ticker import MaxNLocator

    arrays = MarginSurface.of(surface)
    kept = arrays.margin_mm[arrays.judged]
    figure = new_figure(WIDTH_PX, HEIGHT_PX)
    axes = figure.add_axes((0.11, 0.16, 0.85, 0.79))
    told = ""
    if kept.size:
        edges, width = bar_edges_mm(float(kept.min()), float(kept.max()), threshold_mm)
        _draw_bars(axes, edges, _parts(arrays, edges) / np.diff(edges) * width, threshold_mm)
        axes.set_ylabel(f"% of the surface per {width:g} mm", fontsize=11)
        if shares is None:
            shares = tuple(_parts(arrays, np.array([-1e6, 0.0, threshold_mm, 1e6])).tolist())
        told = _draw_shares(axes, shares, threshold_mm)
    axes.set_xlabel("margin, mm", fontsize=11)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.tick_params(labelsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    name = f"{prefix}_margin_histogram.png"
    save_figure(figure, folder / name)
    caption = "How much of the judged tumor surface, by area, has which margin"
    return Picture(name, caption, f"{caption}. {told}", per_row=2)


def _draw_bars(axes: Any, edges: np.ndarray, parts: np.ndarray, threshold_mm: float) -> None:
    widths, heights = np.diff(edges), 100.0 * parts
    colors = band_colors(0.5 * (edges[:-1] + edges[1:]), threshold_mm) / 255.0
    axes.bar(edges[:-1], heights, widths, align="edge", color=colors, edgecolor="black", linewidth=0.5)
    axes.set_ylim(0, max(_ROOM * float(heights.max()), 1e-3))
    axes.set_xlim(min(edges[0], -1.0), max(edges[-1], threshold_mm + 1.0))
    axes.axvline(0.0, color="black", linewidth=1.2)
    axes.axvline(threshold_mm, color="black", linewidth=1.6, linestyle="dashed")
    axes.text(
        threshold_mm, 1.0, f"{threshold_mm:g} mm wanted", transform=axes.get_xaxis_transform(),
        ha="center", va="bottom", fontsize=10,
    )  # fmt: skip


def _draw_shares(axes: Any, shares: tuple[float, ...], threshold_mm: float) -> str:
    """Write above each range how much of the surface is in it, and return the same as a sentence."""
    low, high = axes.get_xlim()
    names = ("below 0 mm", f"0 to {threshold_mm:g} mm", f"{threshold_mm:g} mm and more")
    for share, start, stop in zip(shares, (low, 0.0, threshold_mm), (0.0, threshold_mm, high), strict=True):
        axes.text(
            0.5 * (start + stop), 0.985, percent(share), transform=axes.get_xaxis_transform(),
            ha="center", va="top", fontsize=12, fontweight="bold",
        )  # fmt: skip
    return ", ".join(f"{percent(share)} {name}" for share, name in zip(shares, names, strict=True)) + "."
