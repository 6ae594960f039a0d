"""The engine that all criteria share: visits in order, sums, nadir, matrix, best overall response."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..errors import InputError
from .assessments import AssessedPatient, Assessment
from .best_overall import (
    benefit_date,
    best_confirmed_response,
    best_response,
    first_progression,
    response_date,
)
from .criteria import criterion_named
from .criterion import Criterion
from .diameters import LEAST_TARGET_MM
from .exact import percent_change
from .fragility import flip_reason, nearest_flip
from .options import ScoreOptions, make_options
from .other_lesions import new_lesions, non_target_category, persists
from .overall import overall_response
from .patients import Lesion, Patient, group_patients
from .results import PatientResponse, TimepointResponse
from .table import LesionRow, check_row
from .targets import TargetSum, target_category
from .words import CR, IRECIST_WORDS, NON, PD, PR, RECIST_WORDS, SD


def score(rows: Iterable[LesionRow], criterion: str, **options: Any) -> list[PatientResponse]:
    """Score the response of each patient of a lesion table.

    Parameters
    ----------
    rows : iterable of LesionRow
        In any order; the first visit of a patient is the baseline.
    criterion : str
        Name of a criterion, see :data:`~.criteria.CRITERIA`.
    **options
        Fields of :class:`~.options.ScoreOptions`.

    Returns
    -------
    list of PatientResponse
        In the order of the first row of each patient.

    Raises
    ------
    InputError
        For an unknown criterion or option, and rows that cannot be scored
        (:func:`~.patients.group_patients`).

    Examples
    --------
    >>> days = datetime.date(2025, 1, 1), datetime.date(2025, 3, 1)
    >>> rows = [LesionRow("P1", day, "T1", long_axis_mm=size) for day, size in zip(days, (27.0, 32.4))]
    >>> visit = score(rows, "recist-1.1")[0].timepoints[0]
    >>> visit.overall, visit.reasons[0]
    ('PD', 'sum 32.4 mm is 20.0 % above nadir 27.0 mm and 5.4 mm larger: PD')
    """
    rules = criterion_named(criterion)
    chosen = make_options(options, rules.defaults)
    rows = list(rows)
    for row in rows:
        check_row(row)
    if not rows:
        msg = "expected at least one lesion to score, got none"
        raise InputError(msg)
    return [_score_patient(patient, rules, chosen) for patient in group_patients(rows)]


def score_assessments(patients: Sequence[AssessedPatient], **options: Any) -> list[PatientResponse]:
    """Return the best overall responses of patients whose visits are already assessed.

    Raises
    ------
    InputError
        For words of iRECIST, whose best response has rules of its own, and unknown options.
    """
    chosen = make_options(options)
    return [_score_assessed(patient, chosen) for patient in patients]


def _score_assessed(patient: AssessedPatient, options: ScoreOptions) -> PatientResponse:
    foreign = [a.response for a in patient.assessments if a.response not in RECIST_WORDS]
    if foreign:
        msg = (
            f"patient {patient.patient_id}: expected {', '.join(RECIST_WORDS)}, got {foreign[0]}; "
            f"the best response of iRECIST ({', '.join(IRECIST_WORDS[:6])}) is not available yet"
        )
        raise InputError(msg)
    start = options.treatment_start or patient.reference_date
    warnings = list(patient.warnings)
    if start is None and any(a.response in (SD, CR, PR) for a in patient.assessments):
        warnings.append("no reference_date: the minimum duration of SD is taken as met")
    return _summary(
        PatientResponse(patient.patient_id, None, "", None, None, [], "", "", warnings=warnings),
        patient.assessments,
        start,
        options,
        has_targets=_tells_of_targets(patient),
    )


def _tells_of_targets(patient: AssessedPatient) -> bool:
    """Say whether there were target lesions: PR and SD are words of them, NON-CR/NON-PD is that of none."""
    words = {assessment.response for assessment in patient.assessments}
    return NON not in words or bool(words & {PR, SD})


def _summary(
    patient: PatientResponse,
    assessments: Sequence[Assessment],
    start: datetime.date | None,
    options: ScoreOptions,
    *,
    has_targets: bool = True,
) -> PatientResponse:
    best = best_response(assessments, start, options)
    confirmed = best_confirmed_response(assessments, start, options, has_targets=has_targets)
    return replace(
        patient,
        best_overall_response=best.response,
        best_overall_response_date=best.date,
        confirmed_best_overall_response=confirmed.response,
        confirmed_best_overall_response_date=confirmed.date,
        progression_date=first_progression(assessments),
        objective_response_date=response_date(assessments, options, confirmed=False),
        confirmed_response_date=response_date(assessments, options, confirmed=True),
        clinical_benefit_date=benefit_date(assessments, start, options, confirmed=False),
    )


@dataclass
class _Course:
    """What the visits up to now have left behind."""

    baseline: TargetSum
    nadir: TargetSum
    had_complete_response: bool = False
    had_partial_response: bool = False


def _score_patient(patient: Patient, criterion: Criterion, options: ScoreOptions) -> PatientResponse:
    targets = patient.with_role("target")
    warnings = list(patient.warnings)
    baseline = _sum(targets, patient.baseline, patient, criterion, options)
    _check_baseline_sum(patient, baseline, criterion)
    warnings += _too_small_targets(baseline, criterion)
    warnings += [size.note for size in baseline.sizes.values() if size.note]
    if not targets:
        warnings.append("no target lesion: only non-target and new lesions count")
    course = _Course(baseline, baseline)
    timepoints = [_score_visit(patient, visit, course, criterion, options) for visit in patient.visits[1:]]
    if not timepoints:
        warnings.append(f"only one visit, {patient.baseline}: nothing to compare")
    empty = PatientResponse(
        patient.patient_id,
        criterion.name,
        criterion.unit,
        patient.baseline,
        float(baseline.total) if targets else None,
        timepoints,
        "",
        "",
        warnings=warnings,
    )
    assessments = [Assessment(visit.date, visit.overall) for visit in timepoints]
    return _summary(
        empty, assessments, options.treatment_start or patient.baseline, options, has_targets=bool(targets)
    )


def _sum(
    targets: tuple[Lesion, ...],
    visit: datetime.date,
    patient: Patient,
    criterion: Criterion,
    options: ScoreOptions,
) -> TargetSum:
    sizes = {lesion.lesion_id: criterion.size(lesion, visit, patient.baseline, options) for lesion in targets}
    return TargetSum(targets, sizes)


def _check_baseline_sum(patient: Patient, baseline: TargetSum, criterion: Criterion) -> None:
    for lesion_id, size in baseline.sizes.items():
        if not size.value:
            got = "none" if size.value is None else "0"
            msg = (
                f"patient {patient.patient_id}: expected a size of target lesion {lesion_id} at the baseline "
                f"visit {patient.baseline} for {criterion.title}, got {got}"
            )
            raise InputError(msg)


def _too_small_targets(baseline: TargetSum, criterion: Criterion) -> list[str]:
    return [
        f"lesion {lesion_id}: target of {size.value.normalize():f} mm at baseline is below "
        f"{LEAST_TARGET_MM} mm: not measurable by {criterion.title} (centimeters instead of millimeters?)"
        for lesion_id, size in baseline.sizes.items()
        if size.value is not None and size.value < LEAST_TARGET_MM
    ]


def _score_visit(
    patient: Patient, visit: datetime.date, course: _Course, criterion: Criterion, options: ScoreOptions
) -> TimepointResponse:
    now = _sum(patient.with_role("target"), visit, patient, criterion, options)
    limits = criterion.limits(options)
    baseline, nadir = course.baseline.total, course.nadir.total
    non_target, non_target_reason = non_target_category(patient, visit)
    names, new_reasons = new_lesions(
        patient, visit, criterion.new_lesion, back_date=options.back_date_new_lesions
    )
    target, reasons = _target(now, course, criterion, options)
    if course.had_complete_response and options.reappearance_is_progression:
        target, non_target, back = _reappearance(patient, visit, now, target, non_target)
        reasons = [back] if back else reasons
    reasons += [text for text in (non_target_reason, *new_reasons) if text]
    reasons += [size.note for size in now.sizes.values() if size.note]
    overall = overall_response(target, non_target, bool(names))
    flip = None
    if target is not None and now.assessed:
        flip = nearest_flip(
            now,
            baseline,
            nadir,
            limits,
            target=target,
            non_target=non_target,
            new=bool(names),
            options=options,
        )
    fragile = flip is not None and flip.within_error
    if flip is not None and fragile:
        reasons.append(flip_reason(flip, str(target)))
    reasons.append(_overall_reason(target, non_target, names, overall))
    # A sum with lesions missing says nothing beside a whole one, unless it already proves progression.
    comparable = now.assessed and (now.complete or target == PD)
    found = TimepointResponse(
        date=visit,
        target=target,
        non_target=non_target,
        new_lesions=bool(names),
        overall=overall,
        baseline=_number(baseline, target),
        nadir=_number(nadir, target),
        current=float(now.total) if comparable else None,
        change_from_baseline_percent=percent_change(now.total, baseline) if comparable else None,
        change_from_nadir_percent=percent_change(now.total, nadir) if comparable else None,
        reasons=reasons,
        fragile=fragile,
        flip_distance=float(flip.distance) if flip else None,
        flip_to=flip.response if flip else None,
        new_lesion_ids=names,
        missing_targets=now.missing,
        assessed_sum=float(now.total) if now.assessed else None,
    )
    _remember(course, now, found)
    return found


def _target(
    now: TargetSum, course: _Course, criterion: Criterion, options: ScoreOptions
) -> tuple[str | None, list[str]]:
    if not now.lesions:
        return None, []
    category, reason = target_category(
        now,
        course.baseline.total,
        course.nadir,
        criterion.limits(options),
        normal_nodes_progress=options.normal_nodes_progress,
        complete=criterion.complete,
    )
    if category == SD and course.had_partial_response:
        if options.sticky_pr:
            return PR, [reason.removesuffix(f": {SD}") + ", no progression after a partial response: PR"]
        return SD, [reason, "a reading in which PR lasts until PD (option sticky_pr) would say PR"]
    return category, [reason]


def _reappearance(
    patient: Patient, visit: datetime.date, now: TargetSum, target: str | None, non_target: str | None
) -> tuple[str | None, str | None, str]:
    """After an overall complete response, what comes back is progression whatever its size."""
    back = [
        lesion.lesion_id
        for lesion in now.lesions
        if not lesion.is_node and now.sizes[lesion.lesion_id].value and not now.sizes[lesion.lesion_id].gone
    ]
    back_other = [
        lesion.lesion_id
        for lesion in patient.with_role("non_target")
        if not lesion.is_node and persists(lesion, visit)
    ]
    if not back and not back_other:
        return target, non_target, ""
    reason = f"{', '.join([*back, *back_other])} came back after a complete response: PD"
    return (PD if back else target), (PD if back_other else non_target), reason


def _remember(course: _Course, now: TargetSum, found: TimepointResponse) -> None:
    if now.lesions and now.complete and now.total < course.nadir.total:
        course.nadir = now
    course.had_complete_response = course.had_complete_response or found.overall == CR
    course.had_partial_response = found.target != PD and (course.had_partial_response or found.target == PR)


def _overall_reason(target: str | None, non_target: str | None, names: list[str], overall: str) -> str:
    parts = [f"target {target}" if target else "no target lesions"]
    parts.append(f"non-target {non_target}" if non_target else "no non-target lesions")
    parts.append(f"new lesions {', '.join(names)}" if names else "no new lesion")
    return f"{', '.join(parts)}: overall {overall}"


def _number(value: Decimal, target: str | None) -> float | None:
    return None if target is None else float(value)
