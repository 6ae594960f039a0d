"""Registration side by side on the digital patient: ours, and what SimpleITK offers.

    python Benchmarks/registration.py [--seeds 1 2 3 4 5] [--size 256 256 100] [--engines ours ...]

For each patient (thermal treatment, portal phase, baseline fixed, noise of its own in each image) every
engine runs in a process of its own. Errors are distances to the true deformation at all voxels of the liver,
and of the shell 2 to 10 mm around the ablation zone; masks are the phantom's own, better than a reader's. The
margin error is the minimal margin of the tumor in the ablation zone carried by the engine, less the exact one
of the phantom. Memory is the peak of the process, and how much of it came after loading.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from interventional_oncology.cases.carrying import carry_back
from interventional_oncology.images import resample_mask
from interventional_oncology.margins import ablation_margin
from interventional_oncology.phantom import PhantomParameters, make_patient
from interventional_oncology.registration import field_error_mm, register
from interventional_oncology.registration.start import centroid_mm

FILES = ("fixed", "moving", "liver", "moving_liver", "tumor", "ablation", "truth")
WINDOW_HU = (-150.0, 250.0)


def make_case(seed: int, size: tuple[int, int, int], folder: Path) -> None:
    """Write the images, masks and true displacement of one patient."""
    patient = make_patient(PhantomParameters(seed=seed, size=size))
    truth = sitk.DisplacementFieldTransform(patient.baseline_to_followup).GetDisplacementField()
    images = {
        "fixed": patient.baseline.images["ct_portal"],
        "moving": patient.followup.images["ct_portal"],
        "liver": patient.baseline.masks["liver"],
        "moving_liver": patient.followup.masks["liver"],
        "tumor": sitk.Cast(patient.baseline.masks["tumor"] == 1, sitk.sitkUInt8),
        "ablation": patient.followup.masks["ablation"],
        "truth": sitk.Cast(truth, sitk.sitkVectorFloat32),
    }
    for name in FILES:
        sitk.WriteImage(images[name], str(folder / f"{name}.mha"))
    (folder / "margin.json").write_text(json.dumps(patient.truth["minimal_margin_mm"]), encoding="utf-8")


def treated_region(case: dict[str, sitk.Image]) -> sitk.Image:
    """Return tumor and ablation zone in the fixed image, the latter carried over by the liver's centroids."""
    return case["tumor"] | resample_mask(case["ablation"], case["fixed"], transform=_start(case))


def _start(case: dict[str, sitk.Image]) -> sitk.TranslationTransform:
    shift = centroid_mm(case["moving_liver"]) - centroid_mm(case["liver"])
    return sitk.TranslationTransform(3, shift.tolist())


def none(_: dict[str, sitk.Image]) -> sitk.Transform:
    """As the images lie."""
    return sitk.Transform(3, sitk.sitkIdentity)


def _ours(case: dict[str, sitk.Image], method: str) -> sitk.Transform:
    return register(
        case["fixed"],
        case["moving"],
        method=method,
        fixed_mask=case["liver"],
        moving_mask=case["moving_liver"],
        exclude_mask=case["tumor"],
        moving_exclude_mask=case["ablation"],
    ).transform


def _clamped(case: dict[str, sitk.Image]) -> tuple[sitk.Image, sitk.Image]:
    fixed, moving = (sitk.Clamp(case[name], sitk.sitkFloat32, *WINDOW_HU) for name in ("fixed", "moving"))
    return fixed, moving


def sitk_bspline(case: dict[str, sitk.Image]) -> sitk.Transform:
    """SimpleITK's B-spline of about 25 mm: correlation in the liver without the treated region, LBFGS2."""
    fixed, moving = _clamped(case)
    start = _start(case)
    near = sitk.SignedMaurerDistanceMap(case["liver"], False, False, True) < 6.0
    away = sitk.SignedMaurerDistanceMap(treated_region(case), False, False, True) > 3.0
    mesh = [max(1, round(s * n / 25.0)) for s, n in zip(fixed.GetSpacing(), fixed.GetSize(), strict=True)]
    spline = sitk.BSplineTransformInitializer(fixed, mesh)
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsCorrelation()
    method.SetMetricFixedMask(near & away)
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentage(0.05, 42)
    method.SetMovingInitialTransform(start)
    method.SetInitialTransform(spline, True)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([4, 2, 0])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetOptimizerAsLBFGS2(solutionAccuracy=1e-5, numberOfIterations=60)
    method.Execute(fixed, moving)
    return sitk.CompositeTransform([start, spline])


