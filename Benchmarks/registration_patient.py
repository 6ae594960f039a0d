"""The real patient of the registration benchmark: one portal-venous CT, its liver and vessels.

Source: CRLM-CT-1006 of TCIA's Colorectal-Liver-Metastases (doi 10.7937/QXK2-QG03, CC BY 4.0), 512x512x51
voxels of 0.805x0.805x5 mm. It comes without an outline of the liver. Ours is made by thresholds and
morphology around a point in the right lobe, with one box cut away where the heart lies on the diaphragm. No
reader has corrected it: it lacks a few mm at the dome and takes in a piece of the vena cava. The vessels are
bright ridges of the denoised image in it; they say where errors are looked at, and nothing else depends on
them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from interventional_oncology.images import read_image

ARCHIVE = Path("images") / "crlm_liver_ct" / "CRLM-CT-1006_dicom.zip"
RANGE_HU = (-1000.0, 1500.0)
#: Origin of the grids, LPS mm, and the point in the right lobe from which the liver is grown.
_CORNER_LPS_MM = (-177.0, -149.0, -341.0)
_SEED_LPS_MM = (-86.4, 42.0, -246.4)
#: Left of and above this point lies the heart, LPS mm.
_HEART_LPS_MM = (1.0, -196.0)


@dataclass(frozen=True)
class Source:
    """The denoised scan on its own grid, and on voxels of 1.5 mm, with its liver and vessels (uint8)."""

    image: sitk.Image
    fine: sitk.Image
    liver: sitk.Image
    vessels: sitk.Image


def read_source(data: Path, cache: Path) -> Source:
    """Return the patient, from ``cache`` when a run before has made it there."""
    names = ("image", "fine", "liver", "vessels")
    files = [cache / f"source-{name}.mha" for name in names]
    if not all(file.is_file() for file in files):
        image = sitk.Clamp(read_image(data / ARCHIVE), sitk.sitkFloat32, *RANGE_HU)
        image = sitk.CurvatureAnisotropicDiffusion(image, 0.04, 3.0, 1, 8)
        fine = seen(image, fine_grid())
        liver = liver_of(fine)
        cache.mkdir(parents=True, exist_ok=True)
        for made, file in zip((image, fine, liver, vessels_of(fine, liver)), files, strict=True):
            sitk.WriteImage(made, str(file), True)
    return Source(*(sitk.ReadImage(str(file)) for file in files))


def seen(image: sitk.Image, grid: sitk.Image, warp: sitk.Transform | None = None) -> sitk.Image:
    """Return the image on a grid, seen through a warp of grid points to image points; cubic interpolation."""
    warp = warp or sitk.Transform(3, sitk.sitkIdentity)
    on_grid = sitk.Resample(image, grid, warp, sitk.sitkBSpline3, RANGE_HU[0], sitk.sitkFloat32)
    return sitk.Clamp(on_grid, sitk.sitkFloat32, *RANGE_HU)


def fine_grid(
    size: tuple[int, int, int] = (256, 256, 126), spacing_mm: tuple[float, ...] = (1.5, 1.5, 1.5)
) -> sitk.Image:
    """Return an empty grid over the liver: 384x384x189 mm unless asked otherwise."""
    grid = sitk.Image(*size, sitk.sitkUInt8)
    grid.SetSpacing(spacing_mm)
    grid.SetOrigin(_CORNER_LPS_MM)
    return grid


def native_grid(image: sitk.Image) -> sitk.Image:
    """Return the scan's own voxels over the same field of view: slices of 5 mm."""
    first = image.TransformPhysicalPointToIndex(_CORNER_LPS_MM)
    size = [round(384 / image.GetSpacing()[0])] * 2 + [38]
    box = [slice(f, f + s) for f, s in zip(first, size, strict=True)]
    return sitk.Cast(image[box[0], box[1], box[2]] * 0, sitk.sitkUInt8)


def liver_of(image: sitk.Image) -> sitk.Image:
    """Return the liver: what hangs together with the right lobe after 6 mm are taken off, grown back."""
    smooth = sitk.SmoothingRecursiveGaussian(image, 1.5)
    grid = sitk.GetArrayFromImage(sitk.PhysicalPointSource(sitk.sitkVectorFloat32, *_geometry(image)))
    heart = (grid[..., 0] > _HEART_LPS_MM[0]) & (grid[..., 2] > _HEART_LPS_MM[1])
    free = sitk.GetImageFromArray((~heart).astype(np.uint8))
    free.CopyInformation(image)
    core = sitk.Cast(distance_mm(_between(smooth, 85.0, 190.0) & free) < -6.0, sitk.sitkUInt8)
    parts = sitk.ConnectedComponent(core)
    core = parts == parts[parts.TransformPhysicalPointToIndex(_SEED_LPS_MM)]
    liver = sitk.Cast(distance_mm(core) <= 10.0, sitk.sitkUInt8) & _between(smooth, 78.0, 230.0) & free
    # Closing takes up lesions and vessels at the surface, opening drops what sticks out (vena cava).
    liver = sitk.Cast(distance_mm(distance_mm(liver) <= 8.0) < -8.0, sitk.sitkUInt8)
    liver = sitk.Cast(distance_mm(distance_mm(liver) < -5.0) <= 5.0, sitk.sitkUInt8)
    return sitk.BinaryFillhole(liver)


def vessels_of(image: sitk.Image, liver: sitk.Image) -> sitk.Image:
    """Return bright ridges at least 4 mm inside the liver: the 3 % of voxels that look most like a tube."""
    best = None
    for sigma_mm in (2.0, 3.0):
        smooth = sitk.SmoothingRecursiveGaussian(image, sigma_mm)
        tube = sitk.ObjectnessMeasure(
            smooth, objectDimension=1, brightObject=True, scaleObjectnessMeasure=True
        )
        best = tube if best is None else sitk.Maximum(best, tube)
    inside = sitk.GetArrayFromImage(distance_mm(liver)) < -4.0
    values = sitk.GetArrayFromImage(best)
    found = inside & (values > np.quantile(values[inside], 0.97))
    vessels = sitk.GetImageFromArray(found.astype(np.uint8))
    vessels.CopyInformation(image)
    return vessels


def distance_mm(mask: sitk.Image) -> sitk.Image:
    """Return the signed distance to the surface of a mask, mm, negative inside."""
    return sitk.SignedMaurerDistanceMap(mask, False, False, True)


def _between(image: sitk.Image, low: float, high: float) -> sitk.Image:
    return sitk.BinaryThreshold(image, low, high, 1, 0)


def _geometry(image: sitk.Image) -> tuple[tuple[float, ...], ...]:
    return image.GetSize(), image.GetOrigin(), image.GetSpacing(), image.GetDirection()
