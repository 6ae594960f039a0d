"""Courses that a single category does not tell: pseudoprogression, dissociated and abscopal response.

There is no consensus on the last two. From memory, to be checked against the papers: dissociated response as
a lesion 30 % smaller beside one 20 % and 5 mm larger or a new one, both from baseline (variants exist), and
abscopal response as a lesion outside the treated field 30 % smaller (Golden 2015,
doi:10.1016/S1470-2045(15)00054-6). Pseudoprogression: Seymour 2017, doi:10.1016/S1470-2045(17)30074-8.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from .criterion import SumCriterion
from .exact import ZERO, amount, percent_change
from .options import ScoreOptions
from .patients import Lesion, Patient
from .results import Pattern, TimepointResponse
from .targets import TargetSum
from .words import CR, PD, PR, SD, UPD, published

_SMALLER, _LARGER, _LARGER_MM = Decimal("0.7"), Decimal("1.2"), Decimal(5)

#: The targets of each visit.
LesionCourse = dict[date, TargetSum]


def patterns(
    patient: Patient,
    criterion: SumCriterion,
    sums: Mapping[date, TargetSum],
    timepoints: Sequence[TimepointResponse],
    options: ScoreOptions,
) -> list[Pattern]:
    """Return the patterns of one patient, each dated to the visit where it was first seen."""
    found = [_pseudoprogression(criterion, timepoints, options)]
    if criterion.dimensions == 1:
        found.append(next(_dissociated(patient, sums, timepoints), None))
        found.append(next(_abscopal(patient, sums, options), None))
    return [pattern for pattern in found if pattern is not None]


def _pseudoprogression(
    criterion: SumCriterion, timepoints: Sequence[TimepointResponse], options: ScoreOptions
) -> Pattern | None:
    confirmed = published(PD, criterion.words)
    unconfirmed = published(UPD, criterion.words)
    better = (CR, PR) if options.strict_pseudoprogression else (CR, PR, SD)
    responses = {published(category, criterion.words) for category in better}
    first: TimepointResponse | None = None
    for visit in timepoints:
        if visit.overall == confirmed != unconfirmed:
            return None
        if visit.overall in (confirmed, unconfirmed):
            first = first or visit
        elif first is not None and visit.overall in responses:
            reason = f"{first.overall} on {first.date} was followed by {visit.overall} on {visit.date}"
            return Pattern("pseudoprogression", first.date, reason, list(first.new_lesion_ids))
    return None


def _dissociated(
    patient: Patient, sums: Mapping[date, TargetSum], timepoints: Sequence[TimepointResponse]
) -> Iterator[Pattern]:
    before = sums[patient.baseline].sizes
    for visit in timepoints:
        smaller, larger = [], []
        for name, size in sums[visit.date].sizes.items():
            then = before[name].value if name in before else None
            if not then or size.value is None:
                continue
            if size.value <= then * _SMALLER:
                smaller.append(name)
            elif size.value >= then * _LARGER and size.value >= then + _LARGER_MM:
                larger.append(name)
        if smaller and (larger or visit.new_lesion_ids):
            grown = [f"{', '.join(larger)} grew by 20 % and 5 mm or more"] if larger else []
            new = [f"{', '.join(visit.new_lesion_ids)} appeared"] if visit.new_lesion_ids else []
            reason = f"{', '.join(smaller)} shrank by 30 % or more while {' and '.join(grown + new)}"
            yield Pattern(
                "dissociated_response", visit.date, reason, [*smaller, *larger, *visit.new_lesion_ids]
            )


def _abscopal(patient: Patient, sums: Mapping[date, TargetSum], options: ScoreOptions) -> Iterator[Pattern]:
    outside = _untreated_targets(patient)
    if not outside:
        return
    start = options.treatment_start or patient.baseline
    reference = max((day for day in patient.visits if day <= start), default=patient.baseline)
    names = [
        lesion.lesion_id
        for lesion in outside
        if not _shrank_before(lesion.lesion_id, reference, patient, sums)
    ]
    for visit in patient.visits:
        if visit <= reference:
            continue
        for group in [names] if options.abscopal == "sum" else [[name] for name in names]:
            then, now = _total(group, reference, sums), _total(group, visit, sums)
            if then and now is not None and now <= then * _SMALLER:
                change = percent_change(now, then)
                assert change is not None
                reason = (
                    f"{', '.join(group)} outside the treated field shrank by {-change:.1f} % from "
                    f"{amount(then)} on {reference} to {amount(now)}"
                )
                yield Pattern("abscopal_response", visit, reason, group)


def _untreated_targets(patient: Patient) -> list[Lesion]:
    """Return the targets said to lie outside, of a patient who has a treated field."""
    treated, outside = False, []
    for lesion in patient.lesions:
        flags = {row.in_treated_field for row in lesion.rows.values()}
        treated = treated or True in flags
        if lesion.role == "target" and False in flags and True not in flags:
            outside.append(lesion)
    return outside if treated else []


def _shrank_before(name: str, reference: date, patient: Patient, sums: Mapping[date, TargetSum]) -> bool:
    then, now = _total([name], patient.baseline, sums), _total([name], reference, sums)
    return bool(then) and now is not None and now <= then * _SMALLER  # type: ignore[operator]


def _total(names: Sequence[str], visit: date, sums: Mapping[date, TargetSum]) -> Decimal | None:
    values = [sums[visit].sizes[name].value for name in names]
    return None if not values or None in values else sum((v for v in values if v is not None), ZERO)
