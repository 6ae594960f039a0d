"""The results of scoring; their fields are the keys of ``response.json``."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TimepointResponse:
    """The response at one visit after baseline.

    Attributes
    ----------
    date : datetime.date
    target, non_target : str, optional
        Category; ``None`` if the patient has no such lesions.
    new_lesions : bool
    overall : str
    baseline, nadir, current : float, optional
        Sums of the target lesions in the unit of the criterion; the nadir is the smallest complete sum before
        this visit, the baseline included; ``current`` and its changes are ``None`` if a target was not
        assessed, unless the assessed ones alone are progression: then it is their sum.
    change_from_baseline_percent, change_from_nadir_percent : float, optional
    reasons : list of str
        One sentence each, the overall response last.
    fragile : bool
        Whether measurement error alone could change ``overall``.
    flip_distance : float, optional
        The smallest change of ``assessed_sum`` that changes ``overall``, and in ``flip_to`` into what.
    new_lesion_ids, missing_targets : list of str
    assessed_sum : float, optional
        Sum of the targets that were assessed, also with some missing; ``None`` if none was.
    """

    date: datetime.date
    target: str | None
    non_target: str | None
    new_lesions: bool
    overall: str
    baseline: float | None
    nadir: float | None
    current: float | None
    change_from_baseline_percent: float | None
    change_from_nadir_percent: float | None
    reasons: list[str] = field(default_factory=list)
    fragile: bool = False
    flip_distance: float | None = None
    flip_to: str | None = None
    new_lesion_ids: list[str] = field(default_factory=list)
    missing_targets: list[str] = field(default_factory=list)
    assessed_sum: float | None = None


@dataclass(frozen=True)
class PatientResponse:
    """The responses of one patient by one criterion.

    Attributes
    ----------
    patient_id : str
    criterion : str, optional
    unit : str
        Unit of the sums.
    baseline_date : datetime.date, optional
    baseline : float, optional
        Sum of the target lesions at baseline.
    timepoints : list of TimepointResponse
        The visits after baseline, by date.
    best_overall_response, confirmed_best_overall_response : str
    best_overall_response_date, confirmed_best_overall_response_date : datetime.date, optional
    progression_date : datetime.date, optional
        First PD.
    objective_response_date, confirmed_response_date, clinical_benefit_date : datetime.date, optional
    warnings : list of str
    """

    patient_id: str
    criterion: str | None
    unit: str
    baseline_date: datetime.date | None
    baseline: float | None
    timepoints: list[TimepointResponse]
    best_overall_response: str
    confirmed_best_overall_response: str
    best_overall_response_date: datetime.date | None = None
    confirmed_best_overall_response_date: datetime.date | None = None
    progression_date: datetime.date | None = None
    objective_response_date: datetime.date | None = None
    confirmed_response_date: datetime.date | None = None
    clinical_benefit_date: datetime.date | None = None
    warnings: list[str] = field(default_factory=list)
