"""The package as others get it: a wheel that carries its resources, docstrings whose examples are true."""

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import interventional_oncology
from interventional_oncology.resources import resource_path

ROOT = Path(__file__).resolve().parents[2]
# Slicer's own packages are needed to import these; their tests import them.
NOT_IMPORTED = ("interventional_oncology.panels", "interventional_oncology.mrml")
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(interventional_oncology.__path__, "interventional_oncology.")
    if not module.name.startswith(NOT_IMPORTED) and not module.name.endswith("__main__")
)


def test_examples_in_docstrings_are_true():
    results = {name: doctest.testmod(importlib.import_module(name)) for name in MODULES}
    assert {name: result.failed for name, result in results.items() if result.failed} == {}
    assert sum(result.attempted for result in results.values()) >= 10


def test_an_installed_wheel_finds_its_resources(tmp_path):
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import interventional_oncology as p; from interventional_oncology.resources import resource_path;"
        "print(p.__file__); print(resource_path('Icons', 'InterventionalOncology.png'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert all(line.startswith(str(tmp_path / "site")) for line in run.stdout.splitlines()), run.stdout


def test_a_resource_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"no_such\.csv is missing; searched .*Resources"):
        resource_path("no_such.csv")
