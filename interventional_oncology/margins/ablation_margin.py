"""The ablation margin: signed distance from the tumor surface to the surface of the ablation zone.

Minimal ablative margin as in Ahmed et al. 2014 (doi:10.1148/radiol.14132958) and Puijk et al. 2021
(SIO-DATECAN, doi:10.1148/radiol.2021203715, from memory, not checked): the least distance between tumor and
zone border in 3-D, negative where tumor is left outside.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import SimpleITK as sitk
import vtk

from ..errors import InputError
from ..images import check_same_grid, check_volume
from ..serialization import json_ready
from .cautions import margin_cautions
from .crop import Frame, bounding_slices
from .distance import SurfaceLocator
from .overlap import center_lps_mm, dice
from .registration_error import minimal_margins_under_shift
from .residual import ResidualSite, coverage, ras_tuple
from .shape import Shape, shape_of_array
from .subcapsular import Reach, subcapsular_reach
from .surface import add_point_values, shape_polydata
from .triangles import fraction_below, vertex_weights, weighted_percentiles

_PERCENTS = (5, 25, 50, 75, 95)
_LARGEST_LENGTH_MM = 100.0


@dataclass(frozen=True)
class AblationMargin:
    """Margin of one ablation; fields are the keys of ``margin.json``.

    Numbers of the surface are of the judged surface: all of it, or, with an organ given, the part farther
    than ``subcapsular_mm`` from the organ border. They are None where nothing of the surface is judged.

    Attributes
    ----------
    minimal_margin_mm : float or None
        Least margin of the judged surface.
    minimal_margin_at_ras_mm : tuple of float or None
        Where on the tumor surface.
    minimal_margin_whole_surface_mm : float
        Least margin of the whole surface, subcapsular part included.
    mean_margin_mm : float or None
    percentiles_mm : dict or None
        ``p5`` to ``p95``, by area.
    surface_fraction : dict or None
        ``below_0``, ``from_0_to_threshold``, ``at_least_threshold``, by area; they add up to 1.
    volume_fraction_covered, uncovered_volume_ml : float
        Of the tumor, by volume, subcapsular part included.
    residual_sites : tuple of ResidualSite
    excluded_subcapsular_fraction : float
        Area of the surface that is not judged; 0 without an organ.
    probability_minimal_margin_at_least_threshold : float or None
        None when no registration error is given; see
        :func:`~.registration_error.minimal_margins_under_shift` for the model.
    minimal_margin_interval_mm : tuple of float or None
        Central 90 % of the minimal margin under the registration error.
    tumor_volume_ml, ablation_volume_ml, tumor_area_mm2 : float
        Volumes by voxels; area of the surface.
    tumor_count, ablation_count : int
        Separate pieces of each mask.
    dice : float
    eccentricity_mm : float
        Distance of the centers of mass of tumor and zone.
    warnings : tuple of str
    surface : vtkPolyData
        Tumor surface in LPS mm with the point array ``margin_mm`` (and ``judged``, 0 where excluded).
    """

    minimal_margin_mm: float | None
    minimal_margin_at_ras_mm: tuple[float, float, float] | None
    minimal_margin_whole_surface_mm: float
    mean_margin_mm: float | None
    percentiles_mm: dict[str, float] | None
    surface_fraction: dict[str, float] | None
    volume_fraction_covered: float
    uncovered_volume_ml: float
    residual_sites: tuple[ResidualSite, ...]
    excluded_subcapsular_fraction: float
    probability_minimal_margin_at_least_threshold: float | None
    minimal_margin_interval_mm: tuple[float, float] | None
    tumor_volume_ml: float
    ablation_volume_ml: float
    tumor_area_mm2: float
    tumor_count: int
    ablation_count: int
    dice: float
    eccentricity_mm: float
    warnings: tuple[str, ...]
    surface: vtk.vtkPolyData

    def to_json(self) -> dict[str, Any]:
        """Return the fields but for ``surface`` and ``warnings``, ready for JSON."""
        left_out = {"surface", "warnings"}
        names = [name for name in self.__dataclass_fields__ if name not in left_out]
        return {name: json_ready(getattr(self, name)) for name in names}


def ablation_margin(
    tumor: sitk.Image,
    ablation: sitk.Image,
    *,
    organ: sitk.Image | None = None,
    threshold_mm: float = 5.0,
    subcapsular_mm: float = 5.0,
    registration_error_mm: float | None = None,
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
        not judged: no margin can be gained towards the capsule.
    threshold_mm : float
        Margin wanted, 5 mm by default (Laimer et al. 2020 saw no local progression above it).
    subcapsular_mm : float
    registration_error_mm : float, optional
        Mean length of the registration error around the tumor.

    Raises
    ------
    InputError
        If a mask is empty, the grids differ by more than 0.001 voxel, or a number is out of range.
    """
    _check(tumor, ablation, organ, threshold_mm, subcapsular_mm, registration_error_mm)
    frame = Frame.of(tumor)
    whole_tumor = sitk.GetArrayViewFromImage(tumor)
    box = _common_box({"tumor": whole_tumor, "ablation": sitk.GetArrayViewFromImage(ablation)})
    start = [s.start for s in reversed(box)]
    tumor_voxels, zone_voxels = whole_tumor[box], sitk.GetArrayViewFromImage(ablation)[box]
    tumor_shape = shape_of_array(tumor_voxels, frame, start=start, fill_cavities=True)
    zone_shape = shape_of_array(zone_voxels, frame, start=start)
    locator = SurfaceLocator(zone_shape.points_mm, zone_shape.triangles)
    points = _margins(tumor_shape, zone_shape, locator)
    reach = Reach.everywhere(tumor_shape)
    if organ is not None:
        reach = subcapsular_reach(tumor_shape, whole_tumor, sitk.GetArrayViewFromImage(organ), subcapsular_mm)
    covered = coverage(tumor_shape, zone_shape, locator, points.margin_mm)
    found = AblationMargin(
        **_of_judged_surface(points, tumor_shape, reach, threshold_mm),
        **_under_error(points, reach.judged, threshold_mm, registration_error_mm),
        **_of_both_volumes(tumor_voxels, zone_voxels, frame),
        minimal_margin_whole_surface_mm=float(points.margin_mm.min()),
        volume_fraction_covered=1.0 - covered.uncovered_ml / covered.tumor_ml,
        uncovered_volume_ml=covered.uncovered_ml,
        residual_sites=covered.sites,
        excluded_subcapsular_fraction=reach.excluded_fraction,
        tumor_count=len(tumor_shape.pieces),
        ablation_count=len(zone_shape.pieces),
        warnings=(),
        surface=_colored_surface(tumor_shape, points.margin_mm, reach.judged),
    )
    cautions = margin_cautions(tumor, ablation, organ, tumor_shape, zone_shape, threshold_mm)
    return replace(found, warnings=(*cautions, *_cautions_of_result(found)))


