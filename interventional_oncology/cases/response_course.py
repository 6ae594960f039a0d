"""The response of a case by each criterion it names."""

from collections.abc import Sequence
from typing import Any

from ..response import LesionRow, PatientResponse, score
from .case import Case
from .job import Job

#: Treatment kinds of a case that LI-RADS knows by another name or, with the same one, has a core for.
_LIRADS_TREATMENTS = {
    "microwave": "MWA",
    "radiofrequency": "RFA",
    "cryo": "cryo",
    "ire": "nonradiation",
    "laser": "thermal",
    "hifu": "thermal",
    "ethanol": "PEA",
    "tace": "TACE",
    "tae": "TAE",
    "tare": "TARE",
    "sbrt": "SBRT",
    "resection": "resection",
}
_VIABLE = ("mrecist", "easl", "lirads-tr-2018", "lirads-tr-2024")


def score_course(case: Case, lesions: Sequence[LesionRow], job: Job) -> tuple[PatientResponse, ...]:
    """Return the response by each criterion of the case that the lesions have data for.

    What cannot be scored becomes a step that was not done, with its reason.
    """
    responses = []
    for criterion in case.plan.criteria:
        name = f"response by {criterion}"
        lacking = _lacks(lesions, criterion)
        if lacking:
            job.skip(name, "", lacking)
            continue
        options = scoring_options(case, criterion)
        found = job.run(name, "", lambda name=criterion, given=options: score(lesions, name, **given)[0])  # type: ignore[misc]
        if found is not None:
            responses.append(found)
            _warn(found, criterion, job)
    return tuple(responses)


def scoring_options(case: Case, criterion: str) -> dict[str, Any]:
    """Return the options of a criterion: those that follow from the treatment, and over them those given."""
    options: dict[str, Any] = {}
    if case.treatment is not None:
        if criterion == "growth":
            options["treatment_start"] = case.treatment.date
        if criterion == "lirads-tr-2024" and case.treatment.kind in _LIRADS_TREATMENTS:
            options["treatment"] = _LIRADS_TREATMENTS[case.treatment.kind]
    return options | dict(case.plan.options)


def _warn(response: PatientResponse, criterion: str, job: Job) -> None:
    for warning in response.warnings:
        job.warn(f"{criterion}: {warning}")
    for visit in response.timepoints:
        if visit.fragile:
            job.warn(f"{criterion} on {visit.date}: measurement error alone could make it {visit.flip_to}")


def _lacks(lesions: Sequence[LesionRow], criterion: str) -> str:
    if not lesions:
        return "no lesion was measured"
    if len({row.date for row in lesions}) < 2:
        return "lesions of one date only"
    if criterion in _VIABLE and not any(row.viable_long_axis_mm is not None for row in lesions):
        return "no arterial and native images of the lesions"
    return ""
