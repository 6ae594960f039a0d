"""Which lesion is which, and what the table says of each, on lesions made of boxes."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import Case, FollowupFindings, Timepoint
from interventional_oncology.cases.job import Job
from interventional_oncology.cases.lesion_course import measure_course
from interventional_oncology.cases.lesion_identity import lesion_labels
from interventional_oncology.cases.scans import Scans
from interventional_oncology.errors import InputError
from interventional_oncology.progress import silent
from interventional_oncology.registration import Registration

SIZE = (64, 64, 32)  # of 2 mm
FAR_LEFT, MIDDLE, FAR_RIGHT = (12, 32, 16), (32, 32, 16), (52, 32, 16)


def image_of(values):
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((2.0, 2.0, 2.0))
    return image


def boxes(*centers_and_halves, labels=None):
    """Return a mask of boxes; each is (center ijk, half length in voxels)."""
    values = np.zeros(SIZE[::-1], dtype=np.int32)
    for number, ((i, j, k), half) in enumerate(centers_and_halves):
        box = tuple(slice(n - half, n + half + 1) for n in (k, j, i))
        values[box] = 1 if labels is None else labels[number]
    return image_of(values)


def scans(name, day, tumor=None, **masks):
    images = {"ct_portal": image_of(np.full(SIZE[::-1], 50.0, dtype=np.float32))}
    given = {**({} if tumor is None else {"tumor": tumor}), **masks}
    timepoint = Timepoint(
        name,
        datetime.datetime(2025, 1, 1) + datetime.timedelta(days=day),
        dict.fromkeys(images, ""),
        {"liver": "", **dict.fromkeys(given, "")},
    )
    binary = {role: sitk.Cast(mask != 0, sitk.sitkUInt8) for role, mask in given.items()}
    return Scans(timepoint, images, binary, dict(given))


def found(later, *, shift_mm=(0.0, 0.0, 0.0), registered=True):
    fixed = later.images["ct_portal"]
    registration, masks = None, {}
    if registered:
        transform = sitk.TranslationTransform(3, shift_mm)
        registration = Registration(transform, None, "rigid", "ct-liver")
        masks = {
            role: sitk.Resample(mask, fixed, transform, sitk.sitkNearestNeighbor)
            for role, mask in later.masks.items()
        }
    return FollowupFindings(later, "ct_portal", "ct_portal", fixed, registration, None, masks)


def course(baseline, *followups):
    case = Case("A", (baseline.timepoint, *(f.timepoint for f in followups)), None, Path("CASE.toml"))
    by_name = {one.timepoint.name: one for one in (baseline, *(f.scans for f in followups))}
    said = []
    job = Job(silent, said.append)
    rows = measure_course(case, by_name, followups, job).rows
    return {(row.lesion_id, row.date.day): row for row in rows}, said, job


def test_parts_are_matched_through_the_registration():
    baseline = scans("baseline", 0, boxes((FAR_LEFT, 5), (FAR_RIGHT, 3)))
    # The patient moved by 24 mm, and the lesion that was the smaller is now the larger.
    moved = [((i + 12, j, k), half) for (i, j, k), half in ((FAR_LEFT, 2),)]
    later = found(scans("later", 30, boxes(*moved, ((60, 44, 16), 3))), shift_mm=(24.0, 0.0, 0.0))
    labels = lesion_labels(baseline, [later], pytest.fail)
    before, after = (sitk.GetArrayFromImage(labels[name]) for name in ("baseline", "later"))
    assert (before[16, 32, 12], before[16, 32, 52]) == (1, 2)
    assert after[16, 32, 24] == 1
    # 24 mm from any known lesion: a new one.
    assert after[16, 44, 60] == 3


def test_labels_given_by_the_reader_are_kept():
    baseline = scans("baseline", 0, boxes((FAR_LEFT, 4), (FAR_RIGHT, 4), labels=[7, 3]))
    later = found(scans("later", 30, boxes((FAR_RIGHT, 4), labels=[3])), registered=False)
    labels = lesion_labels(baseline, [later], pytest.fail)
    assert sitk.GetArrayFromImage(labels["baseline"])[16, 32, 12] == 7
    assert sitk.GetArrayFromImage(labels["later"])[16, 32, 52] == 3


def test_parts_cannot_be_matched_without_registration():
    baseline = scans("baseline", 0, boxes((MIDDLE, 4)))
    later = found(scans("later", 30, boxes((MIDDLE, 4))), registered=False)
    with pytest.raises(InputError, match="lesions of 'later' cannot be matched: it could not be registered"):
        lesion_labels(baseline, [later], pytest.fail)


def test_specks_are_left_out_but_a_shrunken_lesion_stays():
    speck = ((5, 5, 5), 0)
    baseline = scans("baseline", 0, boxes((MIDDLE, 6), speck))
    later = found(scans("later", 30, boxes((MIDDLE, 0), ((58, 58, 28), 0))))
    said = []
    labels = lesion_labels(baseline, [later], said.append)
    assert np.unique(sitk.GetArrayFromImage(labels["baseline"])).tolist() == [0, 1]
    assert np.unique(sitk.GetArrayFromImage(labels["later"])).tolist() == [0, 1]
    assert said == [
        "baseline: a part of the tumor mask smaller than a ball of 5 mm left out",
        "later: a part of the tumor mask smaller than a ball of 5 mm left out",
    ]


def test_a_crumb_is_of_the_lesion_beside_it():
    baseline = scans("baseline", 0, boxes((FAR_LEFT, 4), (FAR_RIGHT, 5)))
    crumb = (FAR_LEFT[0], FAR_LEFT[1], FAR_LEFT[2] + 8)
    later = found(scans("later", 30, boxes((FAR_LEFT, 4), (FAR_RIGHT, 5), (crumb, 0))))
    after = sitk.GetArrayFromImage(lesion_labels(baseline, [later], pytest.fail)["later"])
    assert after[crumb[::-1]] == after[FAR_LEFT[::-1]] == 2


def test_lesions_that_merged_are_told_and_pieces_of_one_stay_one():
    near = (22, 32, 16)
    baseline = scans("baseline", 0, boxes((FAR_LEFT, 4), (near, 3), (FAR_RIGHT, 5)))
    # The first two have grown together, the third has fallen into two pieces.
    left, right = (49, 32, 16), (55, 32, 16)
    grown = boxes((FAR_LEFT, 5), ((17, 32, 16), 2), (near, 4), (left, 2), (right, 2))
    said = []
    labels = lesion_labels(baseline, [found(scans("later", 30, grown))], said.append)
    after = sitk.GetArrayFromImage(labels["later"])
    assert {after[16, 32, i] for i in (12, 22)} == {2}
    assert {after[16, 32, i] for i in (49, 55)} == {1}
    assert said == ["later: lesions 2, 3 have merged and are measured as lesion 2"]


def test_a_new_lesion_is_the_same_one_at_the_next_visit():
    baseline = scans("baseline", 0, boxes((FAR_LEFT, 5)))
    later = found(scans("later", 30, boxes((FAR_LEFT, 5), (MIDDLE, 3))))
    moved = [((i + 3, j, k), half) for (i, j, k), half in ((FAR_LEFT, 5), (MIDDLE, 4), (FAR_RIGHT, 3))]
    last = found(scans("last", 60, boxes(*moved)), shift_mm=(6.0, 0.0, 0.0))
    labels = lesion_labels(baseline, [later, last], pytest.fail)
    after = sitk.GetArrayFromImage(labels["last"])
    assert sitk.GetArrayFromImage(labels["later"])[16, 32, 32] == 2
    assert [after[16, 32, i] for i in (15, 35, 55)] == [1, 2, 3]


def test_baseline_of_nothing_but_a_speck_keeps_it():
    labels = lesion_labels(scans("baseline", 0, boxes((MIDDLE, 0))), [], pytest.fail)
    assert np.unique(sitk.GetArrayFromImage(labels["baseline"])).tolist() == [0, 1]


def test_rows_of_a_lesion_that_shrinks_one_that_goes_and_one_that_comes():
    baseline = scans("baseline", 0, boxes((FAR_LEFT, 6), (MIDDLE, 4), labels=[1, 2]))
    later = found(scans("later", 30, boxes((FAR_LEFT, 3), (FAR_RIGHT, 4), labels=[1, 3])))
    rows, said, _ = course(baseline, later)

    assert rows["1", 1].long_axis_mm > rows["1", 31].long_axis_mm > 0
    assert (rows["2", 31].state, rows["2", 31].long_axis_mm) == ("absent", None)
    assert [rows["3", 31].role, rows["1", 31].role] == ["new", "target"]
    assert ("3", 1) not in rows
    assert {row.organ for row in rows.values()} == {"liver"}
    assert said == []


def test_targets_are_the_two_largest_measurable():
    sizes = [((8, 8, 8), 3), ((24, 24, 16), 5), ((44, 44, 16), 4), ((58, 8, 8), 0)]
    rows, _, _ = course(scans("baseline", 0, boxes(*sizes, labels=[1, 2, 3, 4])))
    assert {lesion: row.role for (lesion, _), row in rows.items()} == {
        "1": "non_target",
        "2": "target",
        "3": "target",
        "4": "non_target",
    }
    assert rows["1", 1].state == "present"


def test_lesion_in_two_pieces_is_one():
    baseline = scans("baseline", 0, boxes((MIDDLE, 6)))
    later = found(scans("later", 30, boxes(((30, 32, 16), 1), ((35, 32, 16), 1))))
    rows, _, _ = course(baseline, later)
    assert set(rows) == {("1", 1), ("1", 31)}


def test_ablated_lesion_is_not_evaluable_and_its_residual_is_viable():
    baseline = scans("baseline", 0, boxes((MIDDLE, 5)))
    without = found(scans("later", 30, ablation=boxes((MIDDLE, 8))))
    rows, said, _ = course(baseline, without)
    row = rows["1", 31]
    assert (row.long_axis_mm, row.state, row.in_treated_field) == (None, "", True)
    # No arterial and native images here: whether something is alive is not known.
    assert row.viable_long_axis_mm is None
    assert said == ["later: lesion 1 was ablated: RECIST 1.1 has no rule for it and it is not evaluable"]

    with_residual = found(scans("later", 30, boxes(((36, 32, 16), 1)), ablation=boxes(((30, 32, 16), 6))))
    rows, _, _ = course(baseline, with_residual)
    assert rows["1", 31].viable_long_axis_mm == pytest.approx(6 * np.sqrt(2), abs=2)


def test_ablated_once_is_ablated_at_every_later_visit():
    baseline = scans("baseline", 0, boxes((MIDDLE, 5)))
    first = found(scans("first", 10, ablation=boxes((MIDDLE, 8))))
    second = found(scans("second", 20, boxes((MIDDLE, 5))))
    rows, _, _ = course(baseline, first, second)
    assert rows["1", 21].in_treated_field
    assert rows["1", 21].long_axis_mm is None


def test_visit_without_tumor_mask_is_not_evaluable_and_said():
    rows, said, _ = course(scans("baseline", 0, boxes((MIDDLE, 5))), found(scans("later", 30)))
    assert rows["1", 31].state == "not_evaluable"
    assert said == ["later: no tumor mask, so lesion 1 is taken as not evaluable"]


def test_second_scan_of_one_day_is_not_measured_twice():
    baseline = scans("baseline", 0, boxes((MIDDLE, 5)))
    rows, _, job = course(baseline, found(scans("same day", 0, boxes((MIDDLE, 5)))))
    assert set(rows) == {("1", 1)}
    assert job.steps[0].reason == "an earlier scan of the same day is measured"
