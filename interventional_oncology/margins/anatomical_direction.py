"""Directions in the patient, in the words of a radiologist."""

import numpy as np
import vtk
from vtk.util.numpy_support import vtk_to_numpy

# Along R, A, S: the word for the positive and for the negative side.
_WORDS = (("right", "left"), ("anterior", "posterior"), ("cranial", "caudal"))
# A part of the direction counts when it is longer than this: 22.5 degrees off the plane without it.
_LEAST_PART = np.sin(np.radians(22.5))


def direction_words(direction_ras: np.ndarray | tuple[float, float, float]) -> str:
    """Return a direction as words, the largest part first.

    Parameters
    ----------
    direction_ras : array_like, shape (3,)
        Need not be a unit vector; its parts point to the right, anterior and superior.

    Returns
    -------
    str
        Such as ``cranial-posterior``; empty for a vector without length.

    Examples
    --------
    >>> direction_words((0.1, -0.6, 0.8)), direction_words((-1, 0, 0)), direction_words((0, 0, 0))
    ('cranial-posterior', 'left', '')
    """
    vector = np.asarray(direction_ras, dtype=float)
    length = float(np.linalg.norm(vector))
    if not length > 0:
        return ""
    parts = vector / length
    order = np.argsort(-np.abs(parts), kind="stable")
    return "-".join(_WORDS[axis][int(parts[axis] < 0)] for axis in order if abs(parts[axis]) >= _LEAST_PART)


def side_of_surface(surface: vtk.vtkPolyData, point_ras_mm: tuple[float, float, float] | None) -> str:
    """Return on which side of a surface (LPS mm) a point lies, as :func:`direction_words`.

    Seen from the mean of its points; empty without a point.
    """
    if point_ras_mm is None:
        return ""
    x, y, z = vtk_to_numpy(surface.GetPoints().GetData()).mean(axis=0)
    return direction_words(np.asarray(point_ras_mm) - (-x, -y, z))
