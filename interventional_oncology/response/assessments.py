"""``responses.csv``: the overall response of each visit, as read by somebody else."""

import datetime
import itertools
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .cells import Cells, read_table
from .words import IRECIST_WORDS, MISSING, RECIST_WORDS, response_word

#: Columns of ``responses.csv``.
COLUMNS = ("patient_id", "date", "response", "reference_date")


@dataclass(frozen=True)
class Assessment:
    """The overall response of one visit."""

    date: datetime.date
    response: str


@dataclass(frozen=True)
class AssessedPatient:
    """The assessments of one patient, by date.

    Attributes
    ----------
    reference_date : datetime.date, optional
        Start of treatment, from which the duration of SD counts.
    """

    patient_id: str
    assessments: tuple[Assessment, ...]
    reference_date: datetime.date | None = None
    warnings: list[str] = field(default_factory=list)


def read_responses_csv(path: str | Path) -> list[AssessedPatient]:
    """Return the patients of a response table, in the order of their first row.

    A row with neither date nor response names a patient who was never assessed.

    Raises
    ------
    InputError
        As :func:`~.table.read_lesions_csv`, and for a word that is no response, words of RECIST and iRECIST
        in one patient, or two reference dates.
    """
    lines: dict[str, list[Cells]] = {}
    for cells in read_table(path, required=COLUMNS[:3], optional=COLUMNS):
        lines.setdefault(cells.name("patient_id"), []).append(cells)
    return [_patient(patient_id, found) for patient_id, found in lines.items()]


def _patient(patient_id: str, lines: list[Cells]) -> AssessedPatient:
    found: list[Assessment] = []
    reference: datetime.date | None = None
    for cells in lines:
        given = cells.optional_date("reference_date")
        if given is not None and reference is not None and given != reference:
            cells.refuse(
                "reference_date", f"expected one start of treatment a patient, got {given} after {reference}"
            )
        reference = given or reference
        assessment = _assessment(cells)
        if assessment is not None:
            _check_family(found, assessment, cells)
            found.append(assessment)
    patient = AssessedPatient(patient_id, tuple(_one_a_day(found)), reference)
    _note_oddities(patient, found)
    return patient


def _assessment(cells: Cells) -> Assessment | None:
    if not cells.text("date") and not cells.text("response"):
        return None
    day = cells.date("date")
    word = response_word(cells.text("response"))
    if word is None:
        words = ", ".join(dict.fromkeys((*RECIST_WORDS, *IRECIST_WORDS)))
        cells.refuse("response", f"expected one of {words}, got {cells.text('response')!r}")
    return Assessment(day, word)


def _check_family(found: list[Assessment], assessment: Assessment, cells: Cells) -> None:
    only = set(RECIST_WORDS) ^ set(IRECIST_WORDS)
    families = {
        word in IRECIST_WORDS for word in (*(a.response for a in found), assessment.response) if word in only
    }
    if len(families) > 1:
        cells.refuse(
            "response",
            f"expected words of RECIST or iRECIST for one patient, got {assessment.response} beside others",
        )


def _one_a_day(found: list[Assessment]) -> list[Assessment]:
    """Return the assessments by date; of several on one day the worst."""
    order = (*RECIST_WORDS[:-2], *IRECIST_WORDS)
    worst = {a.date: a for a in sorted(found, key=lambda a: _badness(a.response, order))}
    return [worst[day] for day in sorted(worst)]


def _badness(word: str, order: tuple[str, ...]) -> int:
    # Progression outweighs a visit that could not be evaluated.
    return -1 if word in order[-2:] else order.index(word)


def _note_oddities(patient: AssessedPatient, found: list[Assessment]) -> None:
    for day, count in sorted(Counter(a.date for a in found).items()):
        if count > 1:
            patient.warnings.append(f"{count} responses on {day}, the worst counts")
    start = patient.reference_date
    early = [a.date for a in found if start is not None and a.date < start]
    if early:
        patient.warnings.append(f"a response on {min(early)}, before the reference date {start}")
    words = [a.response for a in patient.assessments]
    if ("CR", "PR") in itertools.pairwise(words):
        patient.warnings.append("PR follows CR: after a complete response any disease is progression")
    if not words:
        patient.warnings.append(f"no assessment: {MISSING}")
