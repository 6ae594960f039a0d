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
