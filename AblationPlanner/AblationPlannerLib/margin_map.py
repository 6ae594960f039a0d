"""The margin in all directions, as a small map in the panel."""

import base64

import numpy as np
import vtk
from slicer.i18n import tr as _
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.mrml.models import surface_from_model

_WIDTH = 400


def mapHtml(modelNode, thresholdMm: float) -> str:
    """Return the map of a margin model as rich text; made of pixels, so that it needs no matplotlib.

    Parameters
    ----------
    modelNode : slicer.vtkMRMLModelNode
        With the point array ``margin_mm``.
    thresholdMm : float
        Margin that counts as safe.
    """
    from interventional_oncology.report.pictures.map_image import map_image

    surface = surface_from_model(modelNode, world=False)
    picture = base64.b64encode(_png(map_image(surface, threshold_mm=thresholdMm, columns=_WIDTH)))
    words = _(
        "All directions from the tumor: its right side on the left, anterior in the middle, cranial on top."
    )
    return f'<img src="data:image/png;base64,{picture.decode("ascii")}"><br>{words}'


def _png(pixels: np.ndarray) -> bytes:
    """Return an image (rows, columns, 3), top row first, as a PNG file."""
    rows, columns = pixels.shape[:2]
    image = vtk.vtkImageData()
    image.SetDimensions(columns, rows, 1)
    colors = numpy_to_vtk(np.ascontiguousarray(pixels[::-1]).reshape(-1, 3), deep=True)
    image.GetPointData().SetScalars(colors)
    writer = vtk.vtkPNGWriter()
    writer.WriteToMemoryOn()
    writer.SetInputData(image)
    writer.Write()
    return vtk_to_numpy(writer.GetResult()).tobytes()
