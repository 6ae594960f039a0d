"""One record a measurement: unit, title and limits are those of the criterion."""

import pytest

from interventional_oncology.quantities import QUANTITIES
from interventional_oncology.response import CRITERIA, make_options
from interventional_oncology.response.criterion_quantities import limits_of, quantities_of


@pytest.mark.parametrize("criterion", CRITERIA)
def test_sums_have_the_unit_of_their_criterion(criterion):
    found = quantities_of(criterion)
    assert set(found) <= set(QUANTITIES)
    for key in ("baseline", "nadir", "current", "assessed_sum", "flip_distance"):
        assert found[key].unit == CRITERIA[criterion].unit
    assert found["overall"].reference == CRITERIA[criterion].reference


@pytest.mark.parametrize(
    ("criterion", "title", "baseline", "nadir"),
    [
        ("recist-1.1", "Sum of diameters", "from -30 % on", "from +20 % and 5 mm on (RECIST 1.1)"),
        ("mrecist", "Sum of diameters", "from -30 % on", "from +20 % on (mRECIST)"),
        ("easl", "Sum of products", "from -50 % on", "above +25 % (EASL)"),
        ("vrecist", "Sum of volumes", "from -65 % on", "from +73 %"),
        ("choi", "Sum of diameters", "from -10 % on", "from +10 % on"),
        ("growth", "Sum of diameters", "from -30 % on", "from +20 % and 5 mm on"),
    ],
)
def test_definitions_state_the_limits(criterion, title, baseline, nadir):
    found = quantities_of(criterion)
    assert found["current"].title == title
    assert baseline in found["change_from_baseline_percent"].definition
    assert nadir in found["change_from_nadir_percent"].definition


def test_limits_from_baseline_are_said_to_be():
    found = quantities_of("percist")
    assert "partial response from -30 % and 0.8 SUL on" in found["change_from_baseline_percent"].definition
    assert "progression from +30 %" in found["change_from_baseline_percent"].definition
    assert found["change_from_nadir_percent"].definition == "Change of the sum from the nadir."


def test_options_change_what_is_said():
    options = make_options({"five_mm_rule": False})
    assert "and 5 mm" not in quantities_of("recist-1.1", options)["change_from_nadir_percent"].definition


def test_a_grading_criterion_has_no_limits_of_a_sum():
    assert limits_of(CRITERIA["lirads-tr-2018"]) is None
    assert quantities_of("lirads-tr-2018")["current"].title == "Largest viable axis"
    assert limits_of(CRITERIA["growth"]) == limits_of(CRITERIA["recist-1.1"])
