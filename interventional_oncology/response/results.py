"""The results of scoring; their fields are the keys of ``response.json``."""

import datetime
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Growth:
    """How fast the targets grew before treatment (reference) and since its start.

    Attributes
    ----------
    reference_months, months : float, optional
        Lengths of the two periods; months of 365.25 / 12 days.
    tgr_reference_percent_per_month, tgr_percent_per_month : float, optional
        Tumor growth rates, of the volume of spheres of these diameters.
    tgr_difference, tgr_ratio : float, optional
        Points between them, and the later over the earlier; no ratio to a rate of 0 or less.
    tgk_reference_mm_per_month, tgk_mm_per_month, tgk_ratio : float, optional
        Tumor growth kinetics, of the sum of the diameters.
    hyperprogression : dict of str to bool
        By each definition; ``None`` where what it asks for is not known.
    """

    reference_months: float | None
    months: float
    tgr_reference_percent_per_month: float | None
    tgr_percent_per_month: float
    tgr_difference: float | None
    tgr_ratio: float | None
    tgk_reference_mm_per_month: float | None
    tgk_mm_per_month: float
    tgk_ratio: float | None
    hyperprogression: dict[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Pattern:
    """A course that is not that of response, stability or progression alone.

    Attributes
    ----------
    name : str
        ``"pseudoprogression"``, ``"dissociated_response"`` or ``"abscopal_response"``.
    date : datetime.date
        Visit at which it was first seen.
    reason : str
        One sentence with the numbers.
    lesions : list of str
    """

    name: str
    date: datetime.date
    reason: str
    lesions: list[str] = field(default_factory=list)


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
        The smallest change of ``assessed_sum`` that changes ``overall``, and in ``flip_to`` into what. Where
        only an error of the attenuation reaches so far, ``flip_to`` is what that would make of it.
    new_lesion_ids, missing_targets : list of str
    assessed_sum : float, optional
        Sum of the targets that were assessed, also with some missing; ``None`` if none was.
    lesion_responses : dict of str to str
        Category of each lesion, of criteria that grade lesions one by one.
    growth : Growth, optional
        Growth rates, of the criterion ``growth``.
    flip_distance_hu : float, optional
        The smallest change of the mean attenuation that changes ``overall``, of Choi and its modification.
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
    lesion_responses: dict[str, str] = field(default_factory=dict)
    growth: Growth | None = None
    flip_distance_hu: float | None = None


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
        First PD; of iRECIST the unconfirmed progression that was confirmed.
    objective_response_date, confirmed_response_date, clinical_benefit_date : datetime.date, optional
    warnings : list of str
    patterns : list of Pattern
        Pseudoprogression, dissociated and abscopal response; known only in retrospect.
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
    patterns: list[Pattern] = field(default_factory=list)
