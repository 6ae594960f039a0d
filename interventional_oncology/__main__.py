"""``python -m interventional_oncology``: the command line, also for the worker process of Slicer."""

import sys

from .cli.main import main

sys.exit(main())
