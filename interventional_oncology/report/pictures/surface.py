"""The tumor surface, colored by its margin, from four sides with its scale."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import InputError
from .canvas import new_figure, save_figure
from .margin_colors import NOT_JUDGED_COLOR, NOT_JUDGED_LABEL, margin_steps
from .picture import Picture
from .surface_rendering import JUDGED, VIEWS

_RENDER_SECONDS = 120
_LETTERS = {
    "from anterior": ("R", "L"),
    "from posterior": ("L", "R"),
    "from right": ("P", "A"),
    "from left": ("A", "P"),
}
#: What off-screen rendering needs on a Debian-like system without a screen.
SYSTEM_PACKAGES = "libegl1 libgl1-mesa-dri"


def draw_surface(
    surface: Any, folder: Path, prefix: str, *, threshold_mm: float, site_lps_mm: Sequence[float] = ()
) -> Picture:
    """Write the picture of a margin surface.

    Parameters
    ----------
    surface : vtkPolyData
        LPS mm, with the point array ``margin_mm`` and, optionally, ``judged`` (0 where left out).
    folder : Path
    prefix : str
        Start of the file name.
    threshold_mm : float
        The margin asked for.
    site_lps_mm : sequence of float
        Where the margin is smallest; marked with a black ball.

    Raises
    ------
    InputError
        If this computer cannot render, with what to install.
    """
    with tempfile.TemporaryDirectory() as work:
        strip = Path(work) / "strip.png"
        _render(surface, Path(work) / "surface.vtp", strip, threshold_mm, site_lps_mm)
        name = f"{prefix}_margin_surface.png"
        judged = surface.GetPointData().GetArray(JUDGED)
        _with_scale(
            strip, folder / name, threshold_mm, all_judged=judged is None or judged.GetRange()[0] > 0.5
        )
    ball = "; the black ball marks the smallest margin" if len(site_lps_mm) else ""
    caption = f"Tumor surface colored by its ablation margin, from four sides{ball}"
    steps = ", ".join(step.label for step in margin_steps(threshold_mm))
    return Picture(name, caption, f"{caption}. Color steps: {steps}.", per_row=1)


def _render(
    surface: Any, surface_file: Path, strip: Path, threshold_mm: float, site: Sequence[float]
) -> None:
    import vtk

    writer = vtk.vtkXMLPolyDataWriter()
    writer.SetFileName(str(surface_file))
    writer.SetInputData(surface)
    writer.Write()
    arguments = [str(surface_file), str(strip), str(threshold_mm), *(str(float(x)) for x in site)]
    for window in ("", "vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow"):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        if window:
            environment["VTK_DEFAULT_OPENGL_WINDOW"] = window
        if _run(arguments, environment) and strip.exists():
            return
    msg = f"the surface could not be rendered on this computer; on Debian: apt-get install {SYSTEM_PACKAGES}"
    raise InputError(msg)


def _run(arguments: list[str], environment: dict[str, str]) -> bool:
    command = [sys.executable, "-m", f"{__package__}.surface_rendering", *arguments]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=_RENDER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _with_scale(strip: Path, path: Path, threshold_mm: float, *, all_judged: bool) -> None:
    from matplotlib.image import imread
    from matplotlib.patches import Patch

    pixels = imread(strip)
    height, width = pixels.shape[:2]
    band = 0.16
    figure = new_figure(width, round(height * (1 + band)))
    axes = figure.add_axes((0, band / (1 + band), 1, 1 / (1 + band)))
    axes.imshow(pixels, interpolation="nearest")
    axes.set_axis_off()
    for number, view in enumerate(VIEWS):
        start, side = number * width / len(VIEWS), width / len(VIEWS)
        left, right = _LETTERS[view]
        axes.text(start + side / 2, 0.03 * height, view, ha="center", va="top", fontsize=11)
        axes.text(start + 0.03 * side, height / 2, left, ha="left", va="center", fontsize=11)
        axes.text(start + 0.97 * side, height / 2, right, ha="right", va="center", fontsize=11)
    handles = [
        Patch(facecolor=step.color, edgecolor="black", linewidth=0.5, label=step.label)
        for step in margin_steps(threshold_mm)
    ]
    if not all_judged:
        handles.append(
            Patch(facecolor=NOT_JUDGED_COLOR, edgecolor="black", linewidth=0.5, label=NOT_JUDGED_LABEL)
        )
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), fontsize=10, frameon=False)
    save_figure(figure, path)
