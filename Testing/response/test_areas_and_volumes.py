"""Products of axes and volumes: WHO, EASL, vRECIST, qEASL."""

import datetime

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import LesionRow, score

DAYS = [datetime.date(2024, month, 1) for month in (1, 3, 5)]


def rows(*visits: dict, name: str = "T") -> list[LesionRow]:
    return [LesionRow("P", day, name, **fields) for day, fields in zip(DAYS, visits, strict=False)]


def area(long_mm: float, short_mm: float) -> dict:
    return {"long_axis_mm": long_mm, "short_axis_mm": short_mm}


def test_reasons_name_the_unit():
    visit = score(rows(area(40, 30), area(30, 18)), "who")[0].timepoints[0]
    assert visit.reasons[0] == "sum 540.0 mm² is 55.0 % below baseline 1200.0 mm²: PR"
    visit = score(rows({"volume_ml": 10.0}, {"volume_ml": 17.5}), "vrecist")[0].timepoints[0]
    assert visit.reasons[0] == "sum 17.5 ml is 75.0 % above nadir 10.0 ml and 7.5 ml larger: PD"


@pytest.mark.parametrize(
    ("criterion", "fields", "column"),
    [
        ("who", {"long_axis_mm": 40}, "short_axis_mm"),
        ("irrc", {"long_axis_mm": 40}, "short_axis_mm"),
        ("recicl", {"long_axis_mm": 40}, "short_axis_mm"),
        ("easl", area(40, 30), "viable_long_axis_mm"),
        ("vrecist", area(40, 30), "volume_ml"),
        ("qeasl", {"volume_ml": 40}, "viable_volume_ml"),
        ("percist", area(40, 30), "sul_peak"),
    ],
)
def test_a_table_that_lacks_what_a_criterion_needs_is_refused(criterion, fields, column):
    with pytest.raises(InputError, match=f"expected the column {column} of target lesion T at the baseline"):
        score(rows(fields, fields), criterion)


def test_a_long_axis_without_its_perpendicular_is_refused():
    with pytest.raises(
        InputError, match="expected short_axis_mm beside long_axis_mm of lesion T on 2024-03-01"
    ):
        score(rows(area(40, 30), {"long_axis_mm": 30}), "who")


@pytest.mark.parametrize(
    ("fields", "who", "vrecist"),
    [
        ({"state": "absent"}, ("CR", 0.0), ("CR", 0.0)),
        ({"state": "normalized"}, ("CR", 0.0), ("CR", 0.0)),
        ({"state": "too_small"}, ("PR", 25.0), ("PR", 0.065)),
        ({"state": "present"}, ("NE", None), ("NE", None)),
        ({"state": "not_evaluable"}, ("NE", None), ("NE", None)),
        ({"long_axis_mm": 0}, ("CR", 0.0), ("NE", None)),
    ],
)
def test_lesions_without_a_size(fields, who, vrecist):
    first = {**area(40, 30), "volume_ml": 20.0}
    for criterion, expected in (("who", who), ("vrecist", vrecist)):
        visit = score(rows(first, fields), criterion)[0].timepoints[0]
        assert (visit.overall, visit.current) == expected


def test_one_lesion_may_progress_by_itself_in_the_text_of_who():
    table = [
        *rows(area(40, 40), area(40, 40), area(40, 40)),
        *rows(area(10, 10), area(10, 8), area(12, 10), name="S"),
    ]
    assert [v.overall for v in score(table, "who")[0].timepoints] == ["SD", "SD"]
    found = score(table, "who", any_lesion_progresses=True)[0].timepoints
    assert [v.overall for v in found] == ["SD", "PD"]
    assert found[1].reasons[0] == "S of 120.0 mm² is 50.0 % above its nadir 80.0 mm²: PD"
    back = [
        *rows(area(40, 40), area(40, 40), area(40, 40)),
        *rows(area(10, 10), area(0, 0), area(5, 5), name="S"),
    ]
    reason = score(back, "who", any_lesion_progresses=True)[0].timepoints[1].reasons[0]
    assert reason == "S of 25.0 mm² came back: PD"
    gone = rows(area(40, 40), area(0, 0))
    assert score(gone, "who", any_lesion_progresses=True)[0].timepoints[0].overall == "CR"


@pytest.mark.parametrize(
    ("now", "fragile", "distance", "flip_to"),
    [
        (area(50, 30), True, 0.0, "PD"),  # exactly 25 %: any larger sum
        (area(45, 30), True, 150.0, "PD"),  # 5 % of each axis is 10.25 % of 1350
        (area(40, 30), False, 300.0, "PD"),
    ],
)
def test_the_error_of_a_product_is_that_of_its_axes(now, fragile, distance, flip_to):
    visit = score(rows(area(40, 30), now), "who", measurement_error_percent=6)[0].timepoints[0]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (fragile, distance, flip_to)


def test_the_error_of_a_volume_is_that_of_a_sphere():
    # 1 ml is a sphere of 12.4 mm: 1.41 ml one of 13.9 mm: 1 mm is 23 % of it.
    visit = score(rows({"volume_ml": 1.0}, {"volume_ml": 1.41}), "vrecist")[0].timepoints[0]
    assert (visit.fragile, visit.flip_distance) == (True, pytest.approx(0.32))
    visit = score(rows({"volume_ml": 1.0}, {"volume_ml": 1.3}), "vrecist")[0].timepoints[0]
    assert not visit.fragile
