"""The pictures of responses: of one patient, and of a cohort."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..response import LesionRow, PatientResponse, ScoreOptions, criterion_named
from ..response.cohort import best_changes, change_lines, lanes
from ..response.complications import Complication
from ..response.courses import lesion_courses, sum_course
from ..response.criterion_quantities import limits_of, sum_title
from ..response.patient_dates import PatientDates
from .pictures.chart import ChangeLimits
from .pictures.picture import Picture
from .pictures.spider import draw_lesion_spider, draw_spider
from .pictures.sum_over_time import draw_sum
from .pictures.swimmer import draw_swimmer
from .pictures.waterfall import draw_waterfall

#: The sums of each patient are drawn up to so many patients.
MOST_PATIENTS_DRAWN = 20
#: A spider or swimmer of more patients has more lines than a picture has rows.
MOST_LINES = 2000


def change_limits(criterion: str, options: ScoreOptions | None = None) -> ChangeLimits:
    """Return what is written about a change by one criterion."""
    rules = criterion_named(criterion)
    limits = limits_of(rules, options)
    if limits is None:
        return ChangeLimits(rules.title, sum_title(rules))
    partial, progression = (float(100 * (ratio - 1)) for ratio in (limits.partial, limits.progression))
    reference = "baseline" if limits.from_baseline else "nadir"
    return ChangeLimits(rules.title, sum_title(rules), partial, progression, reference)


def draw_course(
    response: PatientResponse,
    rows: Sequence[LesionRow],
    folder: Path,
    prefix: str,
    *,
    options: ScoreOptions | None = None,
    treatment_date: datetime.date | None = None,
) -> tuple[Picture, ...]:
    """Write what there is to draw of one patient and criterion: the sum, and each of several targets.

    Parameters
    ----------
    response : PatientResponse
    rows : sequence of LesionRow
        Of the same patient; empty if only the sum is to be drawn.
    folder : Path
    prefix : str
        Start of the file names; no name of a patient.
    options : ScoreOptions, optional
        Those of the score.
    treatment_date : datetime.date, optional
    """
    course = sum_course(response, options)
    pictures = []
    if len(course.measured) > 1:
        pictures.append(draw_sum(course, folder, prefix, treatment_date))
    criterion = str(response.criterion)
    by_lesion = [one for one in lesion_courses(rows, criterion, options) if len(one.days) > 1]
    if len(by_lesion) > 1:
        pictures.append(draw_lesion_spider(by_lesion, change_limits(criterion, options), folder, prefix))
    return tuple(pictures)


def draw_cohort(
    patients: Sequence[PatientResponse],
    folder: Path,
    *,
    rows: Mapping[str, Sequence[LesionRow]] | None = None,
    options: ScoreOptions | None = None,
    dates: Mapping[str, PatientDates] | None = None,
    complications: Iterable[Complication] = (),
) -> list[Picture]:
    """Write the pictures of a cohort scored by one criterion, and of each patient of a small one.

    Parameters
    ----------
    patients : sequence of PatientResponse
    folder : Path
        An existing folder.
    rows : mapping of str to sequence of LesionRow, optional
        The lesions of each patient.
    options : ScoreOptions, optional
        Those of the score.
    dates : mapping of str to PatientDates, optional
        Death, last contact and treatment by patient.
    complications : iterable of Complication
        A deadly one gives a day of death.

    Raises
    ------
    InputError
        If matplotlib is missing, with the way to install it.
    """
    if not patients or patients[0].criterion is None:
        return []
    criterion = patients[0].criterion
    limits, pictures = change_limits(criterion, options), []
    bars = best_changes(patients)
    lines = change_lines(patients) if len(patients) <= MOST_LINES else []
    if len(bars) > 1:
        pictures.append(draw_waterfall(bars, limits, folder, len(patients) - len(bars)))
    if len(lines) > 1:
        pictures.append(draw_spider(lines, limits, folder))
    swimming = lanes(patients, dates, complications) if len(patients) <= MOST_LINES else []
    if len(swimming) > 1:
        pictures.append(draw_swimmer(swimming, limits.criterion, folder))
    if len(patients) <= MOST_PATIENTS_DRAWN:
        for number, patient in enumerate(patients, start=1):
            known = (dates or {}).get(patient.patient_id, PatientDates())
            of_patient = (rows or {}).get(patient.patient_id, ())
            pictures += draw_course(
                patient, of_patient, folder, f"patient_{number:02d}", options=options,
                treatment_date=known.treatment_date,
            )  # fmt: skip
    return pictures
