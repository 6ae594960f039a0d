"""The public reference cases of iRECIST in ``../shared/data/response``, each as a test with its case id."""

import csv
import datetime
import itertools
import json
from pathlib import Path

import pytest

from interventional_oncology.response import AssessedPatient, Assessment, LesionRow, score, score_assessments
from interventional_oncology.response.criteria.irecist import immune_response
from interventional_oncology.response.words import IRECIST, IRECIST_WORDS, plain_category

pytestmark = pytest.mark.data

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "response" / "recist_cases.csv"
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="../shared/data/response is not here"), id="absent")
DAY0 = datetime.date(2026, 1, 1)


def _cases(endpoint: str) -> list:
    if not TABLE.is_file():
        return [ABSENT]
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        pytest.param(row, id=row["case_id"])
        for row in rows
        if row["criterion"] == "iRECIST" and row["endpoint"] == endpoint
    ]


def _row(day: int, name: str, mm: float | None, role: str = "target", state: str = "") -> LesionRow:
    return LesionRow("P", DAY0 + datetime.timedelta(days=day), name, role=role, long_axis_mm=mm, state=state)


def _overall(rows: list[LesionRow], **options) -> list[str]:
    return [visit.overall for visit in score(rows, "irecist", **options)[0].timepoints]


@pytest.mark.parametrize("case", _cases("timepoint"))
def test_response_of_a_visit(case):
    given = json.loads(case["inputs"])
    if "days_since_iUPD" in given:
        _check_early(given, case["expected"])
    elif "recist" in given:
        assert _overall([_row(0, "T", 100), _row(56, "T", 125), _row(112, "T", 95)])[-1] == case["expected"]
    elif given.get("prior_iUPD"):
        _check_after_iupd(given, case["expected"])
    else:
        _check_matrix(given, case["expected"])


def _check_matrix(given: dict, expected: str) -> None:
    """Each reading of an alternative, as ``iSD|iPR|iCR``, has the same answer."""
    targets = given["target"].replace("non-iUPD", "iSD|iPR|iCR").split("|")
    others = given["non_target"].replace("non-iUPD", "iCR|NON-iCR/NON-iUPD").split("|")
    new = "UPD" if given["new_lesion"] == "Y" else None
    for target, other in itertools.product(targets, others):
        found = immune_response(plain_category(target), plain_category(other), new)
        assert IRECIST.get(found, found) == expected


def _check_early(given: dict, expected: str) -> None:
    day = 56 + given["days_since_iUPD"]
    rows = [_row(0, "T", 100), _row(56, "T", 125), _row(day, "T", 140)]
    if given["additional_new_lesion"]:
        rows.append(_row(day, "X", 12, "new"))
        assert _overall(rows, early_new_lesion_confirms=True)[-1] == "iCPD"
    found = _overall(rows)[-1]
    assert found == "iUPD"
    assert expected.startswith(found) or "may be" in expected


SIZES = {"iCR": 0.0, "iPR": 60.0, "iSD": 95.0, "iUPD": 125.0}


def _check_after_iupd(given: dict, expected: str) -> None:
    target, other, new = given["target"], given["non_target"], given["new_lesion"].startswith("Y")
    options = [word.split()[0] for word in target.replace("non-iUPD", "iSD|iPR|iCR").split("|")]
    others = [word.split()[0] for word in other.replace("non-iUPD", "NON-iCR/NON-iUPD").split("|")]
    for target_word, other_word in itertools.product(options, others):
        course = _Course(target_word, other_word, new)
        assert _overall(course.rows())[-1] == expected.split()[0] or "iCPD if" in expected
        if "iCPD" not in expected:
            continue
        assert _overall(course.rows())[-1] == "iUPD"
        for change in course.growths():
            assert _overall(course.rows(change))[-1] == "iCPD", change


class _Course:
    """An iUPD by the categories that still have it, and a visit eight weeks later."""

    def __init__(self, target: str, other: str, new: bool) -> None:
        self.target, self.other, self.new = target, other, new

    def growths(self) -> list[str]:
        found = ["target"] if self.target == "iUPD" else []
        found += ["non_target"] if self.other == "iUPD" else []
        return found + (["new_size", "new_number"] if self.new else [])

    def rows(self, change: str = "") -> list[LesionRow]:
        persists = bool(self.growths())
        before = SIZES[self.target] if persists else SIZES["iUPD"]
        now = SIZES[self.target] + (5.0 if change == "target" else 0.0)
        rows = [_row(0, "T", 100.0), _row(56, "T", before), _row(112, "T", now)]
        rows.append(_row(0, "N", 20.0, "non_target", "present"))
        for day in (56, 112):
            grown = 1.0 if (day, change) == (112, "non_target") else 0.0
            state = {"iUPD": "progressed", "iCR": "absent"}.get(self.other, "present")
            size = None if state == "absent" else 30.0 + grown
            rows.append(_row(day, "N", size, "non_target", state))
        if self.new:
            rows += [
                _row(56, "X", 12.0, "new"),
                _row(112, "X", 17.0 if change == "new_size" else 12.0, "new"),
            ]
        if change == "new_number":
            rows.append(_row(112, "Y", 12.0, "new"))
        return rows


@pytest.mark.parametrize("case", _cases("timepoint_sequence"))
def test_sequence_of_visits(case):
    given = json.loads(case["inputs"])
    options = json.loads(case["options"])
    days = [0, *(int(day) for day in (case["visit_days"] or "60;120;180;240;300").split(";"))]
    sums = [given.get("baseline_target_sum_mm", given.get("baseline_sum_mm")), *given["target_sum_mm"]]
    rows = [_row(day, "T", mm) for day, mm in zip(days, sums, strict=True)]
    new = given.get("new_target_lesion_sum_mm", [])
    rows += [_row(day, "X", mm, "new") for day, mm in zip(days[1:], new, strict=False) if mm is not None]
    found = score(rows, "irecist", sticky_pr=options.get("sticky_PR", False))[0]
    expected = case["expected"].split(";")
    for visit, text in zip(found.timepoints, expected, strict=True):
        said = " ".join(visit.reasons)
        assert visit.overall == ("iUPD" if text.startswith("(ignored") else text.split()[0])
        assert ("too early to confirm" in said) == text.startswith("(ignored")
        assert ("later than 56 days" in said) == (", late-window" in text)
    if "expected_v3_nadir" in options:
        assert found.timepoints[-1].nadir == options["expected_v3_nadir"]


@pytest.mark.parametrize("case", _cases("iBOR"))
def test_best_overall_response(case):
    """Each way of reading the alternatives of a row of Table 3."""
    steps = [
        list(IRECIST_WORDS[:-1]) if step == "any" else step.split("|")
        for step in case["visit_responses"].split(";")
    ]
    for words in itertools.product(*steps):
        visits = tuple(
            Assessment(DAY0 + datetime.timedelta(days=56 * (n + 1)), word) for n, word in enumerate(words)
        )
        found = score_assessments([AssessedPatient("P", visits, DAY0)])[0]
        assert found.best_overall_response == case["expected"], words
