"""What is measured of one engine on one case, in a process of its own."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from registration_cases import read_case
from registration_engines import ENGINES, PEERS
from registration_memory import PeakMemory
from registration_warps import moved

from interventional_oncology.images import resample_mask
from interventional_oncology.registration.jacobian import (
    coarse_grid_of,
    displacement_field_mm,
    jacobian_determinant,
)
from interventional_oncology.registration.pyramid import box_around, cut


def measure(engine: str, folder: Path) -> dict[str, Any]:
    """Run one engine on one case and return seconds, memory, errors (mm), folding (%) and Dice."""
    case = read_case(folder)
    run = ENGINES[engine] if engine in ENGINES else PEERS[engine][0]
    memory = PeakMemory()
    base_mb = memory.mb
    began, began_cpu = time.monotonic(), _cpu_seconds()
    with memory.watched():
        transform = run(case)
    found: dict[str, Any] = {
        "seconds": time.monotonic() - began,
        "cpu_seconds": _cpu_seconds() - began_cpu,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "peak_mb": memory.mb,
        "base_mb": base_mb,
    }
    found["errors_mm"] = {name: _errors(transform, points) for name, points in case.points.items()}
    found["rotation_error_deg"], found["shift_error_mm"] = _rigid_part(transform, case.points["liver"])
    found |= _folding(transform, case.images["liver"])
    carried = resample_mask(case.images["moving_liver"], case.images["liver"], transform=transform)
    overlap = sitk.LabelOverlapMeasuresImageFilter()
    overlap.Execute(case.images["liver"], carried)
    found["liver_dice"] = overlap.GetDiceCoefficient()
    if "tumor" in case.images:
        from interventional_oncology.cases.carrying import carry_back
        from interventional_oncology.margins import ablation_margin

        zone = carry_back(case.images["ablation"], transform, case.images["fixed"])
        margin_mm = ablation_margin(case.images["tumor"], zone).minimal_margin_mm
        found["margin_error_mm"] = margin_mm - case.facts["minimal_margin_mm"]
    return found


def summary(values: np.ndarray) -> dict[str, float]:
    """Return mean, 95th percentile and largest value."""
    return {"mean": float(values.mean()), "p95": float(np.quantile(values, 0.95)), "max": float(values.max())}


def _errors(transform: sitk.Transform, points: np.ndarray) -> dict[str, float]:
    return summary(np.linalg.norm(moved(transform, points[:, :3]) - points[:, 3:], axis=1))


def _rigid_part(transform: sitk.Transform, points: np.ndarray) -> tuple[float, float]:
    """Return by how many degrees and mm, at the middle of the points, the rigid part misses the truth's."""
    found, true = moved(transform, points[:, :3]), points[:, 3:]
    a, b = found - found.mean(axis=0), true - true.mean(axis=0)
    u, _, vt = np.linalg.svd(a.T @ b)
    rotation = vt.T @ np.diag([1.0, 1.0, np.linalg.det(vt.T @ u.T)]) @ u.T
    angle = np.degrees(np.arccos(np.clip((np.trace(rotation) - 1.0) / 2.0, -1.0, 1.0)))
    return float(angle), float(np.linalg.norm(found.mean(axis=0) - true.mean(axis=0)))


def _folding(transform: sitk.Transform, liver: sitk.Image) -> dict[str, float]:
    """Return the folded part of the image on 3 mm voxels and of the liver on its own voxels, percent."""
    grid = coarse_grid_of(liver)
    whole = jacobian_determinant(displacement_field_mm(transform, grid), grid)
    mask = sitk.GetArrayFromImage(liver) != 0
    box = box_around(mask, np.array([1, 1, 1]))
    part = cut(liver, box)
    inside = jacobian_determinant(displacement_field_mm(transform, part), part)[mask[box]]
    return {
        "folding_percent": 100.0 * float((whole <= 0.0).mean()),
        "folding_liver_percent": 100.0 * float((inside <= 0.0).mean()),
        "jacobian_min_liver": float(inside.min()),
    }


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def in_own_process(line: list[str], timeout_s: float) -> tuple[str, str | None]:
    """Run a command; return what it printed, and why it failed or None."""
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return "", f"stopped after {timeout_s:.0f} s"
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        return "", f"exit {done.returncode}: {said[-1] if said else 'nothing said'}"
    return done.stdout, None
