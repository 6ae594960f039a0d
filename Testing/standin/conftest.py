"""Makes the files beside the tests importable: they are also scripts."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
