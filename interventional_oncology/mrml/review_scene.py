"""A review as a scene: scans of both dates, outlines, margin surface, transform and tables."""

from collections.abc import Mapping

import SimpleITK as sitk
import vtk

from ..cases import FollowupFindings, Review
from ..cases.roles import role_title
from ..cases.scans import Scans
from .scene_file import SceneContent


def review_scene(review: Review) -> SceneContent:
    """Return what the scene of a review holds.

    Scans and outlines of a follow-up stay in their own frame and are shown on the baseline through their
    registration; the margin surface and the outlines of the baseline are in the baseline's frame.
    """
    images: dict[str, sitk.Image] = {}
    masks: dict[str, Mapping[str, sitk.Image]] = {}
    surfaces: dict[str, vtk.vtkPolyData] = {}
    transforms: dict[str, sitk.Transform] = {}
    moved_by: dict[str, str] = {}
    dates = {}
    for scans, found in _timepoints(review):
        name, date = scans.timepoint.name, scans.timepoint.date
        role = _shown_role(review, found)
        image_name, masks_name = f"{name}: {role_title(role)}", f"{name}: outlines"
        images[image_name] = scans.images[role]
        dates[image_name] = date
        if scans.masks:
            masks[masks_name] = dict(scans.masks)
            dates[masks_name] = date
        if found is not None and found.registration is not None:
            transform_name = f"{name} to baseline"
            transforms[transform_name] = found.registration.transform
            dates[transform_name] = date
            moved_by |= {
                item: transform_name for item in (image_name, masks_name) if item in {**images, **masks}
            }
        if found is not None and found.margin is not None:
            surface_name = f"{name}: ablation margin"
            surfaces[surface_name] = found.margin.surface
            dates[surface_name] = date
    return SceneContent(
        images=images,
        masks=masks,
        surfaces=surfaces,
        transforms=transforms,
        moved_by=moved_by,
        tables={"lesions": review.lesions} if review.lesions else {},
        dates=dates,
        threshold_mm=review.options.threshold_mm,
        patient=review.case.patient,
    )


def _timepoints(review: Review) -> list[tuple[Scans, FollowupFindings | None]]:
    return [(review.baseline, None), *((found.scans, found) for found in review.followups)]


def _shown_role(review: Review, found: FollowupFindings | None) -> str:
    if found is not None:
        return found.moving_role
    if review.followups:
        return review.followups[-1].fixed_role
    return next(iter(review.baseline.images))
