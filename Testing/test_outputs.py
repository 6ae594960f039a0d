"""Results appear whole or not at all, and an earlier result is not lost."""

import os
import subprocess
import sys

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.outputs import output_file, output_folder

RESULTS = ("result.json", "surface.vtp")


def fill(staged, text="new"):
    for name in RESULTS:
        (staged / name).write_text(text, encoding="utf-8")


class StoppedError(Exception):
    """Ends the work in the middle."""


class TestFolder:
    def test_files_arrive_with_their_parents_made(self, tmp_path):
        with output_folder(tmp_path / "a" / "b", results=RESULTS) as staged:
            fill(staged)
            (staged / "pictures").mkdir()
            (staged / "pictures" / "one.png").write_text("x", encoding="utf-8")
        assert {p.name for p in (tmp_path / "a/b").iterdir()} == {*RESULTS, "pictures"}
        assert [p.name for p in tmp_path.iterdir()] == ["a"]

    def test_work_that_fails_leaves_nothing(self, tmp_path):
        with pytest.raises(StoppedError), output_folder(tmp_path / "out", results=RESULTS) as staged:
            fill(staged)
            raise StoppedError
        assert list(tmp_path.iterdir()) == []

    def test_an_earlier_result_is_refused_before_the_work(self, tmp_path):
        (tmp_path / "result.json").write_text("old", encoding="utf-8")
        with pytest.raises(InputError, match="give --overwrite"), output_folder(tmp_path, results=RESULTS):
            pytest.fail("the work must not start")
        assert (tmp_path / "result.json").read_text(encoding="utf-8") == "old"

    def test_overwrite_replaces_the_result_and_keeps_other_files(self, tmp_path):
        (tmp_path / "result.json").write_text("old", encoding="utf-8")
        (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
        with output_folder(tmp_path, results=RESULTS, overwrite=True) as staged:
            fill(staged)
        assert (tmp_path / "result.json").read_text(encoding="utf-8") == "new"
        assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"

    def test_overwrite_leaves_nothing_of_the_earlier_result(self, tmp_path):
        (tmp_path / "surface.vtp").write_text("old", encoding="utf-8")
        (tmp_path / "followup_2").mkdir()
        with output_folder(tmp_path, results=(*RESULTS, "followup_*"), overwrite=True) as staged:
            (staged / "result.json").write_text("new", encoding="utf-8")
        assert [p.name for p in tmp_path.iterdir()] == ["result.json"]

    def test_a_pattern_of_results_needs_overwrite_too(self, tmp_path):
        (tmp_path / "followup_1").mkdir()
        results = ("result.json", "followup_*")
        with pytest.raises(InputError, match="give --overwrite"), output_folder(tmp_path, results=results):
            pytest.fail("the work must not start")

    def test_work_that_fails_keeps_the_earlier_result(self, tmp_path):
        (tmp_path / "result.json").write_text("old", encoding="utf-8")
        with pytest.raises(StoppedError), output_folder(tmp_path, results=RESULTS, overwrite=True) as staged:
            fill(staged)
            raise StoppedError
        assert (tmp_path / "result.json").read_text(encoding="utf-8") == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["result.json"]

    def test_a_file_in_place_of_the_folder_is_refused(self, tmp_path):
        (tmp_path / "out").write_text("a file", encoding="utf-8")
        with (
            pytest.raises(InputError, match="expected a folder"),
            output_folder(tmp_path / "out", results=RESULTS),
        ):
            pytest.fail("the work must not start")


class TestFile:
    def test_it_arrives(self, tmp_path):
        with output_file(tmp_path / "deep" / "lesions.csv") as path:
            path.write_text("a,b", encoding="utf-8")
        assert (tmp_path / "deep/lesions.csv").read_text(encoding="utf-8") == "a,b"

    def test_an_earlier_file_needs_overwrite(self, tmp_path):
        (tmp_path / "lesions.csv").write_text("old", encoding="utf-8")
        with pytest.raises(InputError, match="give --overwrite"), output_file(tmp_path / "lesions.csv"):
            pytest.fail("the work must not start")
        with output_file(tmp_path / "lesions.csv", overwrite=True) as path:
            path.write_text("new", encoding="utf-8")
        assert (tmp_path / "lesions.csv").read_text(encoding="utf-8") == "new"

    def test_a_folder_is_refused(self, tmp_path):
        with pytest.raises(InputError, match="expected a file name"), output_file(tmp_path):
            pytest.fail("the work must not start")


@pytest.mark.skipif(os.name == "nt", reason="leftovers are cleared by process number, which Windows reuses")
def test_a_killed_run_leaves_the_earlier_result_and_the_next_run_clears_up(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/result.json").write_text("old", encoding="utf-8")
    code = (
        "import os, signal\n"
        "from interventional_oncology.outputs import output_folder\n"
        f"with output_folder({str(tmp_path / 'out')!r}, results={RESULTS!r}, overwrite=True) as staged:\n"
        "    (staged / 'result.json').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], check=False)
    assert killed.returncode == -9
    assert (tmp_path / "out/result.json").read_text(encoding="utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 2  # the hidden leftover is there
    with output_folder(tmp_path / "out", results=RESULTS, overwrite=True) as staged:
        fill(staged)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out/result.json").read_text(encoding="utf-8") == "new"
