"""``python -m interventional_oncology``: the command line, also for the worker process of Slicer."""

import sys

from .cli.following import follow_starter
from .cli.main import main

follow_starter()
sys.exit(main())
