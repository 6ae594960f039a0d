"""What the worker process says, read without a process and without Qt."""

import json
import os
import subprocess
import sys

import pytest

from interventional_oncology.cli.following import FOLLOW_VARIABLE
from interventional_oncology.panels.inputs import missing
from interventional_oncology.panels.worker import (
    PACKAGE_ROOT,
    Listener,
    environmentChanges,
    workerArguments,
    workerProgram,
)


def lines(*texts: str) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def progress_line(fraction: float, message: str) -> str:
    return json.dumps({"fraction": fraction, "message": message})


@pytest.fixture
def steps():
    return []


@pytest.fixture
def listener(steps):
    return Listener(lambda fraction, message: steps.append((fraction, message)))


def test_progress_arrives_in_order(listener, steps):
    listener.hear(lines(progress_line(0.0, "reading"), progress_line(0.5, "rigid")))
    assert steps == [(0.0, "reading"), (0.5, "rigid")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_of_any_length_say_the_same(size, listener, steps):
    text = lines(progress_line(0.25, "größer"), "warning: slices are thick", progress_line(1.0, "done"))
    for start in range(0, len(text), size):
        listener.hear(text[start : start + size])
    assert steps == [(0.25, "größer"), (1.0, "done")]
    assert listener.outcome(0).warnings == ("slices are thick",)


def test_a_refusal_is_shown_unchanged(listener):
    listener.hear(lines(progress_line(0.0, "reading"), "error: fixed.nrrd: expected a 3-D volume, got 2-D"))
    outcome = listener.outcome(2)
    assert not outcome.done
    assert outcome.message == "fixed.nrrd: expected a 3-D volume, got 2-D"


def test_the_last_line_counts_without_its_newline(listener):
    listener.hear(b"error: expected this, got that")
    assert listener.outcome(2).message == "expected this, got that"


@pytest.mark.parametrize("code", [1, 139, None])
def test_a_crash_tells_no_internals_and_logs_them(code, listener):
    listener.hear(
        lines("Traceback (most recent call last):", "error: internal failure, please report it: KeyError")
    )
    outcome = listener.outcome(code)
    assert not outcome.done
    assert "KeyError" not in outcome.message
    assert outcome.message.count(".") == 1
    assert "Traceback" in outcome.log
    assert "KeyError" in outcome.log


def test_a_refusal_without_a_sentence_is_a_failure(listener):
    assert "worker process failed" in listener.outcome(2).message


def test_cancel_wins_over_the_exit_code(listener):
    assert listener.outcome(None, canceled=True).canceled
    assert listener.outcome(0, canceled=True).done is False


@pytest.mark.parametrize(
    "line", ["{}", "{not json", '{"fraction": "much", "message": ""}', '{"fraction": 1}', "[1]"]
)
def test_what_only_looks_like_progress_goes_to_the_log(line, listener, steps):
    listener.hear(lines(line))
    assert steps == []
    assert listener.outcome(0).log == line


def test_environment_finds_this_package_first_and_loads_no_plugins():
    changes, removed = environmentChanges({"PYTHONPATH": "elsewhere", "ITK_AUTOLOAD_PATH": "plugins"})
    assert changes["PYTHONPATH"].split(os.pathsep) == [str(PACKAGE_ROOT), "elsewhere"]
    assert (PACKAGE_ROOT / "interventional_oncology" / "__main__.py").is_file()
    assert removed == ("ITK_AUTOLOAD_PATH",)
    assert changes[FOLLOW_VARIABLE] == "1"
    assert environmentChanges({})[0]["PYTHONPATH"] == str(PACKAGE_ROOT)


PLUGIN_PROBE = """
import os, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "SimpleITK":
            print("variable at import:", os.environ.get("ITK_AUTOLOAD_PATH"))

sys.meta_path.insert(0, Finder())
import interventional_oncology
print("variable afterwards:", os.environ.get("ITK_AUTOLOAD_PATH"), "SimpleITK" in sys.modules)
"""


def test_simpleitk_is_imported_without_the_plugins_of_slicer():
    ended = subprocess.run(
        [sys.executable, "-c", PLUGIN_PROBE],
        env=os.environ | {"ITK_AUTOLOAD_PATH": "plugins"},
        cwd=PACKAGE_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == "variable at import: None\nvariable afterwards: plugins True\n", ended.stderr


def test_a_python_that_is_not_slicers_is_told_where_the_packages_are(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", ["", "relative", str(tmp_path), str(tmp_path / "missing")])
    changes, _removed = environmentChanges({"PYTHONPATH": "elsewhere"}, "/usr/bin/python3.11")
    assert changes["PYTHONPATH"].split(os.pathsep) == [str(PACKAGE_ROOT), "elsewhere", str(tmp_path)]
    changes, _removed = environmentChanges({}, str(tmp_path / "PythonSlicer.exe"))
    assert changes["PYTHONPATH"] == str(PACKAGE_ROOT)


class TestProgram:
    @pytest.fixture
    def slicer(self, tmp_path, monkeypatch):
        """A folder like that of Slicer, nothing on the path, and an interpreter that is the application."""
        (tmp_path / "bin").mkdir()
        monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
        monkeypatch.setenv("SLICER_HOME", str(tmp_path))
        monkeypatch.setattr(sys, "prefix", str(tmp_path / "python"))
        monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "python"))
        monkeypatch.setattr(sys, "executable", self.program(tmp_path / "bin" / "SlicerApp-real"))
        return tmp_path

    def program(self, path):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.touch(mode=0o755)
        return str(path)

    def test_slicers_launcher_is_found_off_the_path(self, slicer):
        launcher = self.program(slicer / "bin" / "PythonSlicer")
        assert workerProgram() == launcher

    def test_of_a_build_it_stands_with_its_python(self, slicer):
        launcher = self.program(slicer / "python" / "bin" / "PythonSlicer")
        assert workerProgram() == launcher

    def test_a_build_without_launcher_has_its_python_run(self, slicer):
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        python = self.program(slicer / "python" / "bin" / version)
        assert workerProgram() == python

    def test_a_build_without_launcher_on_a_python_of_the_system(self, slicer, monkeypatch):
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        python = self.program(slicer / "usr" / version)
        monkeypatch.setenv("PATH", str(slicer / "usr"))
        monkeypatch.setattr(sys, "executable", "")
        assert workerProgram() == python


def test_the_command_line_is_that_of_the_package():
    arguments = workerArguments(["register", "--fixed", "a.nrrd"])
    assert arguments == [
        "-m",
        "interventional_oncology",
        "register",
        "--fixed",
        "a.nrrd",
        "--json",
        "--progress",
    ]
    assert os.access(workerProgram(), os.X_OK)


def test_what_is_missing_is_said_in_the_order_of_the_panel():
    assert missing([(None, "the scan"), ("", "the tumor"), (False, "the zone")]) == (
        "First choose the scan and the tumor and the zone."
    )
    assert missing([("x", "the scan")]) == ""
