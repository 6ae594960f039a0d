"""Reading and writing volumes and masks, geometry checks, resampling."""

from .geometry import (
    check_3d_image,
    check_same_grid,
    check_volume,
    describe,
    lps_to_ras,
    same_grid,
    touches_border,
)
from .masks import everywhere, read_label_image, read_mask, read_masks
from .reading import read_image
from .remarks import cautions, shared_frame_of_reference
from .resampling import resample, resample_mask

__all__ = [
    "cautions",
    "check_3d_image",
    "check_same_grid",
    "check_volume",
    "describe",
    "everywhere",
    "lps_to_ras",
    "read_image",
    "read_label_image",
    "read_mask",
    "read_masks",
    "resample",
    "resample_mask",
    "same_grid",
    "shared_frame_of_reference",
    "touches_border",
]
