"""A review as a scene: scans of both dates, outlines, margin surface, transform and tables."""

import datetime
from collections.abc import Mapping

import SimpleITK as sitk
import vtk

from .. import quantities
from ..cases import FollowupFindings, Review
from ..cases.roles import role_title
from ..cases.scans import Scans
from ..zones.segments import LayerTerm, terms_of
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
    dates: dict[str, datetime.date] = {}
    for scans, found in _timepoints(review):
        name, date = scans.timepoint.name, scans.timepoint.date
        role = _shown_role(review, found)
        own_images = {f"{name} {role_title(role)}": scans.images[role]}
        own_masks = _segmentations(scans, found)
        images |= own_images
        masks |= own_masks
        dates |= dict.fromkeys([*own_images, *own_masks], date)
        if found is not None and found.registration is not None:
            transform_name = f"{name} to baseline"
            transforms[transform_name] = found.registration.transform
            dates[transform_name] = date
            moved_by |= dict.fromkeys([*own_images, *own_masks], transform_name)
        if found is not None and found.margin is not None:
            surface_name = f"{name} ablation margin"
            surfaces[surface_name] = found.margin.surface
            dates[surface_name] = date
    terms = _zone_terms(review)
    return SceneContent(
        images=images,
        masks=masks,
        surfaces=surfaces,
        transforms=transforms,
        moved_by=moved_by,
        tables={"lesions": review.lesions} if review.lesions else {},
        dates=dates,
        segment_colors={key: term.color for key, term in terms.items()},
        segment_terminologies={key: term.terminology for key, term in terms.items()},
        quantities=quantities.QUANTITIES,
        threshold_mm=review.options.threshold_mm,
        patient=review.case.patient,
    )


def _timepoints(review: Review) -> list[tuple[Scans, FollowupFindings | None]]:
    return [(review.baseline, None), *((found.scans, found) for found in review.followups)]


def _segmentations(scans: Scans, found: FollowupFindings | None) -> dict[str, Mapping[str, sitk.Image]]:
    name = scans.timepoint.name
    segmentations: dict[str, Mapping[str, sitk.Image]] = {}
    if scans.masks:
        segmentations[f"{name} outlines"] = dict(scans.masks)
    if found is not None and found.zones is not None and found.zones.layers:
        labels = found.zones.labels
        segmentations[_zones_name(found)] = {
            layer.name: labels == layer.label for layer in found.zones.layers
        }
    return segmentations


def _zone_terms(review: Review) -> dict[tuple[str, str], LayerTerm]:
    """Return how the zones are coded and colored, by segmentation and segment: as in their own files."""
    terms: dict[tuple[str, str], LayerTerm] = {}
    for found in review.followups:
        if found.zones is not None:
            layers = [layer.name for layer in found.zones.layers]
            every = terms_of(layers, found.zones.treatment)
            terms |= {(_zones_name(found), layer): every[layer] for layer in layers}
    return terms


def _zones_name(found: FollowupFindings) -> str:
    return f"{found.timepoint.name} zones"


def _shown_role(review: Review, found: FollowupFindings | None) -> str:
    if found is not None:
        return found.moving_role
    if review.followups:
        return review.followups[-1].fixed_role
    return next(iter(review.baseline.images))
