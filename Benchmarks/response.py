"""Response scoring: published answers against an open package, and the time of a cohort.

    .venv/bin/python Benchmarks/response.py [folder of peers]

Peers come from PyPI, into a folder of their own that never enters the lock:

    pip install --target PEERS pyrecist pandas

pyrecist (MIT) sums target lesions by RECIST 1.1 and knows neither nodes, missing, non-target nor new
lesions. It is asked for the same visits as we are; a visit that it leaves empty (after progression) or
refuses is no answer. Cases: ``../shared/data/response``; those of other criteria are tests.
"""

import csv
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from interventional_oncology.response import CRITERIA, LesionRow, score

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT.parent / "shared" / "data" / "response"
DAY0 = datetime.date(2024, 1, 1)
#: Options under which a case is meant, where its text says so.
READINGS = {"PVS-1133-R2": {"reappearance_is_progression": False}}
ROWS = 100_000

#: A case: its group, its rows, the answer of each visit that is published, and the options of the reading.
Case = tuple[str, list[LesionRow], dict[datetime.date, str], dict]


def _table(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _sums(sums: list[float], patient: str, days: list[datetime.date] | None = None) -> list[LesionRow]:
    days = days or [DAY0 + datetime.timedelta(days=60 * n) for n in range(len(sums))]
    return [LesionRow(patient, day, "T", long_axis_mm=mm) for day, mm in zip(days, sums, strict=True)]


def hcc_tace() -> list[Case]:
    """Return the sums of three readers before and after chemoembolization."""
    found: list[Case] = []
    for row in _table("hcc_tace_response_reads.csv"):
        if row["criterion"].startswith("RECIST"):
            rows = _sums([float(row["baseline_sum_mm"]), float(row["followup_sum_mm"])], row["case_id"])
            found.append(("HCC-TACE-Seg, three readers", rows, {rows[-1].date: row["expected"]}, {}))
    return found


def published_sums() -> list[Case]:
    """Return the cases given by sums: baseline, nadir and now, or a course."""
    found: list[Case] = []
    for row in _table("recist_cases.csv"):
        given = json.loads(row["inputs"] or "{}")
        words = row["expected"].split(";")
        if row["criterion"] != "RECIST1.1":
            continue
        options = {"sticky_pr": bool(json.loads(row["options"] or "{}").get("sticky_PR"))}
        if row["endpoint"] == "target_timepoint" and "current_sum_mm" in given and "new_lesion" not in given:
            baseline, now = given["baseline_sum_mm"], given["current_sum_mm"]
            nadir = given.get("nadir_sum_mm", baseline)
            rows = _sums(
                [baseline, *([nadir] if nadir < baseline and nadir != now else []), now], row["case_id"]
            )
            if words[0] in ("CR", "PR", "SD", "PD"):
                found.append(("limits of one visit", rows, {rows[-1].date: words[0]}, options))
        if row["endpoint"] == "timepoint_sequence" and "non_target" not in given:
            rows = _sums([given["baseline_sum_mm"], *given["target_sum_mm"]], row["case_id"])
            days = [r.date for r in rows[1:]]
            found.append(("courses of sums", rows, dict(zip(days, words, strict=True)), options))
    return found


def readers() -> list[Case]:
    """Return the courses of lesions by reader, with non-target and new lesions."""
    by_case: dict[str, list[dict[str, str]]] = {}
    for line in _table("recist_lesion_cases.csv"):
        by_case.setdefault(line["case_id"], []).append(line)
    found: list[Case] = []
    for name, lines in by_case.items():
        rows = {(line["visit_date"], line["lesion_id"]): _lesion(name, line) for line in lines}
        answers = {
            datetime.date.fromisoformat(line["visit_date"]): line["recomputed_same_reader_nadir"]
            for line in lines
            if line["recomputed_same_reader_nadir"]
        }
        found.append(("courses of lesions by reader", list(rows.values()), answers, READINGS.get(name, {})))
    return found


def _lesion(patient: str, line: dict[str, str]) -> LesionRow:
    node, size = line["is_node"] == "True", float(line["mm"]) if line["mm"] else None
    states = {"UNEQUIVOCAL": "progressed"}
    return LesionRow(
        patient,
        datetime.date.fromisoformat(line["visit_date"]),
        line["lesion_id"],
        role={"TARGET": "target", "NON-TARGET": "non_target", "NEW": "new"}[line["lesion_class"]],
        is_node=node,
        state=states.get(line["state"], line["state"].lower()),
        long_axis_mm=None if node else size,
        short_axis_mm=size if node else None,
    )


def ours(case: Case) -> dict[datetime.date, str | None]:
    """Return our answer for each visit."""
    return {v.date: v.overall for v in score(case[1], "recist-1.1", **case[3])[0].timepoints}


def pyrecist(cases: list[Case], peers: str) -> list[dict[datetime.date, str | None]]:
    """Return the answers of pyrecist for each visit of each case; it is run on one case at a time."""
    return [_one_by_pyrecist(case, peers) for case in cases]


def _one_by_pyrecist(case: Case, peers: str) -> dict[datetime.date, str | None]:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "measurements.csv"
        lines = ["patient_id,study_date,measurement,lesion_label_alias,lesion_category"]
        for row in case[1]:
            size = row.short_axis_mm if row.is_node else row.long_axis_mm
            if row.role == "target" and size is not None:
                lines.append(f"1,{row.date:%Y%m%d},{size},{row.lesion_id},target")
        table.write_text("\n".join(lines), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "pyrecist", str(table), "-o", folder],
            env={**os.environ, "PYTHONPATH": peers},
            capture_output=True,
            check=False,
        )
        found = Path(folder) / "recist_evaluation.csv"
        if run.returncode or not found.is_file():
            return {}
        with found.open(encoding="utf-8", newline="") as stream:
            return {
                _day(row["current_date"]): row["classification"] or None for row in csv.DictReader(stream)
            }


