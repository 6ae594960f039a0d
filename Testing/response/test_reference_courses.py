"""Courses of the public reference cases of ``../shared/data/response``: lesions, sums, readers by visit."""

import csv
import datetime
from pathlib import Path

import pytest

from interventional_oncology.response import LesionRow, score

pytestmark = pytest.mark.data

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "response"
ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="../shared/data/response is not here"), id="absent")
DAY0 = datetime.date(2024, 1, 1)

#: Case -> options under which the expected answer is meant, beside those written in the case.
READINGS = {
    # Sum 0 -> 4.95 mm after CR: the generator recomputes PR from the sum; RECIST calls a reappearance PD.
    "PVS-1133-R2": {"reappearance_is_progression": False},
}


def _rows(name: str) -> list[dict[str, str]]:
    path = FOLDER / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _lesion_cases() -> list:
    names = dict.fromkeys(row["case_id"] for row in _rows("recist_lesion_cases.csv"))
    return [pytest.param(name, id=name) for name in names] or [ABSENT]


@pytest.mark.parametrize("name", _lesion_cases())
def test_lesions_of_a_reader(name):
    """Lesions by visit: the sum, the nadir and the response recomputed for the same reader."""
    lines = [row for row in _rows("recist_lesion_cases.csv") if row["case_id"] == name]
    rows = {(line["visit_date"], line["lesion_id"]): _lesion_row(line) for line in lines}
    found = score(rows.values(), "recist-1.1", **READINGS.get(name, {}))[0]
    expected = {line["visit_date"]: line for line in lines if line["recomputed_same_reader_nadir"]}
    assert {str(v.date): v.overall for v in found.timepoints} == {
        day: line["recomputed_same_reader_nadir"] for day, line in expected.items()
    }
    for visit in found.timepoints:
        if visit.current is not None:
            line = expected[str(visit.date)]
            assert visit.current == pytest.approx(float(line["sum_mm"]), abs=1e-9)
            assert visit.nadir == pytest.approx(float(line["nadir_sum_mm"]), abs=1e-9)


def _lesion_row(line: dict[str, str]) -> LesionRow:
    node = line["is_node"] == "True"
    size = float(line["mm"]) if line["mm"] else None
    return LesionRow(
        "P",
        datetime.date.fromisoformat(line["visit_date"]),
        line["lesion_id"],
        role={"TARGET": "target", "NON-TARGET": "non_target", "NEW": "new"}[line["lesion_class"]],
        is_node=node,
        state={"": "", "PRESENT": "present", "ABSENT": "absent", "UNEQUIVOCAL": "progressed"}.get(
            line["state"], line["state"].lower()
        ),
        long_axis_mm=None if node else size,
        short_axis_mm=size if node else None,
    )


def _sum_cases() -> list:
    names = dict.fromkeys(row["USUBJID"] for row in _rows("recist_sum_nadir_cases.csv"))
    return [pytest.param(name, id=name) for name in names] or [ABSENT]


@pytest.mark.parametrize("name", _sum_cases())
def test_sums_and_nadir(name):
    """Sums of a trial data set: nadir before the visit, changes, and the flag of progression."""
    lines = [row for row in _rows("recist_sum_nadir_cases.csv") if row["USUBJID"] == name]
    rows = []
    for line in lines:
        assessed = line["LSASS"].split(", ")
        share = float(line["AVAL"])
        rows += [
            # The table has sums only: the first lesion assessed carries the sum, the others are gone.
            LesionRow(
                name, datetime.date.fromisoformat(line["ADT"]), lesion, long_axis_mm=share if n == 0 else 0.0
            )
            for n, lesion in enumerate(assessed)
        ]
    # A baseline needs a size for each target: a hundredth of a millimeter, taken off the first.
    first = {row.lesion_id for row in rows if row.date == rows[0].date}
    rows = [_with_some_size(row, rows[0], len(first)) for row in rows]
    for visit, line in zip(score(rows, "recist-1.1")[0].timepoints, lines[1:], strict=True):
        assert visit.assessed_sum == pytest.approx(float(line["AVAL"]), abs=1e-9)
        assert visit.nadir == pytest.approx(float(line["NADIR"]), abs=1e-9)
        assert (visit.target == "PD") == (line["PDFL"] == "Y")
        if visit.missing_targets and visit.target != "PD":
            # The data set compares sums of a part of the lesions with whole ones; we do not.
            assert (visit.target, visit.current, visit.change_from_baseline_percent) == ("NE", None, None)
            continue
        assert visit.current == visit.assessed_sum
        assert visit.change_from_baseline_percent == pytest.approx(float(line["PCHG"]), abs=1e-9)
        if line["PCHGNAD"]:
            assert visit.change_from_nadir_percent == pytest.approx(float(line["PCHGNAD"]), abs=1e-9)


def _with_some_size(row: LesionRow, first: LesionRow, count: int) -> LesionRow:
    if row.date != first.date:
        return row
    rest = 0.01
    size = round(row.long_axis_mm - rest * (count - 1), 2) if row.lesion_id == first.lesion_id else rest
    return LesionRow(row.patient_id, row.date, row.lesion_id, long_axis_mm=size)


def _read_cases() -> list:
    rows = _rows("hcc_tace_response_reads.csv")
    return [pytest.param(row, id=row["case_id"]) for row in rows] or [ABSENT]


@pytest.mark.parametrize("case", _read_cases())
def test_reader_of_hcc_tace(case):
    """Sums of three readers before and after chemoembolization, with the category that was released."""
    criterion = "mrecist" if case["criterion"].startswith("mRECIST") else "recist-1.1"
    sums = float(case["baseline_sum_mm"]), float(case["followup_sum_mm"])
    days = DAY0, DAY0 + datetime.timedelta(days=round(7 * float(case["followup_weeks"] or 8)))
    column = "viable_long_axis_mm" if criterion == "mrecist" else "long_axis_mm"
    rows = [LesionRow("P", day, "T1", **{column: mm}) for day, mm in zip(days, sums, strict=True)]
    assert score(rows, criterion)[0].timepoints[-1].target == case["expected"]
