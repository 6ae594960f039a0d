"""What scanner and treatment do to the real CT of the benchmark: phase, ablation, pseudo-MR, noise."""

import numpy as np
import SimpleITK as sitk
from registration_patient import distance_mm
from registration_warps import mask_points

from interventional_oncology.images import resample_mask

SEMI_AXES_MM = (18.0, 21.0, 17.0)
_RIM_MM = 2.5
_EDGE_MM = 0.7
#: Portal to later phase: vessels lose contrast, all else little.
_PHASE_HU = ((-1000.0, 60.0, 120.0, 180.0, 300.0, 1500.0), (-1000.0, 60.0, 112.0, 158.0, 240.0, 1500.0))
#: HU to MR signal, rising and falling: dark air, bright fat, gray water, bright liver, dark vessels and bone.
_MR_SIGNAL = (
    (-1000.0, -300.0, -120.0, -60.0, 0.0, 40.0, 95.0, 118.0, 155.0, 200.0, 300.0, 700.0, 1500.0),
    (0.0, 20.0, 760.0, 800.0, 350.0, 320.0, 620.0, 560.0, 340.0, 260.0, 150.0, 50.0, 20.0),
)
#: Zone and rim: hypodense with an enhancing rim on CT, bright with a dark rim on MR.
_PAINT_HU = {"ct": (45.0, 165.0), "mr": (95.0, 200.0)}
_BIAS = 0.2
_MR_NOISE = 25.0


def ablation_of(
    liver: sitk.Image, rng: np.random.Generator, grid: sitk.Image
) -> tuple[sitk.Image, np.ndarray]:
    """Return an ellipsoid of 36x42x34 mm, its center at least 14 mm inside the liver: mask and depth (mm).

    Its axes are turned by up to 30 degrees about each axis of the body. What sticks out of the liver is not
    part of the mask; depth is about linear near the surface.
    """
    deep = mask_points(sitk.Cast(distance_mm(liver) < -14.0, sitk.sitkUInt8))
    center = deep[rng.integers(len(deep))]
    turn = sitk.Euler3DTransform((0.0, 0.0, 0.0), *np.deg2rad(rng.uniform(-30.0, 30.0, 3)).tolist())
    matrix = np.reshape(turn.GetMatrix(), (3, 3))
    points = sitk.GetArrayFromImage(
        sitk.PhysicalPointSource(
            sitk.sitkVectorFloat32, grid.GetSize(), grid.GetOrigin(), grid.GetSpacing(), grid.GetDirection()
        )
    )
    radius = np.linalg.norm((points - center) @ matrix / np.array(SEMI_AXES_MM), axis=-1)
    depth = (1.0 - radius) * float(np.mean(SEMI_AXES_MM))
    ablation = sitk.GetImageFromArray((depth > 0.0).astype(np.uint8))
    ablation.CopyInformation(grid)
    return ablation & resample_mask(liver, grid), depth


def painted(image: sitk.Image, depth_mm: np.ndarray, kind: str) -> sitk.Image:
    """Return the image with the zone and its rim in place of the liver; edges are soft."""
    values = sitk.GetArrayFromImage(image)
    zone_hu, rim_hu = _PAINT_HU[kind]
    for edge_mm, value in ((-_RIM_MM, rim_hu), (0.0, zone_hu)):
        share = 1.0 / (1.0 + np.exp(-np.clip((depth_mm - edge_mm) / _EDGE_MM, -30.0, 30.0)))
        # Some of the texture stays, as in a real zone.
        values = values + share * (value + 0.3 * (values - values.mean(where=depth_mm > 0.0)) - values)
    return _like(image, values)


def later_phase(image: sitk.Image) -> sitk.Image:
    """Return the portal-venous image as it would look in a later phase."""
    return _like(image, np.interp(sitk.GetArrayViewFromImage(image), *_PHASE_HU))


def noisy(image: sitk.Image, sigma_hu: float, rng: np.random.Generator) -> sitk.Image:
    """Return a CT with correlated noise of standard deviation ``sigma_hu``, whole Hounsfield units."""
    noise = correlated(image, rng)
    return sitk.Cast(
        _like(image, np.rint(sitk.GetArrayViewFromImage(image) + sigma_hu * noise)), sitk.sitkInt16
    )


def pseudo_mr(image: sitk.Image, rng: np.random.Generator) -> sitk.Image:
    """Return an MR-like image: signal not monotonic in HU, bias field, Rician noise."""
    signal = np.interp(sitk.GetArrayViewFromImage(image), *_MR_SIGNAL)
    coarse = sitk.GetImageFromArray(rng.standard_normal((4, 5, 5)))
    coarse.SetOrigin(image.GetOrigin())
    coarse.SetSpacing(
        [s * n / (m - 1) for s, n, m in zip(image.GetSpacing(), image.GetSize(), (5, 5, 4), strict=True)]
    )
    bias = sitk.GetArrayFromImage(sitk.Resample(coarse, image, sitk.Transform(), sitk.sitkBSpline3))
    signal = signal * np.exp(_BIAS * bias)
    real, imaginary = (_MR_NOISE * correlated(image, rng) for _ in range(2))
    return sitk.Cast(_like(image, np.rint(np.hypot(signal + real, imaginary))), sitk.sitkInt16)


def correlated(image: sitk.Image, rng: np.random.Generator) -> np.ndarray:
    """Return noise of mean 0 and standard deviation 1, smooth over about 1 mm, shape (k, j, i)."""
    noise = _like(image, rng.standard_normal(image.GetSize()[::-1], dtype=np.float32))
    for axis, spacing in enumerate(image.GetSpacing()):
        if spacing < 3.0:  # slices of a scan have noise of their own
            noise = sitk.RecursiveGaussian(
                noise, 0.8 * spacing, False, sitk.RecursiveGaussianImageFilter.ZeroOrder, axis
            )
    values = sitk.GetArrayFromImage(noise)
    return values / values.std()


def _like(image: sitk.Image, values: np.ndarray) -> sitk.Image:
    made = sitk.GetImageFromArray(np.asarray(values, dtype=np.float32))
    made.CopyInformation(image)
    return made
