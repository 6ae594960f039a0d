"""The lesions of a case over time, as rows of ``lesions.csv``."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import SimpleITK as sitk

from ..images import resample, same_grid
from ..lesions import LesionMeasurement, lesion_row, measure_lesions
from ..response import LesionRow
from .carrying import carry_forward
from .case import Case
from .findings import FollowupFindings
from .job import Job
from .lesion_identity import lesion_labels
from .pairing import main_role
from .scans import Scans, label_values

#: RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026): at most 2 targets an organ; a case has one.
MOST_TARGETS = 2
_ENHANCEMENT_PAIRS = (("ct_arterial", "ct_native"), ("arterial", "native_t1"), ("arterial", "t1"))


@dataclass
class _Course:
    """What is known while the time points are gone through."""

    labels: dict[str, sitk.Image]
    first: LesionRow
    roles: dict[int, str]
    baseline: Scans
    ablated: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class MeasuredCourse:
    """The lesions of a case.

    Attributes
    ----------
    rows : tuple of LesionRow
        One a lesion and visit, from the baseline on.
    labels : dict of str to SimpleITK.Image
        The label image of each time point that has one, by its name; label 2 is lesion 2 everywhere.
    """

    rows: tuple[LesionRow, ...]
    labels: dict[str, sitk.Image]


def measure_course(
    case: Case, scans: dict[str, Scans], followups: Sequence[FollowupFindings], job: Job
) -> MeasuredCourse:
    """Return the lesions of a case, measured at each visit.

    Parameters
    ----------
    case : Case
    scans : dict of str to Scans
        By the name of their time point.
    followups : sequence of FollowupFindings
    job : Job
        Is told of visits that cannot be used.

    Notes
    -----
    A lesion that an ablation zone has replaced has no diameter of its own: its long axis stays empty (not
    evaluable by RECIST 1.1). Its viable axis is that of the tumor outlined at the follow-up or, without one,
    of what enhances where the tumor was, carried there by the registration.
    """
    baseline = scans[case.baseline.name]
    used = _one_a_day(case, followups, job)
    labels = lesion_labels(baseline, used, job.warn)
    measured = _measure(baseline, labels[case.baseline.name])
    organ = case.baseline.organ_role or ""
    first = LesionRow(case.patient, case.baseline.date, "", organ="" if organ == "organ" else organ)
    course = _Course(labels, first, _roles(measured), baseline)
    rows = [_row(course, label, found) for label, found in sorted(measured.items())]
    for followup in used:
        rows += _visit(course, followup, job)
    return MeasuredCourse(tuple(rows), labels)


def _one_a_day(case: Case, followups: Sequence[FollowupFindings], job: Job) -> list[FollowupFindings]:
    days = {case.baseline.date}
    used = []
    for followup in followups:
        if followup.timepoint.date in days:
            name = followup.timepoint.name
            job.skip("lesion measurement", name, "an earlier scan of the same day is measured")
            continue
        days.add(followup.timepoint.date)
        used.append(followup)
    return used


def _measure(scans: Scans, labels: sitk.Image) -> dict[int, LesionMeasurement]:
    role = measured_role(scans, labels)
    arterial, native = _enhancement(scans, labels)
    # A mask of nothing but ones would be taken apart; here one label is one lesion, in pieces or not.
    shifted = sitk.Cast(labels + sitk.Cast(labels != 0, labels.GetPixelID()), sitk.sitkInt32)
    found = measure_lesions(_on(scans.images[role], labels), shifted, arterial=arterial, native=native)
    return {int(measurement.lesion_id) - 1: measurement for measurement in found}


def measured_role(scans: Scans, labels: sitk.Image) -> str:
    """Return the role of the image lesions are measured in: one on the grid of their mask, if any is."""
    same = [role for role, image in scans.images.items() if same_grid(image, labels)]
    return main_role(dict.fromkeys(same) or scans.images)


def _enhancement(scans: Scans, grid: sitk.Image) -> tuple[sitk.Image | None, sitk.Image | None]:
    for arterial, native in _ENHANCEMENT_PAIRS:
        if arterial in scans.images and native in scans.images:
            return _on(scans.images[arterial], grid), _on(scans.images[native], grid)
    return None, None


def _on(image: sitk.Image, grid: sitk.Image) -> sitk.Image:
    return image if same_grid(image, grid) else resample(image, grid)


def _roles(measured: dict[int, LesionMeasurement]) -> dict[int, str]:
    by_size = sorted(measured, key=lambda label: (-measured[label].long_axis_mm, label))
    targets = [label for label in by_size if measured[label].measurable][:MOST_TARGETS]
    return {label: "target" if label in targets else "non_target" for label in measured}


def _row(course: _Course, label: int, found: LesionMeasurement) -> LesionRow:
    first = course.first
    return lesion_row(
        found, first.patient_id, first.date, lesion_id=str(label), role=course.roles[label], organ=first.organ
    )


def _visit(course: _Course, followup: FollowupFindings, job: Job) -> list[LesionRow]:
    name = followup.timepoint.name
    course.first = replace(course.first, date=followup.timepoint.date)
    course.ablated |= _ablated(course, followup)
    measured = _measure(followup.scans, course.labels[name]) if name in course.labels else {}
    rows = []
    for label in course.roles:
        if label in course.ablated:
            rows.append(_ablated_row(course, label, followup, measured.get(label)))
            job.warn(
                f"{name}: lesion {label} was ablated: RECIST 1.1 has no rule for it and it is not evaluable"
            )
        elif label in measured:
            rows.append(_row(course, label, measured[label]))
        else:
            rows.append(_missing_row(course, label, followup, job))
    for label in sorted(set(measured) - set(course.roles)):
        course.roles[label] = "new"
        rows.append(_row(course, label, measured[label]))
    return rows


def _ablated(course: _Course, followup: FollowupFindings) -> set[int]:
    zone = followup.masks.get("ablation")
    if zone is None:
        return set()
    labels = course.labels[course.baseline.timepoint.name]
    on_grid = (
        labels if same_grid(labels, zone) else resample(labels, zone, interpolator="nearest", background=0)
    )
    inside = sitk.GetArrayViewFromImage(on_grid)[sitk.GetArrayViewFromImage(zone) != 0]
    return {int(label) for label in np.unique(inside) if label}


def _ablated_row(
    course: _Course, label: int, followup: FollowupFindings, residual: LesionMeasurement | None
) -> LesionRow:
    row = replace(course.first, lesion_id=str(label), role=course.roles[label], in_treated_field=True)
    if residual is not None:
        viable_mm = residual.viable_long_axis_mm
        return replace(row, viable_long_axis_mm=residual.long_axis_mm if viable_mm is None else viable_mm)
    found = _where_it_was(course, label, followup)
    if found is None:
        return row
    return replace(
        row,
        viable_long_axis_mm=found.viable_long_axis_mm,
        viable_short_axis_mm=found.viable_short_axis_mm,
        viable_volume_ml=found.viable_volume_ml,
    )


def _where_it_was(course: _Course, label: int, followup: FollowupFindings) -> LesionMeasurement | None:
    """Measure the place of a baseline lesion in the follow-up; ``None`` where it cannot be found."""
    labels = course.labels.get(course.baseline.timepoint.name)
    if followup.registration is None or labels is None or label not in label_values(labels):
        return None
    grid = followup.scans.images[followup.moving_role]
    place = carry_forward(sitk.Cast(labels == label, sitk.sitkUInt8), followup.registration.transform, grid)
    if not sitk.GetArrayViewFromImage(place).any():
        return None
    return _measure(followup.scans, place)[1]


def _missing_row(course: _Course, label: int, followup: FollowupFindings, job: Job) -> LesionRow:
    role, name = course.roles[label], followup.timepoint.name
    row = replace(course.first, lesion_id=str(label), role=role)
    if "tumor" in followup.scans.masks:
        return replace(row, state="absent")
    job.warn(f"{name}: no tumor mask, so lesion {label} is taken as not evaluable")
    return replace(row, state="not_evaluable")
