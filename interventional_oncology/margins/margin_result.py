"""The numbers of one ablation margin."""

from dataclasses import dataclass
from typing import Any

import vtk

from ..serialization import json_ready
from .residual import ResidualSite

_NOT_NUMBERS = {"surface", "warnings"}


@dataclass(frozen=True)
class AblationMargin:
    """Margin of one ablation; fields are the keys of ``margin.json``.

    Numbers of the surface are of the judged surface: all of it, or, with an organ given, what the rule for
    subcapsular surface leaves (:mod:`.subcapsular`). They are None where nothing of the surface is judged.

    Attributes
    ----------
    minimal_margin_mm : float or None
        Least margin of the judged surface.
    minimal_margin_at_ras_mm : tuple of float or None
        Where on the tumor surface.
    minimal_margin_whole_surface_mm : float
        Least margin of the whole surface as if there were no organ border.
    mean_margin_mm : float or None
    percentiles_mm : dict or None
        ``p5`` to ``p95``, by area.
    surface_fraction : dict or None
        ``below_0``, ``from_0_to_threshold``, ``at_least_threshold``, by area; they add up to 1.
    surface_fraction_at_least : dict or None
        Fraction of the area with at least each of the margins asked for; the keys are these margins in mm.
    volume_fraction_covered, uncovered_volume_ml : float
        Of the tumor, by volume, subcapsular part included.
    residual_sites : tuple of ResidualSite
    subcapsular_rule : str or None
        ``exclude``, ``to_border`` or ``ignore``; None without an organ.
    is_lower_bound : bool
        With the rule ``to_border``: whether all of the organ around is treated. Nothing limits the margin
        then, and its numbers, which are those without an organ border, are the least it is.
    subcapsular_fraction, excluded_subcapsular_fraction : float
        Area of the surface within reach of the organ border, and the area that is not judged for it; 0
        without an organ.
    probability_minimal_margin_at_least_threshold : float or None
        None when no error is given; see :mod:`.margin_probability` for the model.
    minimal_margin_interval_mm : tuple of float or None
        Central 90 % of the true minimal margin, given the measured margins and the errors.
    minimal_margin_median_mm : float or None
        Median of the same: the minimum of noisy values is low, and this takes most of that back.
    smallest_provable_margin_mm : float or None
        A minimal margin measured smaller than this does not prove coverage at the level of 95 %: the
        probability that the true one is positive is less.
    claim : str or None
        The same as a sentence.
    tumor_volume_ml, ablation_volume_ml, tumor_area_mm2 : float
        Volumes by voxels; area of the surface.
    tumor_count, ablation_count : int
        Separate pieces of each mask.
    dice : float
    surface_dice, hausdorff95_mm : float or None
        Agreement of the two surfaces (:mod:`.overlap`), when asked for.
    eccentricity_mm : float
        Distance of the centers of mass of tumor and zone.
    eccentricity_ras_mm : tuple of float
        From the center of the tumor to that of the zone.
    warnings : tuple of str
    surface : vtkPolyData
        Tumor surface in LPS mm with the point array ``margin_mm``, ``judged`` (0 where excluded) and, with an
        error given, ``probability`` (that the margin there is at least the threshold).
    """

    minimal_margin_mm: float | None
    minimal_margin_at_ras_mm: tuple[float, float, float] | None
    minimal_margin_whole_surface_mm: float
    mean_margin_mm: float | None
    percentiles_mm: dict[str, float] | None
    surface_fraction: dict[str, float] | None
    surface_fraction_at_least: dict[str, float] | None
    volume_fraction_covered: float
    uncovered_volume_ml: float
    residual_sites: tuple[ResidualSite, ...]
    subcapsular_rule: str | None
    is_lower_bound: bool
    subcapsular_fraction: float
    excluded_subcapsular_fraction: float
    probability_minimal_margin_at_least_threshold: float | None
    minimal_margin_interval_mm: tuple[float, float] | None
    minimal_margin_median_mm: float | None
    smallest_provable_margin_mm: float | None
    claim: str | None
    tumor_volume_ml: float
    ablation_volume_ml: float
    tumor_area_mm2: float
    tumor_count: int
    ablation_count: int
    dice: float
    surface_dice: float | None
    hausdorff95_mm: float | None
    eccentricity_mm: float
    eccentricity_ras_mm: tuple[float, float, float]
    warnings: tuple[str, ...]
    surface: vtk.vtkPolyData

    def to_json(self) -> dict[str, Any]:
        """Return the fields but for ``surface`` and ``warnings``, ready for JSON."""
        names = [name for name in self.__dataclass_fields__ if name not in _NOT_NUMBERS]
        return {name: json_ready(getattr(self, name)) for name in names}
