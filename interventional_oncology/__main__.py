"""``python -m interventional_oncology``: the command line, also for the worker process of Slicer."""

import os
import sys

# Slicer's file plug-ins are built against another ITK than the one inside SimpleITK's wheel. The launcher
# PythonSlicer sets this variable whatever its caller removed, and ITK reads it when SimpleITK is imported.
os.environ.pop("ITK_AUTOLOAD_PATH", None)

from .cli.following import follow_starter
from .cli.main import main

follow_starter()
sys.exit(main())
