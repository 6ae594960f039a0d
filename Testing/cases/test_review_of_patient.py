"""The whole review of a digital patient, through the command line, against what is true."""

import csv
import json

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.images import read_mask


def test_killed_review_leaves_the_earlier_result_as_it_was(killed):
    assert "deformable" in killed.progress
    assert killed.files == killed.earlier
    assert len(killed.leftovers) == 1
    assert killed.leftovers[0].startswith(".results.partial-")


def test_next_run_works_and_clears_the_leftovers(reviewed):
    assert reviewed.exit_code == 0, reviewed.said
    assert [path.name for path in reviewed.folder.parent.iterdir()] == ["results"]
    assert json.loads((reviewed.folder / "results.json").read_text())["command"] == "review"
    assert not (reviewed.folder / "pictures" / "old.png").exists()


def test_everything_the_case_has_data_for_is_written(reviewed):
    names = {path.name for path in reviewed.folder.iterdir()}
    assert names >= {"results.json", "report.html", "report.pdf", "pictures", "lesions.csv", "followup_1"}
    expected = {"transform.h5", "registered.nii.gz", "ablation.nii.gz", "margin.vtp"}
    expected |= {"zones.nii.gz", "zones.seg.nrrd"}
    assert {path.name for path in (reviewed.folder / "followup_1").iterdir()} == expected
    assert all(step["done"] for step in reviewed.printed["steps"]), reviewed.printed["steps"]


def test_scene_is_written_where_the_slicer_wheel_is(reviewed):
    pytest.importorskip("slicer", reason="slicer-core is not installed here")
    assert (reviewed.folder / "scene.mrb").stat().st_size > 100_000


def test_registration_margin_and_response_against_truth(reviewed):
    truth = reviewed.printed["truth_comparison"]

    assert list(reviewed.printed)[-1] == "truth_comparison"
    assert set(truth) == {"registration_error_mm", "minimal_margin_mm", "response"}
    error = truth["registration_error_mm"]
    # The limit of the default grid (1.4 x 1.4 x 2.5 mm) holds on this coarse one (3.7 x 3.7 x 3.9 mm) too.
    assert 0 < error["mean"] <= 2.0
    assert error["mean"] <= error["p95"] <= error["max"]
    # Of the default grid 0.5 mm is asked; a voxel is here more than twice as long.
    assert truth["minimal_margin_mm"]["truth"] == pytest.approx(4.0, abs=0.01)
    assert abs(truth["minimal_margin_mm"]["difference"]) <= 1.0
    assert truth["response"]["recist-1.1"] == {"found": "NE", "truth": "NE", "agrees": True}
    assert truth["response"]["mrecist"] == {"found": "CR", "truth": "CR", "agrees": True}


def test_vessels_of_both_dates_judge_the_registration(reviewed):
    (comparison,) = reviewed.printed["comparisons"]
    quality = comparison["registration"]["quality"]
    assert quality["vessel_mm_after"]["mean"] < 0.5 * quality["vessel_mm_before"]["mean"]


def test_printed_record_is_the_written_one(reviewed):
    written = json.loads((reviewed.folder / "results.json").read_text(encoding="utf-8"))
    # The clock goes on between the two.
    assert {**written, "seconds": 0} == {**reviewed.printed, "seconds": 0}
    assert written["inputs"][0]["path"] == "CASE.toml"
    assert all(len(record["sha256"]) == 64 for record in written["inputs"])
    assert "NaN" not in (reviewed.folder / "results.json").read_text(encoding="utf-8")


def test_warnings_of_thick_slices_are_carried_into_the_report(reviewed):
    page = (reviewed.folder / "report.html").read_text(encoding="utf-8")
    thick = [text for text in reviewed.printed["warnings"] if "slices" in text]
    assert len(thick) == 1  # the margin has nothing to add
    assert "slices thicker than 3 mm" in thick[0]
    assert thick[0] in page.replace("\u00a0", " ")
    assert f"warning: {thick[0]}" in reviewed.said


def test_carried_ablation_zone_lies_on_the_true_one(reviewed, thermal_case):
    carried = sitk.GetArrayFromImage(read_mask(reviewed.folder / "followup_1" / "ablation.nii.gz")) != 0
    true = (
        sitk.GetArrayFromImage(read_mask(thermal_case.parent / "truth" / "ablation_at_baseline.nii.gz")) != 0
    )
    assert 2 * np.count_nonzero(carried & true) / (carried.sum() + true.sum()) > 0.9


def test_lesion_table_says_what_was_measured(reviewed, thermal_case):
    with (reviewed.folder / "lesions.csv").open(encoding="utf-8") as stream:
        before, after = csv.DictReader(stream)
    truth = json.loads((thermal_case.parent / "truth" / "truth.json").read_text())["diameters"]["1"]
    # A quarter of a voxel at each end.
    assert float(before["long_axis_mm"]) == pytest.approx(truth["baseline"]["long_axis_mm"], abs=1.9)
    assert (before["role"], before["state"], before["organ"]) == ("target", "measured", "liver")
    assert (after["long_axis_mm"], after["viable_long_axis_mm"]) == ("", "0")
    assert after["in_treated_field"] == "true"


def test_earlier_result_is_refused_at_once(reviewed, thermal_case, run_command):
    again = run_command("review", str(thermal_case), "--out", str(reviewed.folder))
    assert again.exit_code == 2
    assert again.said.count("\n") == 1
    assert "an earlier result is there; give --overwrite" in again.said


def test_case_that_is_refused_leaves_nothing_behind(tmp_path, run_command):
    case = tmp_path / "CASE.toml"
    case.write_text('patient = "A"\n')
    run = run_command("review", str(case), "--out", str(tmp_path / "out"))
    assert run.exit_code == 2
    assert run.said == f"error: {case}: expected the key 'timepoint', got patient\n"
    assert [path.name for path in tmp_path.iterdir()] == ["CASE.toml"]
