"""What the tests of all engines share."""

import tempfile
from pathlib import Path

import pytest
from known_abdomen import Scan
from known_task import task_of

from interventional_oncology.registration.engines import Deformation


@pytest.fixture(scope="session")
def task(fixed: Scan, breathed: Scan) -> Deformation:
    """Return the two scans after their best affine map."""
    return task_of(fixed, breathed)


@pytest.fixture(autouse=True)
def _scratch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the temporary folders of the engines in the folder of the test."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
