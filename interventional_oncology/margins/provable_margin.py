"""What a margin must measure before it proves anything: the limit that slices and errors set."""

import numpy as np

from .margin_probability import MeasuredMap

# One-sided 95 % of the normal distribution.
_DEVIATIONS = 1.6448536269514722
LEVEL_PERCENT = 95


def smallest_provable_margin_mm(measured: MeasuredMap) -> float:
    """Return the margin below which a measured one does not prove coverage at the level of 95 %.

    1.645 standard deviations of the error of the margin, at the vertex where it is known least: both outlines
    (half a voxel along the normal each, so thick slices count) and the registration error, if one is given.
    """
    return _DEVIATIONS * float(np.sqrt(measured.variance_mm2().max()))


def provable_margin_sentence(measured: MeasuredMap, smallest_mm: float) -> str:
    """Return the same as a sentence for people."""
    stated_mm = measured.segmentation.stated_mm
    outlines = "half a voxel" if stated_mm is None else f"{stated_mm:g} mm"
    registration = "no registration error given"
    if measured.registration is not None:
        largest_mm = float(np.sqrt(measured.registration.variance_mm2(measured.tumor).max()))
        registration = f"a registration error of up to {largest_mm:.1f} mm along the margin"
    voxels = "x".join(f"{along_mm:.3g}" for along_mm in measured.segmentation.spacing_mm)
    return (
        f"With voxels of {voxels} mm, outlines known to {outlines} and {registration} "
        f"(standard deviations), a margin measured below {smallest_mm:.1f} mm does not prove coverage at the "
        f"level of {LEVEL_PERCENT} %."
    )
