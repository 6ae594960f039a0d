"""Rows of a table that is no file: the same cells, the same checks."""

import datetime

import pytest

from interventional_oncology.errors import InputError
from interventional_oncology.response import COLUMNS, LesionRow
from interventional_oncology.response.table import row_from_cells, row_texts

DAY = datetime.date(2025, 2, 20)
ROWS = [
    LesionRow("P1", DAY, "L1", long_axis_mm=31.25, short_axis_mm=20.0, organ="liver", state="measured"),
    LesionRow("P1", DAY, "L2", role="new", state="present", is_node=True, in_treated_field=False),
    LesionRow("P1", DAY, "L3", state="absent", long_axis_mm=0.0),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.lesion_id)
def test_a_row_survives_its_texts(row):
    texts = row_texts(row)
    assert tuple(texts) == COLUMNS
    assert row_from_cells(texts, source="Lesions", line=1) == row


def test_a_bad_cell_is_refused_with_row_and_column():
    texts = row_texts(ROWS[0]) | {"role": "main"}
    with pytest.raises(
        InputError, match=r"^Lesions, line 3, column role: expected one of target, .*got 'main'"
    ):
        row_from_cells(texts, source="Lesions", line=3)
