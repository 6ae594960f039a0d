"""How good a registration is: measured always, judged with reasons."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from ..images import everywhere, resample, resample_mask
from .correlation_ratio import either_ratio
from .inner import inner_similarity
from .jacobian import coarse_grid_of, displacement_field_mm, jacobian_determinant
from .outline_only import shows_only_outline
from .presets import Preset, choose_preset
from .pyramid import clipped
from .resolution import FEWEST_VOXELS
from .similarity import correlation
from .spread import spread
from .tissue import in_hounsfield, tissue_similarity, without_noise
from .verdict import judge
from .vessels import vessel_distance_mm


@dataclass(frozen=True)
class RegistrationQuality:
    """The record of one registration, before (images as they lie in space) and after.

    Attributes
    ----------
    similarity_metric : str
        What ``similarity_before`` and ``similarity_after`` are.
    similarity_before, similarity_after : float or None
        None where the images do not overlap.
    structure_similarity : float or None
        As ``similarity_after`` with both images smoothed (Gaussian, 2 mm): noise caps the plain correlation,
        at about 0.6 in a liver at 15 HU, however good the registration is. The verdict is based on this one.
        Unless both images are CT it is the correlation ratio, which two MR contrasts do not lower.
        Without a fixed mask it is that of :func:`~.tissue.tissue_similarity`: air against body would decide
        otherwise, and two bodies are alike however their organs lie. None where there is nothing to compare.
    overlap_fraction : float
        Part of the region that is sent inside the moving image.
    dice_before, dice_after : float or None
        Of the organ masks, when both are given, where both images show the place.
    tre_mm_before, tre_mm_after : dict or None
        ``mean``, ``p95``, ``max`` of the landmark distances, when landmarks are given.
    jacobian_min : float
        Smallest volume change in the fixed image; 0 or less means folded space.
    folding_fraction : float
        Part of the fixed image where space is folded.
    displacement_mm : dict
        ``mean``, ``p95``, ``max`` of the displacement in the region.
    verdict : str
        ``good``, ``check`` or ``failed``.
    reasons : tuple of str
        Why the verdict is not ``good``; empty for a good one.
    inner_similarity, inner_similarity_by_chance : float or None
        See :mod:`~.inner`; None without a fixed mask, or where the organ is too thin.
    jacobian : dict or None
        ``min``, ``p1``, ``p99`` and ``max`` of the volume change in the fixed mask (the image without one).
    vessel_mm_before, vessel_mm_after : dict or None
        ``mean``, ``p95`` and ``max`` of the distance of vessel surfaces, when masks of both are given.
    inverse_consistency_mm, expected_error_mm : dict or None
        As handed in: see :func:`~.inverse.inverse_consistency_mm` and :class:`~.error_map.ErrorMap`.
    """

    similarity_metric: str
    similarity_before: float | None
    similarity_after: float | None
    structure_similarity: float | None
    overlap_fraction: float
    dice_before: float | None
    dice_after: float | None
    tre_mm_before: dict[str, float] | None
    tre_mm_after: dict[str, float] | None
    jacobian_min: float
    folding_fraction: float
    displacement_mm: dict[str, float]
    verdict: str
    reasons: tuple[str, ...]
    inner_similarity: float | None = None
    inner_similarity_by_chance: float | None = None
    jacobian: dict[str, float] | None = None
    vessel_mm_before: dict[str, float] | None = None
    vessel_mm_after: dict[str, float] | None = None
    inverse_consistency_mm: dict[str, float] | None = None
    expected_error_mm: dict[str, float] | None = None


def assess(
    transform: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    *,
    fixed_mask: sitk.Image | None,
    moving_mask: sitk.Image | None,
    landmarks: np.ndarray | None,
    exclude_mask: sitk.Image | None = None,
    moving_exclude_mask: sitk.Image | None = None,
    fixed_vessels: sitk.Image | None = None,
    moving_vessels: sitk.Image | None = None,
    inverse_consistency_mm: dict[str, float] | None = None,
    expected_error_mm: dict[str, float] | None = None,
    preset: Preset | None = None,
    images_compared: bool = True,
    landmarks_tell: bool = True,
) -> RegistrationQuality:
    """Return the quality of ``transform`` (fixed points to moving points, LPS mm).

    Parameters
    ----------
    transform : SimpleITK.Transform
    fixed, moving : SimpleITK.Image
    fixed_mask, moving_mask : SimpleITK.Image or None
        The organ in both images.
    landmarks : ndarray, shape (n, 6), or None
    exclude_mask, moving_exclude_mask : SimpleITK.Image, optional
        Treated tissue, which is not alike however good the registration is: with a fixed mask, the
        similarities leave it out.
    fixed_vessels, moving_vessels : SimpleITK.Image, optional
        Vessels of the organ in both images.
    inverse_consistency_mm : dict, optional
        What :func:`~.inverse.inverse_consistency_mm` measured.
    expected_error_mm : dict, optional
        Summary of an error map in the organ.
    preset : Preset, optional
        Whose window of intensities counts where two CTs are compared in an organ; all of them if absent.
    images_compared : bool
        False if ``transform`` was made from the organ masks alone.
    landmarks_tell : bool
        False if ``transform`` was fitted to the landmarks and nothing says how far off it is elsewhere.
    """
    identity = sitk.Transform()
    both_ct = in_hounsfield(choose_preset(None, fixed, moving))
    compared = _without_treated(transform, fixed_mask, exclude_mask, moving_exclude_mask)
    before, _ = similarity(identity, fixed, moving, compared)
    after, overlap = similarity(transform, fixed, moving, compared)
    window = preset.window if preset is not None and both_ct else None
    alike = [
        _structure_similarity(t, fixed, moving, compared, both_ct, window) for t in (identity, transform)
    ]
    dices = [organ_dice(t, fixed_mask, moving_mask) for t in (identity, transform)]
    errors = [_landmark_error(t, landmarks) for t in (identity, transform)]
    inner = None
    if fixed_mask is not None:
        inner = inner_similarity(
            transform, fixed, moving, fixed_mask, exclude=exclude_mask, moving_exclude=moving_exclude_mask
        )
    vessels: list[dict[str, float] | None] = [None, None]
    if fixed_vessels is not None and moving_vessels is not None:
        vessels = [vessel_distance_mm(t, fixed_vessels, moving_vessels) for t in (identity, transform)]
    change = _change(transform, fixed, fixed_mask)
    # Two contrasts may be less alike in their intensities the better they lie on each other.
    judged = (before, after) if both_ct or fixed_mask is None else (alike[0], alike[1])
    verdict, reasons = judge(
        similarity_before=judged[0],
        similarity_after=None if after is None else judged[1],
        structure_similarity=alike[1],
        organ_given=fixed_mask is not None,
        both_ct=both_ct,
        overlap_fraction=overlap,
        dice_after=dices[1],
        tre_mm_after=errors[1],
        jacobian_min=change.jacobian_min,
        folding_fraction=change.folding_fraction,
        displacement_mm=change.displacement_mm,
        jacobian=change.jacobian,
        inner=inner,
        only_outline=not images_compared or _outlines((fixed, fixed_mask), (moving, moving_mask)),
        vessel_mm_after=vessels[1],
        inverse_consistency_mm=inverse_consistency_mm,
        expected_error_mm=expected_error_mm,
        landmarks_tell=landmarks_tell,
    )
    where = "overlap" if fixed_mask is None else "fixed mask"
    if compared is not fixed_mask:
        where += " without treated tissue"
    return RegistrationQuality(
        similarity_metric=f"normalized cross-correlation in the {where}",
        similarity_before=before,
        similarity_after=after,
        structure_similarity=alike[1],
        overlap_fraction=overlap,
        dice_before=dices[0],
        dice_after=dices[1],
        tre_mm_before=errors[0],
        tre_mm_after=errors[1],
        jacobian_min=change.jacobian_min,
        folding_fraction=change.folding_fraction,
        displacement_mm=change.displacement_mm,
        verdict=verdict,
        reasons=reasons,
        inner_similarity=None if inner is None else inner.value,
        inner_similarity_by_chance=None if inner is None else inner.by_chance,
        jacobian=change.jacobian,
        vessel_mm_before=vessels[0],
        vessel_mm_after=vessels[1],
        inverse_consistency_mm=inverse_consistency_mm,
        expected_error_mm=expected_error_mm,
    )


def _without_treated(
    transform: sitk.Transform,
    fixed_mask: sitk.Image | None,
    exclude_mask: sitk.Image | None,
    moving_exclude_mask: sitk.Image | None,
) -> sitk.Image | None:
    """Return the fixed mask without treated tissue; as it is where next to nothing would be left."""
    if fixed_mask is None or (exclude_mask is None and moving_exclude_mask is None):
        return fixed_mask
    left = fixed_mask != 0
    for mask, to in ((exclude_mask, sitk.Transform()), (moving_exclude_mask, transform)):
        if mask is not None:
            left &= resample_mask(mask != 0, fixed_mask, transform=to) == 0
    return left if np.count_nonzero(sitk.GetArrayViewFromImage(left)) >= FEWEST_VOXELS else fixed_mask


@dataclass(frozen=True)
class _Change:
    jacobian_min: float
    folding_fraction: float
    jacobian: dict[str, float]
    displacement_mm: dict[str, float]


def _change(transform: sitk.Transform, fixed: sitk.Image, fixed_mask: sitk.Image | None) -> _Change:
    grid = coarse_grid_of(fixed)
    field = displacement_field_mm(transform, grid)
    determinant = jacobian_determinant(field, grid)
    region = np.ones(determinant.shape, dtype=bool)
    if fixed_mask is not None:
        region = sitk.GetArrayFromImage(resample(fixed_mask, grid, interpolator="nearest", background=0)) != 0
        if not region.any():  # an organ between the voxels of the coarse grid
            region = np.ones(determinant.shape, dtype=bool)
    low, p1, p99, high = (float(v) for v in np.percentile(determinant[region], (0, 1, 99, 100)))
    return _Change(
        jacobian_min=float(determinant.min()),
        folding_fraction=float(np.mean(determinant <= 0.0)),
        jacobian={"min": low, "p1": p1, "p99": p99, "max": high},
        displacement_mm=spread(np.linalg.norm(field[region], axis=1)),
    )


def similarity(
    transform: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    fixed_mask: sitk.Image | None,
    measure: Callable[[np.ndarray, np.ndarray], float] = correlation,
) -> tuple[float | None, float]:
    """Return the normalized cross-correlation on the fixed grid, and the part of the region it is taken over.

    The moving image is interpolated linearly at the voxels of the fixed image; what counts are the voxels
    of ``fixed_mask`` (all, if absent) that the transform sends inside the moving image, with the intensities
    as they are in the files. None where no such voxels exist.
    """
    region = (
        np.ones(fixed.GetSize()[::-1], bool)
        if fixed_mask is None
        else sitk.GetArrayFromImage(fixed_mask) != 0
    )
    counts = region & _shown_in(moving, fixed, transform)
    if np.count_nonzero(counts) < FEWEST_VOXELS:
        return None, float(np.count_nonzero(counts) / np.count_nonzero(region))
    moved = sitk.GetArrayFromImage(resample(sitk.Cast(moving, sitk.sitkFloat32), fixed, transform=transform))
    value = measure(sitk.GetArrayFromImage(fixed)[counts], moved[counts])
    return value, float(np.count_nonzero(counts) / np.count_nonzero(region))


def _structure_similarity(
    transform: sitk.Transform,
    fixed: sitk.Image,
    moving: sitk.Image,
    fixed_mask: sitk.Image | None,
    both_ct: bool,
    window: tuple[float, float] | None,
) -> float | None:
    if fixed_mask is None:
        return tissue_similarity(transform, fixed, moving)
    if window is not None:  # metal and gas in one image would decide otherwise
        fixed, moving = clipped(fixed, window), clipped(moving, window)
    measure = correlation if both_ct else either_ratio
    return similarity(transform, without_noise(fixed), without_noise(moving), fixed_mask, measure)[0]


def dice(first: np.ndarray, second: np.ndarray) -> float:
    """Return the Dice coefficient of two masks; 1 for two empty ones (Dice 1945, doi:10.2307/1932409)."""
    total = np.count_nonzero(first) + np.count_nonzero(second)
    return 2.0 * int(np.count_nonzero(first & second)) / int(total) if total else 1.0


def organ_dice(
    transform: sitk.Transform, fixed_mask: sitk.Image | None, moving_mask: sitk.Image | None
) -> float | None:
    """Return the Dice coefficient of an organ where both images show the place; None without both masks."""
    if fixed_mask is None or moving_mask is None:
        return None
    moved = resample_mask(moving_mask, fixed_mask, transform=transform)
    shown = _shown_in(moving_mask, fixed_mask, transform)
    return dice((sitk.GetArrayFromImage(fixed_mask) != 0) & shown, sitk.GetArrayFromImage(moved) != 0)


def _shown_in(moving: sitk.Image, fixed: sitk.Image, transform: sitk.Transform) -> np.ndarray:
    there = resample(everywhere(moving), fixed, transform=transform, interpolator="nearest", background=0)
    shown: np.ndarray = sitk.GetArrayFromImage(there) != 0
    return shown


def _outlines(*scans: tuple[sitk.Image, sitk.Image | None]) -> bool:
    return any(organ is not None and shows_only_outline(image, organ) for image, organ in scans)


def _landmark_error(transform: sitk.Transform, landmarks: np.ndarray | None) -> dict[str, float] | None:
    if landmarks is None:
        return None
    moved = np.array([transform.TransformPoint(point.tolist()) for point in landmarks[:, :3]])
    return spread(np.linalg.norm(moved - landmarks[:, 3:], axis=1))
