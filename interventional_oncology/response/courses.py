"""The course of one patient as numbers to plot: sums with their limits, and each lesion by itself."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .criteria import criterion_named
from .criterion import SumCriterion
from .criterion_quantities import limits_of, sum_title
from .exact import exact, percent_change
from .options import ScoreOptions, make_options
from .patients import group_patients
from .results import PatientResponse
from .table import LesionRow


@dataclass(frozen=True)
class CoursePoint:
    """One visit of a course.

    Attributes
    ----------
    date : datetime.date
    day : int
        Days from the baseline.
    total : float, optional
        ``None`` where it could not be evaluated.
    progression : float, optional
        The sum at which this visit would have been progression; ``None`` where nothing is compared.
    response : str
        Overall response; empty at baseline.
    new_lesions : bool
    """

    date: datetime.date
    day: int
    total: float | None
    progression: float | None = None
    response: str = ""
    new_lesions: bool = False


@dataclass(frozen=True)
class SumCourse:
    """The sums of one patient by one criterion.

    Attributes
    ----------
    criterion, title, unit : str
        Titles of the criterion and of what it follows.
    points : tuple of CoursePoint
        By date, the baseline first.
    partial : float, optional
        The sum up to which a response is partial.
    """

    criterion: str
    title: str
    unit: str
    points: tuple[CoursePoint, ...]
    partial: float | None = None

    @property
    def measured(self) -> tuple[CoursePoint, ...]:
        """The points with a sum."""
        return tuple(point for point in self.points if point.total is not None)

    @property
    def nadir(self) -> CoursePoint | None:
        """The first point with the smallest sum, if there is any."""
        return min(self.measured, key=lambda point: point.total or 0.0, default=None)


def sum_course(response: PatientResponse, options: ScoreOptions | None = None) -> SumCourse:
    """Return the sums of a patient with the limits between the categories.

    Parameters
    ----------
    response : PatientResponse
        Scored by a criterion, with a baseline.
    options : ScoreOptions, optional
        Those of the score; the defaults of its criterion if absent.
    """
    rules = criterion_named(str(response.criterion))
    limits = limits_of(rules, options)
    start = response.baseline_date or datetime.date.min
    points = [CoursePoint(start, 0, response.baseline)]
    for visit in response.timepoints:
        progression = None
        if limits is not None and visit.nadir is not None and visit.baseline is not None:
            reference = visit.baseline if limits.from_baseline else visit.nadir
            progression = float(limits.progression_sum(exact(reference)))
        points.append(
            CoursePoint(
                visit.date,
                (visit.date - start).days,
                visit.current,
                progression,
                visit.overall,
                visit.new_lesions,
            )
        )
    partial = None
    if limits is not None and response.baseline is not None:
        partial = float(limits.partial_sum(exact(response.baseline)))
    return SumCourse(rules.title, sum_title(rules), rules.unit, tuple(points), partial)


@dataclass(frozen=True)
class LesionCourse:
    """The change of one target lesion.

    Attributes
    ----------
    lesion_id : str
    days : tuple of int
        From the baseline, with the baseline.
    changes_percent : tuple of float
        From its size at baseline; only visits at which it was assessed.
    """

    lesion_id: str
    days: tuple[int, ...]
    changes_percent: tuple[float, ...]


def lesion_courses(
    rows: Sequence[LesionRow], criterion: str, options: ScoreOptions | None = None
) -> list[LesionCourse]:
    """Return the change of each target lesion of one patient, in the size that a criterion sums.

    Parameters
    ----------
    rows : sequence of LesionRow
        Of one patient.
    criterion : str
        One that sums; for any other the list is empty.
    options : ScoreOptions, optional
    """
    rules = criterion_named(criterion)
    if not isinstance(rules, SumCriterion) or not rows:
        return []
    chosen = options or make_options({}, rules.defaults)
    (patient,) = group_patients(rows)
    found = []
    for lesion in patient.with_role("target"):
        sizes: list[tuple[int, Decimal]] = []
        for visit in patient.visits:
            value = rules.size(lesion, visit, patient.baseline, chosen).value
            if value is not None:
                sizes.append(((visit - patient.baseline).days, value))
        changes = [percent_change(value, sizes[0][1]) for _day, value in sizes]
        if sizes and sizes[0][0] == 0 and None not in changes:
            days = tuple(day for day, _value in sizes)
            found.append(LesionCourse(lesion.lesion_id, days, tuple(float(c or 0.0) for c in changes)))
    return found
