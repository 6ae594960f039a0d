"""``score``: lesion tables to response categories, or responses to the best overall response."""

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..outputs import output_folder
from ..response import (
    CRITERIA,
    LesionRow,
    PatientResponse,
    ScoreOptions,
    criterion_named,
    make_options,
    read_lesions_csv,
    read_responses_csv,
    score,
    score_assessments,
    split_options,
    write_responses_csv,
)
from ..response.complications import Complication, contradictions, read_complications_csv
from ..response.patient_dates import PatientDates, date_conflicts, read_patients_csv
from .command import Command
from .console import Console
from .result import write_result

#: A cohort may have thousands of warnings; all are in the result, a person is told the first ones.
_WARNINGS_SAID = 20

_RESULTS = ("response.json", "response.csv", "pictures")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--criterion", metavar="NAME", help=f"one of {', '.join(CRITERIA)}")
    parser.add_argument("--lesions", metavar="CSV", help="lesion table to score")
    parser.add_argument(
        "--responses", metavar="CSV", help="responses by visit, for the best overall response"
    )
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of scoring, for example confirmation_days=28; may be repeated",
    )
    parser.add_argument(
        "--complications", metavar="CSV", help="complications by patient, graded by one or more scales"
    )
    parser.add_argument(
        "--patients", metavar="CSV", help="treatment_date, last_contact_date and death_date by patient"
    )
    parser.add_argument("--no-pictures", action="store_true", help="write no pictures")
    parser.add_argument("--out", metavar="DIR", help=f"folder for {', '.join(_RESULTS)}")


def _run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    _check_arguments(options)
    given = split_options(options.option)
    with _collector_paused():
        return _scored(options, given, console)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the collector of cyclic garbage from walking millions of rows, none of which is in a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _scored(options: argparse.Namespace, given: dict[str, str], console: Console) -> dict[str, Any]:
    if options.out is None:
        return _Scoring(options, given, console).record()
    make_options(given)
    with output_folder(options.out, results=_RESULTS, overwrite=options.overwrite) as staged:
        scoring = _Scoring(options, given, console)
        found = scoring.record()
        found["pictures"] = scoring.draw(staged / "pictures")
        write_result(staged / "response.json", options, console, found)
        write_responses_csv(found["patients"], staged / "response.csv", scoring.complications)
    return found


def _check_arguments(options: argparse.Namespace) -> None:
    if (options.lesions is None) == (options.responses is None):
        msg = "score: expected either --lesions or --responses, got " + (
            "both" if options.lesions else "neither"
        )
        raise InputError(msg)
    if options.criterion is not None:
        criterion_named(options.criterion)
    elif options.lesions is not None:
        msg = f"score: expected --criterion with --lesions, one of {', '.join(CRITERIA)}, got none"
        raise InputError(msg)


