"""``review``: the whole job, from a case to its findings."""

from collections.abc import Sequence
from pathlib import Path

from ..images.reading import split_selector
from ..progress import Progress, part, silent
from ..provenance import sha256
from ..response import PatientResponse
from ..response.complications import contradictions
from .case import Case
from .cautions import scan_cautions
from .findings import FollowupFindings, Review, ReviewOptions, TruthComparison
from .followup import compare
from .job import Job, Warn
from .lesion_course import MeasuredCourse, measure_course
from .patient_identity import date_differences
from .response_course import score_course
from .scans import Scans, read_scans
from .truth import compare_with_truth, truth_folder


def _tell_nobody(text: str) -> None:
    pass


def review(
    case: Case,
    options: ReviewOptions | None = None,
    *,
    progress: Progress = silent,
    warn: Warn = _tell_nobody,
) -> Review:
    """Do everything that the case has data for.

    Each follow-up is registered to the baseline. The organ's masks help where both time points have them;
    lesions and ablation zone of both dates are left out of the comparison. The masks of the follow-up are
    carried to the baseline, where the ablation margin is measured. Treatment zones are labeled and lesions
    measured on the images of their own time point; zones are judged beside those of the follow-up before.
    Response is scored by the criteria of the case: RECIST 1.1 and, where lesions have arterial and native
    images, mRECIST, if it names none.

    Parameters
    ----------
    case : Case
    options : ReviewOptions, optional
        Those of the case when not given.
    progress : callable
        ``progress(fraction, message)``.
    warn : callable
        ``warn(text)`` for each warning; they are also in the result.

    Returns
    -------
    Review
        What could not be done is in ``steps`` with its reason.

    Raises
    ------
    InputError
        If an image or mask cannot be read.
    """
    options = options or ReviewOptions.of_case(case)
    job = Job(progress, warn)
    for difference in date_differences(case.timepoints):
        job.warn(difference)
    scans = _read_all(case, job, part(progress, 0.0, 0.05))
    baseline = scans[case.baseline.name]
    followups = _compare_all(case, scans, options, job, part(progress, 0.05, 0.85))
    progress(0.85, "measuring lesions")
    course = _lesions(case, scans, followups, job)
    lesions = course.rows
    responses = score_course(case, lesions, job)
    for text in (text for one in case.complications for text in contradictions(one)):
        job.warn(text)
    truth = _truth(case, baseline, followups, responses, job)
    progress(1.0, "review done")
    return Review(
        case=case,
        options=options,
        baseline=baseline,
        followups=followups,
        lesions=lesions,
        lesion_labels=course.labels,
        responses=responses,
        steps=tuple(job.steps),
        warnings=tuple(job.warnings),
        inputs=input_records(case),
        truth=truth,
    )


def _read_all(case: Case, job: Job, progress: Progress) -> dict[str, Scans]:
    scans = {}
    for number, timepoint in enumerate(case.timepoints):
        progress(number / len(case.timepoints), f"reading '{timepoint.name}'")
        scans[timepoint.name] = read_scans(timepoint)
    for caution in scan_cautions(scans.values()):
        job.warn(caution)
    return scans


def _compare_all(
    case: Case, scans: dict[str, Scans], options: ReviewOptions, job: Job, progress: Progress
) -> tuple[FollowupFindings, ...]:
    if not case.followups:
        job.skip("registration", "", f"no time point after '{case.baseline.name}'")
    count = len(case.followups)
    found: list[FollowupFindings] = []
    for number, timepoint in enumerate(case.followups):
        found.append(
            compare(
                scans[case.baseline.name],
                scans[timepoint.name],
                tuple(found),
                case.treatment,
                options,
                job,
                part(progress, number / count, (number + 1) / count),
            )
        )
    return tuple(found)


def _lesions(
    case: Case, scans: dict[str, Scans], followups: Sequence[FollowupFindings], job: Job
) -> MeasuredCourse:
    nothing = MeasuredCourse((), {})
    if "tumor" not in case.baseline.masks:
        job.skip("lesion measurement", "", f"no tumor mask at '{case.baseline.name}'")
        return nothing
    found = job.run("lesion measurement", "", lambda: measure_course(case, scans, followups, job))
    return found or nothing


def _truth(
    case: Case,
    baseline: Scans,
    followups: Sequence[FollowupFindings],
    responses: Sequence[PatientResponse],
    job: Job,
) -> TruthComparison | None:
    folder = truth_folder(case)
    if folder is None or not followups:
        return None
    return job.run(
        "comparison with truth", "", lambda: compare_with_truth(folder, baseline, followups[-1], responses)
    )


def input_records(case: Case) -> tuple[dict[str, str], ...]:
    """Return ``path`` (as the case writes it, relative to its file) and ``sha256`` of each input."""
    hashes: dict[Path, str] = {}
    records = [{"path": case.path.name, "sha256": sha256(case.path)}]
    for timepoint in case.timepoints:
        for argument in (*timepoint.images.values(), *timepoint.masks.values()):
            path, _ = split_selector(argument)
            if path not in hashes:
                hashes[path] = sha256(path)
            records.append({"path": _relative(argument, case.path.parent), "sha256": hashes[path]})
    return tuple(records)


def _relative(argument: str, folder: Path) -> str:
    try:
        return Path(argument).relative_to(folder).as_posix()
    except ValueError:
        return argument
