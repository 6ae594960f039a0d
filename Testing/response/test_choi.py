"""Choi and modified Choi: size and attenuation."""

import datetime

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import LesionRow, score

DAYS = [datetime.date(2024, month, 1) for month in (1, 3)]


def rows(*visits: tuple, name: str = "T") -> list[LesionRow]:
    return [
        LesionRow("P", day, name, long_axis_mm=mm, mean_hu=hu)
        for day, (mm, hu) in zip(DAYS, visits, strict=True)
    ]


def test_the_reason_says_both():
    visit = score(rows((100, 60), (95, 45)), "choi")[0].timepoints[0]
    size = "sum 95.0 mm is 5.0 % below baseline 100.0 mm"
    assert visit.reasons[0] == f"{size}; attenuation 45.0 HU is 25.0 % below baseline 60.0 HU: PR"


def test_the_attenuation_is_the_mean_of_the_targets_that_are_there():
    table = [*rows((50, 80), (50, 60)), *rows((50, 40), (50, 40), name="S")]
    assert score(table, "choi")[0].timepoints[0].overall == "PR"  # 60 to 50 HU
    gone = [*rows((50, 80), (0, None)), *rows((50, 40), (60, 52), name="S")]
    assert score(gone, "mchoi")[0].timepoints[0].overall == "SD"  # 52 of 60 HU: -13 %


@pytest.mark.parametrize("criterion", ["choi", "mchoi"])
@pytest.mark.parametrize(("hu", "got"), [(None, "an empty cell"), (8, "8.0 HU"), (-20, "-20.0 HU")])
def test_a_baseline_without_or_near_water_is_refused(criterion, hu, got):
    with pytest.raises(InputError, match=rf"mean_hu of the target lesions of 10.*, got {got}"):
        score(rows((100, hu), (90, 40)), criterion)


@pytest.mark.parametrize("criterion", ["choi", "mchoi"])
def test_without_targets_there_is_no_attenuation(criterion):
    table = [LesionRow("P", day, "N", role="non_target", state="present") for day in DAYS]
    assert score(table, criterion)[0].timepoints[0].overall == "NON-CR/NON-PD"


def test_a_part_of_the_targets_proves_no_response():
    table = [*rows((50, 80), (50, 40)), *rows((50, 80), (None, None), name="S")]
    assert score(table, "choi")[0].timepoints[0].overall == "NE"
    grown = [*rows((50, 80), (120, 40)), *rows((50, 80), (None, None), name="S")]
    assert score(grown, "choi")[0].timepoints[0].overall == "PD"


@pytest.mark.parametrize(
    ("criterion", "mm", "hu", "to", "distance"),
    [
        # 51 HU is 15 % below 60: 49 HU is PR, and 2 HU more are not.
        ("choi", 98, 49, "SD", 2.0),
        ("choi", 98, 53, "PR", 2.0),
        ("choi", 98, 51, "SD", 0.0),
        # Modified Choi needs both: a smaller sum and a lower attenuation.
        ("mchoi", 80, 49, "SD", 2.0),
        ("mchoi", 80, 53, "PR", 2.0),
    ],
)
def test_an_error_of_the_attenuation_may_change_the_category(criterion, mm, hu, to, distance):
    visit = score(rows((100, 60), (mm, hu)), criterion)[0].timepoints[0]
    assert (visit.fragile, visit.flip_to, visit.flip_distance_hu) == (True, to, distance)
    said = [reason for reason in visit.reasons if "attenuation" in reason and "would make it" in reason]
    assert len(said) == 1
    assert said[0].endswith(f"would make it {to}")
    if distance:
        sure = score(rows((100, 60), (mm, hu)), criterion, attenuation_error_hu=distance / 2)[0].timepoints[0]
        assert said[0] not in sure.reasons


def test_an_attenuation_beyond_its_error_is_not_fragile():
    visit = score(rows((100, 60), (95, 30)), "choi")[0].timepoints[0]
    assert (visit.overall, visit.flip_distance_hu) == ("PR", 21.0)
    assert not any("attenuation larger" in reason for reason in visit.reasons)


def test_an_attenuation_that_decides_nothing_has_no_distance():
    """25 % smaller is a response by size alone; nobody asks for the attenuation."""
    visit = score(rows((100, 60), (75, 50)), "choi")[0].timepoints[0]
    assert (visit.overall, visit.flip_distance_hu) == ("PR", None)


@pytest.mark.parametrize("hu", [40.0, 50.0, 50.9, 51.0, 51.1, 54.0, 58.0, 70.0])
@pytest.mark.parametrize("criterion", ["choi", "mchoi"])
@pytest.mark.parametrize("mm", [80, 98, 120])
def test_the_distance_is_where_the_category_turns(criterion, hu, mm):
    visit = score(rows((100, 60), (mm, hu)), criterion)[0].timepoints[0]
    distance = visit.flip_distance_hu
    if distance is None:
        return
    beyond = distance + 0.01
    words = {
        score(rows((100, 60), (mm, round(hu + sign * beyond, 2))), criterion)[0].timepoints[0].overall
        for sign in (-1, 1)
    }
    assert words != {visit.overall}
    if distance > 0.02:
        near = distance - 0.01
        for sign in (-1, 1):
            changed = score(rows((100, 60), (mm, round(hu + sign * near, 2))), criterion)[0].timepoints[0]
            assert changed.overall == visit.overall
