"""The known abdomen after its best affine map: the task that engines are given."""

import numpy as np
import SimpleITK as sitk
from known_abdomen import Scan, breath, inverse, points_mm

from interventional_oncology.registration.engines import Deformation
from interventional_oncology.registration.linear import LinearMap
from interventional_oncology.registration.prepared import Masks, prepare
from interventional_oncology.registration.presets import presets


def truth(points: np.ndarray) -> np.ndarray:
    """Return where fixed points are in a scan after :func:`breath`."""
    return inverse(breath, points)


def best_affine(points: np.ndarray, moved: np.ndarray) -> LinearMap:
    """Return the affine map nearest to a motion, by least squares about the middle of the points."""
    center = points.mean(axis=0)
    arms = np.hstack([points - center, np.ones((len(points), 1))])
    solution = np.linalg.lstsq(arms, moved, rcond=None)[0]
    return LinearMap(solution[:3].T, solution[3] - center, center)


def task_of(fixed: Scan, breathed: Scan) -> Deformation:
    """Return two scans, their livers and the best affine map in the liver."""
    preset, masks = presets()["ct-liver"], Masks(fixed.liver, breathed.liver)
    points = points_mm(fixed.liver)[sitk.GetArrayFromImage(fixed.liver).ravel() != 0][::11]
    prepared = prepare(fixed.image, breathed.image, preset, masks, finest_mm=2.0)
    linear = best_affine(points, truth(points))
    return Deformation(fixed.image, breathed.image, masks, preset, prepared, linear)
