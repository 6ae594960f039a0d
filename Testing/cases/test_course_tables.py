"""``[response]`` and ``[[complication]]`` of CASE.toml."""

import datetime

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import read_case
from interventional_oncology.errors import InputError

GOOD = """
patient = "CASE-001"
[treatment]
kind = "microwave"
date = 2025-03-02
[[timepoint]]
name = "baseline"
date = 2025-02-20
images = { ct_portal = "ct.nii.gz" }
"""
RESPONSE = """
[response]
criteria = ["recist-1.1", "Choi"]
options = { confirmation_days = 35, sticky_pr = true, treatment_start = 2025-03-02 }
"""
COMPLICATION = """
[[complication]]
term = "hepatic hemorrhage"
date = 2025-03-05
ctcae = 3
clavien_dindo = "3a"
note = "embolized"
"""


@pytest.fixture
def folder(tmp_path):
    sitk.WriteImage(sitk.GetImageFromArray(np.ones((3, 3, 3), dtype=np.uint8)), str(tmp_path / "ct.nii.gz"))
    return tmp_path


def written(folder, text=GOOD):
    path = folder / "CASE.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_criteria_and_options_are_read(folder):
    plan = read_case(written(folder, GOOD + RESPONSE)).plan
    assert plan.criteria == ("recist-1.1", "choi")
    assert plan.options == {"confirmation_days": "35", "sticky_pr": "true", "treatment_start": "2025-03-02"}


def test_a_case_that_names_no_criterion_is_scored_by_two(folder):
    assert read_case(written(folder)).plan.criteria == ("recist-1.1", "mrecist")
    assert read_case(written(folder, GOOD + "[response]\n")).plan.criteria == ("recist-1.1", "mrecist")


def test_complications_are_read_with_their_onset(folder):
    (found,) = read_case(written(folder, GOOD + COMPLICATION)).complications
    assert (found.term, found.date, found.onset_days) == ("hepatic hemorrhage", datetime.date(2025, 3, 5), 3)
    assert found.grades() == {"ctcae": "3", "clavien_dindo": "IIIa"}
    assert found.note == "embolized"
    assert read_case(written(folder)).complications == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"Choi"',
            '"choi-2"',
            r"\[response\]: criteria: unknown criterion 'choi-2', expected one of recist-1.1",
        ),
        ('"Choi"', '"RECIST-1.1"', "expected each criterion once, got recist-1.1 twice"),
        ('"Choi"', "5", "expected text in quotes, got int"),
        ('["recist-1.1", "Choi"]', '"recist-1.1"', "criteria: expected a list of names"),
        ('["recist-1.1", "Choi"]', "[]", "criteria: expected a list of names"),
        ("confirmation_days", "confirm", "unknown option 'confirm'"),
        ("35", "-1", "expected 0 or more, got -1"),
        (
            "{ confirmation_days = 35, sticky_pr = true, treatment_start = 2025-03-02 }",
            "4",
            "options: expected a table",
        ),
        ("criteria", "criterion", "expected only the keys criteria, options, got 'criterion'"),
        (
            "3\nclavien",
            '"4a"\nclavien',
            r"\[\[complication\]\] 1: expected a grade of CTCAE v5: 1, 2, 3, 4, 5, got '4a'",
        ),
        ("3\nclavien", "true\nclavien", "ctcae: expected a grade such as"),
        ("3\nclavien", "3.5\nclavien", "ctcae: expected a grade such as"),
        ("2025-03-05\nctcae", "2025-03-01\nctcae", "on or after the treatment of 2025-03-02, got 2025-03-01"),
        ('term = "hepatic hemorrhage"', "", "expected the key 'term'"),
        ('ctcae = 3\nclavien_dindo = "3a"', "", "by at least one of"),
        ('note = "embolized"', 'grade = "3"', "expected only the keys term, date, ctcae"),
        ("[[complication]]", "[complication]", r"at least one \[\[complication\]\] table"),
    ],
)
def test_refused_in_one_sentence_that_names_the_file(old, new, says, folder):
    text = GOOD + RESPONSE + COMPLICATION
    assert old in text
    with pytest.raises(InputError, match=says) as caught:
        read_case(written(folder, text.replace(old, new)))
    assert "CASE.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_response_that_is_no_table_is_refused(folder):
    with pytest.raises(InputError, match=r"\[response\]: expected a table"):
        read_case(written(folder, 'response = "recist-1.1"\n' + GOOD))
