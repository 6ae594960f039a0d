"""Complications: grades of four scales, onset, what contradicts itself, and what is refused."""

import csv
import datetime
import itertools
import json

import pytest

from interventional_oncology.cli.main import main
from interventional_oncology.errors import InputError
from interventional_oncology.response.complications import (
    SCALES,
    Complication,
    complication,
    contradictions,
    grade_named,
    read_complications_csv,
    worst_grades,
)

TREATED = datetime.date(2025, 3, 2)
LESIONS = """patient_id,date,lesion_id,role,long_axis_mm
P1,2025-02-20,T1,target,30
P1,2025-04-20,T1,target,20
P2,2025-02-20,T1,target,30
"""
TABLE = """patient_id,term,date,treatment_date,ctcae,clavien_dindo,cirse,sir,note
P1,hepatic hemorrhage,2025-03-05,2025-03-02,3,IIIa,3,3,embolized
P1,fever,2025-03-03,2025-03-02,grade 1,1,2,,
"""


@pytest.mark.parametrize(
    ("scale", "count", "death"),
    [("ctcae", 5, "5"), ("clavien_dindo", 7, "V"), ("cirse", 6, "6"), ("sir", 5, "5")],
)
def test_scales_have_their_published_grades(scale, count, death):
    assert len(SCALES[scale].grades) == count
    assert [grade.word for grade in SCALES[scale].grades if grade.weight == "death"] == [death]
    assert SCALES[scale].grades[-1].word == death


def test_what_was_written_from_memory_says_so():
    assert "await checking" in SCALES["sir"].remark


@pytest.mark.parametrize("scale", SCALES)
def test_every_grade_is_read_as_it_is_written(scale):
    for word in SCALES[scale].words():
        for text in (word, f" {word.lower()} ", f"grade {word}"):
            assert grade_named(SCALES[scale], text) == word


@pytest.mark.parametrize(
    ("scale", "text", "word"),
    [
        ("clavien_dindo", "3b", "IIIb"),
        ("clavien_dindo", "IVa-d", "IVa-d"),
        ("clavien_dindo", "2D", "II-d"),
        ("sir", "2m", "2-M"),
    ],
)
def test_other_spellings_of_a_grade(scale, text, word):
    assert grade_named(SCALES[scale], text) == word


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        ("ctcae", "6"),
        ("ctcae", "III"),
        ("clavien_dindo", "III"),
        ("clavien_dindo", "VI"),
        ("cirse", "1a"),
        ("sir", "0"),
    ],
)
def test_a_grade_that_a_scale_does_not_have_is_refused(scale, text):
    with pytest.raises(InputError, match=f"expected a grade of {SCALES[scale].title}: .*got '{text}'"):
        grade_named(SCALES[scale], text)


def test_onset_is_counted_from_the_treatment():
    found = complication(
        "P", "abscess", {"ctcae": "3"}, date=datetime.date(2025, 3, 12), treatment_date=TREATED
    )
    assert found.onset_days == 10
    same_day = complication("P", "pain", {"ctcae": "1"}, date=TREATED, treatment_date=TREATED)
    assert same_day.onset_days == 0
    assert complication("P", "pain", {"ctcae": "1"}, onset_days=4).onset_days == 4
    assert complication("P", "pain", {"ctcae": "1"}, date=TREATED).onset_days is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"term": " "}, "expected the term of a complication"),
        ({"grades": {}}, "expected a grade of abscess by at least one of ctcae, clavien_dindo, cirse, sir"),
        ({"grades": {"ctcae": " "}}, "by at least one of"),
        ({"grades": {"who": "3"}}, "expected scales of ctcae, .*got 'who'"),
        ({"date": datetime.date(2025, 3, 1)}, "on or after the treatment of 2025-03-02, got 2025-03-01"),
        ({"onset_days": -1}, "0 or more days after the treatment, got -1"),
        ({"onset_days": 5}, "3 days, got 5"),
    ],
)
def test_refused_in_one_sentence(changes, says):
    good = {
        "term": "abscess",
        "grades": {"ctcae": "3"},
        "date": datetime.date(2025, 3, 5),
        "treatment_date": TREATED,
    }
    term, grades, *_ = (good | changes).values()
    rest = {key: value for key, value in (good | changes).items() if key not in ("term", "grades")}
    with pytest.raises(InputError, match=says) as caught:
        complication("P", term, grades, **rest)
    assert "\n" not in str(caught.value)


def test_death_by_one_scale_is_death_by_all():
    """For every pair of scales and grades."""
    for first, second in itertools.combinations(SCALES.values(), 2):
        for one, other in itertools.product(first.grades, second.grades):
            said = contradictions(Complication("P", "x", **{first.key: one.word, second.key: other.word}))
            disagree = (one.weight == "death") != (other.weight == "death")
            assert any("death" in text for text in said) == disagree
            assert any("next to nothing" in text for text in said) == (
                {one.weight, other.weight} == {"grave", "slight"}
            )


