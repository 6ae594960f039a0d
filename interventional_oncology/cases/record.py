"""The keys of ``results.json``."""

from typing import Any

from ..response import LesionRow, PatientResponse
from ..response.complications import Complication
from ..serialization import json_ready
from .case import Timepoint
from .findings import FollowupFindings, Review


def review_record(review: Review) -> dict[str, Any]:
    """Return a review as plain JSON types; ``truth_comparison`` comes last.

    Transforms, surfaces and images are not part of it: they are files beside it.
    """
    case = review.case
    treatment = case.treatment
    return {
        "patient": case.patient,
        "treatment": None
        if treatment is None
        else {"kind": treatment.kind, "date": treatment.date.isoformat()},
        "timepoints": [_timepoint(timepoint) for timepoint in case.timepoints],
        "baseline": case.baseline.name,
        "comparisons": [_comparison(found) for found in review.followups],
        "lesions": [_lesion(row) for row in review.lesions],
        "responses": [_response(response) for response in review.responses],
        "complications": [_complication(one) for one in case.complications],
        "steps": json_ready(review.steps),
        "truth_comparison": json_ready(review.truth),
    }


def _timepoint(timepoint: Timepoint) -> dict[str, Any]:
    return {
        "name": timepoint.name,
        "date": timepoint.date.isoformat(),
        "images": list(timepoint.images),
        "masks": list(timepoint.masks),
    }


def _comparison(found: FollowupFindings) -> dict[str, Any]:
    registration = found.registration
    return {
        "timepoint": found.timepoint.name,
        "date": found.timepoint.date.isoformat(),
        "fixed": found.fixed_role,
        "moving": found.moving_role,
        "registration": None
        if registration is None
        else {
            "method": registration.method,
            "preset": registration.preset,
            "quality": json_ready(registration.quality),
        },
        "margin": None if found.margin is None else found.margin.to_json(),
        "re_ablation": json_ready(found.re_ablation),
        "planned": None if found.planned is None else found.planned.to_json(),
        "zones": None if found.zones is None else found.zones.to_json(),
    }


def _lesion(row: LesionRow) -> dict[str, Any]:
    # The patient is named once, at the top.
    return {key: value for key, value in json_ready(row).items() if key != "patient_id"}


def _response(response: PatientResponse) -> dict[str, Any]:
    return {key: value for key, value in json_ready(response).items() if key != "patient_id"}


def _complication(complication: Complication) -> dict[str, Any]:
    return {key: value for key, value in json_ready(complication).items() if key != "patient_id"}
