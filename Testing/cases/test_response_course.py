"""The criteria of a case: which are scored, with which options, and why others are not."""

import datetime
from pathlib import Path

import pytest

from interventional_oncology.cases.case import Case, ResponsePlan, Treatment
from interventional_oncology.cases.job import Job
from interventional_oncology.cases.response_course import score_course, scoring_options
from interventional_oncology.response import CRITERIA, LesionRow

DAYS = datetime.date(2025, 2, 20), datetime.date(2025, 4, 20)
SIZES = {"long_axis_mm": 30.0, "short_axis_mm": 20.0, "mean_hu": 60.0, "volume_ml": 9.0}


def case(*criteria, kind="microwave", **options):
    treatment = Treatment(kind, datetime.datetime(2025, 3, 2)) if kind else None
    return Case("A", (), treatment, Path("CASE.toml"), ResponsePlan(criteria, options))


def rows(**more):
    return [LesionRow("A", day, "L1", organ="liver", **SIZES, **more) for day in DAYS]


def scored(a_case, lesions):
    warnings = []
    job = Job(lambda fraction, message: None, warnings.append)
    found = score_course(a_case, lesions, job)
    return {one.criterion: one for one in found}, {step.name: step.reason for step in job.steps}, warnings


def test_every_criterion_is_scored_or_says_what_it_lacks():
    found, reasons, _ = scored(case(*CRITERIA), rows())
    assert {"recist-1.1", "who", "vrecist", "choi"} <= set(found)
    for criterion in CRITERIA:
        assert (criterion in found) == (not reasons[f"response by {criterion}"])
    assert reasons["response by mrecist"] == "no arterial and native images of the lesions"
    assert "sul_peak" in reasons["response by percist"]


def test_options_of_the_case_are_those_of_the_score():
    """4 mm more than 20 mm is 20 % and not 5 mm: progression only without the 5 mm rule."""
    grown = [
        rows()[0],
        LesionRow("A", DAYS[1], "L1", organ="liver", long_axis_mm=36.0, viable_long_axis_mm=36.0),
    ]
    small = [
        LesionRow("A", day, "L1", organ="liver", long_axis_mm=mm)
        for day, mm in zip(DAYS, (20.0, 24.0), strict=True)
    ]
    assert scored(case("recist-1.1"), grown)[0]["recist-1.1"].timepoints[0].overall == "PD"
    assert scored(case("recist-1.1"), small)[0]["recist-1.1"].timepoints[0].overall == "SD"
    literal = case("recist-1.1", five_mm_rule="false")
    assert scored(literal, small)[0]["recist-1.1"].timepoints[0].overall == "PD"


@pytest.mark.parametrize(
    ("kind", "treatment"),
    [("tare", "TARE"), ("microwave", "MWA"), ("ire", "nonradiation"), ("chemotherapy", None), (None, None)],
)
def test_the_treatment_chooses_the_core_of_lirads(kind, treatment):
    assert scoring_options(case("lirads-tr-2024", kind=kind), "lirads-tr-2024").get("treatment") == treatment
    assert "treatment" not in scoring_options(case("recist-1.1", kind=kind), "recist-1.1")


def test_what_the_case_says_overrides_what_follows_from_the_treatment():
    said = case("lirads-tr-2024", kind="tare", treatment="SBRT")
    assert scoring_options(said, "lirads-tr-2024")["treatment"] == "SBRT"
    assert scoring_options(case("growth"), "growth")["treatment_start"] == datetime.date(2025, 3, 2)


@pytest.mark.parametrize(
    "kind", ["microwave", "ire", "tare", "tace", "tae", "sbrt", "ethanol", "cryo", "hifu", "resection"]
)
def test_lirads_knows_every_treatment_it_is_given(kind):
    found, reasons, _ = scored(case("lirads-tr-2024", kind=kind), rows(viable_long_axis_mm=12.0))
    assert "lirads-tr-2024" in found, reasons


def test_nothing_to_score_says_why():
    assert scored(case("choi"), [])[1] == {"response by choi": "no lesion was measured"}
    assert scored(case("choi"), rows()[:1])[1] == {"response by choi": "lesions of one date only"}


def test_a_fragile_category_is_warned_of():
    lesions = [LesionRow("A", day, "L1", long_axis_mm=mm) for day, mm in zip(DAYS, (30.0, 21.1), strict=True)]
    warnings = scored(case("recist-1.1"), lesions)[2]
    assert "recist-1.1 on 2025-04-20: measurement error alone could make it PR" in warnings
