"""Scans of the abdomen that is known at every point."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from known_abdomen import Abdomen, Scan, breath, grid, scan


@pytest.fixture(scope="session")
def anatomy() -> Abdomen:
    """Return the abdomen of patient 0."""
    return Abdomen(0)


@pytest.fixture(scope="session")
def fixed(anatomy: Abdomen) -> Scan:
    """Return the scan that stays."""
    return scan(anatomy, grid(), seed=1)


@pytest.fixture(scope="session")
def breathed(anatomy: Abdomen) -> Scan:
    """Return the scan after :func:`breath`."""
    return scan(anatomy, grid(), breath, seed=2)
