"""The scene of a review: what is in it, and which of it moves."""

import zipfile

import pytest

pytest.importorskip("slicer", reason="slicer-core is not installed here")


def test_scene_holds_both_scans_outlines_margin_and_lesions(make_review):
    from interventional_oncology.mrml.review_scene import review_scene

    review = make_review()
    content = review_scene(review)

    assert list(content.images) == [
        "baseline CT, portal venous phase",
        "after ablation CT, portal venous phase",
    ]
    assert set(content.masks["after ablation outlines"]) == {"liver", "ablation"}
    assert list(content.surfaces) == ["after ablation ablation margin"]
    # The follow-up is given as it was scanned and moves onto the baseline; the margin is there already.
    assert content.moved_by == {
        "after ablation CT, portal venous phase": "after ablation to baseline",
        "after ablation outlines": "after ablation to baseline",
    }
    assert set(content.dates.values()) == {timepoint.date for timepoint in review.case.timepoints}
    assert content.tables["lesions"] == review.lesions


def test_scene_is_written_without_the_patient_in_a_file_name(make_review, tmp_path):
    from interventional_oncology.mrml.review_scene import review_scene
    from interventional_oncology.mrml.scene_file import write_scene

    write_scene(review_scene(make_review()), tmp_path / "scene.mrb")
    with zipfile.ZipFile(tmp_path / "scene.mrb") as archive:
        names = archive.namelist()
    assert any(name.endswith(".mrml") for name in names)
    assert not any("ller" in name for name in names)


def test_review_of_one_time_point_has_a_scene(make_review):
    from dataclasses import replace

    from interventional_oncology.mrml.review_scene import review_scene

    content = review_scene(replace(make_review(), followups=()))
    assert list(content.images) == ["baseline CT, portal venous phase"]
    assert content.moved_by == {}
