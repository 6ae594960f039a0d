"""``lesions.csv`` and ``responses.csv``: what is understood, what is refused with file, line and column."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interventional_oncology.errors import InputError
from interventional_oncology.response import (
    COLUMNS,
    ROLES,
    LesionRow,
    read_lesions_csv,
    read_responses_csv,
    write_lesions_csv,
)

HEADER = "patient_id,date,lesion_id,role,is_node,state,long_axis_mm,short_axis_mm,volume_ml"
GOOD = "P1,2024-01-01,T1,target,false,measured,30,20,12"


def written(folder, *lines: str, encoding: str = "utf-8"):
    path = folder / "lesions.csv"
    path.write_text("\n".join(lines), encoding=encoding)
    return path


def test_rows_are_read(tmp_path):
    rows = read_lesions_csv(written(tmp_path, HEADER, GOOD, "", "P1,2024-03-01,T1,Target,,,24.5,,"))
    assert rows[0] == LesionRow(
        "P1", datetime.date(2024, 1, 1), "T1", "target", "", False, "measured", 30.0, 20.0, volume_ml=12.0
    )
    assert (rows[1].state, rows[1].short_axis_mm, rows[1].in_treated_field) == ("", None, None)


def test_a_byte_order_mark_and_semicolons_with_decimal_commas_are_understood(tmp_path):
    lines = (HEADER.replace(",", ";"), "P1;2024-01-01;T1;target;no;measured;30,5;20;12")
    assert read_lesions_csv(written(tmp_path, *lines, encoding="utf-8-sig"))[0].long_axis_mm == 30.5


def test_what_is_written_is_read(tmp_path):
    rows = [
        LesionRow("P, 1", datetime.date(2024, 1, 1), "T1", organ='the "left" lobe', long_axis_mm=32.4),
        LesionRow(
            "P, 1", datetime.date(2024, 1, 1), "N1", is_node=True, short_axis_mm=15.125, in_treated_field=True
        ),
    ]
    write_lesions_csv(rows, tmp_path / "rows.csv")
    assert read_lesions_csv(tmp_path / "rows.csv") == rows
    assert (tmp_path / "rows.csv").read_text().splitlines()[0] == ",".join(COLUMNS)


@given(
    sizes=st.lists(st.integers(0, 499_999).map(lambda n: n / 1000), min_size=1, max_size=4),
    role=st.sampled_from(ROLES),
)
def test_sizes_survive_writing_to_the_micrometer(tmp_path_factory, sizes, role):
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    rows = [
        LesionRow("P", datetime.date(2024, 1, 1), f"L{n}", role, long_axis_mm=size)
        for n, size in enumerate(sizes)
    ]
    write_lesions_csv(rows, path)
    assert read_lesions_csv(path) == rows


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), r"lesions.csv: expected a CSV file with a header, got an empty file"),
        ((HEADER,), r"lesions.csv: expected at least one row below the header"),
        (
            (HEADER + ",diameter", GOOD + ",3"),
            r"line 1: unknown column 'diameter', expected patient_id, date",
        ),
        ((HEADER + ",state", GOOD + ",3"), r"line 1: expected each column once, got state 2 times"),
        ((HEADER.replace("date,", ""), GOOD), r"line 1: expected the column date, got patient_id, lesion_id"),
        ((HEADER, GOOD + ",7"), r"line 2: expected 9 cells as in the header, got 10"),
        (
            (HEADER, GOOD, GOOD.replace("2024-01-01", "01.03.2024")),
            r"line 3, column date: .*got '01.03.2024'",
        ),
        (
            (HEADER, GOOD.replace("2024-01-01", "2024-02-30")),
            r"line 2, column date: expected a day of the cal",
        ),
        (
            (HEADER, GOOD.replace("2024-01-01", "")),
            r"line 2, column date: expected a date as YYYY-MM-DD, got ''",
        ),
        ((HEADER, GOOD.replace("P1", " ")), r"line 2, column patient_id: expected a name, got an empty cell"),
        ((HEADER, GOOD.replace("target", "main")), r"column role: expected one of target, non_target, new"),
        ((HEADER, GOOD.replace("measured", "gone")), r"column state: expected one of measured, absent"),
        (
            (HEADER, GOOD.replace("false", "perhaps")),
            r"column is_node: expected true or false, got 'perhaps'",
        ),
        ((HEADER, GOOD.replace("30", "thirty")), r"column long_axis_mm: expected a number, got 'thirty'"),
        ((HEADER, GOOD.replace("30", "-30")), r"column long_axis_mm: expected 0 or more, got -30"),
        ((HEADER, GOOD.replace("30", "nan")), r"column long_axis_mm: expected a finite number, got 'nan'"),
        ((HEADER, GOOD.replace("30", "inf")), r"column long_axis_mm: expected a finite number, got 'inf'"),
        ((HEADER, GOOD.replace("30", "500")), r"a lesion of 0 to 500 mm, got 500 mm; check the unit"),
        ((HEADER, GOOD.replace("12", "12000000")), r"column volume_ml: expected a lesion of 0 to 20000 ml"),
        ((HEADER, GOOD.replace(",20,", ",31,")), r"not longer than the long axis of 30 mm, got 31 mm"),
        (
            (HEADER, GOOD.replace("measured", "absent")),
            r"column state: expected no size for a lesion that is ab",
        ),
        (
            (HEADER, "P1,2024-01-01,T1,target,,measured,,,"),
            r"column long_axis_mm: expected the size of a target",
        ),
        ((HEADER, "P1,2024-01-01,T1,target,,progressed,,,"), r"column state: expected the size of a target"),
        (
            (HEADER, GOOD, GOOD),
            r"line 3, column lesion_id: expected lesion T1 once a day, got it in line 2 too",
        ),
        ((HEADER, 'P1,"2024'), r"line 2: expected comma-separated values"),
    ],
)
def test_a_bad_table_is_refused(tmp_path, lines, message):
    with pytest.raises(InputError, match=message) as refusal:
        read_lesions_csv(written(tmp_path, *lines))
    assert str(tmp_path / "lesions.csv") in str(refusal.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"patient_id\x00,date"])
def test_bytes_that_are_no_text_are_refused(tmp_path, content):
    path = tmp_path / "lesions.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="UTF-8 text"):
        read_lesions_csv(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="found nothing there"):
        read_lesions_csv(tmp_path / "none.csv")
    with pytest.raises(InputError, match="found a folder there"):
        read_lesions_csv(tmp_path)


def test_responses_are_read(tmp_path):
    lines = (
        "patient_id,date,response,reference_date",
        "P1,2024-03-01,non-cr/non-pd,2024-01-01",
        "P1,2024-02-01,SD,",
        "P2,,,2024-01-01",
    )
    first, second = read_responses_csv(written(tmp_path, *lines))
    assert [a.response for a in first.assessments] == ["SD", "NON-CR/NON-PD"]
    assert first.reference_date == datetime.date(2024, 1, 1)
    assert second.assessments == ()
    assert "no assessment" in second.warnings[0]


def test_of_two_responses_on_one_day_the_worst_counts(tmp_path):
    lines = ("patient_id,date,response", "P1,2024-02-01,PR", "P1,2024-02-01,PD", "P1,2024-02-01,NE")
    patient = read_responses_csv(written(tmp_path, *lines))[0]
    assert [a.response for a in patient.assessments] == ["PD"]
    assert "3 responses on 2024-02-01" in patient.warnings[0]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("P1,2024-02-01,better,", r"line 3, column response: expected one of CR, PR, .*got 'better'"),
        (
            "P1,2024-02-01,iCR,",
            r"line 3, column response: expected words of RECIST or iRECIST for one patient",
        ),
        ("P1,2024-02-01,CR,2024-01-09", r"column reference_date: expected one start of treatment a patient"),
        ("P1,,CR,", r"line 3, column date"),
    ],
)
def test_a_bad_response_is_refused(tmp_path, line, message):
    lines = ("patient_id,date,response,reference_date", "P1,2024-01-15,SD,2024-01-01", line)
    with pytest.raises(InputError, match=message):
        read_responses_csv(written(tmp_path, *lines))
