"""Known motion of a real patient: rigid after cubic B-spline, alone or held back at the body wall."""

import numpy as np
import SimpleITK as sitk

from interventional_oncology.registration.jacobian import displacement_field_mm, jacobian_determinant
from interventional_oncology.registration.pyramid import coarse_grid

MESH = (8, 8, 5)
LARGEST_ANGLE_DEG, LARGEST_SHIFT_MM, LARGEST_BEND_MM = 4.0, 8.0, 12.0
#: Mean motion of the liver that is accepted, mm.
MEAN_MOTION_MM = (9.0, 11.5)
#: The body wall moves by this part of what the liver does.
WALL = 0.15
_SMALLEST_JACOBIAN = 0.3
_SMALLEST_JACOBIAN_AT_WALL = 0.1
_TRIES = 200


def rigid_warp(rng: np.random.Generator, center_lps_mm: np.ndarray) -> sitk.Euler3DTransform:
    """Return a rotation of 2 to 4 degrees about any axis and a shift of 5 to 8 mm."""
    axis, way = (_direction(rng) for _ in range(2))
    turn = sitk.VersorRigid3DTransform()
    turn.SetRotation(axis.tolist(), np.deg2rad(rng.uniform(2.0, LARGEST_ANGLE_DEG)))
    warp = sitk.Euler3DTransform()
    warp.SetCenter(center_lps_mm.tolist())
    warp.SetMatrix(turn.GetMatrix())
    warp.SetTranslation((way * rng.uniform(5.0, LARGEST_SHIFT_MM)).tolist())
    return warp


def deforming_warp(rng: np.random.Generator, grid: sitk.Image, liver: sitk.Image) -> sitk.Transform:
    """Return rigid after a B-spline that bends the liver by 12 mm where most, drawn until it is a likely one.

    Likely: the liver moves by 9 to 11.5 mm on average, and no tissue shrinks below 0.3 of its volume.
    """
    points = mask_points(liver)
    some = points[:: max(1, len(points) // 2000)]
    coarse = coarse_grid(grid, np.array([64, 64, 48]))
    for _ in range(_TRIES):
        spline = sitk.BSplineTransformInitializer(grid, MESH, 3)
        numbers = rng.standard_normal(len(spline.GetParameters()))
        spline.SetParameters(numbers.tolist())
        bend = np.linalg.norm(moved(spline, some) - some, axis=1).max()
        spline.SetParameters((numbers * LARGEST_BEND_MM / bend).tolist())
        warp = sitk.CompositeTransform([rigid_warp(rng, points.mean(axis=0)), spline])
        mean = float(np.linalg.norm(moved(warp, some) - some, axis=1).mean())
        if MEAN_MOTION_MM[0] <= mean <= MEAN_MOTION_MM[1] and _shrinks(warp, coarse) >= _SMALLEST_JACOBIAN:
            return warp
    msg = f"known warp: expected a likely one in {_TRIES} draws, got none"
    raise RuntimeError(msg)


def held_at_wall(warp: sitk.Transform, liver: sitk.Image) -> tuple[sitk.Transform, float]:
    """Return the warp with everything around the liver held back, and over how many mm the change goes.

    The displacement is full in ``liver`` and 2 mm around it and 0.15 of that away from it; the step is a
    Gaussian, the narrowest in steps of 1 mm at which no tissue shrinks below 0.1. It is no true sliding:
    nothing tears.
    """
    field = displacement_field_mm(warp, liver).astype(np.float64)
    near = sitk.Cast(sitk.SignedMaurerDistanceMap(liver, False, False, True) < 2.0, sitk.sitkFloat32)
    for sigma_mm in range(2, 16):
        wide = sitk.SignedMaurerDistanceMap(near > 0.5, False, False, True) < 1.5 * sigma_mm
        share = sitk.GetArrayFromImage(
            sitk.SmoothingRecursiveGaussian(sitk.Cast(wide, sitk.sitkFloat32), sigma_mm)
        )
        held = field * (WALL + (1.0 - WALL) * np.clip(share, 0.0, 1.0))[..., None]
        if jacobian_determinant(held, liver).min() >= _SMALLEST_JACOBIAN_AT_WALL:
            image = sitk.GetImageFromArray(held, isVector=True)
            image.CopyInformation(liver)
            return sitk.DisplacementFieldTransform(image), float(sigma_mm)
    msg = "near-sliding: expected a step of at most 15 mm, got folding at all of them"
    raise RuntimeError(msg)


def moved(transform: sitk.Transform, points: np.ndarray) -> np.ndarray:
    """Return where a transform sends points, shape (n, 3), LPS mm."""
    return np.array([transform.TransformPoint(point) for point in np.asarray(points, dtype=float).tolist()])


def mask_points(mask: sitk.Image) -> np.ndarray:
    """Return the centers of a mask's voxels, shape (n, 3), LPS mm."""
    index = np.argwhere(sitk.GetArrayViewFromImage(mask) != 0)[:, ::-1]
    direction = np.reshape(mask.GetDirection(), (3, 3))
    points: np.ndarray = mask.GetOrigin() + (index * mask.GetSpacing()) @ direction.T
    return points


def _direction(rng: np.random.Generator) -> np.ndarray:
    vector = rng.standard_normal(3)
    unit: np.ndarray = vector / np.linalg.norm(vector)
    return unit


def _shrinks(warp: sitk.Transform, grid: sitk.Image) -> float:
    return float(jacobian_determinant(displacement_field_mm(warp, grid), grid).min())
