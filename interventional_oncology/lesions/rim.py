"""The rim of a lesion whose core looks different: a bright rim around necrosis, a dark halo."""

import numpy as np

from .ray_surface import (
    Field,
    RaySurface,
    along_rays,
    band_mean,
    grow,
    mean_over,
    median_and_spread,
)

#: The rim is looked for this far beyond the core, the parenchyma beyond the thickest rim (all ours).
_NEAR_MM, _THICKEST_RIM_MM, _FAR_MM = (0.5, 2.5), 10.0, 10.0
_THINNEST_RIM_MM = 1.5
#: Relative to the parenchyma the rim has the opposite sign of the core, or is more unlike than the core: what
#: lies between is the blur of a plain edge.
_OPPOSITE, _STRONGER = -0.4, 1.5
_ABOVE_NOISE = 1.5
#: In so many directions the rim must be seen, at this share of its typical height.
_CLOSED_SHARE, _CLOSED_HEIGHT = 0.8, 0.4
_LEAST_EDGE = 0.4
_AGREEING = 0.3


def with_rim(field: Field, core: RaySurface) -> RaySurface:
    """Return the surface of core and rim, or of the core alone where there is no closed rim."""
    reach_mm = float(core.radii_mm.max()) + _THICKEST_RIM_MM + _FAR_MM
    radii, values, allowed = along_rays(field, core.center_mm, reach_mm)
    beyond = radii - core.radii_mm[:, None]
    far = allowed & (beyond > _THICKEST_RIM_MM) & (beyond < _THICKEST_RIM_MM + _FAR_MM)
    if not far.any():
        return core
    parenchyma, noise = median_and_spread(values[far], np.broadcast_to(radii**2, values.shape)[far])
    near, seen = band_mean(radii, values, allowed, core.radii_mm, *_NEAR_MM)
    if not _is_rim(mean_over(_AGREEING) @ near - parenchyma, core.inside - parenchyma, noise, seen):
        return core
    anchor = float(np.median(near[seen]))
    found = grow(
        field, core.center_mm, core.radii_mm + 2.0, reach_mm, anchor, core_mm=core.radii_mm + _NEAR_MM[0]
    )
    if found is None or found.edge < _LEAST_EDGE:
        return core
    thick = found.radii_mm - core.radii_mm
    return found if np.median(thick) > _THINNEST_RIM_MM and thick.max() < 2 * _THICKEST_RIM_MM else core


def _is_rim(near: np.ndarray, inside: float, noise: float, seen: np.ndarray) -> bool:
    typical = float(np.median(near[seen])) if seen.any() else 0.0
    share = typical / inside if inside else np.inf
    closed = np.mean(near * np.sign(typical) > _CLOSED_HEIGHT * abs(typical))
    unlike = share < _OPPOSITE or share > _STRONGER
    return bool(unlike and abs(typical) > _ABOVE_NOISE * noise and closed >= _CLOSED_SHARE)
