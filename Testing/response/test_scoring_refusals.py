"""Rows, criteria and options that cannot be scored are refused in one sentence."""

import datetime

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import (
    LesionRow,
    read_lesions_csv,
    read_responses_csv,
    score,
    score_assessments,
)

START = datetime.date(2024, 1, 1)


def day(visit: int) -> datetime.date:
    return START + datetime.timedelta(days=60 * visit)


def course(lesion_id: str, *long_axes_mm: float, **fields) -> list[LesionRow]:
    """Return the rows of a lesion with a long axis a visit."""
    return [LesionRow("P", day(n), lesion_id, long_axis_mm=mm, **fields) for n, mm in enumerate(long_axes_mm)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "at least one lesion"),
        (course("T1", 30)[:1] * 2, "lesion T1 once on 2024-01-01, got it twice"),
        ([*course("T1", 30), LesionRow("P", day(1), "T1", role="new")], "keep its role"),
        (
            [*course("T1", 30), LesionRow("P", day(1), "T1", is_node=True, short_axis_mm=9)],
            r"node at all visits or at none \(is_node\), got false on 2024-01-01 and true on 2024-03-01",
        ),
        (
            [*course("T1", 30, organ="liver"), LesionRow("P", day(1), "T1", organ="lung", long_axis_mm=9)],
            "in one organ at all visits, .* got liver on 2024-01-01 and lung on 2024-03-01",
        ),
        ([*course("T1", 30, 30), LesionRow("P", day(1), "T2", long_axis_mm=20)], "T2 at the baseline visit"),
        (
            [*course("T1", 30), LesionRow("P", day(0), "X", role="new")],
            "new lesion X after the .* is it missing",
        ),
        ([LesionRow("P", day(0), "T1", state="not_evaluable")], "a size of target lesion T1 at the baseline"),
        ([LesionRow("P", day(0), "T1", long_axis_mm=0)], "baseline visit 2024-01-01 for RECIST 1.1, got 0"),
        ([LesionRow("P", day(0), "N", is_node=True, long_axis_mm=20)], "the short axis of node N"),
        ([LesionRow("P", day(0), "T1", long_axis_mm=-3)], "0 to 500 mm, got -3 mm"),
        ([LesionRow("P", day(0), "T1", role="main")], "expected one of target, non_target, new, got 'main'"),
        ([LesionRow("P", day(0), "T1", state="gone")], "got 'gone'"),
    ],
)
def test_rows_that_cannot_be_scored_are_refused(rows, message):
    with pytest.raises(InputError, match=message):
        score(rows, "recist-1.1")


def test_a_node_is_told_once_and_not_again(tmp_path):
    table = tmp_path / "lesions.csv"
    table.write_text(
        "patient_id,date,lesion_id,role,is_node,short_axis_mm\n"
        "P,2024-01-01,N,target,true,20\nP,2024-03-01,N,target,,9\n"
        "P,2024-01-01,M,non_target,true,12\nP,2024-03-01,M,non_target,,9\n",
        encoding="utf-8",
    )
    (patient,) = score(read_lesions_csv(table), "recist-1.1")
    assert patient.timepoints[0].overall == "CR"


def test_an_unknown_criterion_names_the_known_ones():
    with pytest.raises(InputError, match=r"unknown criterion 'recist', expected one of recist-1.1, mrecist"):
        score(course("T1", 30), "recist")


def test_an_unknown_option_names_the_known_ones():
    with pytest.raises(InputError, match="unknown option 'sticky', expected one of confirmation_days"):
        score(course("T1", 30), "recist-1.1", sticky=True)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("confirmation_days", "four weeks", "expected a whole number, got 'four weeks'"),
        ("confirmation_days", -1, "expected 0 or more, got -1"),
        ("accept_sd", "maybe", "expected true or false"),
        ("treatment_start", "2024-13-01", "expected a date as YYYY-MM-DD"),
        ("too_small_mm", float("nan"), "expected 0 or more"),
        ("sd_duration", "long", "expected one of visit, follow_up"),
        ("treated_targets", "none", "expected one of as_measured"),
        ("confirmation_max_days", 14, "expected 28 or more, got 14"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(option, value, message):
    with pytest.raises(InputError, match=f"option {option}: {message}"):
        score(course("T1", 30), "recist-1.1", **{option: value})


def test_a_year_before_computed_tomography_is_a_slip(tmp_path):
    table = tmp_path / "lesions.csv"
    table.write_text(
        "patient_id,date,lesion_id,role,long_axis_mm\nP,0202-01-01,T,target,30\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="line 2, column date: expected a date after 1900, got '0202-01-01'"):
        read_lesions_csv(table)


def test_a_response_before_the_reference_date_is_told(tmp_path):
    table = tmp_path / "responses.csv"
    table.write_text(
        "patient_id,date,response,reference_date\nP,2024-02-01,PR,2025-01-01\n", encoding="utf-8"
    )
    (patient,) = score_assessments(read_responses_csv(table))
    assert "a response on 2024-02-01, before the reference date 2025-01-01" in patient.warnings
