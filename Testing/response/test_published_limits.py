"""The limits of each criterion of sums as published, written out beside this file with their source.

A size is ``long x short`` in mm, a volume in ml, a diameter in mm ``@`` the attenuation in HU, or an uptake.
"""

import csv
import datetime
from pathlib import Path

import pytest

from interventional_oncology.response import LesionRow, score, split_options

DAYS = [datetime.date(2024, month, 1) for month in (1, 3, 5)]
AXES = {
    "who": ("long_axis_mm", "short_axis_mm"),
    "irrc": ("long_axis_mm", "short_axis_mm"),
    "easl": ("viable_long_axis_mm", "viable_short_axis_mm"),
    "vrecist": ("volume_ml",),
    "qeasl": ("viable_volume_ml",),
    "recist-1.1": ("long_axis_mm",),
    "mrecist": ("viable_long_axis_mm",),
    "irecist": ("long_axis_mm",),
    "imrecist": ("long_axis_mm",),
    "choi": ("long_axis_mm", "mean_hu"),
    "mchoi": ("long_axis_mm", "mean_hu"),
    "percist": ("sul_peak",),
}


def _cases() -> list:
    path = Path(__file__).with_name("limits_published.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("case", _cases())
def test_limit(case):
    rows = []
    for day, text in zip(DAYS, (case["baseline"], case["earlier"], case["now"]), strict=True):
        if text:
            values = [float(part) for part in text.replace("@", "x").split("x")]
            columns = AXES[case["criterion"]][: len(values)]
            rows.append(LesionRow("P", day, "T", **dict(zip(columns, values, strict=True))))
    options = split_options(case["options"].split())
    visit = score(rows, case["criterion"], **options)[0].timepoints[-1]
    assert visit.overall == case["expected"]
    assert visit.reasons[0].endswith(f": {case['expected']}")
