"""``score``: tables to ``response.json``."""

import csv
import json
import time

import pytest

from interventional_oncology.cli.main import main

LESIONS = """patient_id,date,lesion_id,role,state,long_axis_mm
P1,2024-01-01,T1,target,measured,30
P1,2024-03-01,T1,target,measured,24
P1,2024-05-01,T1,target,measured,34
P2,2024-01-01,T1,target,measured,30
"""
RESPONSES = """patient_id,date,response,reference_date
P1,2024-02-20,PR,2024-01-01
P1,2024-03-25,PR,2024-01-01
P2,,,2024-01-01
"""
KEYS = [
    "date",
    "target",
    "non_target",
    "new_lesions",
    "overall",
    "baseline",
    "nadir",
    "current",
    "change_from_baseline_percent",
    "change_from_nadir_percent",
    "reasons",
    "fragile",
]


@pytest.fixture
def tables(tmp_path):
    (tmp_path / "lesions.csv").write_text(LESIONS)
    (tmp_path / "responses.csv").write_text(RESPONSES)
    return tmp_path


def run(tables, *arguments: str) -> int:
    return main(["score", *(argument.replace("{}", str(tables)) for argument in arguments)])


def test_lesions_are_scored(tables, capsys):
    assert (
        run(tables, "--criterion", "recist-1.1", "--lesions", "{}/lesions.csv", "--out", "{}/out", "--json")
        == 0
    )
    said = capsys.readouterr()
    record = json.loads((tables / "out" / "response.json").read_text())
    assert record["command"] == "score"
    assert record["inputs"][0]["path"].endswith("lesions.csv")
    assert record["options"]["minimum_sd_days"] == 42
    first, second = record["patients"]
    assert list(first["timepoints"][0])[: len(KEYS)] == KEYS
    last = first["timepoints"][1]
    assert (last["overall"], last["baseline"], last["nadir"], last["current"]) == ("PD", 30.0, 24.0, 34.0)
    assert first["best_overall_response"] == "SD"
    assert first["confirmed_best_overall_response"] == "SD"
    assert second["best_overall_response"] == "MISSING"
    assert json.loads(said.out)["patients"] == record["patients"]
    assert "P1 2024-05-01 PD: sum 34.0 mm is 41.7 % above nadir 24.0 mm and 10.0 mm larger: PD" in said.err


def test_responses_are_scored_with_options(tables, capsys):
    assert run(tables, "--responses", "{}/responses.csv", "--json") == 0
    patients = json.loads(capsys.readouterr().out)["patients"]
    assert [p["confirmed_best_overall_response"] for p in patients] == ["PR", "MISSING"]
    options = ("--option", "confirmation_days=40", "--option", "missing_as_ne=true")
    assert run(tables, "--responses", "{}/responses.csv", "--json", *options) == 0
    patients = json.loads(capsys.readouterr().out)["patients"]
    assert [p["confirmed_best_overall_response"] for p in patients] == ["SD", "NE"]
    assert [p["best_overall_response"] for p in patients] == ["PR", "NE"]


