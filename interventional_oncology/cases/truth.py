"""What a review found beside what is true, where a digital patient lies behind the case."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from ..errors import InputError
from ..registration import field_error_mm
from ..response import PatientResponse
from .case import Case
from .findings import FollowupFindings, TruthComparison
from .scans import Scans

TRUTH_FILE, MOTION_FILE = "truth.json", "baseline_to_followup.nii.gz"


def truth_folder(case: Case) -> Path | None:
    """Return the folder ``truth`` beside the case, if it holds the truth of a digital patient."""
    folder = case.path.parent / "truth"
    return folder if (folder / TRUTH_FILE).is_file() else None


def compare_with_truth(
    folder: Path, baseline: Scans, followup: FollowupFindings, responses: Sequence[PatientResponse]
) -> TruthComparison:
    """Return the errors of registration, margin and response.

    Raises
    ------
    InputError
        If the truth cannot be read.
    """
    truth = _read(folder / TRUTH_FILE)
    return TruthComparison(
        registration_error_mm=_registration_error(folder, baseline, followup),
        minimal_margin_mm=_margin(truth.get("minimal_margin_mm"), followup),
        response=_responses(truth.get("response", {}), responses),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path}: expected the truth of a digital patient as JSON, got a file that cannot be read"
        raise InputError(msg) from error
    if not isinstance(record, dict):
        msg = f"{path}: expected a JSON object, got {type(record).__name__}"
        raise InputError(msg)
    return record


def _registration_error(folder: Path, baseline: Scans, followup: FollowupFindings) -> dict[str, float] | None:
    path, role = folder / MOTION_FILE, baseline.timepoint.organ_role
    if followup.registration is None or role is None or not path.is_file():
        return None
    organ = baseline.mask_on(role, followup.fixed)
    assert organ is not None
    return field_error_mm(followup.registration.transform, sitk.ReadImage(str(path)), organ)


def _margin(truth_mm: float | None, followup: FollowupFindings) -> dict[str, float] | None:
    margin = followup.margin
    if truth_mm is None or margin is None:
        return None
    # The truth is of the whole surface; what is judged may leave out the part at the organ's border.
    found_mm = margin.minimal_margin_whole_surface_mm
    return {"found": found_mm, "truth": truth_mm, "difference": found_mm - truth_mm}


def _responses(truth: dict[str, str], responses: Sequence[PatientResponse]) -> dict[str, dict[str, Any]]:
    compared = {}
    for response in responses:
        if response.criterion in truth and response.timepoints:
            found, expected = response.timepoints[-1].overall, truth[response.criterion]
            compared[response.criterion] = {"found": found, "truth": expected, "agrees": found == expected}
    return compared
