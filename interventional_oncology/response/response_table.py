"""``response.csv``: one row for each visit, for a spreadsheet."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from .complications import GRADE_FIELDS, Complication, worst_grades
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


#: Columns of ``response.csv`` where complications are known; empty is then none, or not graded by that scale.
COMPLICATION_COLUMNS = ("complications", *(f"worst_{key}" for key in GRADE_FIELDS))


def write_responses_csv(
    patients: Iterable[PatientResponse],
    path: str | Path,
    complications: Iterable[Complication] | None = None,
) -> None:
    """Write the visits of some patients; one without a visit after baseline has a row without a date.

    Parameters
    ----------
    patients : iterable of PatientResponse
    path : str or Path
    complications : iterable of Complication, optional
        Those of all patients; each row of a patient has them.
    """
    known = None if complications is None else _by_patient(complications)
    with Path(path).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS if known is None else (*COLUMNS, *COMPLICATION_COLUMNS))
        for patient in patients:
            visits: list[TimepointResponse | None] = [*patient.timepoints] or [None]
            more = [] if known is None else known.get(patient.patient_id, [""] * len(COMPLICATION_COLUMNS))
            writer.writerows([*_row(patient, visit), *more] for visit in visits)


def _by_patient(complications: Iterable[Complication]) -> dict[str, list[str]]:
    found: dict[str, list[Complication]] = defaultdict(list)
    for one in complications:
        found[one.patient_id].append(one)
    cells = {}
    for patient, ones in found.items():
        worst = worst_grades(ones)
        cells[patient] = [
            "; ".join(one.words() for one in ones),
            *(worst.get(key, "") for key in GRADE_FIELDS),
        ]
    return cells


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
