"""What all tests share: where the real images are."""

import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real images and reference values that may lie beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real images of ../shared/data are not here")
    return folder


def pytest_terminal_summary(terminalreporter) -> None:
    """Say at the end what a run made and where."""
    terminalreporter.write_sep("-", "what was made")
    terminalreporter.write_line(f"virtual environment: {sys.prefix}")
    terminalreporter.write_line(f"files of the tests (the last three runs are kept): {tempfile.gettempdir()}")
