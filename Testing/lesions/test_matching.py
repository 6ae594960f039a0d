"""Which lesion is which: splits, merges, vanished and new ones, through a transform, and by a reader."""

import csv
import json

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st

from interventional_oncology.cli.main import main
from interventional_oncology.errors import InputError
from interventional_oncology.lesions import match_lesions, relabeled_followup
from interventional_oncology.lesions.matching import balls, match

SPACING_MM = (1.5, 1.5, 2.0)
SIZE = (70, 60, 30)


def labels_of(*lesions, spacing=SPACING_MM, size=SIZE, origin=(0.0, 0.0, 0.0)) -> sitk.Image:
    """Return a label image of balls given as (label, x, y, z, radius) in mm."""
    k, j, i = np.indices(size[::-1], dtype=float)
    values = np.zeros(size[::-1], dtype=np.int32)
    for label, x, y, z, radius in lesions:
        away = (
            (i * spacing[0] + origin[0] - x) ** 2
            + (j * spacing[1] + origin[1] - y) ** 2
            + (k * spacing[2] + origin[2] - z) ** 2
        )
        values[away <= radius**2] = label
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    return image


def links(found) -> list[tuple]:
    return [(one.baseline_id, one.followup_id, one.relation) for one in found]


BASELINE = labels_of((2, 20, 20, 30, 8), (3, 60, 20, 30, 10), (7, 60, 65, 30, 6))


def test_each_lesion_finds_itself():
    found = match_lesions(BASELINE, BASELINE)
    assert links(found) == [(2, 2, "same"), (3, 3, "same"), (7, 7, "same")]
    assert all(one.certainty == "sure" and one.overlap == 1 for one in found)
    assert found[0].baseline_ml == pytest.approx(4 / 3 * np.pi * 0.8**3, rel=0.05)


def test_same_vanished_and_new():
    followup = labels_of((1, 61, 22, 29, 5), (2, 21, 64, 30, 4), (5, 62, 64, 30, 9))
    found = match_lesions(BASELINE, followup)
    assert links(found) == [(2, None, "vanished"), (3, 1, "same"), (7, 5, "same"), (None, 2, "new")]
    assert found[1].center_distance_mm == pytest.approx(np.sqrt(6), abs=0.5)
    assert found[0].followup_ml is None


def test_a_split_and_a_merge():
    apart = labels_of((1, 53, 20, 30, 4), (2, 67, 20, 30, 3))
    one = labels_of((9, 60, 20, 30, 10))
    assert links(match_lesions(one, apart)) == [(9, 1, "split"), (9, 2, "split")]
    assert links(match_lesions(apart, one)) == [(1, 9, "merged"), (2, 9, "merged")]


def test_the_transform_goes_from_baseline_to_followup():
    shift = sitk.TranslationTransform(3, (25.0, -12.0, 6.0))
    followup = labels_of((1, 45, 8, 36, 8), (2, 85, 8, 36, 10), (4, 85, 53, 36, 6))
    assert links(match_lesions(BASELINE, followup, shift)) == [(2, 1, "same"), (3, 2, "same"), (7, 4, "same")]
    back = match_lesions(followup, BASELINE, shift.GetInverse())
    assert links(back) == [(1, 2, "same"), (2, 3, "same"), (4, 7, "same")]


def test_grids_of_their_own():
    followup = labels_of(
        (1, 20, 20, 30, 7),
        (2, 60, 65, 30, 7),
        spacing=(1.0, 1.0, 5.0),
        size=(100, 90, 16),
        origin=(-8, -5, 1),
    )
    assert links(match_lesions(BASELINE, followup)) == [(2, 1, "same"), (3, None, "vanished"), (7, 2, "same")]


def test_a_lesion_outside_the_baseline_scan_is_new():
    followup = labels_of((1, -60, 20, 30, 7), (2, 60, 20, 30, 9), origin=(-80, 0, 0), size=(120, 60, 30))
    found = match_lesions(labels_of((1, 60, 20, 30, 10)), followup)
    assert links(found) == [(1, 2, "same"), (None, 1, "new")]


