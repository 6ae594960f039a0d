"""LI-RADS treatment response 2018 and 2024: the published cores, and what is read from the table."""

import csv
import datetime
from pathlib import Path

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import LesionRow, PatientResponse, score
from interventional_oncology.response.criteria.lirads_tr_2018 import treatment_response_2018
from interventional_oncology.response.criteria.lirads_tr_2024 import treatment_response_2024
from interventional_oncology.response.treatment_response import core_of

DAYS = [datetime.date(2024, month, 1) for month in (1, 3, 5, 7)]


def _published() -> list:
    with Path(__file__).with_name("lirads_published.csv").open(encoding="utf-8", newline="") as stream:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("case", _published())
def test_published_category(case):
    if case["criterion"] == "lirads-tr-2018":
        found = treatment_response_2018(case["masslike"])
    else:
        found = treatment_response_2024(
            core_of(case["treatment"]),
            case["masslike"],
            increased=case["increased"] == "yes",
            ancillary=case["ancillary"] == "yes",
        )
    assert found == case["expected"]


def lesion(*visits: float | str | None, name: str = "L", **fields) -> list[LesionRow]:
    """Return the rows of a treated lesion: a viable axis or a state a visit, ``None`` for no row."""
    return [
        LesionRow(
            "P", day, name, **({"state": v} if isinstance(v, str) else {"viable_long_axis_mm": v}), **fields
        )
        for day, v in zip(DAYS, visits, strict=False)
        if v is not None
    ]


def overall(rows: list[LesionRow], criterion: str = "lirads-tr-2024", **options) -> list[str]:
    found = score(rows, criterion, **options)[0].timepoints
    return [visit.overall.removeprefix("LR-TR ") for visit in found]


def radiation(*visits: float | str | None, **options) -> list[str]:
    return overall(lesion(*visits, role="non_target"), treatment="TARE", **options)


@pytest.mark.parametrize("criterion", ["lirads-tr-2018", "lirads-tr-2024"])
@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (0.0, "Nonviable"),
        ("absent", "Nonviable"),
        ("normalized", "Nonviable"),
        (12.0, "Viable"),
        ("progressed", "Viable"),
        ("present", "Equivocal"),
        ("too_small", "Equivocal"),
        ("not_evaluable", "Nonevaluable"),
    ],
)
def test_what_the_columns_say(criterion, found, expected):
    # Of a target the table wants a size beside the word progressed.
    assert overall(lesion(20.0, found, role="non_target"), criterion) == [expected]


def test_after_radiation_enhancement_is_compared_with_earlier_visits_after_treatment():
    assert radiation(20.0, 30.0) == ["Nonprogressing"]  # not with the tumor before treatment
    assert radiation(20.0, 23.0, 23.0, 20.0) == ["Nonprogressing"] * 3
    assert radiation(20.0, 31.0, 45.0) == ["Nonprogressing", "Viable"]
    assert radiation(20.0, 0.0, 8.0) == ["Nonviable", "Viable"]  # new
    assert radiation(20.0, 20.0, "not_evaluable", 30.0) == ["Nonprogressing", "Nonevaluable", "Viable"]
    assert radiation(20.0, 20.0, "progressed") == ["Nonprogressing", "Viable"]
    assert radiation(20.0, "progressed", 30.0) == ["Viable", "Nonprogressing"]
    assert radiation(20.0, 0.0, "progressed") == ["Nonviable", "Viable"]


def test_an_increase_is_more_than_the_measurement_error_which_may_be_chosen():
    assert radiation(20.0, 30.0, 31.5)[-1] == "Nonprogressing"
    assert radiation(20.0, 30.0, 31.6)[-1] == "Viable"
    assert radiation(20.0, 30.0, 31.6, measurement_error_mm=2)[-1] == "Nonprogressing"
    visit = score(lesion(20.0, 30.0, 31.0), "lirads-tr-2024", treatment="SBRT")[0].timepoints[-1]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (True, 0.5, "LR-TR Viable")
    assert visit.reasons[0] == (
        "L: masslike enhancement of 31 mm present, 30 mm on 2024-03-01: LR-TR Nonprogressing"
    )


def test_ancillary_features_are_those_of_mr():
    rows = lesion(20.0, "present", "present")
    assert overall(rows, ancillary="L@2024-03-01") == ["Viable", "Equivocal"]
    assert overall(rows, ancillary="L") == ["Viable", "Viable"]
    assert overall(rows, ancillary="L", modality="CT") == ["Equivocal", "Equivocal"]
    warnings = score(rows, "lirads-tr-2024", ancillary="L", modality="CT")[0].warnings
    assert any("not taken into account on CT" in text for text in warnings)


def test_the_worst_lesion_decides_and_each_is_told():
    rows = [*lesion(20.0, 0.0), *lesion(20.0, 5.0, name="M")]
    visit = score(rows, "lirads-tr-2024", treatment="RFA")[0].timepoints[0]
    assert visit.overall == "LR-TR Viable"
    assert visit.lesion_responses == {"L": "LR-TR Nonviable", "M": "LR-TR Viable"}
    assert (visit.baseline, visit.current) == (20.0, 5.0)


def test_a_tiny_viable_part_is_fragile():
    visit = score(lesion(20.0, 0.8), "lirads-tr-2018")[0].timepoints[0]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (True, 0.8, "LR-TR Nonviable")
    assert not score(lesion(20.0, 8.0), "lirads-tr-2018")[0].timepoints[0].fragile


def test_lesions_outside_the_treated_field_and_new_ones_are_for_the_diagnostic_algorithm():
    for criterion in ("lirads-tr-2018", "lirads-tr-2024"):
        assert overall(lesion(20.0, 20.0, in_treated_field=False), criterion) == ["not applicable"]
    new = LesionRow("P", DAYS[1], "X", role="new", state="present")
    visit = score([*lesion(20.0, 0.0), new], "lirads-tr-2018")[0].timepoints[0]
    assert (visit.overall, visit.new_lesions) == ("LR-TR Nonviable", True)
    assert "new lesions X: not graded by this criterion" in visit.reasons
    only_new = [*lesion(20.0), new]
    assert overall(only_new, "lirads-tr-2018") == ["Nonevaluable"]


def test_the_course_of_a_patient():
    found: PatientResponse = score(lesion(20.0, 10.0, 0.0), "lirads-tr-2018")[0]
    assert (found.best_overall_response, found.best_overall_response_date) == ("LR-TR Nonviable", DAYS[2])
    found = score(lesion(20.0), "lirads-tr-2018")[0]
    assert found.best_overall_response == "MISSING"
    assert any("only one visit" in text for text in found.warnings)


@pytest.mark.parametrize("criterion", ["lirads-tr-2018", "lirads-tr-2024"])
def test_a_table_that_says_nothing_of_enhancement_is_refused(criterion):
    rows = [LesionRow("P", day, "L", long_axis_mm=20.0) for day in DAYS[:2]]
    with pytest.raises(InputError, match="patient P: expected viable_long_axis_mm, or a state"):
        score(rows, criterion)


def test_a_treatment_that_is_not_known_is_refused():
    with pytest.raises(
        InputError, match=r"option treatment: expected one of nonradiation, .*got 'homeopathy'"
    ):
        score(lesion(20.0, 0.0), "lirads-tr-2024", treatment="homeopathy")
    assert any(
        "nonradiation core is taken" in text
        for text in score(lesion(20.0, 0.0), "lirads-tr-2024")[0].warnings
    )
