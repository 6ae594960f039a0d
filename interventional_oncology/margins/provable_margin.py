"""What a margin must measure before it proves anything: the limit that slices and errors set."""

import numpy as np

from .margin_probability import MeasuredMap, TrueMargin

LEVEL_PERCENT = 95


def smallest_provable_margin_mm(measured: MeasuredMap, true: TrueMargin) -> float:
    """Return the minimal margin from which on a measured one proves coverage at the level of 95 %.

    Were the whole map lower or higher, what is known of the truth would move with it. So the map would have
    to measure this much at least for the true minimal margin to be positive with a probability of 95 %: the
    same probability as :meth:`.TrueMargin.probability_at_least` tells. Never below 0, although an even map
    with large errors could say so.
    """
    low_mm = float(np.quantile(true.minima_mm, 1.0 - LEVEL_PERCENT / 100.0))
    return max(float(measured.margin_mm.min()) - low_mm, 0.0)


def provable_margin_sentence(measured: MeasuredMap, smallest_mm: float) -> str:
    """Return the same as a sentence for people."""
    stated_mm = measured.segmentation.stated_mm
    outlines = "half a voxel" if stated_mm is None else f"{stated_mm:g} mm"
    registration = "no registration error given"
    if measured.registration is not None:
        largest_mm = float(np.sqrt(measured.registration.variance_mm2(measured.tumor).max()))
        registration = f"a registration error of up to {largest_mm:.1f} mm along the margin"
    voxels = "x".join(f"{along_mm:.3g}" for along_mm in measured.segmentation.spacing_mm)
    given = (
        f"With voxels of {voxels} mm, outlines known to {outlines} and {registration} (standard deviations), "
    )
    if round(smallest_mm, 1) == 0.0:  # the least of many noisy places is low by chance
        return (
            f"{given}any margin measured above 0 mm on a map as even as this one proves coverage "
            f"at the level of {LEVEL_PERCENT} %."
        )
    return (
        f"{given}a minimal margin measured below {smallest_mm:.1f} mm does not prove coverage "
        f"at the level of {LEVEL_PERCENT} %."
    )
