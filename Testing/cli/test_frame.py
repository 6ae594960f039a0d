"""The frame of all commands: exit codes, one JSON object, one line for a refusal, progress."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from interventional_oncology import __version__
from interventional_oncology.cli import main as frame
from interventional_oncology.cli.command import Command
from interventional_oncology.errors import InputError


@pytest.fixture
def run_with(monkeypatch, capsys):
    """Run ``interventional-oncology try ...`` with a function in place of the work."""

    def run(work, *arguments: str):
        def add_arguments(parser):
            parser.add_argument("--threshold-mm", type=float, default=5.0)

        command = Command("try", "a command of the test", add_arguments, work)
        monkeypatch.setattr(frame, "COMMANDS", ("try",))
        monkeypatch.setattr(frame, "load_command", lambda name: {"try": command}[name])
        code = frame.main(["try", *arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    return run


def test_json_is_one_object_with_what_every_result_has(run_with):
    def work(options, console):
        console.warn("slices are thick")
        console.warn("slices are thick")
        return {"minimal_margin_mm": float("nan"), "threshold_mm": options.threshold_mm}

    done = run_with(work, "--json", "--threshold-mm", "7.5")
    assert done.code == 0
    record = json.loads(done.out)
    assert record["command"] == "try"
    assert record["version"] == __version__
    assert record["parameters"] == {"threshold_mm": 7.5}
    assert record["warnings"] == ["slices are thick"]
    assert record["minimal_margin_mm"] is None
    assert {"inputs", "seconds"} <= record.keys()


def test_without_json_nothing_goes_to_standard_output(run_with):
    assert run_with(lambda options, console: {"x": 1}).out == ""


def test_inputs_are_recorded_with_their_hash(run_with, tmp_path):
    (tmp_path / "a.txt").write_text("abc", encoding="utf-8")

    def work(options, console):
        console.input(tmp_path / "a.txt")
        return {}

    [record] = json.loads(run_with(work, "--json").out)["inputs"]
    assert record["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_refusal_is_one_line_and_exit_code_2(run_with):
    def work(options, console):
        msg = "ct.nii: expected a volume,\n  got a slice"
        raise InputError(msg)

    refused = run_with(work, "--json")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "error: ct.nii: expected a volume, got a slice\n"


@pytest.mark.parametrize("arguments", [("--threshold-mm", "five"), ("--unknown",), ("--threshold-mm",)])
def test_a_wrong_option_is_one_line_and_exit_code_2(run_with, arguments):
    refused = run_with(lambda options, console: {}, *arguments)
    assert refused.code == 2
    assert refused.err.startswith("error: interventional-oncology")
    assert refused.err.count("\n") == 1


def test_a_fault_of_ours_is_exit_code_1(run_with):
    failed = run_with(lambda options, console: 1 / 0)
    assert failed.code == 1
    assert "internal failure" in failed.err


def test_progress_is_one_json_line_a_step_and_never_leaves_the_range(run_with):
    def work(options, console):
        console.progress(0.42, "level 1")
        console.progress(1.3, "too far")
        return {}

    lines = [json.loads(line) for line in run_with(work, "--progress").err.splitlines()]
    assert lines == [{"fraction": 0.42, "message": "level 1"}, {"fraction": 1.0, "message": "too far"}]
    assert run_with(work).err == ""


def test_every_command_has_help():
    run = subprocess.run(
        [sys.executable, "-m", "interventional_oncology", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(name in run.stdout for name in frame.COMMANDS)


def test_no_command_is_refused_in_one_line():
    run = subprocess.run(
        [sys.executable, "-m", "interventional_oncology"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert run.stderr.startswith("error: ")
    assert run.stderr.count("\n") == 1