def test_what_could_flip_is_warned_about(tables, capsys):
    (tables / "lesions.csv").write_text(LESIONS.replace(",34\n", ",29\n"))
    assert run(tables, "--criterion", "recist-1.1", "--lesions", "{}/lesions.csv") == 0
    assert (
        "warning: patient P1: PD on 2024-05-01 could change within measurement error"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--lesions", "{}/lesions.csv"), "expected --criterion with --lesions, one of recist-1.1, mrecist"),
        (("--criterion", "recist-1.1"), "expected either --lesions or --responses, got neither"),
        (("--lesions", "{}/lesions.csv", "--responses", "{}/responses.csv"), "got both"),
        (
            ("--lesions", "{}/lesions.csv", "--criterion", "RECIST"),
            "unknown criterion 'RECIST', expected one of",
        ),
        (("--responses", "{}/responses.csv", "--option", "window=3"), "unknown option 'window'"),
        (("--responses", "{}/responses.csv", "--option", "accept_sd"), "--option: expected key=value"),
        (("--responses", "{}/lesions.csv"), "lesions.csv, line 1: unknown column 'lesion_id'"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(tables, capsys, arguments, message):
    assert run(tables, *arguments, "--out", "{}/out") == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert said[0].startswith("error: ")
    assert message in said[0]
    assert not (tables / "out").exists()


def test_a_refusal_about_a_patient_names_the_file(tables, capsys):
    (tables / "lesions.csv").write_text(LESIONS + "P2,2024-02-01,T2,target,measured,20\n")
    assert run(tables, "--criterion", "mrecist", "--lesions", "{}/lesions.csv") == 2
    said = capsys.readouterr().err
    assert "lesions.csv: patient P2: expected target lesion T2 at the baseline visit 2024-01-01" in said


def test_a_table_of_the_visits_lies_beside_the_json(tables):
    assert run(tables, "--criterion", "irecist", "--lesions", "{}/lesions.csv", "--out", "{}/out") == 0
    with (tables / "out" / "response.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["patient_id"], row["date"], row["overall"]) for row in rows] == [
        ("P1", "2024-03-01", "iSD"),
        ("P1", "2024-05-01", "iUPD"),
        ("P2", "", ""),
    ]
    assert (rows[1]["nadir"], rows[1]["change_from_nadir_percent"]) == ("24", "41.667")
    assert rows[1]["reasons"].startswith(
        "sum 34.0 mm is 41.7 % above nadir 24.0 mm and 10.0 mm larger: iUPD; "
    )


def test_words_of_irecist_with_options(tables, capsys):
    lines = ("patient_id,date,response,reference_date", "P1,2024-02-20,iPR,2024-01-01", "P1,2024-03-15,iPR,")
    (tables / "responses.csv").write_text("\n".join([*lines, "P1,2024-05-01,iUPD,", "P1,2024-06-15,iCPD,"]))
    assert run(tables, "--responses", "{}/responses.csv", "--json") == 0
    [patient] = json.loads(capsys.readouterr().out)["patients"]
    assert (patient["best_overall_response"], patient["confirmed_best_overall_response"]) == ("iPR", "iSD")
    assert patient["progression_date"] == "2024-05-01"
    assert run(tables, "--responses", "{}/responses.csv", "--json", "--option", "confirmation_days=24") == 0
    [patient] = json.loads(capsys.readouterr().out)["patients"]
    assert patient["confirmed_best_overall_response"] == "iPR"


def test_responses_may_name_the_criterion_that_made_them(tables, capsys):
    lines = ("patient_id,date,response,reference_date", "P1,2024-02-20,PD,2024-01-01", "P1,2024-04-15,PR,")
    (tables / "responses.csv").write_text("\n".join(lines))
    assert run(tables, "--responses", "{}/responses.csv", "--criterion", "imrecist", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["criterion"], found["patients"][0]["best_overall_response"]) == ("imrecist", "PR")


@pytest.mark.parametrize(
    ("criterion", "message"),
    [
        ("who", "expected the column short_axis_mm of target lesion T1 at the baseline visit 2024-01-01"),
        ("qeasl", "expected the column viable_volume_ml of target lesion T1"),
        ("choi", "expected a mean_hu of the target lesions of 10 HU or more"),
        ("percist", "expected the column sul_peak of target lesion T1"),
        ("lirads-tr-2024", "expected viable_long_axis_mm, or a state such as absent"),
    ],
)
def test_a_table_that_lacks_a_column_is_refused_in_one_line(tables, capsys, criterion, message):
    assert run(tables, "--criterion", criterion, "--lesions", "{}/lesions.csv") == 2
    [said] = capsys.readouterr().err.strip().splitlines()
    assert f"lesions.csv: patient P1: {message}" in said


@pytest.mark.slow
def test_a_cohort_of_a_hundred_thousand_rows(tables, capsys):
    lines = [LESIONS.splitlines()[0]]
    for patient in range(5000):
        for month in range(1, 6):
            lines += [f"P{patient},2024-0{month}-01,T{n},target,,{20 + n + month}" for n in range(4)]
    (tables / "lesions.csv").write_text("\n".join(lines))
    start = time.process_time()
    assert run(tables, "--criterion", "recist-1.1", "--lesions", "{}/lesions.csv", "--out", "{}/out") == 0
    assert time.process_time() - start < 10
    assert "more warnings, see the patients of the result" in capsys.readouterr().err


def test_a_result_of_a_cohort_has_a_line_a_patient_and_reads_as_any(tmp_path):
    lines = [LESIONS.splitlines()[0]]
    for n in range(600):
        lines += [
            f"P{n},2024-01-01,T1,target,measured,30",
            f"P{n},2024-03-01,T1,target,measured,{20 + n % 20}",
        ]
    (tmp_path / "lesions.csv").write_text("\n".join(lines))
    line = ("--criterion", "recist-1.1", "--lesions", "{}/lesions.csv", "--out", "{}/out", "--no-pictures")
    assert run(tmp_path, *line) == 0
    text = (tmp_path / "out" / "response.json").read_text()
    record = json.loads(text)
    assert [patient["patient_id"] for patient in record["patients"]] == [f"P{n}" for n in range(600)]
    assert sum('"patient_id": "P' in line for line in text.splitlines()) == 600
    assert record["options"]["minimum_sd_days"] == 42
