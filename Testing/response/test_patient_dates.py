"""``patients.csv``: dates beside the visits, and what they change."""

import datetime
import json

import pytest

from interventional_oncology.cli.main import main
from interventional_oncology.errors import InputError
from interventional_oncology.response import score
from interventional_oncology.response.patient_dates import PatientDates, date_conflicts, read_patients_csv
from interventional_oncology.response.table import LesionRow

LESIONS = """patient_id,date,lesion_id,role,long_axis_mm
P1,2025-01-06,T1,target,30
P1,2025-03-03,T1,target,29
P2,2025-01-06,T1,target,30
P2,2025-03-03,T1,target,20
"""
PATIENTS = """patient_id,treatment_date,last_contact_date,death_date
P1,2025-02-20,,2025-06-01
P2,,2025-05-01,
"""


def written(folder, text, name="patients.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_dates_are_read(tmp_path):
    found = read_patients_csv(written(tmp_path, PATIENTS))
    assert found["P1"] == PatientDates(datetime.date(2025, 2, 20), None, datetime.date(2025, 6, 1))
    assert found["P2"].last_contact_date == datetime.date(2025, 5, 1)
    assert read_patients_csv(written(tmp_path, "patient_id\nP1\n")) == {"P1": PatientDates()}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("P2", "P1", "line 3, column patient_id: expected each patient once, got P1 twice"),
        (
            "2025-06-01",
            "2025-01-01",
            "column death_date: expected a day on or after the treatment of 2025-02-20",
        ),
        (
            ",2025-06-01",
            "2025-07-01,2025-06-01",
            "last_contact_date: expected a day up to the death of 2025-06-01",
        ),
        ("2025-06-01", "June", "expected a date as YYYY-MM-DD, got 'June'"),
        ("death_date", "died", "unknown column 'died'"),
    ],
)
def test_refused_with_line_and_column(old, new, says, tmp_path):
    with pytest.raises(InputError, match=says):
        read_patients_csv(written(tmp_path, PATIENTS.replace(old, new)))


def test_the_treatment_of_a_patient_starts_the_count_of_stable_disease():
    """56 days after baseline are SD; 11 days after treatment are too early for it."""
    rows = [
        LesionRow("P1", datetime.date(2025, 1, 6), "T1", long_axis_mm=30.0),
        LesionRow("P1", datetime.date(2025, 3, 3), "T1", long_axis_mm=29.0),
    ]
    assert score(rows, "recist-1.1")[0].best_overall_response == "SD"
    late = {"P1": datetime.date(2025, 2, 20), "P2": datetime.date(2020, 1, 1)}
    assert score(rows, "recist-1.1", treatment_dates=late)[0].best_overall_response == "NE"
    assert score(rows, "recist-1.1", treatment_dates={})[0].best_overall_response == "SD"


def test_what_does_not_fit_is_told():
    rows = [LesionRow("P1", datetime.date(2025, n, 6), "T1", long_axis_mm=30.0) for n in (1, 3)]
    patients = score(rows, "recist-1.1")
    dead = {"P1": PatientDates(death_date=datetime.date(2025, 2, 1)), "P9": PatientDates()}
    assert date_conflicts(patients, dead) == [
        "patient P1: a visit on 2025-03-06, after the death of 2025-02-01",
        "dates of P9, who has no response",
    ]
    assert date_conflicts(patients, {"P1": PatientDates(death_date=datetime.date(2025, 3, 6))}) == []


@pytest.fixture
def line(tmp_path):
    lesions, patients = written(tmp_path, LESIONS, "lesions.csv"), written(tmp_path, PATIENTS)
    return [
        "score", "--criterion", "recist-1.1", "--lesions", str(lesions), "--patients", str(patients),
        "--out", str(tmp_path / "out"),
    ]  # fmt: skip


def test_a_cohort_is_drawn_and_its_pictures_are_listed(line, tmp_path):
    assert main(line) == 0
    record = json.loads((tmp_path / "out" / "response.json").read_text())
    drawn = {path.name for path in (tmp_path / "out" / "pictures").iterdir()}
    assert {picture["file"] for picture in record["pictures"]} == drawn
    assert {"waterfall.png", "spider.png", "swimmer.png", "patient_01_sum.png"} <= drawn
    assert (
        "1 known to have died"
        in next(p for p in record["pictures"] if p["file"] == "swimmer.png")["description"]
    )
    assert [patient["best_overall_response"] for patient in record["patients"]] == ["NE", "PR"]


def test_pictures_are_left_out_when_not_wanted(line, tmp_path):
    assert main([*line, "--no-pictures"]) == 0
    assert not (tmp_path / "out" / "pictures").exists()
    assert json.loads((tmp_path / "out" / "response.json").read_text())["pictures"] == []


def test_without_matplotlib_there_is_a_warning_and_the_rest(line, tmp_path, monkeypatch, capsys):
    from interventional_oncology.report.pictures import canvas

    def missing():
        msg = "pictures need matplotlib"
        raise InputError(msg)

    monkeypatch.setattr(canvas, "require_matplotlib", missing)
    assert main(line) == 0
    assert "pictures need matplotlib" in capsys.readouterr().err
    assert (tmp_path / "out" / "response.csv").is_file()
    assert not (tmp_path / "out" / "pictures").exists()


def test_pictures_of_an_earlier_run_do_not_stay(line, tmp_path):
    assert main(line) == 0
    assert main([*line, "--no-pictures", "--overwrite"]) == 0
    assert not (tmp_path / "out" / "pictures").exists()
