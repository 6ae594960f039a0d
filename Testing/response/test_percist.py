"""PERCIST 1.0: the hottest lesion, the liver, comparable scans."""

import datetime

import pytest

from interventional_oncology.response import LesionRow, PatientResponse, score

DAYS = [datetime.date(2024, month, 1) for month in (1, 3, 5)]
LIVER = {"liver_sul_mean": 2.0, "liver_sul_sd": 0.3}


def rows(*peaks: float | str, name: str = "T") -> list[LesionRow]:
    return [
        LesionRow("P", day, name, **({"state": p} if isinstance(p, str) else {"sul_peak": p}))
        for day, p in zip(DAYS, peaks, strict=False)
    ]


def scored(table: list[LesionRow], **options) -> PatientResponse:
    return score(table, "percist", **options)[0]


def test_the_hottest_lesion_may_be_another_one():
    table = [*rows(10, 4), *rows(6, 9, name="S")]
    visit = scored(table).timepoints[0]
    assert (visit.baseline, visit.current, visit.overall) == (10.0, 9.0, "SMD")
    assert visit.reasons[0] == "peak uptake 9.0 SUL is 10.0 % below baseline 10.0 SUL: SMD"
    assert scored(table, sul_lesions="all").timepoints[0].current == 13.0


def test_a_new_lesion_or_a_larger_extent_is_pmd():
    new = LesionRow("P", DAYS[1], "X", role="new", state="present")
    assert scored([*rows(10, 5), new]).timepoints[0].overall == "PMD"
    other = [
        LesionRow("P", d, "N", role="non_target", state=s)
        for d, s in zip(DAYS, ("present", "progressed"), strict=False)
    ]
    assert scored([*rows(10, 5), *other]).timepoints[0].overall == "PMD"


@pytest.mark.parametrize(
    ("peak", "options", "expected"),
    [
        ("absent", {}, "CMR"),
        ("normalized", {}, "CMR"),
        ("present", {}, "NE"),
        ("not_evaluable", {}, "NE"),
        (1.9, LIVER, "CMR"),
        (3.0, LIVER, "PMR"),
        (3.0, {**LIVER, "complete_below": "liver_threshold"}, "CMR"),
        (3.0, {**LIVER, "followup_liver_sul_mean": 3.1}, "CMR"),
    ],
)
def test_complete_response(peak, options, expected):
    visit = scored(rows(10, peak), **options).timepoints[0]
    assert visit.overall == expected
    if expected == "CMR":
        assert visit.reasons[0] == "all target lesions take up less than the liver: CMR"


def test_uptake_that_returns_is_no_progression_by_itself():
    found = scored(rows(10, 1.5, 2.5), **LIVER)
    assert [v.overall for v in found.timepoints] == ["CMR", "PMR"]


def test_near_the_liver_a_response_is_fragile():
    visit = scored(rows(10, 1.95), **LIVER).timepoints[0]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (True, 0.05, "PMR")
    visit = scored(rows(10, 7.1)).timepoints[0]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (True, 0.1, "PMR")
    assert "a peak uptake smaller by 0.1 SUL, within measurement error, would make it PMR" in visit.reasons


def test_a_baseline_that_is_not_measurable_stays_so_whatever_the_size():
    visit = scored(rows(3.5, 3.5), **LIVER).timepoints[0]
    assert (visit.overall, visit.fragile) == ("NE", False)
    assert visit.reasons[0] == (
        "3.5 SUL at baseline is below the 3.6 SUL of a measurable lesion (1.5 x liver mean + 2 SD): NE"
    )


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        ({}, "no liver_sul_mean"),
        ({**LIVER, "uptake_minutes": 45}, "uptake times of 45 min"),
        ({**LIVER, "uptake_minutes": 60, "followup_uptake_minutes": 80}, "uptake times of 60 and 80 min"),
        ({**LIVER, "followup_liver_sul_mean": 2.4}, "the liver changed from 2 to 2.4 SUL"),
        ({"liver_sul_mean": 1.0, "followup_liver_sul_mean": 1.25}, "the liver changed from 1 to 1.25 SUL"),
    ],
)
def test_scans_that_are_hard_to_compare_are_warned_about(options, warning):
    assert any(text.startswith(warning) for text in scored(rows(10, 5), **options).warnings)
    fine = {**LIVER, "uptake_minutes": 60, "followup_uptake_minutes": 70, "followup_liver_sul_mean": 2.1}
    assert not scored(rows(10, 5), **fine).warnings
