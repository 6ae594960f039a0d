"""Best overall response: windows of confirmation and stability."""

import datetime

import pytest

from interventional_oncology.response import (
    AssessedPatient,
    Assessment,
    ScoreOptions,
    score_assessments,
)
from interventional_oncology.response.best_overall import best_confirmed_response, best_response

START = datetime.date(2024, 1, 1)


def visits(text: str) -> list[Assessment]:
    """Return assessments from ``word@day`` separated by spaces."""
    pairs = [part.split("@") for part in text.split()]
    return [Assessment(START + datetime.timedelta(days=int(day)), word) for word, day in pairs]


@pytest.mark.parametrize(
    ("course", "options", "expected"),
    [
        ("PR@50 PR@78", {}, "PR"),
        ("PR@50 PR@77", {}, "SD"),  # 27 days do not confirm
        ("PR@50 PR@77", {"confirmation_days": 27}, "PR"),
        ("CR@50 CR@78", {}, "CR"),
        ("CR@50 NE@70 CR@90", {}, "CR"),
        ("CR@50 NE@70 NE@80 CR@90", {}, "SD"),
        ("CR@50 NE@70 NE@80 CR@90", {"max_not_evaluable": 2}, "CR"),
        ("PR@50 SD@80 PR@110", {}, "SD"),
        ("PR@50 SD@80 PR@110", {"accept_sd": True}, "PR"),
        ("PR@50 SD@80 SD@90 PR@110", {"accept_sd": True}, "SD"),
        ("PR@50 CR@60 PR@90", {}, "SD"),  # PR after CR
        ("PR@50 PR@200", {"confirmation_max_days": 84}, "SD"),
        ("PD@50 CR@80 CR@120", {}, "PD"),
        ("PD@50 CR@80 CR@120", {"keep_after_progression": True}, "CR"),
        ("SD@20", {}, "NE"),
        ("SD@20", {"minimum_sd_days": 20}, "SD"),
        ("SD@29 PD@58", {}, "PD"),
        ("SD@29 PD@58", {"sd_duration": "follow_up"}, "SD"),
        ("CR@10 SD@38", {}, "PD"),
        ("NON-CR/NON-PD@50 PD@90", {}, "NON-CR/NON-PD"),
        ("ND@50", {}, "ND"),
        ("", {}, "MISSING"),
        ("", {"missing_as_ne": True}, "NE"),
    ],
)
def test_confirmed(course, options, expected):
    assert best_confirmed_response(visits(course), START, ScoreOptions(**options)).response == expected


def test_unconfirmed_takes_the_first_of_the_best():
    found = best_response(visits("SD@50 PR@80 CR@110 CR@140 PD@170"), START, ScoreOptions())
    assert (found.response, found.date) == ("CR", START + datetime.timedelta(days=110))


def test_progression_from_elsewhere_ends_the_course():
    end = START + datetime.timedelta(days=60)
    found = best_response(visits("SD@50 PR@80"), START, ScoreOptions(progression_date=end))
    assert found.response == "SD"


def test_without_a_start_the_duration_of_sd_is_taken_as_met_and_said():
    found = score_assessments([AssessedPatient("P", tuple(visits("SD@5")))])[0]
    assert found.best_overall_response == "SD"
    assert any("minimum duration" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("course", "expected", "progression_day"),
    [
        ("iUPD@56 iSD@90 iPR@120", "iPR", None),
        ("iSD@50 iSD@80 iUPD@110 iPR@140 iPR@170 iUPD@200 iCPD@230", "iPR", 200),
        ("iUPD@50 NE@80 iUPD@110 iCPD@140 iCR@170", "iCPD", 50),
        ("iUPD@50 NE@80 NE@110", "iUPD", 50),
        ("iSD@20 iUPD@50", "iUPD", 50),
        ("NON-iCR/NON-iUPD@50 iUPD@90", "NON-iCR/NON-iUPD", 90),
    ],
)
def test_words_of_irecist(course, expected, progression_day):
    found = score_assessments([AssessedPatient("P", tuple(visits(course)), START)])[0]
    assert found.best_overall_response == expected
    day = None if progression_day is None else START + datetime.timedelta(days=progression_day)
    assert found.progression_date == day


@pytest.mark.parametrize(
    ("course", "options", "expected"),
    [
        ("iPR@50 iPR@78", {}, "iPR"),
        ("iPR@50 iPR@70", {}, "iSD"),
        ("iPR@50 iUPD@60 iPR@90", {}, "iSD"),
        ("iPR@50 NE@60 NE@70 iPR@90", {}, "iSD"),
        ("iPR@50 NE@60 NE@70 iPR@90", {"max_not_evaluable": 2}, "iPR"),
        ("iPR@50 iSD@60 iPR@90", {"accept_sd": True}, "iPR"),
        ("iPR@50 iPR@70", {"confirmation_days": 20}, "iPR"),
        ("iSD@30", {"minimum_sd_days": 30}, "iSD"),
        ("iSD@30", {}, "NE"),
    ],
)
def test_confirmed_words_of_irecist(course, options, expected):
    found = score_assessments([AssessedPatient("P", tuple(visits(course)), START)], **options)[0]
    assert found.confirmed_best_overall_response == expected


@pytest.mark.parametrize(
    ("course", "best", "progression_day"),
    [
        ("PD@50 PR@80 PR@110", "PR", None),  # not confirmed: the course goes on
        ("PD@50 PD@70 PR@110", "PR", None),  # 20 days do not confirm
        ("PD@50 NE@70 PD@80 PR@110", "PD", 50),
        ("SD@50 PD@90", "SD", 90),  # the follow-up ends
    ],
)
def test_progression_that_must_be_confirmed(course, best, progression_day):
    patient = AssessedPatient("P", tuple(visits(course)), START)
    found = score_assessments([patient], confirm_progression=True)[0]
    day = None if progression_day is None else START + datetime.timedelta(days=progression_day)
    assert (found.best_overall_response, found.progression_date) == (best, day)
