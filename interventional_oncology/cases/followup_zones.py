"""The treatment zones of a follow-up, judged beside those of the follow-ups before it."""

from collections.abc import Sequence

import SimpleITK as sitk

from ..images import resample, same_grid
from ..response.treatment_response import NONEVALUABLE, NONVIABLE
from ..zones import ROLES, Zones, label_zones
from .carrying import carry_forward, carry_labels
from .case import Treatment
from .findings import FollowupFindings
from .job import Job
from .scans import Scans


def followup_zones(
    baseline: Scans,
    found: FollowupFindings,
    earlier: Sequence[FollowupFindings],
    treatment: Treatment | None,
    job: Job,
) -> Zones | None:
    """Return the zones of a follow-up, or None where the case lacks something; the job says what.

    Parameters
    ----------
    baseline : Scans
    found : FollowupFindings
        With its registration, if it has one.
    earlier : sequence of FollowupFindings
        The follow-ups before it in the order of their dates, with their zones.
    treatment : Treatment or None
    job : Job
    """
    name, organ = found.timepoint.name, found.scans.organ
    if treatment is None or treatment.zones is None:
        what = "no treatment is given" if treatment is None else f"{treatment.kind} has no zone model"
        job.skip("treatment zones", name, what)
        return None
    if organ is None:
        job.skip("treatment zones", name, f"no organ mask at '{name}'")
        return None
    grid, kind, days = organ, treatment.zones, (found.timepoint.date - treatment.date).days

    def label() -> Zones:
        return label_zones(
            {role: _on(image, grid) for role, image in found.scans.images.items() if role in ROLES},
            grid,
            treatment=kind,
            region=found.scans.mask_on("ablation", grid),
            prior_tumor=_prior_tumor(baseline, found, grid),
            previous=_previous(found, earlier, grid),
            complete_before=any(documents_complete_treatment(one.zones) for one in earlier),
            days_since_treatment=days,
        )

    zones = job.run("treatment zones", name, label)
    if zones is not None:
        for warning in zones.warnings:
            job.warn(f"{name}: {warning}")
    return zones


def documents_complete_treatment(zones: Zones | None) -> bool:
    """Return whether a treated zone was judged and nothing in or at it was alive or unclear.

    A follow-up that could not be evaluated is no proof of complete treatment, nor is an equivocal one.
    """
    return zones is not None and bool(zones.layers) and zones.treatment_response.category == NONVIABLE


def _prior_tumor(baseline: Scans, found: FollowupFindings, grid: sitk.Image) -> sitk.Image | None:
    if found.registration is None or "tumor" not in baseline.masks:
        return None
    return carry_forward(baseline.masks["tumor"], found.registration.transform, grid)


def _previous(
    found: FollowupFindings, earlier: Sequence[FollowupFindings], grid: sitk.Image
) -> sitk.Image | None:
    """Return the labels of the last follow-up that could be judged, where this follow-up shows that tissue.

    In one that could not be evaluated living tumor was not seen: everything would be new after it.
    """
    if found.registration is None:
        return None
    for one in reversed(earlier):
        if one.registration is None or one.zones is None or not one.zones.layers:
            continue
        if one.zones.treatment_response.category != NONEVALUABLE:
            transforms = one.registration.transform, found.registration.transform
            labels = carry_labels(one.zones.labels, *transforms, found.fixed, grid)
            # Zones that this follow-up does not show would make everything in it new.
            return labels if sitk.GetArrayViewFromImage(labels).any() else None
    return None


def _on(image: sitk.Image, grid: sitk.Image) -> sitk.Image:
    return image if same_grid(image, grid) else resample(image, grid)
