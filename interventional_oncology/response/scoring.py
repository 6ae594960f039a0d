"""Scoring: from the rows of a lesion table, or from assessed visits, to responses."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import InputError
from .assessments import AssessedPatient, Assessment
from .criteria import criterion_named
from .criteria.growth import GrowthCriterion, score_growth
from .criterion import Criterion, SumCriterion
from .grades import GradedCriterion, score_grades
from .options import ScoreOptions, make_options
from .patients import Patient, group_patients
from .results import PatientResponse
from .summary import summary
from .sums import score_sums
from .table import LesionRow, check_row
from .words import CR, IRECIST, NON, PR, SD, is_irecist, plain_category

_ENGINES: dict[type, Callable[[Patient, Any, ScoreOptions], PatientResponse]] = {
    SumCriterion: score_sums,
    GradedCriterion: score_grades,
    GrowthCriterion: score_growth,
}


def score(
    rows: Iterable[LesionRow],
    criterion: str,
    *,
    treatment_dates: Mapping[str, datetime.date] | None = None,
    **options: Any,
) -> list[PatientResponse]:
    """Score the response of each patient of a lesion table.

    Parameters
    ----------
    rows : iterable of LesionRow
        In any order; the first visit of a patient is the baseline.
    criterion : str
        Name of a criterion, see :data:`~.criteria.CRITERIA`.
    treatment_dates : mapping of str to datetime.date, optional
        The option ``treatment_start`` by patient, for a cohort.
    **options
        Fields of :class:`~.options.ScoreOptions`.

    Returns
    -------
    list of PatientResponse
        In the order of the first row of each patient.

    Raises
    ------
    InputError
        For an unknown criterion or option, rows that cannot be scored (:func:`~.patients.group_patients`),
        and a table that lacks what the criterion needs.

    Examples
    --------
    >>> days = datetime.date(2025, 1, 1), datetime.date(2025, 3, 1)
    >>> rows = [LesionRow("P1", day, "T1", long_axis_mm=size) for day, size in zip(days, (27.0, 32.4))]
    >>> visit = score(rows, "recist-1.1")[0].timepoints[0]
    >>> visit.overall, visit.reasons[0]
    ('PD', 'sum 32.4 mm is 20.0 % above nadir 27.0 mm and 5.4 mm larger: PD')
    """
    rules: Criterion = criterion_named(criterion)
    chosen = make_options(options, rules.defaults)
    rows = list(rows)
    for row in rows:
        check_row(row)
    if not rows:
        msg = "expected at least one lesion to score, got none"
        raise InputError(msg)
    engine = _ENGINES[type(rules)]
    starts = treatment_dates or {}
    return [
        engine(patient, rules, _started(chosen, starts.get(patient.patient_id)))
        for patient in group_patients(rows)
    ]


def _started(options: ScoreOptions, start: datetime.date | None) -> ScoreOptions:
    return options if start is None else replace(options, treatment_start=start)


def score_assessments(patients: Sequence[AssessedPatient], **options: Any) -> list[PatientResponse]:
    """Return the best overall responses of patients whose visits are already assessed.

    The words may be those of RECIST or of iRECIST; of the latter the answers are iBOR (Seymour 2017, Table 3)
    and the date of the unconfirmed progression that was confirmed.

    Raises
    ------
    InputError
        For unknown options.
    """
    chosen = make_options(options)
    return [_score_assessed(patient, chosen) for patient in patients]


def _score_assessed(patient: AssessedPatient, options: ScoreOptions) -> PatientResponse:
    start = options.treatment_start or patient.reference_date
    warnings = list(patient.warnings)
    immune = is_irecist({a.response for a in patient.assessments})
    assessments = [Assessment(a.date, plain_category(a.response)) for a in patient.assessments]
    if start is None and any(a.response in (SD, CR, PR) for a in assessments):
        warnings.append("no reference_date: the minimum duration of SD is taken as met")
    return summary(
        PatientResponse(patient.patient_id, None, "", None, None, [], "", "", warnings=warnings),
        assessments,
        start,
        options,
        has_targets=_tells_of_targets(assessments),
        words=IRECIST if immune else {},
    )


def _tells_of_targets(assessments: Sequence[Assessment]) -> bool:
    """Say whether there were target lesions: PR and SD are words of them, NON-CR/NON-PD is that of none."""
    words = {assessment.response for assessment in assessments}
    return NON not in words or bool(words & {PR, SD})
