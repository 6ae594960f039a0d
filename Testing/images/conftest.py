"""Lets the tests of this folder share how they write DICOM files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
