"""Reference cases of tumor growth in ``../shared/data/response``, each as a test with its case id."""

import csv
import datetime
from pathlib import Path

import pytest

from interventional_oncology.response import LesionRow, score

pytestmark = pytest.mark.data

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "response" / "tgr_cases.csv"
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="../shared/data/response is not here"), id="absent")
COLUMNS = {
    "ref_months": "reference_months",
    "exp_months": "months",
    "TGR_ref_pct_per_month": "tgr_reference_percent_per_month",
    "TGR_exp_pct_per_month": "tgr_percent_per_month",
    "delta_TGR": "tgr_difference",
    "TGR_ratio": "tgr_ratio",
    "TGK_ref_mm_per_month": "tgk_reference_mm_per_month",
    "TGK_exp_mm_per_month": "tgk_mm_per_month",
    "TGK_ratio": "tgk_ratio",
}
DEFINITIONS = {
    "HPD_Champiat": "champiat",
    "HPD_Ferrara": "ferrara",
    "HPD_Kas_delta_gt100": "kas",
    "HPD_SaadaBouzid": "saada_bouzid",
}


def _cases() -> list:
    if not TABLE.is_file():
        return [ABSENT]
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        return [pytest.param(row, id=row["case_id"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("case", _cases())
def test_growth(case):
    days = [
        datetime.date.fromisoformat(case[f"{name}_date"]) for name in ("prebaseline", "baseline", "eval1")
    ]
    sums = [float(case[f"{name}_sum_mm"]) for name in ("prebaseline", "baseline", "eval1")]
    rows = [LesionRow("P", day, "T", long_axis_mm=mm) for day, mm in zip(days, sums, strict=True)]
    patient = score(rows, "growth", treatment_start=days[1])[0]
    visit = patient.timepoints[0]
    for theirs, ours in COLUMNS.items():
        value = getattr(visit.growth, ours)
        assert value == pytest.approx(float(case[theirs]), abs=1e-4) if case[theirs] else value is None
    for theirs, ours in DEFINITIONS.items():
        assert visit.growth.hyperprogression[ours] is (case[theirs] == "True")
    assert (visit.target == "PD") == (case["target_PD_vs_baseline"] == "True")
    short = any("days of growth before the baseline" in text for text in patient.warnings)
    assert short == ("reference interval" in case["note"])
