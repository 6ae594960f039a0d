"""The tables of RECIST 1.1 as published, written out beside this file with their source."""

import csv
import datetime
from pathlib import Path

import pytest

from interventional_oncology.response import Assessment, ScoreOptions, overall_response
from interventional_oncology.response.best_overall import best_confirmed_response

START = datetime.date(2024, 1, 1)


def _cases(kind: str) -> list:
    with Path(__file__).with_name("recist_1_1_published.csv").open(encoding="utf-8", newline="") as stream:
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
