"""``demo`` from start to end, on a very small patient."""

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def demo(tmp_path_factory, run_command):
    folder = tmp_path_factory.mktemp("demo") / "out"
    # Rigid: the thread is tested here, its numbers are in test_review_of_patient.
    return run_command("demo", "--out", str(folder), "--size", "64x64x40", "--method", "rigid", "--json")


def test_patient_and_review_are_made_and_named(demo):
    assert demo.exit_code == 0, demo.said
    made = {path.name for path in demo.folder.iterdir()}
    assert made >= {"patient", "results.json", "report.html", "report.pdf", "pictures", "followup_1"}
    assert (demo.folder / "patient" / "CASE.toml").is_file()
    assert f"Made in {demo.folder}:" in demo.said
    for name in ("report.html", "results.json", "patient/CASE.toml", "Registration error in the liver:"):
        assert name in demo.said


def test_record_ends_with_the_comparison_with_truth(demo):
    assert demo.printed["command"] == "demo"
    assert list(demo.printed)[-1] == "truth_comparison"
    truth = demo.printed["truth_comparison"]
    assert truth["registration_error_mm"]["mean"] > 0
    assert truth["minimal_margin_mm"]["truth"] == pytest.approx(4.0, abs=0.01)
    assert set(truth["response"]) == {"recist-1.1", "mrecist"}
    assert (
        json.loads((demo.folder / "results.json").read_text(encoding="utf-8"))["parameters"]["size"]
        == "64x64x40"
    )


def test_review_of_the_patient_it_leaves_can_be_repeated(demo):
    from interventional_oncology.cases import read_case

    case = read_case(demo.folder / "patient" / "CASE.toml")
    assert case.treatment.kind == "microwave"
    assert [timepoint.name for timepoint in case.timepoints] == ["baseline", "after thermal"]


def test_standard_output_is_the_record_and_nothing_else(demo, tmp_path):
    """In a process of its own: C++ code writes to the terminal past Python's streams."""
    case = demo.folder / "patient" / "CASE.toml"
    # The map of the error writes nothing of its own; `demo` has made one.
    quick = ["--method", "rigid", "--error-map", "none"]
    command = ["review", str(case), "--out", str(tmp_path / "out"), *quick, "--json"]
    with (tmp_path / "record.json").open("wb") as stdout:  # a file, where C code buffers what it writes
        run = subprocess.run(
            [sys.executable, "-m", "interventional_oncology", *command],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))["command"] == "review"
    assert (tmp_path / "out" / "scene.mrb").is_file()
    said = [line for line in run.stderr.splitlines() if not line.startswith("warning: ")]
    assert said == [f"{tmp_path / 'out'}: reviewed; open report.html"]


def test_second_demo_needs_overwrite(demo, run_command):
    again = run_command("demo", "--out", str(demo.folder), "--size", "64x64x40")
    assert (again.exit_code, again.said.count("\n")) == (2, 1)
    assert "give --overwrite" in again.said


def test_size_that_is_no_size_is_refused(tmp_path, run_command):
    refused = run_command("demo", "--out", str(tmp_path / "out"), "--size", "large")
    assert refused.exit_code == 2
    assert "--size: expected three numbers as in 96x96x64, got 'large'" in refused.said
    assert not (tmp_path / "out").exists()