def _day(text: str) -> datetime.date:
    return datetime.datetime.strptime(text, "%Y%m%d").date()


def agreement(peers: str | None) -> None:
    """Print who gives the published answer, by group of cases."""
    cases = [*hcc_tace(), *published_sums(), *readers()]
    answers = {"ours": [ours(case) for case in cases]}
    if peers:
        answers["pyrecist"] = pyrecist(cases, peers)
    groups = list(dict.fromkeys(case[0] for case in cases))
    print(
        "| RECIST 1.1 | visits | " + " | ".join(f"{name}: agrees / differs / none" for name in answers) + " |"
    )
    print("|---" * (2 + len(answers)) + "|")
    for group in groups:
        cells = [_tally(group, cases, found) for found in answers.values()]
        visits = sum(len(case[2]) for case in cases if case[0] == group)
        print(f"| {group} | {visits} | {' | '.join(cells)} |")


def _tally(group: str, cases: list[Case], found: list[dict[datetime.date, str | None]]) -> str:
    count: Counter[str] = Counter()
    for case, answer in zip(cases, found, strict=True):
        if case[0] == group:
            for day, expected in case[2].items():
                said = answer.get(day)
                count["none" if said is None else "agrees" if said == expected else "differs"] += 1
    return f"{count['agrees']} / {count['differs']} / {count['none']}"


def cohort_csv(folder: str, patients: int, lesions: int) -> Path:
    """Write a cohort of 100 000 rows with every column that a criterion reads."""
    path, visits = Path(folder) / "cohort.csv", ROWS // (patients * lesions)
    columns = (
        "patient_id,date,lesion_id,role,long_axis_mm,short_axis_mm,viable_long_axis_mm,viable_short_axis_mm,"
        "volume_ml,viable_volume_ml,mean_hu,sul_peak"
    )
    lines = [columns]
    for patient in range(patients):
        for visit in range(visits):
            day = DAY0 + datetime.timedelta(days=56 * visit)
            mm = 40 + (patient % 7 - 3) * visit
            sizes = f"{mm},{mm - 5},{mm - 2},{mm - 9},{mm / 2},{mm / 4},{60 - visit},{mm / 5}"
            lines += [f"P{patient},{day},T{n},target,{sizes}" for n in range(lesions)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def timing() -> None:
    """Print the time of ``score`` on 100 000 rows, start of the program and response.json included."""
    print("\n| 100 000 rows, wall / CPU s | 5000 patients, 5 visits, 4 lesions | 33 333 patients, 3 visits |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in CRITERIA:
            cells = [_timed(name, folder, 5000, 4), _timed(name, folder, 33_333, 1)]
            print(f"| {name} | {cells[0]} | {cells[1]} |", flush=True)


def _timed(criterion: str, folder: str, patients: int, lesions: int) -> str:
    table = cohort_csv(folder, patients, lesions)
    command = [sys.executable, "-m", "interventional_oncology.cli.main", "score", "--criterion", criterion]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        [*command, "--lesions", str(table), "--out", f"{folder}/out", "--overwrite"],
        check=True,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{wall:.1f} / {after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime:.1f}"


def main(peers: str | None = None) -> None:
    """Print both tables."""
    if CASES.is_dir():
        agreement(peers)
    else:
        print(f"no public cases at {CASES}")
    timing()


if __name__ == "__main__":
    main(*sys.argv[1:2])
