"""``score``: lesion tables to response categories, or responses to the best overall response."""

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import InputError
from ..outputs import output_folder
from ..response import (
    CRITERIA,
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
from .command import Command
from .console import Console
from .result import write_result

#: A cohort may have thousands of warnings; all are in the result, a person is told the first ones.
_WARNINGS_SAID = 20

_RESULTS = ("response.json", "response.csv")


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
    parser.add_argument("--out", metavar="DIR", help=f"folder for {' and '.join(_RESULTS)}")


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
        return _score(options, given, console)
    make_options(given)
    with output_folder(options.out, results=_RESULTS, overwrite=options.overwrite) as staged:
        found = _score(options, given, console)
        write_result(staged / "response.json", options, console, found)
        write_responses_csv(found["patients"], staged / "response.csv", found.get("complications"))
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


def _score(options: argparse.Namespace, given: dict[str, str], console: Console) -> dict[str, Any]:
    criterion = criterion_named(options.criterion) if options.criterion else None
    defaults = criterion.defaults if criterion else {}
    if options.lesions is not None:
        path = console.input(options.lesions)
        patients = _named(path, lambda: score(read_lesions_csv(path), options.criterion, **given))
    else:
        path = console.input(options.responses)
        chosen = {**defaults, **given}
        patients = _named(path, lambda: score_assessments(read_responses_csv(path), **chosen))
    _warn(patients, console)
    for patient in patients:
        _say(patient, console)
    chosen_options = make_options(given, defaults)
    complications = _complications(options, chosen_options, patients, console)
    return {
        "criterion": criterion.name if criterion else None,
        "reference": criterion.reference if criterion else None,
        "options": chosen_options,
        "patients": patients,
        **({} if complications is None else {"complications": complications}),
    }


def _complications(
    options: argparse.Namespace,
    chosen: ScoreOptions,
    patients: list[PatientResponse],
    console: Console,
) -> list[Complication] | None:
    if options.complications is None:
        return None
    path = console.input(options.complications)
    found = read_complications_csv(path, treatment_date=chosen.treatment_start)
    known = {patient.patient_id for patient in patients}
    texts = [
        f"complication of {one.patient_id}, who has no response"
        for one in found
        if one.patient_id not in known
    ]
    texts += [f"patient {one.patient_id}: {text}" for one in found for text in contradictions(one)]
    _warn_of(texts, console)
    return found


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
