"""SimpleITK without the file plug-ins of Slicer.

Slicer names the folder of its ITK plug-ins in ``ITK_AUTOLOAD_PATH``, for itself and, through the launcher
``PythonSlicer``, for every Python that it starts. Slicer's own ITK loads them when Slicer starts. The wheel
of SimpleITK has another ITK inside, which would load them too when it is imported, though they are built
against Slicer's: a warning at each file at best, a crash at worst.
"""

import importlib
import os

VARIABLE = "ITK_AUTOLOAD_PATH"


def import_simpleitk_alone() -> None:
    """Import SimpleITK, for everybody in this process, with no plug-in; the environment stays as it was."""
    folder = os.environ.pop(VARIABLE, None)
    try:
        importlib.import_module("SimpleITK")
    finally:
        if folder is not None:
            os.environ[VARIABLE] = folder
