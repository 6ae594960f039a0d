"""The error map on the digital patient: where its constants come from, and how well it holds.

    python Benchmarks/registration_error_map.py derive [--cache FOLDER]
    python Benchmarks/registration_error_map.py check [--cache FOLDER] [--mode fast]

``derive`` uses patients with seeds of 201 and more, prints the weights for
``interventional_oncology/registration/error_map.py`` and the factor of the 90 % bound. ``check`` uses other
patients (seeds below 100), which nothing was fitted on. Noise, motion, size and place of the tumor, modality
and voxels differ between patients. Every place is a voxel of about 4 mm of the liver, the treated tissue
included. Spearman's rank correlation of expected and true error is given by patient and over all patients
together; coverage is the part of places whose true error is below the 90 % bound of the map.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy.stats import spearmanr

from interventional_oncology.phantom import PhantomParameters, make_patient
from interventional_oncology.registration import error_map as maps
from interventional_oncology.registration import register
from interventional_oncology.registration.fitting import fit_linear
from interventional_oncology.registration.inverse import way_back
from interventional_oncology.registration.jacobian import displacement_field_mm
from interventional_oncology.registration.places import Places, places_of
from interventional_oncology.registration.prepared import Masks, Prepared, prepare
from interventional_oncology.registration.presets import Preset, choose_preset

VARIETY = (
    {},
    {"noise": 2.0},
    {"noise": 0.5, "motion": 0.6},
    {"noise": 1.5, "tumor_diameter_mm": 40.0},
    {"motion": 0.4, "tumor_diameter_mm": 15.0},
    {"noise": 1.3, "tumor_kind": "metastasis"},
    {"modality": "mr"},
    {"noise": 0.8, "tumors": 3},
    {"noise": 1.7, "motion": 0.7},
    {"tumor_diameter_mm": 30.0},
    {"modality": "mr", "noise": 1.5},
    {"noise": 0.7, "tumor_diameter_mm": 12.0},
)
#: Around the liver, on voxels of 2.2 x 2.2 x 2.5 mm and of 3 mm; three more on the whole field.
FINE = {"size": (104, 84, 80), "spacing_mm": (2.2, 2.2, 2.5), "center_lps_mm": (-45.0, -5.0, 15.0)}
COARSE = {"size": (76, 62, 66), "spacing_mm": (3.0, 3.0, 3.0), "center_lps_mm": (-45.0, -5.0, 15.0)}
DERIVED_ON = {221 + n: (variety, FINE if n < 3 else COARSE) for n, variety in enumerate(VARIETY[:7])}
DERIVED_ON[203] = ({"motion": 0.5, "tumor_kind": "metastasis"}, {"size": (112, 112, 73)})
DERIVED_ON[206] = ({"motion": 0.3}, {"size": (96, 96, 63)})
DERIVED_ON[211] = ({}, {"size": (160, 160, 105)})
CHECKED_ON = {31 + n: (VARIETY[(n + 5) % 12], FINE if n < 3 else COARSE) for n in range(11)}
#: Places of a patient that are used: neighbors say the same.
EVERY = 5
#: Added to the true error before its logarithm is fitted: smaller ones are luck.
SMALLEST_MM = 0.05


@dataclass(frozen=True)
class Case:
    """One patient, registered."""

    transform: sitk.Transform
    back: sitk.Transform
    prepared: Prepared
    preset: Preset
    error_mm: np.ndarray
    places: Places


def make_case(seed: int, cache: Path | None) -> Case:
    """Make and register one patient; the transform is kept in the cache."""
    variety, grid = (DERIVED_ON | CHECKED_ON)[seed]
    patient = make_patient(PhantomParameters(seed=seed, **variety, **grid))
    role = "portal" if variety.get("modality") == "mr" else "ct_portal"
    fixed, moving = patient.baseline.images[role], patient.followup.images[role]
    masks = Masks(
        patient.baseline.masks["liver"],
        patient.followup.masks["liver"],
        sitk.Cast(patient.baseline.masks["tumor"] != 0, sitk.sitkUInt8),
        patient.followup.masks["ablation"],
    )
    preset = choose_preset(None, fixed, moving)
    transform = _kept(cache, f"{seed}.h5", lambda: _registered(fixed, moving, masks))
    back = _kept(cache, f"{seed}_back.h5", lambda: way_back(transform, fixed, moving, preset, masks))
    finest_mm = min(stage.voxel_mm for stage in preset.deformable)
    prepared = prepare(fixed, moving, preset, masks, finest_mm=finest_mm)
    places = places_of(prepared)
    apart = displacement_field_mm(transform, places.grid) - displacement_field_mm(
        patient.baseline_to_followup, places.grid
    )
    return Case(transform, back, prepared, preset, np.linalg.norm(apart, axis=-1), places)


def _registered(fixed: sitk.Image, moving: sitk.Image, masks: Masks) -> sitk.Transform:
    return register(
        fixed,
        moving,
        fixed_mask=masks.fixed,
        moving_mask=masks.moving,
        exclude_mask=masks.exclude,
        moving_exclude_mask=masks.moving_exclude,
    ).transform


def _kept(cache: Path | None, name: str, make: Callable[[], sitk.Transform]) -> sitk.Transform:
    if cache is None:
        return make()
    file = cache / name
    if not file.is_file():
        sitk.WriteTransform(make(), str(file))
    return sitk.ReadTransform(str(file))


def derive(seeds: list[int], cache: Path | None) -> None:
    """Fit the weights and the factor; print them."""
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for seed in seeds:
        case = make_case(seed, cache)
        linear = fit_linear(case.transform, case.places.grid, case.places.organ)
        logs = maps.predictors(
            case.transform, linear, case.prepared, case.preset, case.places, back=case.back, draws=1, seed=0
        )
        inside = case.places.organ
        rows = np.stack([logs[name][inside] for name in maps.WEIGHTS], axis=1)[::EVERY]
        found[seed] = rows, case.error_mm[inside][::EVERY]
        print(f"patient {seed}: mean error {found[seed][1].mean():.2f} mm", flush=True)
    weights = _fitted(found)
    print("WEIGHTS =", {name: round(float(w), 3) for name, w in zip(maps.WEIGHTS, weights, strict=True)})
    ratios = [np.quantile(e / np.exp(x @ weights), np.linspace(0.005, 0.995, 199)) for x, e in found.values()]
    print(f"FACTOR_90 = {np.quantile(np.concatenate(ratios), 0.9):.2f}")
    rhos, together = [], []
    for left_out in found:
        others = _fitted({seed: pair for seed, pair in found.items() if seed != left_out})
        x, e = found[left_out]
        rhos.append(spearmanr(x @ others, e)[0])
        together.append((x @ others, e))
    pooled = spearmanr(*(np.concatenate(part) for part in zip(*together, strict=True)))[0]
    print(f"leaving one patient out: Spearman {np.median(rhos):.2f} (median), {pooled:.2f} (together)")


def _fitted(found: dict[int, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    # Each patient counts alike; a factor makes the mean right where the fit is one of logarithms.
    a = np.concatenate([x / np.sqrt(len(x)) for x, _ in found.values()])
    b = np.concatenate([np.log(e + SMALLEST_MM) / np.sqrt(len(e)) for _, e in found.values()])
    weights: np.ndarray = np.linalg.lstsq(a, b, rcond=None)[0]
    factor = np.mean([np.mean(e) / np.mean(np.exp(x @ weights)) for x, e in found.values()])
    weights[list(maps.WEIGHTS).index("one")] += np.log(factor)
    return weights


def check(seeds: list[int], cache: Path | None, mode: str) -> None:
    """Print how well the map holds on patients it was not fitted on."""
    rhos, covered, together = [], [], []
    for seed in seeds:
        case = make_case(seed, cache)
        found = maps.error_map(case.transform, case.prepared, case.preset, back=case.back, mode=mode)
        inside = case.places.organ
        expected, bound = (
            sitk.GetArrayFromImage(image)[inside] for image in (found.expected_mm, found.bound_90_mm)
        )
        true = case.error_mm[inside]
        rhos.append(spearmanr(expected, true)[0])
        covered.append(float(np.mean(true <= bound)))
        together.append((expected[::EVERY], true[::EVERY]))
        print(
            f"patient {seed}: error {true.mean():.2f} mm, expected {expected.mean():.2f} mm, "
            f"Spearman {rhos[-1]:.2f}, {100 * covered[-1]:.0f} % below the bound",
            flush=True,
        )
    expected, true = (np.concatenate(part) for part in zip(*together, strict=True))
    print(
        f"{len(seeds)} patients, {mode}: Spearman {np.median(rhos):.2f} (median of patients; {min(rhos):.2f} "
        f"to {max(rhos):.2f}), {spearmanr(expected, true)[0]:.2f} (all places together); below the bound "
        f"{100 * np.mean(covered):.0f} % (mean; {100 * min(covered):.0f} to {100 * max(covered):.0f} %)"
    )


def main() -> None:
    """Derive or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("derive", "check"))
    parser.add_argument("--cache", type=Path, help="folder for the transforms of the patients")
    parser.add_argument("--mode", choices=tuple(maps.MODES), default="fast")
    parser.add_argument("--seeds", type=int, nargs="+")
    options = parser.parse_args()
    if options.task == "derive":
        derive(options.seeds or list(DERIVED_ON), options.cache)
    else:
        check(options.seeds or list(CHECKED_ON), options.cache, options.mode)


if __name__ == "__main__":
    main()
