"""A cohort as numbers to plot: best change, change over time, and time on study."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .complications import SCALES, Complication
from .complications.scales import DEATH, grade_of
from .patient_dates import PatientDates
from .results import PatientResponse, TimepointResponse
from .words import CR, IRECIST, IRRC, PERCIST, PR

_PLAIN = {word: category for words in (IRECIST, IRRC, PERCIST) for category, word in words.items()}


def plain_word(word: str) -> str:
    """Return the category behind a word of any criterion; a word of its own stays.

    Examples
    --------
    >>> plain_word("iCPD"), plain_word("PMR"), plain_word("LR-TR Viable")
    ('PD', 'PR', 'LR-TR Viable')
    """
    return _PLAIN.get(word, word)


@dataclass(frozen=True)
class BestChange:
    """One bar of a waterfall.

    Attributes
    ----------
    patient_id : str
    change_percent : float
        The smallest change from baseline up to the first progression.
    response : str
        Best overall response.
    new_lesions : bool
        Whether a new lesion was seen up to that visit: a shrinking sum is then no response.
    """

    patient_id: str
    change_percent: float
    response: str
    new_lesions: bool


def best_changes(patients: Iterable[PatientResponse]) -> list[BestChange]:
    """Return the best change of each patient who has one, from the largest growth to the largest shrinkage.

    What comes after the first progression does not count, as it does not for the best response.
    """
    found = []
    for patient in patients:
        visits = [v for v in _counted(patient) if v.change_from_baseline_percent is not None]
        if visits:
            best = min(visits, key=lambda visit: visit.change_from_baseline_percent or 0.0)
            news = any(visit.new_lesions for visit in patient.timepoints if visit.date <= best.date)
            change = float(best.change_from_baseline_percent or 0.0)
            found.append(BestChange(patient.patient_id, change, patient.best_overall_response, news))
    return sorted(found, key=lambda one: (-one.change_percent, one.patient_id))


def _counted(patient: PatientResponse) -> Sequence[TimepointResponse]:
    end = patient.progression_date
    return [visit for visit in patient.timepoints if end is None or visit.date <= end]


@dataclass(frozen=True)
class ChangeLine:
    """One line of a spider plot.

    Attributes
    ----------
    patient_id : str
    days : tuple of int
        From the baseline, with the baseline.
    changes_percent : tuple of float
    response : str
        Best overall response.
    new_lesion_day : int, optional
        First visit with a sum at which there were new lesions.
    """

    patient_id: str
    days: tuple[int, ...]
    changes_percent: tuple[float, ...]
    response: str
    new_lesion_day: int | None = None


def change_lines(patients: Iterable[PatientResponse]) -> list[ChangeLine]:
    """Return the change from baseline over time of each patient with a sum after baseline."""
    found = []
    for patient in patients:
        start = patient.baseline_date
        known = [v for v in patient.timepoints if v.change_from_baseline_percent is not None]
        if start is None or not known:
            continue
        days = [(visit.date - start).days for visit in known]
        found.append(
            ChangeLine(
                patient.patient_id,
                (0, *days),
                (0.0, *(float(v.change_from_baseline_percent or 0.0) for v in known)),
                patient.best_overall_response,
                next((day for day, visit in zip(days, known, strict=True) if visit.new_lesions), None),
            )
        )
    return found


@dataclass(frozen=True)
class Lane:
    """One lane of a swimmer plot; all times are days from the baseline.

    Attributes
    ----------
    patient_id : str
    end_day : int
        Last day known: of death, of the last contact, or of the last visit.
    visits : tuple of (int, str)
        Day and overall response of each visit.
    response_day : int, optional
        First CR or PR.
    progression_day : int, optional
    death_day : int, optional
    censored : bool
        Alive at the last day known.
    response : str
        Best overall response.
    """

    patient_id: str
    end_day: int
    visits: tuple[tuple[int, str], ...]
    response_day: int | None
    progression_day: int | None
    death_day: int | None
    censored: bool
    response: str


def lanes(
    patients: Iterable[PatientResponse],
    dates: Mapping[str, PatientDates] | None = None,
    complications: Iterable[Complication] = (),
) -> list[Lane]:
    """Return the time on study of each patient, the longest first.

    Parameters
    ----------
    patients : iterable of PatientResponse
    dates : mapping of str to PatientDates, optional
        Death and last contact by patient.
    complications : iterable of Complication
        Where ``dates`` has no death, one with a grade of death and a date gives its day: that of the onset,
        or of the last visit, if the patient lived on to it.
    """
    died = _deaths(complications)
    found = []
    for patient in patients:
        if patient.baseline_date is not None:
            known = (dates or {}).get(patient.patient_id, PatientDates())
            death = known.death_date
            if death is None and patient.patient_id in died:
                death = max([died[patient.patient_id], *(visit.date for visit in patient.timepoints)])
            found.append(_lane(patient, patient.baseline_date, death, known.last_contact_date))
    return sorted(found, key=lambda lane: (-lane.end_day, lane.patient_id))


def _lane(
    patient: PatientResponse,
    start: datetime.date,
    death: datetime.date | None,
    last_contact: datetime.date | None,
) -> Lane:
    visits = tuple(((visit.date - start).days, visit.overall) for visit in patient.timepoints)
    last = max([0, *(day for day, _ in visits)])
    response = next((day for day, word in visits if plain_word(word) in (CR, PR)), None)
    progression = None if patient.progression_date is None else (patient.progression_date - start).days
    if death is not None:
        end = (death - start).days
    else:
        end = max(last, (last_contact - start).days if last_contact else 0)
    return Lane(
        patient.patient_id,
        max(end, 0),
        visits,
        response,
        progression,
        None if death is None else end,
        death is None,
        patient.best_overall_response,
    )


def _deaths(complications: Iterable[Complication]) -> dict[str, datetime.date]:
    found = {}
    for one in complications:
        deadly = any(grade_of(SCALES[key], word).weight == DEATH for key, word in one.grades().items())
        if deadly and one.date is not None:
            found[one.patient_id] = one.date
    return found