def sitk_demons(case: dict[str, sitk.Image]) -> sitk.Transform:
    """SimpleITK's fast symmetric forces demons after the liver's centroids, three levels, no mask."""
    fixed, moving = _clamped(case)
    moving = sitk.Resample(moving, fixed, _start(case), sitk.sitkLinear, WINDOW_HU[0])
    field = None
    for factor, iterations in ((4, 80), (2, 50), (1, 20)):
        small = [_shrunk(image, factor) for image in (fixed, moving)]
        demons = sitk.FastSymmetricForcesDemonsRegistrationFilter()
        demons.SetNumberOfIterations(iterations)
        demons.SetStandardDeviations(2.0)
        if field is None:
            field = demons.Execute(*small)
        else:
            field = demons.Execute(*small, sitk.Resample(field, small[0]))
    return sitk.CompositeTransform(
        [_start(case), sitk.DisplacementFieldTransform(sitk.Cast(field, sitk.sitkVectorFloat64))]
    )


def _shrunk(image: sitk.Image, factor: int) -> sitk.Image:
    if factor == 1:
        return image
    return sitk.Shrink(
        sitk.SmoothingRecursiveGaussian(image, 0.5 * factor * min(image.GetSpacing())), [factor] * 3
    )


ENGINES = {
    "none": none,
    "centroids": _start,
    "rigid": lambda case: _ours(case, "rigid"),
    "affine": lambda case: _ours(case, "affine"),
    "sitk-bspline": sitk_bspline,
    "sitk-demons": sitk_demons,
    "ours": lambda case: _ours(case, "deformable"),
}


def run_one(engine: str, folder: Path) -> dict[str, float]:
    """Run one engine on one case and return its numbers."""
    case = {name: sitk.ReadImage(str(folder / f"{name}.mha")) for name in FILES}
    truth = sitk.DisplacementFieldTransform(sitk.Cast(case.pop("truth"), sitk.sitkVectorFloat64))
    base_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, began_cpu = time.monotonic(), time.process_time()
    transform = ENGINES[engine](case)
    seconds, cpu = time.monotonic() - began, time.process_time() - began_cpu
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    zone = resample_mask(case["ablation"], case["fixed"], transform=truth)
    distance = sitk.SignedMaurerDistanceMap(zone, False, False, True)
    shell = sitk.Cast(sitk.And(distance > 2.0, distance < 10.0), sitk.sitkUInt8) & case["liver"]
    carried = carry_back(case["ablation"], transform, case["fixed"])
    margin_mm = ablation_margin(case["tumor"], carried).minimal_margin_mm
    true_margin_mm = json.loads((folder / "margin.json").read_text(encoding="utf-8"))
    liver_mm, shell_mm = (field_error_mm(transform, truth, mask) for mask in (case["liver"], shell))
    found = {
        "seconds": seconds,
        "cpu": cpu,
        "peak_mb": peak_kb / 1024,
        "over_base_mb": (peak_kb - base_kb) / 1024,
    }
    found |= {f"liver_{name}": value for name, value in liver_mm.items()}
    found |= {f"shell_{name}": value for name, value in shell_mm.items()}
    return found | {"margin_error": margin_mm - true_margin_mm}


def main() -> None:
    """Run all engines on all seeds and print the table of medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--size", type=int, nargs=3, default=[256, 256, 100])
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(options.one[0], Path(options.one[1]))))
        return
    print(f"machine: {_machine()}; grid {'x'.join(map(str, options.size))}; seeds {options.seeds}")
    rows: dict[str, list[dict[str, float]]] = {engine: [] for engine in options.engines}
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            make_case(seed, tuple(options.size), Path(folder))
            for engine in options.engines:
                rows[engine].append(_in_own_process(engine, folder))
                print(f"seed {seed} {_line(engine, [rows[engine][-1]])}", flush=True)
    print("\nmedians over the patients; for the margin the largest |error|")
    for engine, found in rows.items():
        print(_line(engine, found))


def _in_own_process(engine: str, folder: str) -> dict[str, float]:
    line = [sys.executable, __file__, "--one", engine, folder]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _line(engine: str, found: list[dict[str, float]]) -> str:
    def of(key: str) -> float:
        return float(np.median([row[key] for row in found]))

    liver, shell = (
        "/".join(f"{of(f'{where}_{name}'):.2f}" for name in ("mean", "p95", "max"))
        for where in ("liver", "shell")
    )
    worst = max(abs(row["margin_error"]) for row in found)
    return (
        f"{engine:13s} liver {liver:16s} shell {shell:16s} mm | margin {worst:.2f} mm | "
        f"{of('seconds'):6.1f} s wall {of('cpu'):6.1f} s cpu | "
        f"{of('peak_mb'):5.0f} MB, {of('over_base_mb'):5.0f} over base"
    )


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if "model name" in line
        ]
        model = names[0] if names else model
    load = f"load {os.getloadavg()[0]:.1f} at start" if hasattr(os, "getloadavg") else "load unknown"
    software = f"Python {platform.python_version()}, SimpleITK {sitk.__version__}"
    return f"{model}, {os.cpu_count()} cores, {software}, {load}"


if __name__ == "__main__":
    main()
