"""The engine of criteria that grade each lesion by itself; the worst grade is that of the visit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from .assessments import Assessment
from .criterion import Criterion
from .fragility import Flip, flip_reason
from .options import ScoreOptions
from .patients import Lesion, Patient
from .results import PatientResponse, TimepointResponse
from .words import MISSING, NE


@dataclass(frozen=True)
class Grade:
    """The grade of one lesion at one visit.

    Attributes
    ----------
    category : str
    text : str
        Why, without the category.
    size : float, optional
        What is reported beside the grade, in the unit of the criterion.
    flip : Flip, optional
        The nearest other grade.
    """

    category: str
    text: str
    size: float | None = None
    flip: Flip | None = None


@dataclass(frozen=True)
class GradedCriterion(Criterion):
    """A criterion that grades each lesion by itself.

    Attributes
    ----------
    best_first : tuple of str
        The grades in their order.
    grade : callable
        ``grade(lesion, visit, patient, options)`` gives the :class:`Grade` of a lesion that is not new.
    with_new : str
        Grade of a visit with a new lesion; empty if new lesions are not the matter of the criterion.
    new_lesion : callable
        As of a criterion of sums.
    unjudged : str
        Grade of a lesion that cannot be judged.
    size_name : str
        What the size of a grade is.
    """

    best_first: tuple[str, ...]
    grade: Callable[[Lesion, date, Patient, ScoreOptions], Grade]
    new_lesion: Callable[[Lesion, date], tuple[str, str]]
    with_new: str = ""
    unjudged: str = NE
    size_name: str = "size"

    def worst(self, categories: list[str]) -> str:
        """Return the worst of some grades."""
        return max(categories, key=self.best_first.index, default=self.unjudged)


def score_grades(patient: Patient, criterion: GradedCriterion, options: ScoreOptions) -> PatientResponse:
    """Return the response of one patient, lesion by lesion."""
    warnings = [*patient.warnings, *criterion.remarks(patient, options)]
    if len(patient.visits) == 1:
        warnings.append(f"only one visit, {patient.baseline}: nothing to compare")
    first = _largest(_grades(patient, patient.baseline, criterion, options))
    timepoints = [_score_visit(patient, visit, first, criterion, options) for visit in patient.visits[1:]]
    best = min(
        (Assessment(visit.date, visit.overall) for visit in timepoints),
        key=lambda a: (criterion.best_first.index(a.response), a.date),
        default=None,
    )
    word, day = (best.response, best.date) if best else (MISSING, None)
    return PatientResponse(
        patient.patient_id,
        criterion.name,
        criterion.unit,
        patient.baseline,
        first,
        timepoints,
        word,
        word,
        best_overall_response_date=day,
        confirmed_best_overall_response_date=day,
        warnings=warnings,
    )


def _grades(
    patient: Patient, visit: date, criterion: GradedCriterion, options: ScoreOptions
) -> dict[str, Grade]:
    return {
        lesion.lesion_id: criterion.grade(lesion, visit, patient, options)
        for lesion in patient.lesions
        if lesion.role != "new"
    }


def _score_visit(
    patient: Patient, visit: date, first: float | None, criterion: GradedCriterion, options: ScoreOptions
) -> TimepointResponse:
    grades = _grades(patient, visit, criterion, options)
    new = [
        lesion.lesion_id
        for lesion in patient.with_role("new")
        if criterion.new_lesion(lesion, visit)[0] == "definite"
    ]
    added = [criterion.with_new] if new and criterion.with_new else []
    overall = criterion.worst([*(grade.category for grade in grades.values()), *added])
    flip = _flip(grades, added, overall, criterion)
    roles = {
        role: [lesion.lesion_id for lesion in patient.with_role(role)] for role in ("target", "non_target")
    }
    of_role = {
        role: criterion.worst([grades[name].category for name in names]) if names else None
        for role, names in roles.items()
    }
    reasons = [f"{name}: {grade.text}: {grade.category}" for name, grade in grades.items()]
    if new:
        reasons.append(
            f"new lesions {', '.join(new)}: {criterion.with_new or 'not graded by this criterion'}"
        )
    if flip is not None and flip.within_error:
        reasons.append(flip_reason(flip, "", flip.response, criterion.unit, criterion.size_name))
    reasons.append(f"the worst of {len(grades)} lesions: overall {overall}")
    return TimepointResponse(
        date=visit,
        target=of_role["target"],
        non_target=of_role["non_target"],
        new_lesions=bool(new),
        overall=overall,
        baseline=first,
        nadir=None,
        current=_largest(grades),
        change_from_baseline_percent=None,
        change_from_nadir_percent=None,
        reasons=reasons,
        fragile=flip is not None and flip.within_error,
        flip_distance=float(flip.distance) if flip else None,
        flip_to=flip.response if flip else None,
        new_lesion_ids=new,
        missing_targets=[name for name in roles["target"] if grades[name].category == criterion.unjudged],
        lesion_responses={name: grade.category for name, grade in grades.items()},
    )


def _largest(grades: Mapping[str, Grade]) -> float | None:
    return max((grade.size for grade in grades.values() if grade.size is not None), default=None)


def _flip(
    grades: Mapping[str, Grade], added: list[str], overall: str, criterion: GradedCriterion
) -> Flip | None:
    """Return the smallest change of one lesion that changes the worst grade."""
    found = []
    for name, grade in grades.items():
        if grade.flip is not None:
            others = [other.category for key, other in grades.items() if key != name]
            after = criterion.worst([*others, grade.flip.response, *added])
            if after != overall:
                found.append(replace(grade.flip, response=after))
    return min(found, key=lambda flip: (not flip.within_error, flip.distance), default=None)
