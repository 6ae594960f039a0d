"""``patients.csv``: the dates of a patient that are no visit."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .cells import Cells, read_table
from .results import PatientResponse

_DATES = ("treatment_date", "last_contact_date", "death_date")


@dataclass(frozen=True)
class PatientDates:
    """Dates of one patient; the columns of ``patients.csv``. ``None`` is not known.

    Attributes
    ----------
    treatment_date : datetime.date, optional
        Start of the treatment: from it the duration of SD and the onset of complications are counted.
    last_contact_date : datetime.date, optional
        Last day on which the patient was known to live.
    death_date : datetime.date, optional
    """

    treatment_date: datetime.date | None = None
    last_contact_date: datetime.date | None = None
    death_date: datetime.date | None = None


def read_patients_csv(path: str | Path) -> dict[str, PatientDates]:
    """Return the dates of each patient of a table with ``patient_id`` and any of the three dates.

    Raises
    ------
    InputError
        In one sentence with file, line and column: a file that is no such table, a date that is none, a
        patient twice, a death before the treatment or a contact after the death.
    """
    found: dict[str, PatientDates] = {}
    for cells in read_table(path, required=("patient_id",), optional=_DATES):
        patient = cells.name("patient_id")
        if patient in found:
            cells.refuse("patient_id", f"expected each patient once, got {patient} twice")
        found[patient] = _dates(cells)
    return found


def _dates(cells: Cells) -> PatientDates:
    treated, contact, death = (cells.optional_date(name) for name in _DATES)
    if death is not None and treated is not None and death < treated:
        cells.refuse("death_date", f"expected a day on or after the treatment of {treated}, got {death}")
    if death is not None and contact is not None and contact > death:
        cells.refuse("last_contact_date", f"expected a day up to the death of {death}, got {contact}")
    return PatientDates(treated, contact, death)


def date_conflicts(patients: Iterable[PatientResponse], dates: Mapping[str, PatientDates]) -> list[str]:
    """Return what does not fit between the visits of a cohort and its other dates, one sentence each."""
    found = []
    known = {patient.patient_id: patient for patient in patients}
    for name, of_patient in dates.items():
        if name not in known:
            found.append(f"dates of {name}, who has no response")
            continue
        visits = [known[name].baseline_date, *(visit.date for visit in known[name].timepoints)]
        last = max((day for day in visits if day is not None), default=None)
        if of_patient.death_date is not None and last is not None and last > of_patient.death_date:
            found.append(f"patient {name}: a visit on {last}, after the death of {of_patient.death_date}")
    return found
