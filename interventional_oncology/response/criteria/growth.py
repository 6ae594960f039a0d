"""Growth: RECIST 1.1 from the start of treatment on, with growth rates and hyperprogression.

Tumor growth rate: Ferte 2014, doi:10.1158/1078-0432.CCR-13-2098; definitions of hyperprogression:
:mod:`~..hyperprogression`. The baseline is the last visit on or before ``treatment_start``; without that
option it is the second of three visits or more, and the first of two. New lesions are not in the sums.

From memory, to be checked against the papers: that the progression pace of Kato is that of the sum of
diameters, and that Lo Russo counts new lesions by the organs named in the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ...errors import InputError
from ..criterion import Criterion
from ..growth_rates import growth, months_between
from ..hyperprogression import Course, hyperprogression, verdict_text
from ..options import ScoreOptions
from ..patients import Patient
from ..results import Growth, PatientResponse, TimepointResponse
from ..sums import score_sums
from ..targets import TargetSum
from ..words import PD
from . import recist_1_1

#: A shorter time before the baseline makes the rate unsure.
_LEAST_REFERENCE_DAYS = 14


@dataclass(frozen=True)
class GrowthCriterion(Criterion):
    """Growth rates beside the categories of RECIST 1.1."""


def score_growth(patient: Patient, criterion: GrowthCriterion, options: ScoreOptions) -> PatientResponse:
    """Return the response of one patient from the start of treatment on, with the growth at each visit."""
    number = _baseline_number(patient, options)
    later = _from_visit(patient, number)
    found = score_sums(later, recist_1_1.CRITERION, replace(options, treatment_start=None))
    before = _sum_before(patient, number, options)
    warnings = list(found.warnings)
    if options.treatment_start is None and number:
        warnings.append(f"no option treatment_start: {later.baseline} is taken as the baseline")
    if before is None:
        warnings.append("no scan before the baseline: growth before treatment is not known")
    elif (later.baseline - before[0]).days < _LEAST_REFERENCE_DAYS:
        days = (later.baseline - before[0]).days
        warnings.append(
            f"only {days} days of growth before the baseline: below {_LEAST_REFERENCE_DAYS}, unsure"
        )
    timepoints = [
        _with_growth(later, visit, before, found.baseline, options, first=n == 0)
        for n, visit in enumerate(found.timepoints)
    ]
    return replace(found, criterion=criterion.name, timepoints=timepoints, warnings=warnings)


def _baseline_number(patient: Patient, options: ScoreOptions) -> int:
    start = options.treatment_start
    if start is None:
        return 1 if len(patient.visits) > 2 else 0
    number = sum(day <= start for day in patient.visits) - 1
    if number < 0:
        msg = (
            f"patient {patient.patient_id}: expected a visit on or before the treatment_start {start}, "
            f"got the first on {patient.baseline}"
        )
        raise InputError(msg)
    return number


def _from_visit(patient: Patient, number: int) -> Patient:
    visits = patient.visits[number:]
    for lesion in patient.with_role("new"):
        if min(lesion.rows) <= visits[0]:
            msg = (
                f"patient {patient.patient_id}: expected new lesion {lesion.lesion_id} after the baseline "
                f"visit {visits[0]}, got it on {min(lesion.rows)}"
            )
            raise InputError(msg)
    return replace(patient, visits=visits)


def _sum_before(patient: Patient, number: int, options: ScoreOptions) -> tuple[date, float] | None:
    if number == 0:
        return None
    day = patient.visits[number - 1]
    targets = patient.with_role("target")
    sizes = {t.lesion_id: recist_1_1.recist_size(t, day, patient.baseline, options) for t in targets}
    found = TargetSum(targets, sizes)
    return (day, float(found.total)) if found.complete and found.total else None


def _with_growth(
    patient: Patient,
    visit: TimepointResponse,
    before: tuple[date, float] | None,
    baseline_mm: float | None,
    options: ScoreOptions,
    *,
    first: bool,
) -> TimepointResponse:
    if visit.missing_targets or visit.current is None or not baseline_mm:
        return visit
    found = growth(before, (patient.baseline, baseline_mm), (visit.date, visit.current))
    reasons = [_rates(found)]
    if first:
        found = replace(found, hyperprogression=hyperprogression(_course(patient, visit, found, options)))
        reasons.append(verdict_text(found.hyperprogression))
    return replace(visit, growth=found, reasons=[*visit.reasons[:-1], *reasons, visit.reasons[-1]])


def _rates(found: Growth) -> str:
    text = (
        f"growth of {found.tgr_percent_per_month:.1f} % of volume and {found.tgk_mm_per_month:.1f} mm of sum "
        f"a month in {found.months:.1f} months"
    )
    if found.tgr_reference_percent_per_month is None:
        return text
    return (
        f"{text}, before treatment {found.tgr_reference_percent_per_month:.1f} % and "
        f"{found.tgk_reference_mm_per_month:.1f} mm"
    )


def _course(patient: Patient, visit: TimepointResponse, found: Growth, options: ScoreOptions) -> Course:
    start = options.treatment_start or patient.baseline
    failure = options.treatment_failure_date
    several, other = _new_organs(patient, visit.new_lesion_ids)
    return Course(
        found,
        visit.overall == PD,
        float(visit.change_from_baseline_percent or 0.0),
        None if failure is None else months_between(start, failure),
        options.ecog,
        several,
        other,
    )


def _new_organs(patient: Patient, names: Sequence[str]) -> tuple[int | None, bool | None]:
    """Return how many new lesions lie in organs that had some, and whether any lies in another."""
    involved = {lesion.organ.lower() for lesion in patient.lesions if lesion.role != "new"}
    organs = [lesion.organ.lower() for lesion in patient.lesions if lesion.lesion_id in names]
    if organs and ("" in organs or "" in involved):
        return None, None
    return sum(organ in involved for organ in organs), any(organ not in involved for organ in organs)


CRITERION = GrowthCriterion(
    name="growth",
    title="Tumor growth",
    reference="Ferte 2014, doi:10.1158/1078-0432.CCR-13-2098",
    unit="mm",
    options=("treatment_failure_date", "ecog", "five_mm_rule", "treated_targets"),
)