def _common_box(masks: dict[str, np.ndarray]) -> tuple[slice, ...]:
    """Return the smallest box around all masks; an empty one is refused by its name."""
    boxes = []
    for name, voxels in masks.items():
        box = bounding_slices(voxels)
        if box is None:
            msg = f"{name} mask: expected at least one voxel inside, got an empty mask"
            raise InputError(msg)
        boxes.append(box)
    return tuple(
        slice(min(s.start for s in axis), max(s.stop for s in axis)) for axis in zip(*boxes, strict=True)
    )


@dataclass(frozen=True)
class _SurfacePoints:
    """Per vertex of the tumor surface: margin, its gradient (unit vectors, LPS), place (index frame)."""

    margin_mm: np.ndarray
    gradient: np.ndarray
    points_mm: np.ndarray


def _margins(tumor: Shape, zone: Shape, locator: SurfaceLocator) -> _SurfacePoints:
    points_mm = tumor.points_mm
    distances_mm, feet_mm = locator.nearest(points_mm)
    margin_mm = np.where(zone.excess_at(points_mm) >= 0, distances_mm, -distances_mm)
    # Away from the nearest point of the zone's surface inside it, towards that point outside.
    gradient = (points_mm - feet_mm) / np.where(np.abs(margin_mm) < 1e-9, np.inf, margin_mm)[:, None]
    return _SurfacePoints(margin_mm, gradient @ tumor.frame.direction.T, points_mm)


