"""Complications in a report: the summary, the grades, and what they mean."""

import dataclasses
import datetime

import pytest

from interventional_oncology.report.complication_tables import complication_table, grade_table
from interventional_oncology.report.content import report_document
from interventional_oncology.report.document import Tone
from interventional_oncology.report.headlines import headlines
from interventional_oncology.report.review_pictures import ReviewPictures
from interventional_oncology.response.complications import Complication

DAY = datetime.date(2025, 3, 5)
BLEEDING = Complication(
    "A", "hepatic hemorrhage", DAY, 3, ctcae="3", clavien_dindo="IIIa-d", note="embolized"
)
FEVER = Complication("A", "fever", None, None, ctcae="1")


@pytest.fixture
def make_case(make_review):
    """Return ``make_case(*complications)``: a review of a case that had them."""

    def make(*complications):
        review = make_review()
        case = dataclasses.replace(review.case, complications=complications)
        return dataclasses.replace(review, case=case)

    return make


def test_only_scales_that_were_used_have_a_column():
    table = complication_table([BLEEDING, FEVER])
    assert table.columns == ("Complication", "Date", "Onset", "CTCAE v5", "Clavien-Dindo", "Note")
    assert table.rows == (
        ("hepatic hemorrhage", "2025-03-05", "day 3", "3", "IIIa-d", "embolized"),
        ("fever", "", "", "1", "-", ""),
    )


def test_each_grade_that_occurs_is_explained_once_with_its_source():
    table = grade_table([BLEEDING, FEVER, FEVER])
    assert [row[0] for row in table.rows] == ["CTCAE v5 3", "CTCAE v5 1", "Clavien-Dindo IIIa-d"]
    assert "disability that persists at discharge" in table.rows[2][1]
    assert all("doi:" in row[2] or "National Cancer Institute" in row[2] for row in table.rows)


@pytest.mark.parametrize(
    ("complications", "answer", "tone"),
    [
        ((FEVER,), "CTCAE v5 1", Tone.NEUTRAL),
        ((BLEEDING, FEVER), "CTCAE v5 3, Clavien-Dindo IIIa-d", Tone.ATTENTION),
        ((FEVER, Complication("A", "sepsis", ctcae="5")), "CTCAE v5 5", Tone.BAD),
    ],
)
def test_the_summary_names_the_worst_grade(complications, answer, tone, make_case):
    (line,) = [one for one in headlines(make_case(*complications)) if "complication" in one.title]
    assert (line.answer, line.tone) == (answer, tone)
    assert "fever" in line.detail


def test_the_report_has_a_section_only_when_there_are_any(make_case):
    def titles(review):
        names = [found.timepoint.name for found in review.followups]
        return [
            s.title for s in report_document(review, ReviewPictures(dict.fromkeys(names, ()), {})).sections
        ]

    assert "Complications" in titles(make_case(FEVER))
    assert "Complications" not in titles(make_case())