def test_scales_may_differ_and_one_alone_contradicts_nothing():
    assert contradictions(Complication("P", "bleeding", ctcae="2", clavien_dindo="IIIa", cirse="3")) == []
    assert contradictions(Complication("P", "death", ctcae="5")) == []
    assert contradictions(Complication("P", "stroke", ctcae="4", sir="1")) == [
        "stroke: CTCAE v5 4 endangers life or disables, SIR 2017 1 needs next to nothing"
    ]


def test_the_worst_grade_is_that_of_its_own_scale():
    ones = [
        Complication("P", "a", ctcae="4", sir="1"),
        Complication("P", "b", ctcae="2", clavien_dindo="IIIa-d", sir="2-M"),
    ]
    assert worst_grades(ones) == {"ctcae": "4", "clavien_dindo": "IIIa-d", "sir": "2-M"}
    assert worst_grades(reversed(ones)) == worst_grades(ones)
    assert worst_grades([]) == {}


def written(folder, text=TABLE, name="complications.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read(tmp_path):
    bleeding, fever = read_complications_csv(written(tmp_path))
    assert bleeding.words() == (
        "hepatic hemorrhage, day 3: CTCAE v5 3, Clavien-Dindo IIIa, CIRSE 2017 3, SIR 2017 3"
    )
    assert (fever.ctcae, fever.clavien_dindo, fever.sir, fever.onset_days) == ("1", "I", "", 1)
    short = written(tmp_path, "patient_id,term,onset_days,sir\nP1,pain,2,1\n", "short.csv")
    assert read_complications_csv(short) == [Complication("P1", "pain", None, 2, sir="1")]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("grade 1", "7", "line 3: expected a grade of CTCAE v5"),
        ("2025-03-05", "2025-02-05", "line 2: expected hepatic hemorrhage on or after"),
        ("2025-03-05", "05.03.2025", "line 2, column date: expected a date as YYYY-MM-DD"),
        ("fever", "", "line 3: expected the term"),
        ("term", "event", "unknown column 'event'"),
        ("P1,fever", ",fever", "line 3, column patient_id: expected a name"),
        ("treatment_date", "onset_days", "line 2, column onset_days: expected a number"),
    ],
)
def test_a_table_is_refused_with_its_line(old, new, says, tmp_path):
    with pytest.raises(InputError, match=says):
        read_complications_csv(written(tmp_path, TABLE.replace(old, new)))


def test_half_a_day_is_refused(tmp_path):
    table = written(tmp_path, "patient_id,term,onset_days,sir\nP1,pain,2.5,1\n")
    with pytest.raises(InputError, match=r"expected a whole number of days, got 2\.5"):
        read_complications_csv(table)


def test_a_cohort_has_its_complications_in_both_results(tmp_path, capsys):
    lesions, table = written(tmp_path, LESIONS, "lesions.csv"), written(tmp_path)
    line = ["score", "--criterion", "recist-1.1", "--lesions", str(lesions), "--out", str(tmp_path / "out")]
    assert main([*line, "--complications", str(table)]) == 0
    record = json.loads((tmp_path / "out" / "response.json").read_text())
    assert [(one["term"], one["onset_days"]) for one in record["complications"]] == [
        ("hepatic hemorrhage", 3),
        ("fever", 1),
    ]
    with (tmp_path / "out" / "response.csv").open(newline="") as stream:
        first, second = csv.DictReader(stream)
    assert (first["worst_ctcae"], first["worst_clavien_dindo"], first["worst_sir"]) == ("3", "IIIa", "3")
    assert first["complications"].startswith("hepatic hemorrhage, day 3: ")
    assert (second["patient_id"], second["complications"], second["worst_ctcae"]) == ("P2", "", "")


def test_who_has_no_response_and_what_contradicts_itself_is_told(tmp_path, capsys):
    text = "patient_id,term,date,ctcae,cirse\nP9,sepsis,2025-03-05,5,3\n"
    lesions, table = written(tmp_path, LESIONS, "lesions.csv"), written(tmp_path, text)
    line = [
        "score",
        "--criterion",
        "recist-1.1",
        "--lesions",
        str(lesions),
        "--complications",
        str(table),
        "--json",
    ]
    assert main([*line, "--option", "treatment_start=2025-03-02"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["complications"][0]["onset_days"] == 3
    assert any("complication of P9, who has no response" in text for text in record["warnings"])
    assert any("CTCAE v5 5 is death, CIRSE 2017 3 is not" in text for text in record["warnings"])
