"""Where SlicerElastix was told that elastix is: the worker process cannot read the settings itself."""

import os
from pathlib import Path

import qt

from interventional_oncology.registration.engines.elastix_program import EXECUTABLE, PROGRAM_VARIABLE

#: Folder of the program, as the module of SlicerElastix keeps it in the settings of the application.
SETTING = "Elastix/CustomElastixPath"


def elastixEnvironment() -> dict[str, str]:
    """Return what to set for the worker: nothing if no program is there, or the environment names one."""
    folder = qt.QSettings().value(SETTING)
    if not folder or os.environ.get(PROGRAM_VARIABLE):
        return {}
    program = Path(str(folder)) / EXECUTABLE
    return {PROGRAM_VARIABLE: str(program)} if program.is_file() else {}
