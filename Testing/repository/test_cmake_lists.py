"""What no CMakeLists.txt lists works from a checkout and is missing from the installed extension."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("cmake_lists", Path(__file__).with_name("cmake_lists.py"))
cmake_lists = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cmake_lists)


@pytest.mark.parametrize("files", cmake_lists.LISTS, ids=lambda files: f"{files.folder}-{files.variable}")
def test_every_file_is_listed(files):
    assert sorted(files.listed()) == files.in_tree(), "run: python Testing/repository/cmake_lists.py --write"


def test_the_lists_are_not_empty():
    # Guards the parser: a list that is read as empty would compare well with a folder that is read as empty.
    assert {"__init__.py", "errors.py", "cli/main.py"} <= set(cmake_lists.LISTS[0].listed())
    assert "TreatmentResponse.py" in cmake_lists.LISTS[3].listed()


def test_the_extension_configures(tmp_path):
    """The project files pass CMake with the names and arguments of Slicer's macros stubbed."""
    if shutil.which("cmake") is None:
        pytest.skip("cmake is not installed")
    stub = Path(__file__).with_name("slicer_cmake_stub")
    command = ["cmake", "-S", str(cmake_lists.ROOT), "-B", str(tmp_path / "build"), f"-DSlicer_DIR={stub}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for module in ("TreatmentResponse", "AblationPlanner"):
        assert f"scripted module {module}" in run.stdout
    copied = tmp_path / "build/lib/qt-scripted-modules/interventional_oncology/Resources"
    assert [path.name for path in copied.iterdir()], "the resources were not copied beside the package"
