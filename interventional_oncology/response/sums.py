"""The engine of all criteria that sum sizes: visits in order, sums, nadir, verdicts, reasons."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..errors import InputError
from .assessments import Assessment
from .criterion import Judged, Limits, SumCriterion
from .diameters import LEAST_TARGET_MM
from .exact import percent_change
from .fragility import Flip, Standing, nearest_flip
from .options import ScoreOptions
from .other_lesions import new_lesions, non_target_category, persists
from .patients import Lesion, Patient
from .patterns import LesionCourse, patterns
from .reasons import Said
from .results import PatientResponse, TimepointResponse
from .summary import summary
from .targets import TargetSum, target_category
from .verdicts import Findings, Follower, Verdict
from .words import CR, PD, PR, SD


@dataclass
class _Course:
    """What the visits up to now have left behind."""

    baseline: TargetSum
    nadir: TargetSum
    follower: Follower
    limits: Limits
    had_complete_response: bool = False
    had_partial_response: bool = False
    sums: LesionCourse = field(default_factory=dict)
    assessments: list[Assessment] = field(default_factory=list)


def score_sums(patient: Patient, criterion: SumCriterion, options: ScoreOptions) -> PatientResponse:
    """Return the response of one patient by a criterion of sums."""
    targets = patient.with_role("target")
    warnings = [*patient.warnings, *criterion.remarks(patient, options)]
    baseline = _sum(patient, patient.baseline, criterion, options)
    _check_baseline_sum(patient, baseline, criterion)
    warnings += _too_small_targets(baseline, criterion)
    warnings += [size.note for size in baseline.sizes.values() if size.note]
    if not targets:
        warnings.append("no target lesion: only non-target and new lesions count")
    course = _Course(baseline, baseline, criterion.follower(options), criterion.limits(options))
    course.sums[patient.baseline] = baseline
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
        patterns=patterns(patient, criterion, course.sums, timepoints, options),
    )
    start = options.treatment_start or patient.baseline
    return summary(
        empty, course.assessments, start, options, has_targets=bool(targets), words=criterion.words
    )


def _sum(patient: Patient, visit: datetime.date, criterion: SumCriterion, options: ScoreOptions) -> TargetSum:
    lesions: list[Lesion] = list(patient.with_role("target"))
    sizes = {lesion.lesion_id: criterion.size(lesion, visit, patient.baseline, options) for lesion in lesions}
    if criterion.burden is not None and visit != patient.baseline:
        for lesion in patient.with_role("new"):
            size = criterion.burden(lesion, visit, options)
            if size is not None:
                lesions.append(lesion)
                sizes[lesion.lesion_id] = size
    return TargetSum(tuple(lesions), sizes, criterion.total(options))


def _check_baseline_sum(patient: Patient, baseline: TargetSum, criterion: SumCriterion) -> None:
    for lesion_id, size in baseline.sizes.items():
        if not size.value:
            got = "none" if size.value is None else "0"
            msg = (
                f"patient {patient.patient_id}: expected a size of target lesion {lesion_id} at the baseline "
                f"visit {patient.baseline} for {criterion.title}, got {got}"
            )
            raise InputError(msg)


def _too_small_targets(baseline: TargetSum, criterion: SumCriterion) -> list[str]:
    if criterion.dimensions != 1:
        return []
    return [
        f"lesion {lesion_id}: target of {size.value.normalize():f} mm at baseline is below "
        f"{LEAST_TARGET_MM} mm: not measurable by {criterion.title} (centimeters instead of millimeters?)"
        for lesion_id, size in baseline.sizes.items()
        if size.value is not None and size.value < LEAST_TARGET_MM
    ]


def _score_visit(
    patient: Patient,
    visit: datetime.date,
    course: _Course,
    criterion: SumCriterion,
    options: ScoreOptions,
) -> TimepointResponse:
    now = _sum(patient, visit, criterion, options)
    news = new_lesions(patient, visit, criterion.new_lesion, back_date=options.back_date_new_lesions)
    non_target, non_target_text = non_target_category(patient, visit)
    target, texts = _target(patient, visit, now, course, criterion, options)
    back = ""
    if course.had_complete_response and options.reappearance_is_progression:
        target, non_target, back = _reappearance(patient, visit, now, target, non_target)
    findings = Findings(patient, visit, target, non_target, now.total, now.complete, news.names)
    verdict = course.follower.judge(findings)
    flip = _flip(findings, verdict.overall, now, course, criterion, options)
    other = _other_flip(findings, verdict.overall, now, course, criterion, options)
    said = Said(criterion, verdict, texts, non_target_text, back, news, flip, other)
    nearest = _nearest(flip, other)
    found = TimepointResponse(
        date=visit,
        target=said.word(verdict.target),
        non_target=said.word(verdict.non_target),
        new_lesions=bool(news.names),
        overall=str(said.word(verdict.overall)),
        reasons=said.reasons([size.note for size in now.sizes.values() if size.note]),
        fragile=nearest is not None and nearest.within_error,
        flip_distance=float(nearest.distance) if nearest and nearest is flip else None,
        flip_to=said.word(nearest.response) if nearest else None,
        flip_distance_hu=float(other.distance) if other else None,
        new_lesion_ids=list(news.names),
        missing_targets=now.missing,
        **_numbers(now, course, target),
    )
    if verdict.counts:
        course.assessments.append(Assessment(visit, verdict.overall))
        _remember(course, now, findings, verdict)
    course.sums[visit] = now
    return found


def _numbers(now: TargetSum, course: _Course, target: str | None) -> dict[str, Any]:
    baseline, nadir = course.baseline.total, course.nadir.total
    # A sum with lesions missing says nothing beside a whole one, unless it already proves progression.
    comparable = now.assessed and (now.complete or target == PD)
    return {
        "baseline": None if target is None else float(baseline),
        "nadir": None if target is None else float(nadir),
        "current": float(now.total) if comparable else None,
        "change_from_baseline_percent": percent_change(now.total, baseline) if comparable else None,
        "change_from_nadir_percent": percent_change(now.total, nadir) if comparable else None,
        "assessed_sum": float(now.total) if now.assessed else None,
    }


def _target(
    patient: Patient,
    visit: datetime.date,
    now: TargetSum,
    course: _Course,
    criterion: SumCriterion,
    options: ScoreOptions,
) -> tuple[str | None, list[str]]:
    """Return the category of the targets and what is said of it; the first text is that of the category."""
    if not patient.with_role("target"):
        return None, []
    baseline = course.baseline.total
    category, text = target_category(
        now,
        baseline,
        course.nadir,
        criterion,
        course.limits,
        normal_nodes_progress=options.normal_nodes_progress,
    )
    if criterion.refine is not None:
        judged = Judged(patient, visit, baseline, now.total, now.complete, category, text)
        category, text = criterion.refine(judged, options)
    if category == SD and course.had_partial_response:
        if options.sticky_pr:
            return PR, [f"{text}, no progression after a partial response"]
        return SD, [text, "a reading in which PR lasts until PD (option sticky_pr) would say PR"]
    return category, [text]


def _flip(
    findings: Findings,
    overall: str,
    now: TargetSum,
    course: _Course,
    criterion: SumCriterion,
    options: ScoreOptions,
) -> Flip | None:
    if findings.target is None or not now.assessed:
        return None
    baseline = course.baseline.total

    def overall_of(category: str, total: Decimal) -> str:
        if criterion.refine is not None and total != now.total:
            judged = Judged(findings.patient, findings.visit, baseline, total, now.complete, category, "")
            category = criterion.refine(judged, options)[0]
        return course.follower.judge(findings.with_target(category, total)).overall

    standing = Standing(
        now,
        baseline,
        course.nadir.total,
        course.limits,
        findings.target,
        criterion.dimensions,
        course.follower.turning_sums(),
    )
    return nearest_flip(standing, overall, overall_of, options)


def _other_flip(
    findings: Findings,
    overall: str,
    now: TargetSum,
    course: _Course,
    criterion: SumCriterion,
    options: ScoreOptions,
) -> Flip | None:
    """Return what a change of something beside the sizes would make of a visit."""
    if criterion.other_change is None or criterion.refine is None or not now.assessed or not findings.target:
        return None
    by_size = Standing(now, course.baseline.total, course.nadir.total, course.limits, findings.target)
    category = by_size.category(now.total)
    judged = Judged(
        findings.patient, findings.visit, course.baseline.total, now.total, now.complete, category, ""
    )
    change = criterion.other_change(judged, options)
    if change is None:
        return None
    after = criterion.refine(change.judged, options)[0]
    response = course.follower.judge(findings.with_target(after, now.total)).overall
    if response == overall:
        return None
    within = change.distance <= change.error
    return Flip(change.distance, change.larger, response, within, change.name, change.unit)


def _nearest(flip: Flip | None, other: Flip | None) -> Flip | None:
    """Return the flip that is told first: that of the sum, unless only the other one is within error."""
    if other is None or (flip is not None and (flip.within_error or not other.within_error)):
        return flip
    return other if other.within_error else flip


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
    reason = f"{', '.join([*back, *back_other])} came back after a complete response"
    return (PD if back else target), (PD if back_other else non_target), reason


def _remember(course: _Course, now: TargetSum, findings: Findings, verdict: Verdict) -> None:
    course.follower.remember(findings, verdict)
    if now.lesions and now.complete and now.total < course.nadir.total:
        course.nadir = now
    course.had_complete_response = course.had_complete_response or verdict.overall == CR
    course.had_partial_response = findings.target != PD and (
        course.had_partial_response or findings.target == PR
    )