class _Scoring:
    """One run: the tables that were given, and the responses of the patients in them."""

    def __init__(self, options: argparse.Namespace, given: dict[str, str], console: Console) -> None:
        self._console = console
        self._criterion = criterion_named(options.criterion) if options.criterion else None
        defaults = self._criterion.defaults if self._criterion else {}
        self._chosen: ScoreOptions = make_options(given, defaults)
        self._rows: list[LesionRow] = []
        self._wants_pictures = not options.no_pictures
        self._dates: dict[str, PatientDates] = {}
        if options.patients is not None:
            self._dates = read_patients_csv(console.input(options.patients))
        self._treated = {name: one.treatment_date for name, one in self._dates.items() if one.treatment_date}
        self.patients = self._score(options, {**defaults, **given})
        self.complications = self._read_complications(options)
        self._tell()

    def _score(self, options: argparse.Namespace, chosen: dict[str, Any]) -> list[PatientResponse]:
        if options.lesions is None:
            path = self._console.input(options.responses)
            return _named(path, lambda: score_assessments(read_responses_csv(path), **chosen))
        path = self._console.input(options.lesions)
        self._rows = read_lesions_csv(path)
        starts = self._treated
        return _named(path, lambda: score(self._rows, options.criterion, treatment_dates=starts, **chosen))

    def _read_complications(self, options: argparse.Namespace) -> list[Complication] | None:
        if options.complications is None:
            return None
        return read_complications_csv(
            self._console.input(options.complications),
            treatment_date=self._chosen.treatment_start,
            treatment_dates=self._treated,
        )

    def record(self) -> dict[str, Any]:
        """Return the keys of ``response.json``."""
        criterion = self._criterion
        found = {
            "criterion": criterion.name if criterion else None,
            "reference": criterion.reference if criterion else None,
            "options": self._chosen,
            "patients": self.patients,
        }
        return found if self.complications is None else {**found, "complications": self.complications}

    def draw(self, folder: Path) -> list[Any]:
        """Write the pictures there are to draw; without matplotlib none, with a warning."""
        if not self._wants_pictures or self._criterion is None:
            return []
        # Only here: scoring without pictures needs neither VTK nor matplotlib.
        from ..report.response_pictures import MOST_LINES, MOST_PATIENTS_DRAWN, draw_cohort

        rows: dict[str, list[LesionRow]] = {}
        if len(self.patients) <= MOST_PATIENTS_DRAWN:
            for row in self._rows:
                rows.setdefault(row.patient_id, []).append(row)
        if len(self.patients) > MOST_LINES:
            self._console.warn(f"spider and swimmer plots are drawn of up to {MOST_LINES} patients")
        folder.mkdir()
        try:
            pictures = draw_cohort(
                self.patients, folder, rows=rows, options=self._chosen, dates=self._dates,
                complications=self.complications or (),
            )  # fmt: skip
        except InputError as error:
            self._console.warn(str(error))
            pictures = []
        if not pictures:
            folder.rmdir()
        return pictures

    def _tell(self) -> None:
        _warn(self.patients, self._console)
        complications = self.complications or []
        known = {patient.patient_id for patient in self.patients}
        texts = date_conflicts(self.patients, self._dates)
        texts += [
            f"complication of {one.patient_id}, who has no response"
            for one in complications
            if one.patient_id not in known
        ]
        texts += [
            f"patient {one.patient_id}: {text}" for one in complications for text in contradictions(one)
        ]
        _warn_of(texts, self._console)
        for patient in self.patients:
            _say(patient, self._console)


def _named(path: str, work: Any) -> list[PatientResponse]:
    """Name the file in what is refused about its content."""
    try:
        found: list[PatientResponse] = work()
    except InputError as error:
        if path in str(error) or str(error).startswith(("option ", "unknown option")):
            raise
        msg = f"{path}: {error}"
        raise InputError(msg) from error
    return found


def _warn(patients: list[PatientResponse], console: Console) -> None:
    texts = [f"patient {p.patient_id}: {text}" for p in patients for text in p.warnings]
    texts += [
        f"patient {p.patient_id}: {visit.overall} on {visit.date} could change within measurement error"
        for p in patients
        for visit in p.timepoints
        if visit.fragile
    ]
    _warn_of(texts, console)


def _warn_of(texts: list[str], console: Console) -> None:
    for text in texts[:_WARNINGS_SAID]:
        console.warn(text)
    if len(texts) > _WARNINGS_SAID:
        console.warn(f"{len(texts) - _WARNINGS_SAID} more warnings, see the patients of the result")


def _say(patient: PatientResponse, console: Console) -> None:
    for visit in patient.timepoints:
        console.say(f"{patient.patient_id} {visit.date} {visit.overall}: {visit.reasons[0]}")
    console.say(
        f"{patient.patient_id} best overall response {patient.best_overall_response}, "
        f"confirmed {patient.confirmed_best_overall_response}"
    )


COMMAND = Command(
    name="score",
    summary="Score the response of patients from a table of lesions, with a reason for each category.",
    add_arguments=_add_arguments,
    run=_run,
)
