"""The cases of the registration benchmark: two images, their masks, and points whose truth is known.

Settings (`SETTINGS`): the digital patient (CT-CT and CT-MR) and a real CT under known warps, 256x256x126
voxels of 1.5 mm unless said otherwise. The real ones: ``moving`` is the denoised scan in a later contrast
phase with an ablation painted in, ``fixed`` the denoised scan seen through the warp, and each image has
noise of its own. The same seed gives the same patient, zone and (but for ``rigid``) warp of the liver in all
real settings.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from registration_images import ablation_of, later_phase, noisy, painted, pseudo_mr
from registration_patient import Source, distance_mm, fine_grid, native_grid, read_source, seen
from registration_warps import deforming_warp, held_at_wall, mask_points, moved, rigid_warp

from interventional_oncology.images import resample_mask
from interventional_oncology.phantom import PhantomParameters, make_patient

SETTINGS = {
    "phantom": "digital patient, CT-CT, 256x256x100",
    "phantom-ctmr": "digital patient, CT-MR (hepatobiliary), 256x256x100",
    "ct": "real CT, known warp, CT-CT",
    "clean": "real CT, known warp, CT-CT without the noise",
    "ctmr": "real CT, known warp, CT to pseudo-MR",
    "slide": "real CT, known warp, the body wall moves 15 % of the liver",
    "thick": "real CT, known warp, 477x477x38 voxels of 0.8x0.8x5 mm",
    "rigid": "real CT, rigid truth",
}
REGIONS = {"vessels": 300, "liver": 300, "shell": 200, "zone": 100, "subcapsular": 200}
_IMAGES = ("fixed", "moving", "liver", "moving_liver", "ablation", "tumor")


@dataclass(frozen=True)
class Case:
    """What an engine gets, and the truth it does not see.

    Attributes
    ----------
    folder : Path
        Where the images lie as ``<name>.mha``, for engines that read files.
    images : dict
        ``fixed``, ``moving``, ``liver`` (fixed grid), ``moving_liver``, ``ablation`` (moving grid), and
        ``tumor`` (fixed grid) of the digital patient.
    points : dict of str to ndarray, shape (n, 6)
        For each region voxel centers of the fixed image and where they are in the moving one, LPS mm.
    facts : dict
        ``modality`` and whatever describes the case.
    """

    folder: Path
    images: dict[str, sitk.Image]
    points: dict[str, np.ndarray]
    facts: dict[str, Any]

    @property
    def multimodal(self) -> bool:
        """Whether the moving image is of another modality."""
        return bool(self.facts["modality"] == "ct-mr")


def make_case(setting: str, seed: int, data: Path, cache: Path, size: tuple[int, ...] | None = None) -> Path:
    """Make a case unless it is there already and return its folder; ``size`` only for the digital patient."""
    folder = cache / f"{setting}-{seed}"
    if not (folder / "case.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        if setting.startswith("phantom"):
            images, points, facts = _digital(setting, seed, size or (256, 256, 100))
        else:
            images, points, facts = _real(setting, seed, read_source(data, cache))
        for name, image in images.items():
            sitk.WriteImage(image, str(folder / f"{name}.mha"), True)
        np.savez(folder / "points.npz", **points)
        (folder / "case.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def read_case(folder: Path) -> Case:
    """Read a case that :func:`make_case` wrote."""
    files = {name: folder / f"{name}.mha" for name in _IMAGES}
    images = {name: sitk.ReadImage(str(file)) for name, file in files.items() if file.is_file()}
    with np.load(folder / "points.npz") as points:
        return Case(
            folder, images, dict(points), json.loads((folder / "case.json").read_text(encoding="utf-8"))
        )


def _digital(setting: str, seed: int, size: tuple[int, ...]) -> tuple[dict, dict, dict]:
    multimodal = setting == "phantom-ctmr"
    asked = PhantomParameters(seed=seed, size=tuple(size), modality="both" if multimodal else None)
    patient = make_patient(asked)
    before, after = patient.baseline, patient.followup
    images = {
        "fixed": before.images["ct_portal"],
        "moving": after.images["hepatobiliary" if multimodal else "ct_portal"],
        "liver": before.masks["liver"],
        "moving_liver": after.masks["liver"],
        "ablation": after.masks["ablation"],
        "tumor": sitk.Cast(before.masks["tumor"] == 1, sitk.sitkUInt8),
    }
    zone = sitk.Cast(patient.truth_masks["ablation_at_baseline"] != 0, sitk.sitkUInt8)
    vessels = sitk.Cast(before.masks["vessels"] != 0, sitk.sitkUInt8) & before.masks["liver"]
    points = _points(images["liver"], vessels, zone, patient.baseline_to_followup, seed)
    facts = {
        "modality": "ct-mr" if multimodal else "ct",
        "minimal_margin_mm": patient.truth["minimal_margin_mm"],
    }
    return images, points, facts | _motion(points)


def _real(setting: str, seed: int, source: Source) -> tuple[dict, dict, dict]:
    rng = np.random.default_rng([seed, 20])
    grid = fine_grid()
    facts: dict[str, Any] = {"modality": "ct-mr" if setting == "ctmr" else "ct"}
    if setting == "rigid":
        warp: sitk.Transform = rigid_warp(rng, mask_points(source.liver).mean(axis=0))
    else:
        warp = deforming_warp(rng, grid, source.liver)
    if setting == "slide":
        warp, facts["step_sigma_mm"] = held_at_wall(warp, resample_mask(source.liver, grid, transform=warp))
    if setting == "thick":
        grid = native_grid(source.image)
    moving_grid = grid
    if setting == "thick":  # the slices of two scans do not meet
        grid = sitk.Image(grid)
        grid.SetOrigin((*grid.GetOrigin()[:2], grid.GetOrigin()[2] + 2.0))
    warp = _as_field(warp, grid)
    fixed = seen(source.image, grid, warp)
    moving = source.fine if setting != "thick" else seen(source.image, moving_grid)
    ablation, depth = ablation_of(source.liver, np.random.default_rng([seed, 21]), moving_grid)
    noise = np.random.default_rng([seed, 22]), np.random.default_rng([seed, 23])
    noise_hu = (0.0, 0.0) if setting == "clean" else (18.0, 20.0)
    if setting == "ctmr":
        moving = pseudo_mr(painted(moving, depth, "mr"), noise[1])
    else:
        moving = noisy(painted(later_phase(moving), depth, "ct"), noise_hu[1], noise[1])
    images = {
        "fixed": noisy(fixed, noise_hu[0], noise[0]),
        "moving": moving,
        "liver": resample_mask(source.liver, grid, transform=warp),
        "moving_liver": resample_mask(source.liver, moving_grid),
        "ablation": ablation,
    }
    vessels = resample_mask(source.vessels, grid, transform=warp)
    zone = resample_mask(ablation, grid, transform=warp)
    points = _points(images["liver"], vessels, zone, warp, seed)
    return images, points, facts | _motion(points)


def _as_field(warp: sitk.Transform, grid: sitk.Image) -> sitk.Transform:
    """Return the warp as displacements of the voxels of ``grid``: exact at their centers."""
    field = sitk.TransformToDisplacementField(
        warp, sitk.sitkVectorFloat64, grid.GetSize(), grid.GetOrigin(), grid.GetSpacing(), grid.GetDirection()
    )
    return sitk.DisplacementFieldTransform(field)


def _points(
    liver: sitk.Image, vessels: sitk.Image, zone: sitk.Image, warp: sitk.Transform, seed: int
) -> dict[str, np.ndarray]:
    """Return points of the fixed image and where the truth sends them, for each region."""
    inside = sitk.GetArrayViewFromImage(liver) != 0
    from_zone = sitk.GetArrayFromImage(distance_mm(zone))
    from_capsule = sitk.GetArrayFromImage(distance_mm(liver))
    masks = {
        "vessels": (sitk.GetArrayViewFromImage(vessels) != 0) & (from_zone > 0.0),
        "liver": inside,
        "shell": inside & (from_zone > 2.0) & (from_zone < 10.0),
        "zone": inside & (from_zone <= 0.0),
        "subcapsular": inside & (from_capsule > -6.0),
    }
    rng = np.random.default_rng([seed, 24])
    found = {}
    for name, mask in masks.items():
        chosen = sitk.GetImageFromArray(mask.astype(np.uint8))
        chosen.CopyInformation(liver)
        points = mask_points(chosen)
        points = points[rng.choice(len(points), min(len(points), REGIONS[name]), replace=False)]
        found[name] = np.hstack([points, moved(warp, points)])
    return found


def _motion(points: dict[str, np.ndarray]) -> dict[str, float]:
    way = np.linalg.norm(points["liver"][:, 3:] - points["liver"][:, :3], axis=1)
    return {"motion_mean_mm": float(way.mean()), "motion_max_mm": float(way.max())}
