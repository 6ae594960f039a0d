"""From the responses of the visits to those of the whole course."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .assessments import Assessment
from .best_overall import (
    benefit_date,
    best_confirmed_response,
    best_response,
    first_progression,
    response_date,
)
from .options import ScoreOptions
from .results import PatientResponse
from .words import published


def summary(
    patient: PatientResponse,
    assessments: Sequence[Assessment],
    start: datetime.date | None,
    options: ScoreOptions,
    *,
    has_targets: bool = True,
    words: Mapping[str, str],
) -> PatientResponse:
    """Return a patient with best overall response and dates.

    Parameters
    ----------
    patient : PatientResponse
    assessments : sequence of Assessment
        Categories of the visits that count, not yet in the words of a criterion.
    start : datetime.date, optional
        Day from which the duration of SD counts.
    options : ScoreOptions
    has_targets : bool
        Without target lesions there is no SD.
    words : mapping
        How the criterion calls the categories.
    """
    best = best_response(assessments, start, options)
    confirmed = best_confirmed_response(assessments, start, options, has_targets=has_targets)
    return replace(
        patient,
        best_overall_response=published(best.response, words),
        best_overall_response_date=best.date,
        confirmed_best_overall_response=published(confirmed.response, words),
        confirmed_best_overall_response_date=confirmed.date,
        progression_date=first_progression(assessments, options),
        objective_response_date=response_date(assessments, options, confirmed=False),
        confirmed_response_date=response_date(assessments, options, confirmed=True),
        clinical_benefit_date=benefit_date(assessments, start, options, confirmed=False),
    )
