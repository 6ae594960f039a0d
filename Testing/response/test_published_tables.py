"""The tables of RECIST 1.1 and iRECIST as published, written out beside this file with their source."""

import csv
import datetime
from pathlib import Path

import pytest

from interventional_oncology.response import (
    AssessedPatient,
    Assessment,
    ScoreOptions,
    overall_response,
    score_assessments,
)
from interventional_oncology.response.best_overall import best_confirmed_response
from interventional_oncology.response.criteria.irecist import immune_response
from interventional_oncology.response.words import IRECIST, plain_category, published

START = datetime.date(2024, 1, 1)


def _cases(kind: str, table: str = "recist_1_1_published.csv") -> list:
    with Path(__file__).with_name(table).open(encoding="utf-8", newline="") as stream:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(stream) if row["kind"] == kind]


@pytest.mark.parametrize("case", _cases("visit"))
def test_overall_response(case):
    found = overall_response(case["target"] or None, case["non_target"] or None, case["new"] == "yes")
    assert found == case["expected"]


@pytest.mark.parametrize("case", _cases("best"))
def test_best_response_with_confirmation(case):
    if_long, _, if_short = case["expected"].partition(" or ")
    assert _best(case, first_day=60) == if_long
    assert _best(case, first_day=8) == (if_short or if_long)


def _best(case: dict[str, str], first_day: int) -> str:
    days = (START + datetime.timedelta(days=first_day), START + datetime.timedelta(days=first_day + 28))
    visits = [Assessment(day, word) for day, word in zip(days, (case["first"], case["second"]), strict=True)]
    return best_confirmed_response(visits, START, ScoreOptions()).response


@pytest.mark.parametrize("case", _cases("visit", "irecist_published.csv"))
def test_overall_response_of_irecist(case):
    parts = [plain_category(case[name]) if case[name] else None for name in ("target", "non_target", "new")]
    assert published(immune_response(*parts), IRECIST) == case["expected"]


@pytest.mark.parametrize("case", _cases("best", "irecist_published.csv"))
def test_best_response_of_irecist(case):
    visits = tuple(
        Assessment(START + datetime.timedelta(days=56 * (n + 1)), word)
        for n, word in enumerate(case["visits"].split())
    )
    found = score_assessments([AssessedPatient("P", visits, START)])[0]
    assert found.best_overall_response == case["expected"]
