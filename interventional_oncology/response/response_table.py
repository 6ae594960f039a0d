"""``response.csv``: one row for each visit, for a spreadsheet."""

import csv
from collections.abc import Iterable
from pathlib import Path

from .results import PatientResponse, TimepointResponse

#: Columns that are fields of a visit.
_OF_VISIT = (
    "date",
    "overall",
    "target",
    "non_target",
    "new_lesions",
    "baseline",
    "nadir",
    "current",
    "change_from_baseline_percent",
    "change_from_nadir_percent",
    "fragile",
    "flip_distance",
    "flip_to",
)
#: Columns of ``response.csv``.
COLUMNS = (
    "patient_id",
    *_OF_VISIT,
    "reasons",
    "best_overall_response",
    "confirmed_best_overall_response",
    "patterns",
)


def write_responses_csv(patients: Iterable[PatientResponse], path: str | Path) -> None:
    """Write the visits of some patients; one without a visit after baseline has a row without a date."""
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for patient in patients:
            visits: list[TimepointResponse | None] = [*patient.timepoints] or [None]
            writer.writerows(_row(patient, visit) for visit in visits)


def _row(patient: PatientResponse, visit: TimepointResponse | None) -> list[str]:
    fields = [_text(getattr(visit, name)) if visit else "" for name in _OF_VISIT]
    return [
        patient.patient_id,
        *fields,
        "; ".join(visit.reasons) if visit else "",
        patient.best_overall_response,
        patient.confirmed_best_overall_response,
        ", ".join(f"{pattern.name} {pattern.date}" for pattern in patient.patterns),
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
