"""Limits that keep the house readable: length of files, names of folders, public docstrings."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("cmake_lists", Path(__file__).with_name("cmake_lists.py"))
cmake_lists = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cmake_lists)
ROOT = cmake_lists.ROOT
PYTHON_FILES = [ROOT / path for path in cmake_lists.tracked_files() if path.endswith(".py")]
MODULE_FILES = {"TreatmentResponse/TreatmentResponse.py", "AblationPlanner/AblationPlanner.py"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PYTHON_FILES, ids=name_of)
def test_file_is_short(path):
    limit = 200 if name_of(path) in MODULE_FILES else 400
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


def test_no_folder_is_a_drawer():
    drawers = {"utils", "util", "helpers", "common", "misc"}
    assert not [
        name_of(path) for path in PYTHON_FILES if drawers & {*path.relative_to(ROOT).parts, path.stem}
    ]


@pytest.mark.parametrize(
    "path", [p for p in PYTHON_FILES if name_of(p).startswith("interventional_oncology/")], ids=name_of
)
def test_public_names_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the file says what it holds"
    definitions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    missing = [
        node.name for node in definitions if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not missing


def test_commands_start_without_the_heavy_packages():
    """`margin` need not wait for matplotlib, nor Slicer have it."""
    code = (
        "import sys, interventional_oncology.cli.main as m; [m.load_command(n) for n in m.COMMANDS];"
        "heavy = ('matplotlib', 'jinja2', 'reportlab', 'skimage', 'highdicom', 'slicer');"
        "print([n for n in heavy if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"
