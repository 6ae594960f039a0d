"""One follow-up beside the baseline: registered, its masks carried over, margin and zones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import SimpleITK as sitk

from ..images import resample, resample_mask
from ..margins import (
    AblationMargin,
    MappedError,
    ReAblation,
    ZoneComparison,
    ablation_margin,
    compare_zones,
    re_ablation,
)
from ..margins.cautions import SLICES_APART
from ..progress import Progress, part
from ..registration import Registration, register
from .carrying import carry_back
from .case import Treatment
from .cautions import THICK_SLICES
from .findings import FollowupFindings, ReviewOptions
from .followup_zones import followup_zones
from .job import Job
from .pairing import choose_pair
from .roles import LESION_ROLES, PLAN_ROLES
from .scans import Scans


def compare(
    baseline: Scans,
    followup: Scans,
    earlier: Sequence[FollowupFindings],
    treatment: Treatment | None,
    options: ReviewOptions,
    job: Job,
    progress: Progress,
) -> FollowupFindings:
    """Register a follow-up to the baseline and derive what its masks and the earlier follow-ups allow."""
    name = followup.timepoint.name
    fixed_role, moving_role = choose_pair(baseline.images, followup.images)
    fixed = baseline.images[fixed_role]
    found = FollowupFindings(followup, fixed_role, moving_role, fixed)
    registration = job.run(
        "registration", name, lambda: _register(baseline, found, options, part(progress, 0.0, 0.85))
    )
    if registration is not None:
        _warn_of_verdict(registration, name, job)
        transform = registration.transform
        found = replace(
            found,
            registration=registration,
            registered=resample(followup.images[moving_role], fixed, transform=transform),
            masks={role: _carried(role, mask, transform, fixed) for role, mask in followup.masks.items()},
        )
    progress(0.88, f"{name}: ablation margin")
    found = replace(found, margin=_margin(baseline, found, options, job))
    if found.margin is not None:
        found = replace(found, re_ablation=_advice(baseline, found, options, job))
        found = replace(found, planned=_planned(baseline, found, options, job))
    progress(0.92, f"{name}: treatment zones")
    return replace(found, zones=followup_zones(baseline, found, earlier, treatment, job))


def _carried(role: str, mask: sitk.Image, transform: sitk.Transform, fixed: sitk.Image) -> sitk.Image:
    # Lesions and zones are measured where they arrive; organs are only shown and compared.
    if role in LESION_ROLES + PLAN_ROLES:
        return carry_back(mask, transform, fixed)
    return resample_mask(mask, fixed, transform=transform)


def _register(
    baseline: Scans, found: FollowupFindings, options: ReviewOptions, progress: Progress
) -> Registration:
    fixed_mask, moving_mask = _organ_masks(baseline, found)
    fixed_vessels, moving_vessels = _vessels(baseline, found)
    return register(
        found.fixed,
        found.scans.images[found.moving_role],
        method=options.method,
        fixed_mask=fixed_mask,
        moving_mask=moving_mask,
        exclude_mask=_changed_tissue(baseline, found.fixed),
        moving_exclude_mask=_changed_tissue(found.scans, found.scans.images[found.moving_role]),
        fixed_vessels=fixed_vessels,
        moving_vessels=moving_vessels,
        error=options.error_map,
        progress=progress,
    )


def _organ_masks(baseline: Scans, found: FollowupFindings) -> tuple[sitk.Image | None, sitk.Image | None]:
    role = baseline.timepoint.organ_role
    if role is None or role not in found.scans.masks:
        return None, None
    moving = found.scans.images[found.moving_role]
    return baseline.mask_on(role, found.fixed), found.scans.mask_on(role, moving)


def _vessels(baseline: Scans, found: FollowupFindings) -> tuple[sitk.Image | None, sitk.Image | None]:
    """Return the vessels of both dates, at which the error that is left is measured; None without both."""
    here = baseline.mask_on("vessels", found.fixed)
    there = found.scans.mask_on("vessels", found.scans.images[found.moving_role])
    if here is None or there is None or not (_any(here) and _any(there)):
        return None, None
    return here, there


def _changed_tissue(scans: Scans, grid: sitk.Image) -> sitk.Image | None:
    """Return what does not look alike at both dates, lesions and ablation zone: it is not compared."""
    masks = [scans.mask_on(role, grid) for role in LESION_ROLES]
    region = None
    for mask in masks:
        if mask is not None:
            region = mask if region is None else region | mask
    return None if region is None or not _any(region) else region


def _any(mask: sitk.Image) -> bool:
    return bool(sitk.GetArrayViewFromImage(mask).any())


def _warn_of_verdict(registration: Registration, name: str, job: Job) -> None:
    quality = registration.quality
    for caution in registration.cautions:
        job.warn(f"{name}: {caution}")
    if quality.verdict != "good":
        job.warn(f"{name}: registration is rated '{quality.verdict}': {'; '.join(quality.reasons)}")


def _margin(
    baseline: Scans, found: FollowupFindings, options: ReviewOptions, job: Job
) -> AblationMargin | None:
    name = found.timepoint.name
    lacking = _margin_lacks(baseline, found)
    if lacking:
        job.skip("ablation margin", name, lacking)
        return None
    tumor, organ = _tumor_and_organ(baseline, found)

    def measure() -> AblationMargin:
        return ablation_margin(
            tumor,
            found.masks["ablation"],
            organ=organ,
            **_rule(options),
            registration_error_mm=_registration_error(found, options),
        )

    margin = job.run("ablation margin", name, measure)
    if margin is not None:
        slices_said = any(text.startswith(THICK_SLICES) for text in job.warnings)
        for warning in margin.warnings:
            if not (slices_said and warning.startswith(SLICES_APART)):
                job.warn(f"{name}: {warning}")
    return margin


def _tumor_and_organ(baseline: Scans, found: FollowupFindings) -> tuple[sitk.Image, sitk.Image | None]:
    tumor, role = baseline.mask_on("tumor", found.fixed), baseline.timepoint.organ_role
    assert tumor is not None  # a margin without one is not measured
    return tumor, None if role is None else baseline.mask_on(role, found.fixed)


def _advice(baseline: Scans, found: FollowupFindings, options: ReviewOptions, job: Job) -> ReAblation | None:
    tumor, organ = _tumor_and_organ(baseline, found)
    return job.run(
        "re-ablation advice",
        found.timepoint.name,
        lambda: re_ablation(tumor, found.masks["ablation"], organ=organ, **_rule(options)),
    )


def _planned(
    baseline: Scans, found: FollowupFindings, options: ReviewOptions, job: Job
) -> ZoneComparison | None:
    """Return the planned zone, outlined at the baseline or at this follow-up, against the achieved one."""
    (role,) = PLAN_ROLES
    plan = baseline.mask_on(role, found.fixed)
    plan = found.masks.get(role) if plan is None else plan
    if plan is None:
        return None
    tumor, organ = _tumor_and_organ(baseline, found)
    return job.run(
        "planned against achieved",
        found.timepoint.name,
        lambda: compare_zones(plan, found.masks["ablation"], tumor, organ=organ, **_rule(options)),
    )


def _rule(options: ReviewOptions) -> dict[str, Any]:
    return {
        "threshold_mm": options.threshold_mm,
        "subcapsular_mm": options.subcapsular_mm,
        "subcapsular_rule": options.subcapsular_rule,
    }


def _registration_error(found: FollowupFindings, options: ReviewOptions) -> float | MappedError | None:
    if options.registration_error_mm is not None:
        return options.registration_error_mm
    if found.registration is None or found.registration.error is None:
        return None
    return MappedError(found.registration.error.expected_mm)


def _margin_lacks(baseline: Scans, found: FollowupFindings) -> str:
    if "ablation" not in found.scans.masks:
        return f"no ablation mask at '{found.timepoint.name}'"
    if "tumor" not in baseline.masks:
        return f"no tumor mask at '{baseline.timepoint.name}'"
    if found.registration is None:
        return "the follow-up could not be registered"
    return ""
