"""The first half of a registration, for tests of what comes after it."""

import SimpleITK as sitk
from known_abdomen import Scan

from interventional_oncology.progress import silent
from interventional_oncology.registration.linear import LinearMap
from interventional_oncology.registration.organ_center import centroid_mm
from interventional_oncology.registration.prepared import Masks, Prepared, prepare
from interventional_oncology.registration.presets import Preset
from interventional_oncology.registration.rigid import register_linear


def affine_first(fixed: Scan, moving: Scan, preset: Preset) -> tuple[Prepared, LinearMap]:
    """Return the images made ready and the affine map from the organ centers on."""
    stages = preset.rigid + preset.affine + preset.deformable
    finest_mm = min(stage.voxel_mm for stage in stages)
    prepared = prepare(
        fixed.image, moving.image, preset, Masks(fixed.liver, moving.liver), finest_mm=finest_mm
    )
    center = centroid_mm(fixed.liver)
    linear = LinearMap.shift(centroid_mm(moving.liver) - center, center)
    for rigid in (True, False):
        linear = register_linear(prepared, preset, linear, rigid=rigid, radius_mm=60.0, progress=silent)
    return prepared, linear


def whole(linear: LinearMap, field: sitk.Transform) -> sitk.Transform:
    """Return the map of a displacement before a linear map."""
    return sitk.CompositeTransform([linear.transform(rigid=False), field])
