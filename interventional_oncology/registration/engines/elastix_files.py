"""The text files of elastix: what it is told and what it found.

Keys as in the manual of elastix 5 (Klein, IEEE Trans Med Imaging 2010, doi:10.1109/TMI.2009.2035616).
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..linear import LinearMap
from ..presets import Preset

#: Levels of resolution.
LEVELS = 4
#: Weight of the bending energy in parts of the ``bending_mm2`` of the preset.
_BENDING_PART = 0.5
_SAMPLES = 2048
_SEED = 20250302

Value = str | int | float


def registration_parameters(preset: Preset, iterations: int) -> str:
    """Return the parameter file of a B-spline registration by global correlation.

    ``iterations`` are steps of the optimizer at each level.

    The sampler draws voxels of the mask: those that draw points in space do not find enough of them in a
    small mask. Mutual information is never used: with a B-spline it ran away to 13-44 mm in every trial.
    """
    control_mm = min(stage.control_mm for stage in preset.deformable)
    return _text(
        {
            **_common(),
            "Registration": ["MultiMetricMultiResolutionRegistration"],
            "FixedImagePyramid": ["FixedSmoothingImagePyramid"],
            "MovingImagePyramid": ["MovingSmoothingImagePyramid"],
            "NumberOfResolutions": [LEVELS],
            "Metric": ["AdvancedNormalizedCorrelation", "TransformBendingEnergyPenalty"],
            "Metric0Weight": [1.0],
            "Metric1Weight": [_BENDING_PART * preset.bending_mm2],
            "Transform": ["RecursiveBSplineTransform"],
            "HowToCombineTransforms": ["Compose"],
            "FinalGridSpacingInPhysicalUnits": [control_mm] * 3,
            "Interpolator": ["LinearInterpolator"],
            "ResampleInterpolator": ["FinalBSplineInterpolator"],
            "Resampler": ["DefaultResampler"],
            "Optimizer": ["AdaptiveStochasticGradientDescent"],
            "AutomaticParameterEstimation": ["true"],
            "MaximumNumberOfIterations": [iterations],
            "ImageSampler": ["RandomSparseMask"],
            "NumberOfSpatialSamples": [_SAMPLES],
            "NewSamplesEveryIteration": ["true"],
            "RandomSeed": [_SEED],
            "ErodeMask": ["false"],
            "WriteResultImage": ["false"],
        }
    )


def linear_parameters(linear: LinearMap) -> str:
    """Return the transform file of the map where the registration starts."""
    numbers = [*linear.matrix.ravel().tolist(), *linear.translation_mm.tolist()]
    return _text(
        {
            **_common(),
            "Transform": ["AffineTransform"],
            "NumberOfParameters": [len(numbers)],
            "TransformParameters": numbers,
            "CenterOfRotationPoint": linear.center_mm.tolist(),
            "InitialTransformParametersFileName": ["NoInitialTransform"],
            "HowToCombineTransforms": ["Compose"],
        }
    )


def read_bspline(path: Path) -> sitk.BSplineTransform:
    """Return the B-spline of a transform file, exactly: the same control points and coefficients.

    Raises
    ------
    ValueError
        If the file does not hold a cubic B-spline.
    """
    found = dict(re.findall(r"^\((\w+) (.*)\)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE))
    kind, order = found.get("Transform"), found.get("BSplineTransformSplineOrder", "3")
    if kind not in ('"BSplineTransform"', '"RecursiveBSplineTransform"') or int(float(order)) != 3:
        msg = f"{path}: expected a cubic B-spline, got {kind} of order {order}"
        raise ValueError(msg)
    size = _numbers(found["GridSize"]).astype(int)
    spacing = _numbers(found["GridSpacing"])
    direction = _numbers(found["GridDirection"]).reshape(3, 3, order="F")
    origin = _numbers(found["GridOrigin"]) + direction @ (spacing * _numbers(found["GridIndex"]))
    coefficients = _numbers(found["TransformParameters"]).reshape(3, *size[::-1])
    images = [sitk.GetImageFromArray(each) for each in coefficients]
    for image in images:
        image.SetSpacing(spacing.tolist())
        image.SetOrigin(origin.tolist())
        image.SetDirection(direction.ravel().tolist())
    return sitk.BSplineTransform(images, 3)


def _common() -> dict[str, list[Value]]:
    return {
        "FixedInternalImagePixelType": ["float"],
        "MovingInternalImagePixelType": ["float"],
        "FixedImageDimension": [3],
        "MovingImageDimension": [3],
        "UseDirectionCosines": ["true"],
    }


def _numbers(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=float)


def _text(entries: Mapping[str, list[Value]]) -> str:
    lines = []
    for key, values in entries.items():
        words = [f'"{value}"' if isinstance(value, str) else repr(value) for value in values]
        lines.append(f"({key} {' '.join(words)})")
    return "\n".join(lines) + "\n"
