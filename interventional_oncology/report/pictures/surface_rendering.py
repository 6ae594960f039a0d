"""Renders a margin surface to a PNG strip; run as a process of its own.

    python -m interventional_oncology.report.pictures.surface_rendering IN.vtp OUT.png THRESHOLD_MM [X Y Z]

OpenGL libraries that are missing end the process that asks for a render window, without an exception.
The process that writes the report must not be that one.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from .margin_colors import NOT_JUDGED_COLOR, margin_steps

ARRAY, JUDGED = "margin_mm", "judged"
_VIEW_PX = 420
# Where the eye stands seen from the lesion, and what is up, LPS: right is -x, anterior -y, superior +z.
_EYES = {
    "from anterior": ((0, -1, 0), (0, 0, 1)),
    "from posterior": ((0, 1, 0), (0, 0, 1)),
    "from right": ((-1, 0, 0), (0, 0, 1)),
    "from left": ((1, 0, 0), (0, 0, 1)),
}
VIEWS = tuple(_EYES)


def render(
    surface_file: Path, picture_file: Path, threshold_mm: float, site_lps_mm: tuple[float, ...]
) -> None:
    """Write the strip of :data:`VIEWS`, each ``_VIEW_PX`` wide.

    Parameters
    ----------
    surface_file : Path
        ``.vtp``, LPS mm, with the point array ``margin_mm`` and, optionally, ``judged`` (0 where not).
    picture_file : Path
    threshold_mm : float
    site_lps_mm : tuple of float
        Where a small black ball marks the smallest margin; empty for none.
    """
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(str(surface_file))
    reader.Update()
    surface = reader.GetOutput()
    actors = [_surface_actor(surface, threshold_mm)]
    if site_lps_mm:
        actors.append(_ball(site_lps_mm, 0.02 * surface.GetLength()))
    window = _window()
    for number, (eye, up) in enumerate(_EYES.values()):
        renderer = vtk.vtkRenderer()
        renderer.SetBackground(1, 1, 1)
        for actor in actors:
            renderer.AddActor(actor)
        renderer.SetViewport(number / len(_EYES), 0, (number + 1) / len(_EYES), 1)
        window.AddRenderer(renderer)
        _aim(renderer, eye, up)
    window.Render()
    grab = vtk.vtkWindowToImageFilter()
    grab.SetInput(window)
    grab.ReadFrontBufferOff()
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(str(picture_file))
    writer.SetInputConnection(grab.GetOutputPort())
    writer.Write()


def band_colors(margin_mm: np.ndarray, threshold_mm: float) -> np.ndarray:
    """Return the color of each margin, shape (n, 3), 0 to 255."""
    steps = margin_steps(threshold_mm)
    edges = [step.from_mm for step in steps if step.from_mm is not None]
    table = np.array([_rgb(step.color) for step in steps], dtype=np.uint8)
    return table[np.digitize(margin_mm, edges)]


def _window() -> Any:
    # Without a display VTK tries X first and complains; EGL and OSMesa need none.
    wanted = os.environ.get("VTK_DEFAULT_OPENGL_WINDOW", "")
    if not wanted and sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        wanted = "vtkEGLRenderWindow"
    window = getattr(vtk, wanted or "vtkRenderWindow", vtk.vtkRenderWindow)()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(8)
    window.SetSize(_VIEW_PX * len(_EYES), _VIEW_PX)
    return window


def _surface_actor(surface: Any, threshold_mm: float) -> Any:
    # Banded by value, not by vertex color, so that the edge of a step runs through the triangles.
    banded = _banded(surface, threshold_mm)
    rgb = band_colors(vtk_to_numpy(banded.GetCellData().GetScalars()), threshold_mm)
    judged = banded.GetPointData().GetArray(JUDGED)
    if judged is not None:
        rgb[_cell_means(banded, judged) < 0.5] = _rgb(NOT_JUDGED_COLOR)
    colors = numpy_to_vtk(rgb, deep=True, array_type=vtk.VTK_UNSIGNED_CHAR)
    colors.SetName("color")
    banded.GetCellData().SetScalars(colors)
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputData(banded)
    mapper.SetScalarModeToUseCellData()
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    # Flat light, so that shade does not change what a color says.
    actor.GetProperty().SetAmbient(0.45)
    actor.GetProperty().SetDiffuse(0.6)
    actor.GetProperty().SetSpecular(0.0)
    return actor


def _banded(surface: Any, threshold_mm: float) -> Any:
    smooth = vtk.vtkPolyDataNormals()
    smooth.SetInputData(surface)
    smooth.SplittingOff()
    smooth.Update()
    colored = smooth.GetOutput()
    colored.GetPointData().SetActiveScalars(ARRAY)
    low, high = colored.GetPointData().GetArray(ARRAY).GetRange()
    edges = [step.from_mm for step in margin_steps(threshold_mm) if step.from_mm is not None]
    inside = [edge for edge in edges if low < edge < high]
    bands = vtk.vtkBandedPolyDataContourFilter()
    bands.SetInputData(colored)
    for number, value in enumerate([low, *inside, high] if high > low else [low, low + 1.0]):
        bands.SetValue(number, value)
    bands.SetScalarModeToValue()
    bands.Update()
    return bands.GetOutput()


def _cell_means(surface: Any, point_values: Any) -> np.ndarray:
    values, means = vtk_to_numpy(point_values), []
    for number in range(surface.GetNumberOfCells()):
        points = surface.GetCell(number).GetPointIds()
        means.append(np.mean([values[points.GetId(n)] for n in range(points.GetNumberOfIds())]))
    return np.array(means)


def _rgb(color: str) -> list[int]:
    return [int(color[n : n + 2], 16) for n in (1, 3, 5)]


def _ball(center: tuple[float, ...], radius_mm: float) -> Any:
    ball = vtk.vtkSphereSource()
    ball.SetCenter(*center)
    ball.SetRadius(radius_mm)
    ball.SetThetaResolution(24)
    ball.SetPhiResolution(24)
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputConnection(ball.GetOutputPort())
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(0, 0, 0)
    return actor


def _aim(renderer: Any, eye: tuple[int, int, int], up: tuple[int, int, int]) -> None:
    bounds = np.reshape(renderer.ComputeVisiblePropBounds(), (3, 2))
    center, half_mm = bounds.mean(axis=1), 0.5 * np.ptp(bounds, axis=1)
    camera = renderer.GetActiveCamera()
    camera.ParallelProjectionOn()
    camera.SetFocalPoint(*center)
    camera.SetPosition(*(center + np.array(eye)))
    camera.SetViewUp(*up)
    renderer.ResetCamera()
    # Half the height shown: the larger of the two sides across the view, with room for the letters.
    camera.SetParallelScale(1.3 * float(half_mm[np.array(eye) == 0].max()))


if __name__ == "__main__":
    render(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), tuple(float(x) for x in sys.argv[4:7]))
