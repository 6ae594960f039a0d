"""The public reference cases of LI-RADS and PERCIST in ``../shared/data/response``, each with its case id."""

import csv
import datetime
import json
from pathlib import Path

import pytest

from interventional_oncology.response import LesionRow, score

pytestmark = pytest.mark.data

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "response" / "recist_cases.csv"
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="../shared/data/response is not here"), id="absent")
DAYS = [datetime.date(2024, month, 1) for month in (1, 4, 7)]

#: What the text of a worked example says of masslike enhancement: by visit, the viable axis or a state.
FINDINGS = {
    "LRTR-EX-1": [0.0],
    "LRTR-EX-2": [10.0],
    "LRTR-EX-3": ["present"],
    "LRTR-EX-4": [23.0, 23.0],
    "LRTR-EX-5": [31.0, 45.0],
}
MASSLIKE = {"not assessable": "not_evaluable", "absent": 0.0, "present": 10.0, "uncertain": "present"}


def _cases(criterion: str) -> list:
    if not TABLE.is_file():
        return [ABSENT]
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [pytest.param(row, id=row["case_id"]) for row in rows if row["criterion"].startswith(criterion)]


@pytest.mark.parametrize("case", _cases("LI-RADS TRA v2024"))
def test_treatment_response(case):
    given = json.loads(case["inputs"])
    visits = FINDINGS.get(case["case_id"]) or [MASSLIKE[given.get("masslike", "absent")]]
    if given.get("change"):
        visits = [10.0, 10.0]
    rows = [LesionRow("P", DAYS[0], "L1", viable_long_axis_mm=given.get("pre_mm", 21))]
    for day, found in zip(DAYS[1:], visits, strict=False):
        said = {"state": found} if isinstance(found, str) else {"viable_long_axis_mm": found}
        rows.append(LesionRow("P", day, "L1", **said))
    features = given.get("use_AF") or "DWI+" in given.get("finding", "")
    options = {"ancillary": "L1" if features and given.get("AF_new_or_increased", True) else ""}
    options["modality"] = {"CT": "CT"}.get(given.get("modality", ""), "MR")
    found = score(rows, "lirads-tr-2024", treatment=given["treatment"], **options)[0].timepoints[-1]
    assert found.overall == case["expected"].split(" (")[0]


@pytest.mark.parametrize("case", _cases("PERCIST1.0"))
def test_metabolic_response(case):
    given = json.loads(case["inputs"])
    gone = given.get("complete_resolution")
    rows = [
        LesionRow("P", DAYS[0], "L1", sul_peak=given["baseline_SULpeak"]),
        LesionRow(
            "P",
            DAYS[1],
            "L1",
            sul_peak=None if gone else given["current_SULpeak"],
            state="absent" * bool(gone),
        ),
    ]
    if given.get("new_lesion"):
        rows.append(LesionRow("P", DAYS[1], "X", role="new", state="present"))
    then, now = given["liver_baseline"], given["liver_current"]
    found = score(
        rows,
        "percist",
        liver_sul_mean=then["sul_mean"],
        liver_sul_sd=then["sul_sd"],
        followup_liver_sul_mean=now["sul_mean"],
        followup_liver_sul_sd=now["sul_sd"],
        uptake_minutes=given["uptake_min"][0],
        followup_uptake_minutes=given["uptake_min"][1],
        # The cases are those of a program that takes the threshold of a measurable lesion.
        complete_below="liver_threshold",
    )[0]
    assert found.timepoints[0].overall == case["expected"]