def test_one_value_means_pieces_by_size():
    baseline = BASELINE > 0
    followup = labels_of((1, 60, 65, 30, 12), (1, 20, 20, 30, 7))
    assert links(match_lesions(baseline, followup)) == [(1, None, "vanished"), (2, 2, "same"), (3, 1, "same")]


def test_the_closer_of_two_candidates_is_taken_and_the_other_is_told():
    baseline = labels_of((1, 30, 20, 30, 6), (2, 55, 20, 30, 6))
    followup = labels_of((1, 43, 20, 30, 6), (2, 55, 20, 30, 6))
    found = match_lesions(baseline, followup)
    assert links(found) == [(1, 1, "same"), (2, 2, "same")]
    assert [one.certainty for one in found] == ["check", "sure"]
    assert "no overlap" in found[0].reason


def test_the_reader_decides():
    followup = labels_of((1, 61, 22, 29, 5), (2, 21, 64, 30, 4), (5, 62, 64, 30, 9))
    found = match_lesions(BASELINE, followup, pairs=[(2, 2), (7, None), (None, 5)])
    assert links(found) == [(2, 2, "same"), (3, 1, "same"), (7, None, "vanished"), (None, 5, "new")]
    assert [one.certainty for one in found] == ["reader", "sure", "reader", "reader"]
    both = match_lesions(BASELINE, followup, pairs=[(3, 1), (3, 5)])
    assert links(both)[1:3] == [(3, 1, "split"), (3, 5, "split")]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([(4, 1)], r"expected a baseline lesion \(2, 3, 7\), got 4"),
        ([(2, 9)], r"expected a follow-up lesion \(2, 3, 7\), got 9"),
        ([(2, 2), (2, None)], "expected a partner for baseline lesion 2 or none, got both"),
        ([(None, None)], "expected a lesion on one side at least"),
    ],
)
def test_pairs_that_cannot_be_are_refused(pairs, message):
    with pytest.raises(InputError, match=message):
        match_lesions(BASELINE, BASELINE, pairs=pairs)


def test_visits_without_lesions():
    assert links(match_lesions(BASELINE, BASELINE * 0)) == [(n, None, "vanished") for n in (2, 3, 7)]
    assert links(match_lesions(BASELINE * 0, BASELINE)) == [(None, n, "new") for n in (2, 3, 7)]
    assert match_lesions(BASELINE * 0, BASELINE * 0) == []


def test_the_followup_gets_the_numbers_of_the_baseline():
    followup = labels_of((1, 53, 20, 30, 4), (2, 67, 20, 30, 3), (4, 60, 65, 30, 6), (5, 20, 70, 30, 4))
    named = sitk.GetArrayFromImage(relabeled_followup(followup, match_lesions(BASELINE, followup)))
    before = sitk.GetArrayFromImage(followup)
    assert {int(n): np.unique(named[before == n]).tolist() for n in (1, 2, 4, 5)} == {
        1: [3],
        2: [3],
        4: [7],
        5: [8],
    }
    assert not named[before == 0].any()


@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
@settings(deadline=None, max_examples=60)
def test_exchanging_the_visits_or_the_order_of_lesions_changes_nothing(seed, count):
    random = np.random.default_rng(seed)
    centers = random.uniform(0, 80, (2, count, 3))
    sizes = random.uniform(5, 30, (2, count))
    there = {
        (one.baseline_id, one.followup_id) for one in match(balls(centers[0], sizes[0], centers[1], sizes[1]))
    }
    back = {
        (one.followup_id, one.baseline_id) for one in match(balls(centers[1], sizes[1], centers[0], sizes[0]))
    }
    assert there == back
    order = random.permutation(count)
    again = match(balls(centers[0][order], sizes[0][order], centers[1], sizes[1]))
    renamed = {
        (None if one.baseline_id is None else int(order[one.baseline_id - 1]) + 1, one.followup_id)
        for one in again
    }
    assert renamed == there
    assert {one for one, _ in there if one} == set(range(1, count + 1))
    assert {other for _, other in there if other} == set(range(1, count + 1))


