"""One complication of one patient."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...errors import InputError
from .scales import SCALES, grade_named, grade_of

#: Fields of :class:`Complication` that hold a grade.
GRADE_FIELDS = tuple(SCALES)


@dataclass(frozen=True)
class Complication:
    """What happened, when, and how bad it was; the keys of ``complications`` in results.

    Attributes
    ----------
    patient_id, term : str
        The term in words, of CTCAE where there is one.
    date : datetime.date, optional
        Day of its onset.
    onset_days : int, optional
        Days from the treatment to it.
    ctcae, clavien_dindo, cirse, sir : str
        Grades as published; empty where it was not graded by that scale.
    note : str
    """

    patient_id: str
    term: str
    date: datetime.date | None = None
    onset_days: int | None = None
    ctcae: str = ""
    clavien_dindo: str = ""
    cirse: str = ""
    sir: str = ""
    note: str = ""

    def grades(self) -> dict[str, str]:
        """Return the grades that are given, by scale."""
        return {key: getattr(self, key) for key in GRADE_FIELDS if getattr(self, key)}

    def words(self) -> str:
        """Return it in one line.

        Examples
        --------
        >>> Complication("P1", "hepatic hemorrhage", onset_days=3, ctcae="3", cirse="3").words()
        'hepatic hemorrhage, day 3: CTCAE v5 3, CIRSE 2017 3'
        """
        when = f", day {self.onset_days}" if self.onset_days is not None else ""
        grades = ", ".join(f"{SCALES[key].title} {grade}" for key, grade in self.grades().items())
        return f"{self.term}{when}: {grades}"


def complication(
    patient_id: str,
    term: str,
    grades: Mapping[str, str],
    *,
    date: datetime.date | None = None,
    onset_days: int | None = None,
    treatment_date: datetime.date | None = None,
    note: str = "",
) -> Complication:
    """Return a checked complication; its onset is counted from the treatment where both dates are known.

    Raises
    ------
    InputError
        For an empty term, a complication without any grade, an unknown scale or grade, an onset before
        the treatment, or one that contradicts the dates.
    """
    if not term.strip():
        msg = "expected the term of a complication such as hepatic hemorrhage, got none"
        raise InputError(msg)
    unknown = [key for key in grades if key not in SCALES]
    if unknown:
        msg = f"expected scales of {', '.join(SCALES)}, got {unknown[0]!r}"
        raise InputError(msg)
    read = {key: grade_named(SCALES[key], text) for key, text in grades.items() if text.strip()}
    if not read:
        msg = f"expected a grade of {term.strip()} by at least one of {', '.join(SCALES)}, got none"
        raise InputError(msg)
    days = _onset(term.strip(), date, onset_days, treatment_date)
    return Complication(patient_id, term.strip(), date, days, **read, note=note.strip())


def _onset(
    term: str, date: datetime.date | None, onset_days: int | None, treatment_date: datetime.date | None
) -> int | None:
    if onset_days is not None and onset_days < 0:
        msg = f"expected an onset of {term} 0 or more days after the treatment, got {onset_days}"
        raise InputError(msg)
    if date is None or treatment_date is None:
        return onset_days
    counted = (date - treatment_date).days
    if counted < 0:
        msg = f"expected {term} on or after the treatment of {treatment_date}, got {date}"
        raise InputError(msg)
    if onset_days is not None and onset_days != counted:
        msg = (
            f"expected an onset of {term} that fits its date {date} and the treatment of {treatment_date}: "
            f"{counted} days, got {onset_days}"
        )
        raise InputError(msg)
    return counted


def worst_grades(complications: Iterable[Complication]) -> dict[str, str]:
    """Return the worst grade by each scale that any of them was graded by.

    Examples
    --------
    >>> worst_grades([Complication("P", "fever", ctcae="1"), Complication("P", "abscess", ctcae="3")])
    {'ctcae': '3'}
    """
    found: dict[str, str] = {}
    for one in complications:
        for key, word in one.grades().items():
            if key not in found or _rank(key, word) > _rank(key, found[key]):
                found[key] = word
    return {key: found[key] for key in GRADE_FIELDS if key in found}


def _rank(key: str, word: str) -> tuple[int, int]:
    # A suffix makes it no other grade, but says more.
    scale = SCALES[key]
    return scale.grades.index(grade_of(scale, word)), len(word)
