"""One record a measurement: every column and every number of a response has one."""

import dataclasses

import pytest

from interventional_oncology import quantities
from interventional_oncology.quantities import QUANTITIES, Quantity, collect, title_with_unit
from interventional_oncology.response import COLUMNS, TimepointResponse

_NOT_SHOWN = {"new_lesion_ids", "missing_targets"}


def test_every_column_and_every_number_has_a_record():
    numbers = {field.name for field in dataclasses.fields(TimepointResponse)} - _NOT_SHOWN
    assert {*COLUMNS, *numbers} <= set(QUANTITIES)


def test_records_say_what_they_mean():
    for key, quantity in QUANTITIES.items():
        assert quantity.key == key
        assert quantity.title
        assert quantity.definition.endswith(".")
        assert quantity.code is None or len(quantity.code) == 3


@pytest.mark.parametrize(("ending", "unit"), [("_mm", "mm"), ("_ml", "ml"), ("_hu", "HU"), ("_percent", "%")])
def test_a_key_that_names_a_unit_has_it(ending, unit):
    named = [quantity for key, quantity in QUANTITIES.items() if key.endswith(ending)]
    assert named
    assert {quantity.unit for quantity in named} == {unit}


def test_titles_for_axes():
    assert title_with_unit("long_axis_mm") == "Long axis (mm)"
    assert title_with_unit("overall") == "Overall response"
    assert title_with_unit("unheard_of") == "unheard_of"


def test_one_key_has_one_meaning(monkeypatch):
    class Part:
        QUANTITIES = (Quantity("a", "A"),)

    class Other:
        QUANTITIES = (Quantity("a", "B"),)

    parts = {".one.quantities": Part, ".two.quantities": Other}
    monkeypatch.setattr(
        quantities, "import_module", lambda name: parts[name.removeprefix("interventional_oncology")]
    )
    with pytest.raises(ValueError, match="one meaning of a, got another in two"):
        collect(("one", "two"))
    with pytest.raises(AttributeError, match="no attribute 'OTHERS'"):
        _ = quantities.OTHERS
