"""Lymph nodes that a reader gives a state instead of a size."""

import datetime

import pytest

from interventional_oncology.response import LesionRow, score

DAYS = (datetime.date(2024, 1, 1), datetime.date(2024, 3, 1))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "normalized"}, ("CR", 5.0)),
        ({"state": "too_small"}, ("CR", 5.0)),
        ({"state": "absent"}, ("CR", 0.0)),
        ({"state": "not_evaluable"}, ("NE", None)),
    ],
)
def test_a_node_without_a_size(fields, expected):
    rows = [LesionRow("P", DAYS[0], "N1", is_node=True, short_axis_mm=20)]
    rows.append(LesionRow("P", DAYS[1], "N1", is_node=True, **fields))
    visit = score(rows, "recist-1.1")[0].timepoints[0]
    assert (visit.overall, visit.current) == expected
