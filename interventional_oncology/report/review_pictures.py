"""The pictures that a review calls for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk

from ..cases.case import Timepoint
from ..cases.findings import FollowupFindings, Review
from ..cases.response_course import scoring_options
from ..cases.roles import role_title
from ..errors import InputError
from ..images import lps_to_ras
from ..margins import AblationMargin
from ..response import ScoreOptions, criterion_named, make_options
from .lesion_pictures import draw_lesions
from .pictures.margin_histogram import draw_histogram
from .pictures.margin_map import draw_margin_map
from .pictures.picture import Picture
from .pictures.slices import Comparison, Scan, draw_slices
from .pictures.surface import draw_surface
from .response_pictures import draw_course

Warn = Callable[[str], None]


@dataclass(frozen=True)
class ReviewPictures:
    """Pictures by what they belong to.

    Attributes
    ----------
    followups : dict of str to tuple of Picture
        By the name of the follow-up.
    responses : dict of str to tuple of Picture
        By criterion.
    lesions : tuple of Picture
        Each lesion at each visit.
    """

    followups: dict[str, tuple[Picture, ...]]
    responses: dict[str, tuple[Picture, ...]]
    lesions: tuple[Picture, ...] = ()


def draw_review(review: Review, folder: Path, warn: Warn) -> ReviewPictures:
    """Write the pictures of a review into ``folder``.

    A surface that this computer cannot render is left out, with a warning.
    """
    followups = {
        found.timepoint.name: tuple(_followup(review, found, folder, f"followup_{number}", warn))
        for number, found in enumerate(review.followups, start=1)
    }
    treatment = review.case.treatment
    responses = {
        str(response.criterion): draw_course(
            response, review.lesions, folder, str(response.criterion),
            options=course_options(review, str(response.criterion)),
            treatment_date=None if treatment is None else treatment.date,
        )
        for response in review.responses
    }  # fmt: skip
    return ReviewPictures(followups, responses, tuple(draw_lesions(review, folder)))


def _followup(
    review: Review, found: FollowupFindings, folder: Path, prefix: str, warn: Warn
) -> list[Picture]:
    if found.registered is None:
        return []
    pictures = draw_slices(slice_comparison(review, found), folder, prefix)
    if found.margin is not None:
        pictures += _margin(found.margin, folder, prefix, review.options.threshold_mm, warn)
    return pictures


def _margin(
    margin: AblationMargin, folder: Path, prefix: str, threshold_mm: float, warn: Warn
) -> list[Picture]:
    site, pictures = margin.minimal_margin_at_ras_mm, []
    try:
        site_lps_mm = () if site is None else tuple(lps_to_ras(site).tolist())
        pictures.append(
            draw_surface(margin.surface, folder, prefix, threshold_mm=threshold_mm, site_lps_mm=site_lps_mm)
        )
    except InputError as error:
        warn(str(error))
    pictures.append(draw_margin_map(margin.surface, folder, prefix, threshold_mm=threshold_mm))
    if margin.surface_fraction is not None:
        low, middle, high = margin.surface_fraction.values()
        pictures.append(
            draw_histogram(
                margin.surface, folder, prefix, threshold_mm=threshold_mm, shares=(low, middle, high)
            )
        )
    return pictures


def slice_comparison(review: Review, found: FollowupFindings) -> Comparison:
    """Return what the slice pictures of a follow-up show."""
    assert found.registered is not None
    baseline, role = review.baseline, review.baseline.timepoint.organ_role
    margin = found.margin
    site = None if margin is None else margin.minimal_margin_at_ras_mm
    x, y, z = (0.0, 0.0, 0.0) if site is None else lps_to_ras(site).tolist()
    return Comparison(
        baseline=_scan(found.fixed, found.fixed_role, baseline.timepoint),
        followup=_scan(found.registered, found.moving_role, found.timepoint),
        organ_name=role or "",
        organ=None if role is None else baseline.mask_on(role, found.fixed),
        tumor=baseline.mask_on("tumor", found.fixed),
        ablation=found.masks.get("ablation"),
        later_tumor=found.masks.get("tumor"),
        threshold_mm=review.options.threshold_mm,
        site_lps_mm=None if site is None else (x, y, z),
        site_text="" if margin is None or site is None else f"{margin.minimal_margin_mm:.1f} mm",
    )


def _scan(image: sitk.Image, role: str, timepoint: Timepoint) -> Scan:
    return Scan(image, role, timepoint.name, timepoint.date.isoformat(), role_title(role))


def course_options(review: Review, criterion: str) -> ScoreOptions:
    """Return the options by which a criterion of the case was scored."""
    return make_options(scoring_options(review.case, criterion), criterion_named(criterion).defaults)
