"""The zone that was planned against the zone that was achieved."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..serialization import json_ready
from .ablation_margin import ablation_margin
from .checks import check_mask, check_masks
from .crop import Frame, bounding_slices
from .margin_result import AblationMargin
from .overlap import center_lps_mm, dice
from .residual import ras_tuple

# An axis is one only when it is this much longer than the others (standard deviations of the voxels):
# outlines on voxels change them by a few percent.
_LEAST_ELONGATION = 1.1


@dataclass(frozen=True)
class ZoneComparison:
    """A planned and an achieved zone of one tumor; fields but the margins are keys of ``planned`` in JSON.

    Attributes
    ----------
    planned, achieved : AblationMargin
        The same numbers for both.
    volume_difference_ml : float
        Achieved minus planned.
    volume_ratio : float
        Achieved over planned.
    minimal_margin_difference_mm : float or None
        Achieved minus planned; None where either judges nothing.
    dice : float
        Of the two zones.
    center_shift_ras_mm : tuple of float
        From the center of the planned zone to that of the achieved one.
    center_shift_mm : float
    axis_angle_degrees : float or None
        Between the long axes, 0 to 90. None when either zone is nearly a sphere or a disk: its longest
        principal axis is less than 1.1 times its second one, and has no direction to speak of.
    """

    planned: AblationMargin
    achieved: AblationMargin
    volume_difference_ml: float
    volume_ratio: float
    minimal_margin_difference_mm: float | None
    dice: float
    center_shift_ras_mm: tuple[float, float, float]
    center_shift_mm: float
    axis_angle_degrees: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the differences and the numbers of the planned zone, ready for JSON."""
        names = [name for name in self.__dataclass_fields__ if name not in {"planned", "achieved"}]
        return {"margin": self.planned.to_json()} | {name: json_ready(getattr(self, name)) for name in names}


def compare_zones(
    planned: sitk.Image,
    achieved: sitk.Image,
    tumor: sitk.Image,
    *,
    of_achieved: AblationMargin | None = None,
    **settings: Any,
) -> ZoneComparison:
    """Return how an achieved zone differs from the planned one.

    Parameters
    ----------
    planned, achieved, tumor : SimpleITK.Image
        Masks on one grid, in the same space.
    of_achieved : AblationMargin, optional
        The margin of the achieved zone with these settings, where it is known already.
    **settings
        Further arguments of :func:`.ablation_margin.ablation_margin`, for both margins.

    Raises
    ------
    InputError
        As for :func:`.ablation_margin.ablation_margin`.
    """
    check_mask(planned, "planned mask")
    check_masks(tumor, planned=planned)
    if of_achieved is None:
        of_achieved = ablation_margin(tumor, achieved, **settings)
    of_planned = ablation_margin(tumor, planned, **settings)
    frame = Frame.of(planned)
    zones = [sitk.GetArrayViewFromImage(mask) for mask in (planned, achieved)]
    shift_mm = center_lps_mm(zones[1], frame) - center_lps_mm(zones[0], frame)
    margins = [found.minimal_margin_mm for found in (of_achieved, of_planned)]
    return ZoneComparison(
        of_planned,
        of_achieved,
        of_achieved.ablation_volume_ml - of_planned.ablation_volume_ml,
        of_achieved.ablation_volume_ml / of_planned.ablation_volume_ml,
        None if margins[0] is None or margins[1] is None else margins[0] - margins[1],
        dice(*zones),
        ras_tuple(shift_mm),
        float(np.linalg.norm(shift_mm)),
        _angle_degrees(*(_long_axis(zone, frame) for zone in zones)),
    )


def _long_axis(zone: np.ndarray, frame: Frame) -> np.ndarray | None:
    """Return the long axis of a mask in its index frame, or None where none stands out."""
    box = bounding_slices(zone)
    assert box is not None  # its margin was measured
    points_mm = np.argwhere(zone[box])[:, ::-1] * frame.spacing_mm
    centered = points_mm - points_mm.mean(axis=0)
    # Voxels have an extent of their own: without it a row of voxels would have no width at all.
    covariance = centered.T @ centered / len(centered) + np.diag(frame.spacing_mm**2 / 12.0)
    variances, axes = np.linalg.eigh(covariance)
    if variances[2] < _LEAST_ELONGATION**2 * variances[1]:
        return None
    return np.asarray(axes[:, 2])


def _angle_degrees(first: np.ndarray | None, second: np.ndarray | None) -> float | None:
    if first is None or second is None:
        return None
    along, across = abs(float(first @ second)), float(np.linalg.norm(np.cross(first, second)))
    return float(np.degrees(np.arctan2(across, along)))
