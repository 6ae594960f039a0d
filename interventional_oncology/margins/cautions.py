"""What a reader must know before trusting a margin."""

import numpy as np
import SimpleITK as sitk

from ..images import touches_border
from .crop import bounding_slices
from .repeated_slices import repeated_axes
from .shape import Shape

# 3 mm for the usual margin of 5 mm (a habit of the field), and in proportion for smaller ones.
_THICK_SLICE_MM, _THICK_OF_MARGIN = 3.0, 0.6
_ZONE_OUTSIDE_FRACTION = 0.2
#: Start of the sentence on thick slices, for callers who say it in words of their own.
SLICES_APART = "slices are"


def margin_cautions(
    tumor: sitk.Image,
    ablation: sitk.Image,
    organ: sitk.Image | None,
    tumor_shape: Shape,
    zone_shape: Shape,
    threshold_mm: float,
) -> tuple[str, ...]:
    """Return one sentence for each thing about the masks that limits their margin."""
    said = [
        f"the {name} mask touches the border of its volume, where it may be cut off"
        for name, mask in (("tumor", tumor), ("ablation", ablation))
        if touches_border(mask)
    ]
    for name, mask in (("tumor", tumor), ("ablation", ablation)):
        axes = repeated_axes(sitk.GetArrayViewFromImage(mask))
        if axes:
            said.append(
                f"the {name} mask repeats its slices along {' and '.join(axes)}, as one carried from coarser "
                "voxels by nearest neighbor does: its steps count as its shape and shift the margin; carry "
                "it as a surface, or give both masks on the coarser grid"
            )
    said += _of_slices(max(tumor.GetSpacing()), threshold_mm)
    said += _of_shapes(tumor_shape, zone_shape)
    said += _of_grids(tumor, ablation, organ)
    if organ is not None:
        said += _of_organ(ablation, organ)
    return tuple(said)


def _of_slices(thickest_mm: float, threshold_mm: float) -> list[str]:
    if threshold_mm > 0 and thickest_mm > _THICK_OF_MARGIN * threshold_mm:
        limit = (
            f"more than {_THICK_OF_MARGIN * threshold_mm:g} mm cannot prove a margin of {threshold_mm:g} mm"
        )
    elif thickest_mm > _THICK_SLICE_MM:
        limit = f"more than {_THICK_SLICE_MM:g} mm make margins less certain"
    else:
        return []
    return [f"{SLICES_APART} {thickest_mm:.1f} mm apart: {limit}"]


def _of_shapes(tumor: Shape, zone: Shape) -> list[str]:
    voxel_ml = float(np.prod(tumor.frame.spacing_mm)) / 1000.0
    said = []
    if len(tumor.pieces) > 1:
        said.append(f"the tumor mask has {len(tumor.pieces)} separate pieces, judged together")
    if len(zone.pieces) > 1:
        said.append(f"the ablation mask has {len(zone.pieces)} separate pieces, taken as one zone")
    if tumor.cavity_voxels:
        said.append(f"cavities of {tumor.cavity_voxels * voxel_ml:.2g} mL inside the tumor mask were filled")
    if zone.cavity_voxels:
        said.append(
            f"cavities of {zone.cavity_voxels * voxel_ml:.2g} mL inside the ablation mask count as untreated"
        )
    return said


def _of_grids(tumor: sitk.Image, ablation: sitk.Image, organ: sitk.Image | None) -> list[str]:
    geometry = (tumor.GetSpacing(), tumor.GetOrigin(), tumor.GetDirection())
    others = [mask for mask in (ablation, organ) if mask is not None]
    if all((mask.GetSpacing(), mask.GetOrigin(), mask.GetDirection()) == geometry for mask in others):
        return []
    return ["the grids of the masks differ by a rounding error of less than 0.001 voxel, taken as the same"]


def _of_organ(ablation: sitk.Image, organ: sitk.Image) -> list[str]:
    zone, inside = sitk.GetArrayViewFromImage(ablation), sitk.GetArrayViewFromImage(organ)
    box = bounding_slices(zone)
    if box is None:
        return []
    outside = float(np.count_nonzero((zone[box] != 0) & (inside[box] == 0)) / np.count_nonzero(zone[box]))
    if outside <= _ZONE_OUTSIDE_FRACTION:
        return []
    return [
        f"{outside:.0%} of the ablation zone lies outside the organ mask: if that mask leaves the zone out, "
        "its border is not the organ's and the subcapsular part is too large"
    ]