def test_common_volume_of_balls():
    """Two unit balls with centers one apart share 5 pi / 12 (spherical caps)."""
    found = balls(
        np.zeros((1, 3)),
        np.array([2.0]),
        np.array([[1.0, 0, 0], [0, 0, 0.2], [3, 0, 0]]),
        np.array([2, 1, 2]),
    )
    assert found.overlap[0] == pytest.approx([5 / 16, 1, 0])
    assert found.gap_mm[0] == pytest.approx([0, 0, 1])


@pytest.fixture
def files(tmp_path):
    sitk.WriteImage(BASELINE, str(tmp_path / "baseline.nii.gz"))
    followup = labels_of((1, 53, 25, 30, 4), (2, 67, 25, 30, 3), (4, 21, 26, 30, 6))
    sitk.WriteImage(followup, str(tmp_path / "followup.nii.gz"))
    sitk.WriteImage(followup * 0, str(tmp_path / "empty.nii.gz"))
    sitk.WriteTransform(sitk.TranslationTransform(3, (0.0, 5.0, 0.0)), str(tmp_path / "transform.h5"))
    return tmp_path


def run(files, *arguments: str) -> int:
    masks = ("--baseline", str(files / "baseline.nii.gz"), "--followup", str(files / "followup.nii.gz"))
    words = [word.replace("{}", str(files)) for word in arguments]
    return main(["match", *masks, "--out", str(files / "matches.csv"), *words])


def test_the_command_writes_a_table_and_a_mask(files, capsys):
    transform = ("--transform", "{}/transform.h5", "--relabeled", "{}/named.nii.gz", "--json")
    assert run(files, *transform) == 0
    with (files / "matches.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["baseline_id"], row["followup_id"], row["relation"]) for row in rows] == [
        ("2", "4", "same"),
        ("3", "1", "split"),
        ("3", "2", "split"),
        ("7", "", "vanished"),
    ]
    assert float(rows[0]["overlap"]) > 0.9
    assert rows[3]["overlap"] == ""
    said = json.loads(capsys.readouterr().out)
    assert said["lesions_are"] == {"baseline": "labels", "followup": "labels"}
    assert [one["relation"] for one in said["matches"]] == ["same", "split", "split", "vanished"]
    named = sitk.GetArrayFromImage(sitk.ReadImage(str(files / "named.nii.gz")))
    assert np.unique(named).tolist() == [0, 2, 3]


def test_the_command_takes_the_word_of_the_reader(files, capsys):
    assert run(files, "--pairs", "3:1,:2,2:") == 0
    assert "no --transform given" in capsys.readouterr().err
    with (files / "matches.csv").open() as stream:
        found = {(row["baseline_id"], row["followup_id"]): row["certainty"] for row in csv.DictReader(stream)}
    assert found[("3", "1")] == found[("", "2")] == found[("2", "")] == "reader"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--pairs", "1-2"), "expected pairs as 1:2,3:,:4"),
        (("--pairs", "9:1"), "expected a baseline lesion (2, 3, 7), got 9"),
        (("--transform", "{}/baseline.nii.gz"), "expected an ITK transform file"),
        (("--followup", "{}/empty.nii.gz"), "empty.nii.gz: expected a mask with lesions"),
        (("--followup", "{}/nowhere.nii.gz"), "nowhere.nii.gz"),
        (("--reach-mm", "-1"), "--reach-mm: expected 0 or more"),
    ],
)
def test_the_command_refuses_and_leaves_nothing(files, capsys, arguments, says):
    before = sorted(path.name for path in files.iterdir())
    assert run(files, *arguments) == 2
    assert says in capsys.readouterr().err
    assert sorted(path.name for path in files.iterdir()) == before


@pytest.mark.data
def test_a_head_and_neck_patient_during_radiotherapy(shared_data):
    """The primary is gone, the nodes stay; their labels are not what is matched."""
    folder = shared_data / "images" / "hnts_mrg_pre_mid_masks" / "Evaluation_example"
    before = sitk.ReadImage(str(folder / "prediction_masks" / "86_preRT_mask_registered.nii.gz"))
    during = sitk.ReadImage(str(folder / "groundtruth_masks" / "86_midRT_mask.nii.gz"))
    assert links(match_lesions(before, during * 3)) == [(1, None, "vanished"), (2, 6, "same")]
