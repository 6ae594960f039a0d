"""The ablation margin: signed distance from the tumor surface to the surface of the ablation zone.

Minimal ablative margin as in Ahmed et al. 2014 (doi:10.1148/radiol.14132958) and Puijk et al. 2021
(SIO-DATECAN, doi:10.1148/radiol.2021203715, from memory, not checked): the least distance between tumor and
zone border in 3-D, negative where tumor is left outside.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import SimpleITK as sitk
import vtk

from .ablation_case import common_box
from .cautions import margin_cautions
from .checks import check_mask, check_masks, check_rule, length_mm, lengths_mm
from .crop import Frame
from .judged_surface import judged_surface
from .margin_probability import MeasuredMap, true_margin
from .margin_result import AblationMargin
from .overlap import center_lps_mm, dice, surface_agreement
from .provable_margin import provable_margin_sentence, smallest_provable_margin_mm
from .registration_error import Probes, RegistrationError, error_of
from .residual import coverage, ras_tuple
from .segmentation_error import SegmentationError
from .shape import Shape, shape_of_array
from .subcapsular import SUBCAPSULAR_RULES, OrganBorder, Reach
from .surface import add_point_values, shape_polydata
from .surface_margin import SurfaceMargin, judged_numbers
from .triangles import vertex_weights
from .voxel_blocks import on_own_voxels

THRESHOLDS_MM = (0.0, 5.0, 10.0)


def ablation_margin(
    tumor: sitk.Image,
    ablation: sitk.Image,
    *,
    organ: sitk.Image | None = None,
    threshold_mm: float = 5.0,
    thresholds_mm: Sequence[float] = THRESHOLDS_MM,
    subcapsular_mm: float = 5.0,
    subcapsular_rule: str = SUBCAPSULAR_RULES[0],
    registration_error_mm: float | RegistrationError | None = None,
    segmentation_error_mm: float | None = None,
    agreement: bool = False,
) -> AblationMargin:
    """Return the margin of ``ablation`` around ``tumor``.

    Both surfaces are reconstructed between the voxels (:mod:`.shape`); all fractions are of area.

    Parameters
    ----------
    tumor, ablation : SimpleITK.Image
        Masks on one grid, in the same space (registered). Cavities inside the tumor are filled; a cavity
        inside the zone counts as untreated.
    organ : SimpleITK.Image, optional
        Mask on the same grid. The tumor surface within ``subcapsular_mm`` of its border (or outside it) is
        subcapsular: no margin can be gained towards the capsule.
    threshold_mm : float
        Margin wanted, 5 mm by default (Laimer et al. 2020 saw no local progression above it).
    thresholds_mm : sequence of float
        Margins of which ``surface_fraction_at_least`` tells how much of the surface has them.
    subcapsular_mm : float
    subcapsular_rule : str
        ``exclude``, ``to_border`` or ``ignore``: what becomes of the subcapsular surface, see
        :mod:`.subcapsular`.
    registration_error_mm : float or RegistrationError, optional
        Mean length of the registration error around the tumor, or one of the sources of
        :mod:`.registration_error`: covariance, landmarks, error map, ensemble.
    segmentation_error_mm : float, optional
        Standard deviation of each outline along its normal; half a voxel when not given. With either error
        given, the probabilities are computed.
    agreement : bool
        Compute surface Dice (at ``threshold_mm``) and Hausdorff distance too, which costs time.

    Raises
    ------
    InputError
        If a mask is empty, the grids differ by more than 0.001 voxel, or a number is out of range.
    """
    check_mask(ablation, "ablation mask")
    check_masks(tumor, ablation=ablation, organ=organ)
    check_rule(subcapsular_rule)
    threshold_mm = length_mm(threshold_mm, "threshold")
    subcapsular_mm = length_mm(subcapsular_mm, "subcapsular distance")
    thresholds_mm = lengths_mm(thresholds_mm, "thresholds of the fractions")
    tumor, ablation, organ, said = on_own_voxels(tumor, ablation, organ)
    frame = Frame.of(tumor)
    registration = error_of(registration_error_mm)
    segmentation = SegmentationError(frame.spacing_mm, frame.direction, segmentation_error_mm)
    whole_tumor = sitk.GetArrayViewFromImage(tumor)
    box = common_box(tumor=tumor, ablation=ablation)
    start = [s.start for s in reversed(box)]
    tumor_voxels, zone_voxels = whole_tumor[box], sitk.GetArrayViewFromImage(ablation)[box]
    tumor_shape = shape_of_array(tumor_voxels, frame, start=start, fill_cavities=True)
    zone_shape = shape_of_array(zone_voxels, frame, start=start)
    border = None
    if organ is not None:
        border = OrganBorder(
            tumor_shape,
            whole_tumor,
            sitk.GetArrayViewFromImage(organ),
            reach_mm=subcapsular_mm,
            around=box if subcapsular_rule == "to_border" else None,
        )
    surface = judged_surface(tumor_shape, zone_shape, border, subcapsular_rule)
    plain, judged, reach = surface.plain, surface.margin, surface.reach
    covered = coverage(tumor_shape, zone_shape, surface.locator, plain.margin_mm)
    measured = _measured_map(judged, tumor_shape, reach, registration, segmentation)
    wants_probability = registration is not None or segmentation_error_mm is not None
    under_error, probability = _under_error(measured, reach, threshold_mm, wanted=wants_probability)
    found = AblationMargin(
        **judged_numbers(judged.margin_mm, tumor_shape, reach, threshold_mm, thresholds_mm),
        **under_error,
        **_of_both_volumes(tumor_voxels, zone_voxels, frame),
        **_agreement(tumor_shape, zone_shape, plain, threshold_mm, wanted=agreement),
        minimal_margin_whole_surface_mm=float(plain.margin_mm.min()),
        volume_fraction_covered=1.0 - covered.uncovered_ml / covered.tumor_ml,
        uncovered_volume_ml=covered.uncovered_ml,
        residual_sites=covered.sites,
        subcapsular_rule=None if organ is None else subcapsular_rule,
        is_lower_bound=judged.is_lower_bound,
        subcapsular_fraction=reach.near_border_fraction,
        excluded_subcapsular_fraction=reach.excluded_fraction,
        tumor_count=len(tumor_shape.pieces),
        ablation_count=len(zone_shape.pieces),
        warnings=(),
        surface=_colored_surface(tumor_shape, judged.margin_mm, reach.judged, probability),
    )
    cautions = margin_cautions(tumor, ablation, organ, tumor_shape, zone_shape, threshold_mm)
    return replace(found, warnings=(*said, *cautions, *_cautions_of_result(found)))


def _measured_map(
    margin: SurfaceMargin,
    tumor: Shape,
    reach: Reach,
    registration: RegistrationError | None,
    segmentation: SegmentationError,
) -> MeasuredMap | None:
    if not reach.judged.any():
        return None
    kept, frame = reach.judged, tumor.frame
    directions = margin.gradient[kept] @ frame.direction.T
    weights = vertex_weights(len(kept), tumor.triangles, reach.areas_mm2)
    return MeasuredMap(
        margin.margin_mm[kept],
        weights[kept],
        Probes(frame.to_lps(tumor.points_mm[kept]), directions),
        Probes(frame.to_lps(margin.feet_mm[kept]), directions),
        registration,
        segmentation,
    )


def _under_error(
    measured: MeasuredMap | None, reach: Reach, threshold_mm: float, *, wanted: bool
) -> tuple[dict[str, Any], np.ndarray | None]:
    """Return the numbers that tell of errors, and the probability at each vertex (NaN: not judged)."""
    found: dict[str, Any] = dict.fromkeys((
        "probability_minimal_margin_at_least_threshold",
        "minimal_margin_interval_mm",
        "minimal_margin_median_mm",
        "smallest_provable_margin_mm",
        "claim",
    ))  # fmt: skip
    if measured is None:
        return found, None
    true = true_margin(measured)
    smallest_mm = smallest_provable_margin_mm(measured, true)
    found |= {
        "smallest_provable_margin_mm": smallest_mm,
        "claim": provable_margin_sentence(measured, smallest_mm),
    }
    if not wanted:
        return found, None
    probability = np.full(len(reach.judged), np.nan)
    probability[reach.judged] = true.probabilities_at_least(threshold_mm)
    found |= {
        "probability_minimal_margin_at_least_threshold": true.probability_at_least(threshold_mm),
        "minimal_margin_interval_mm": true.interval_mm(),
        "minimal_margin_median_mm": float(np.median(true.minima_mm)),
    }
    return found, probability


def _agreement(
    tumor: Shape, zone: Shape, plain: SurfaceMargin, threshold_mm: float, *, wanted: bool
) -> dict[str, Any]:
    if not wanted:
        return {"surface_dice": None, "hausdorff95_mm": None}
    found = surface_agreement(tumor, zone, threshold_mm, distances_mm=np.abs(plain.margin_mm))
    return {"surface_dice": found.surface_dice, "hausdorff95_mm": found.hausdorff95_mm}


def _of_both_volumes(tumor: np.ndarray, zone: np.ndarray, frame: Frame) -> dict[str, Any]:
    voxel_ml = float(np.prod(frame.spacing_mm)) / 1000.0
    apart_mm = center_lps_mm(zone, frame) - center_lps_mm(tumor, frame)
    return {
        "tumor_volume_ml": int(np.count_nonzero(tumor)) * voxel_ml,
        "ablation_volume_ml": int(np.count_nonzero(zone)) * voxel_ml,
        "dice": dice(tumor, zone),
        "eccentricity_mm": float(np.linalg.norm(apart_mm)),
        "eccentricity_ras_mm": ras_tuple(apart_mm),
    }


def _colored_surface(
    tumor: Shape, margin_mm: np.ndarray, judged: np.ndarray, probability: np.ndarray | None
) -> vtk.vtkPolyData:
    surface = shape_polydata(tumor)
    add_point_values(surface, "judged", judged.astype(float))
    if probability is not None:
        add_point_values(surface, "probability", probability)
    add_point_values(surface, "margin_mm", margin_mm)
    return surface


def _cautions_of_result(found: AblationMargin) -> tuple[str, ...]:
    if found.minimal_margin_mm is None:
        return ("the whole tumor surface lies within reach of the organ border: no margin is judged",)
    if found.is_lower_bound:
        return (
            "no untreated tissue of the organ is left around the tumor: nothing limits the margin, and the "
            "distance to the border of the zone is told as the least it is",
        )
    hidden_mm = found.minimal_margin_whole_surface_mm
    if hidden_mm < -0.5 and hidden_mm < found.minimal_margin_mm:
        return (f"the subcapsular surface left out of the margin holds uncovered tumor ({hidden_mm:.1f} mm)",)
    return ()
