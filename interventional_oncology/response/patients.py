"""Rows become patients: lesions followed over visits, with what does not fit refused or warned about."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn

from ..errors import InputError
from .table import LesionRow

#: RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026): at most five targets, two an organ.
MOST_TARGETS, MOST_TARGETS_PER_ORGAN = 5, 2
#: All lymph nodes count as one organ (EORTC).
_NODES = "lymph nodes"


@dataclass(frozen=True)
class Lesion:
    """One lesion of one patient and its rows by date."""

    lesion_id: str
    role: str
    organ: str
    is_node: bool
    rows: dict[datetime.date, LesionRow]


@dataclass(frozen=True)
class Patient:
    """One patient: the visits in order, the lesions, and what is unusual about them."""

    patient_id: str
    visits: tuple[datetime.date, ...]
    lesions: tuple[Lesion, ...]
    warnings: list[str] = field(default_factory=list)

    @property
    def baseline(self) -> datetime.date:
        """The first visit."""
        return self.visits[0]

    def with_role(self, role: str) -> tuple[Lesion, ...]:
        """Return the lesions of one role."""
        return self._by_role.get(role, ())

    @cached_property
    def _by_role(self) -> dict[str, tuple[Lesion, ...]]:
        roles = {lesion.role for lesion in self.lesions}
        return {role: tuple(lesion for lesion in self.lesions if lesion.role == role) for role in roles}


def group_patients(rows: Iterable[LesionRow]) -> list[Patient]:
    """Return the patients of a lesion table, in the order of their first row; rows may be in any order.

    Raises
    ------
    InputError
        If a lesion has two rows on one day, changes its role, organ or node flag, or a target lesion has no
        row at the baseline visit.
    """
    by_patient: dict[str, list[LesionRow]] = {}
    for row in rows:
        by_patient.setdefault(row.patient_id, []).append(row)
    return [_patient(patient_id, found) for patient_id, found in by_patient.items()]


def _patient(patient_id: str, rows: list[LesionRow]) -> Patient:
    visits = tuple(sorted({row.date for row in rows}))
    by_lesion: dict[str, list[LesionRow]] = {}
    for row in rows:
        by_lesion.setdefault(row.lesion_id, []).append(row)
    # Sorted, so that the order of the rows cannot matter.
    lesions = tuple(_lesion(patient_id, by_lesion[lesion_id]) for lesion_id in sorted(by_lesion))
    patient = Patient(patient_id, visits, lesions)
    _check_baseline(patient)
    _check_targets(patient)
    return patient


def _lesion(patient_id: str, rows: list[LesionRow]) -> Lesion:
    rows = sorted(rows, key=lambda row: row.date)
    first = rows[0]
    by_date: dict[datetime.date, LesionRow] = {}
    named = next((row for row in rows if row.organ), first)
    flagged = next((row for row in rows if row.is_node is not None), first)
    for row in rows:
        if row.date in by_date:
            msg = f"patient {patient_id}: expected lesion {row.lesion_id} once on {row.date}, got it twice"
            raise InputError(msg)
        by_date[row.date] = row
        if row.role != first.role:
            _refuse_change(first, row, "to keep its role", first.role, row.role)
        if row.is_node is not None and row.is_node != flagged.is_node:
            words = [str(bool(one.is_node)).lower() for one in (flagged, row)]
            _refuse_change(flagged, row, "to be a lymph node at all visits or at none (is_node)", *words)
        if row.organ and row.organ.lower() != named.organ.lower():
            wanted = "in one organ at all visits, a lesion elsewhere under another lesion_id"
            _refuse_change(named, row, wanted, named.organ, row.organ)
    return Lesion(first.lesion_id, first.role, named.organ, bool(flagged.is_node), by_date)


def _refuse_change(first: LesionRow, row: LesionRow, wanted: str, was: str, now: str) -> NoReturn:
    msg = (
        f"patient {row.patient_id}: expected lesion {row.lesion_id} {wanted}, "
        f"got {was} on {first.date} and {now} on {row.date}"
    )
    raise InputError(msg)


def _check_baseline(patient: Patient) -> None:
    for lesion in patient.with_role("target"):
        if patient.baseline not in lesion.rows:
            msg = (
                f"patient {patient.patient_id}: expected target lesion {lesion.lesion_id} at "
                f"the baseline visit {patient.baseline}, the first of all, got it first on "
                f"{min(lesion.rows)}; what appears later has the role new"
            )
            raise InputError(msg)
    for lesion in patient.with_role("new"):
        if patient.baseline in lesion.rows:
            msg = (
                f"patient {patient.patient_id}: expected new lesion {lesion.lesion_id} after the baseline "
                f"visit {patient.baseline}, got it there; the first visit is the baseline: is it missing?"
            )
            raise InputError(msg)
    for lesion in patient.with_role("non_target"):
        if patient.baseline not in lesion.rows:
            patient.warnings.append(
                f"non-target lesion {lesion.lesion_id} is first listed on {min(lesion.rows)}; "
                "if it was not there at baseline, its role is new"
            )


def _check_targets(patient: Patient) -> None:
    targets = patient.with_role("target")
    if len(targets) > MOST_TARGETS:
        patient.warnings.append(
            f"{len(targets)} target lesions, RECIST takes at most {MOST_TARGETS}; all are summed"
        )
    organs = Counter(_NODES if lesion.is_node else lesion.organ.lower() for lesion in targets)
    for organ, count in sorted(organs.items()):
        if organ and count > MOST_TARGETS_PER_ORGAN:
            patient.warnings.append(
                f"{count} target lesions in {organ}, RECIST takes at most {MOST_TARGETS_PER_ORGAN} an organ; "
                "all are summed"
            )
    for lesion in targets:
        if "node" in lesion.organ.lower() and not lesion.is_node:
            patient.warnings.append(
                f"lesion {lesion.lesion_id} is in {lesion.organ} without is_node: its long axis is summed"
            )