def _of_judged_surface(
    points: _SurfacePoints, tumor: Shape, reach: Reach, threshold_mm: float
) -> dict[str, Any]:
    names = (
        "minimal_margin_mm",
        "minimal_margin_at_ras_mm",
        "mean_margin_mm",
        "percentiles_mm",
        "surface_fraction",
    )
    triangles, margin_mm = tumor.triangles, points.margin_mm
    found: dict[str, Any] = {"tumor_area_mm2": float(reach.areas_mm2.sum())}
    weights = reach.judged_areas_mm2
    if not reach.judged.any() or weights.sum() <= 0:
        return found | dict.fromkeys(names)
    lowest = int(np.argmin(np.where(reach.judged, margin_mm, np.inf)))
    per_vertex = vertex_weights(len(margin_mm), triangles, weights)
    percentiles = weighted_percentiles(margin_mm, per_vertex, _PERCENTS)
    below_0, below = (
        float(fraction_below(margin_mm, triangles, t) @ weights / weights.sum()) for t in (0.0, threshold_mm)
    )
    values = (
        float(margin_mm[lowest]),
        ras_tuple(tumor.frame.to_lps(points.points_mm[lowest])),
        float(margin_mm[triangles].mean(axis=1) @ weights / weights.sum()),
        {f"p{percent}": value for percent, value in zip(_PERCENTS, percentiles, strict=True)},
        _fractions(below_0, below),
    )
    return found | dict(zip(names, values, strict=True))


def _fractions(below_0: float, below_threshold: float) -> dict[str, float]:
    # Sums of areas differ in the last digits: no fraction is less than nothing or more than all.
    below_0, below = (min(max(round(part, 12), 0.0), 1.0) for part in (below_0, below_threshold))
    below = max(below, below_0)
    return {"below_0": below_0, "from_0_to_threshold": below - below_0, "at_least_threshold": 1.0 - below}


def _under_error(
    points: _SurfacePoints, judged: np.ndarray, threshold_mm: float, error_mm: float | None
) -> dict[str, Any]:
    names = ("probability_minimal_margin_at_least_threshold", "minimal_margin_interval_mm")
    if error_mm is None or not judged.any():
        return dict.fromkeys(names)
    shifted = minimal_margins_under_shift(points.margin_mm[judged], points.gradient[judged], error_mm)
    low, high = np.quantile(shifted, (0.05, 0.95))
    return dict(zip(names, (float(np.mean(shifted >= threshold_mm)), (float(low), float(high))), strict=True))


def _of_both_volumes(tumor: np.ndarray, zone: np.ndarray, frame: Frame) -> dict[str, Any]:
    voxel_ml = float(np.prod(frame.spacing_mm)) / 1000.0
    apart_mm = center_lps_mm(tumor, frame) - center_lps_mm(zone, frame)
    return {
        "tumor_volume_ml": int(np.count_nonzero(tumor)) * voxel_ml,
        "ablation_volume_ml": int(np.count_nonzero(zone)) * voxel_ml,
        "dice": dice(tumor, zone),
        "eccentricity_mm": float(np.linalg.norm(apart_mm)),
    }


def _colored_surface(tumor: Shape, margin_mm: np.ndarray, judged: np.ndarray) -> vtk.vtkPolyData:
    surface = shape_polydata(tumor)
    add_point_values(surface, "judged", judged.astype(float))
    add_point_values(surface, "margin_mm", margin_mm)
    return surface


def _cautions_of_result(found: AblationMargin) -> tuple[str, ...]:
    if found.minimal_margin_mm is None:
        return ("the whole tumor surface lies within reach of the organ border: no margin is judged",)
    hidden_mm = found.minimal_margin_whole_surface_mm
    if hidden_mm < -0.5 and hidden_mm < found.minimal_margin_mm:
        return (f"the subcapsular surface left out of the margin holds uncovered tumor ({hidden_mm:.1f} mm)",)
    return ()


def _check(
    tumor: sitk.Image,
    ablation: sitk.Image,
    organ: sitk.Image | None,
    threshold_mm: float,
    subcapsular_mm: float,
    registration_error_mm: float | None,
) -> None:
    numbers = {"threshold": threshold_mm, "subcapsular distance": subcapsular_mm}
    numbers["registration error"] = registration_error_mm or 0.0
    for name, value in numbers.items():
        if not 0.0 <= value <= _LARGEST_LENGTH_MM:
            msg = f"{name}: expected a length of 0 to {_LARGEST_LENGTH_MM:g} mm, got {value:g} mm"
            raise InputError(msg)
    check_volume(tumor, "tumor mask")
    check_same_grid(ablation, tumor, "ablation mask", "the tumor mask")
    if organ is not None:
        check_same_grid(organ, tumor, "organ mask", "the tumor mask")
