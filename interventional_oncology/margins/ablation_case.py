"""A tumor, its ablation zone and its organ, cut to what matters for an advice."""

from dataclasses import dataclass, replace

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .checks import check_mask, check_masks, check_rule, length_mm
from .crop import Frame, bounding_slices
from .shape import Shape, shape_of_array
from .subcapsular import OrganBorder
from .voxel_blocks import on_own_voxels

_Box = tuple[slice, slice, slice]
_SPARE_VOXELS = 2


@dataclass(frozen=True)
class AblationCase:
    """Masks and rule of one advice.

    Attributes
    ----------
    tumor, ablation : SimpleITK.Image
    organ : SimpleITK.Image or None
        None where the rule does not ask for it.
    rule : str
    subcapsular_mm : float
    box : tuple of slice
        What matters of the volume, [k, j, i]: the box around tumor and zone, or all of it.
    """

    tumor: sitk.Image
    ablation: sitk.Image
    organ: sitk.Image | None
    rule: str
    subcapsular_mm: float
    box: _Box

    @classmethod
    def checked(
        cls,
        tumor: sitk.Image,
        ablation: sitk.Image,
        organ: sitk.Image | None,
        rule: str,
        subcapsular_mm: float,
    ) -> "AblationCase":
        """Return the case on the voxels that the margin is measured on, or refuse it as the margin does.

        Raises
        ------
        InputError
        """
        check_mask(ablation, "ablation mask")
        check_masks(tumor, ablation=ablation, organ=organ)
        check_rule(rule)
        length_mm(subcapsular_mm, "subcapsular distance")
        tumor, ablation, organ, _ = on_own_voxels(tumor, ablation, organ)
        box = common_box(tumor=tumor, ablation=ablation)
        return cls(tumor, ablation, organ if rule != "ignore" else None, rule, subcapsular_mm, box)

    def tumor_shape(self) -> Shape:
        """Return the shape of the tumor with its cavities filled."""
        return self._shape(self.tumor, fill_cavities=True)

    def zone_shape(self) -> Shape:
        """Return the shape of the zone."""
        return self._shape(self.ablation, fill_cavities=False)

    def _shape(self, mask: sitk.Image, *, fill_cavities: bool) -> Shape:
        start = [s.start for s in reversed(self.box)]
        voxels = sitk.GetArrayViewFromImage(mask)[self.box]
        return shape_of_array(voxels, Frame.of(mask), start=start, fill_cavities=fill_cavities)

    def border(self, target: Shape) -> OrganBorder | None:
        """Return the border of the organ around the tumor, whose shape is given, and where it matters."""
        if self.organ is None:
            return None
        return OrganBorder(
            target,
            sitk.GetArrayViewFromImage(self.tumor),
            sitk.GetArrayViewFromImage(self.organ),
            reach_mm=self.subcapsular_mm,
            around=self.box if self.rule == "to_border" else None,
        )

    def around(self, center_lps_mm: np.ndarray, radius_mm: float) -> "AblationCase":
        """Return the case cut to its masks and a sphere, padded where the volume ends: all of it matters.

        An organ goes on beyond the volume as it leaves it.
        """
        frame = Frame.of(self.tumor)
        middle = frame.from_lps(center_lps_mm[None])[0] / frame.spacing_mm
        reach = radius_mm / frame.spacing_mm + _SPARE_VOXELS
        low, high = np.floor(middle - reach).astype(int), np.ceil(middle + reach).astype(int) + 1
        low = np.minimum(low, [s.start - _SPARE_VOXELS for s in reversed(self.box)])
        high = np.maximum(high, [s.stop + _SPARE_VOXELS for s in reversed(self.box)])
        inner_low, inner_high = np.maximum(low, 0), np.minimum(high, self.tumor.GetSize())
        kept = tuple(slice(int(a), int(b)) for a, b in zip(inner_low, inner_high, strict=True))
        beyond = (inner_low - low).tolist(), (high - inner_high).tolist()
        tumor, ablation = (
            sitk.ConstantPad(_binary(mask[kept]), *beyond, 0) for mask in (self.tumor, self.ablation)
        )
        organ = None if self.organ is None else sitk.ZeroFluxNeumannPad(_binary(self.organ[kept]), *beyond)
        i, j, k = (slice(0, count) for count in tumor.GetSize())
        return replace(self, tumor=tumor, ablation=ablation, organ=organ, box=(k, j, i))


def common_box(**masks: sitk.Image) -> _Box:
    """Return the smallest box [k, j, i] around all masks.

    Raises
    ------
    InputError
        If one is empty; it is told by its name.
    """
    boxes = []
    for name, mask in masks.items():
        box = bounding_slices(sitk.GetArrayViewFromImage(mask))
        if box is None:
            msg = f"{name} mask: expected at least one voxel inside, got an empty mask"
            raise InputError(msg)
        boxes.append(box)
    k, j, i = (
        slice(min(s.start for s in axis), max(s.stop for s in axis)) for axis in zip(*boxes, strict=True)
    )
    return k, j, i


def _binary(mask: sitk.Image) -> sitk.Image:
    return sitk.Cast(mask != 0, sitk.sitkUInt8)


def with_sphere(mask: sitk.Image, center_lps_mm: np.ndarray, radius_mm: float) -> sitk.Image:
    """Return a mask united with the voxels whose center lies in a sphere."""
    frame, voxels = Frame.of(mask), sitk.GetArrayFromImage(mask)
    middle_mm = frame.from_lps(np.asarray(center_lps_mm)[None])[0]
    squared = [
        (np.arange(count) * step - at) ** 2
        for count, step, at in zip(mask.GetSize(), frame.spacing_mm, middle_mm, strict=True)
    ]
    inside = squared[2][:, None, None] + squared[1][:, None] + squared[0] <= radius_mm**2
    united = sitk.GetImageFromArray((inside | (voxels != 0)).astype(np.uint8))
    united.CopyInformation(mask)
    return united
