"""Livers that the border of one image cuts off: what the alignment is off where both images show them.

    python Benchmarks/registration_cut_off.py [--cases moving fixed both whole]

Digital patients 1 and 2 around the liver on voxels of 3 mm, deformable. A case takes the upper or the lower
part of the liver out of the moving image, the fixed one, or both. Errors (mean / p95, mm) are those of all
voxels of the fixed liver, and of those that the true transform sends inside the moving image; beyond it the
alignment has nothing to go by.
"""

import argparse
from collections.abc import Iterator

import numpy as np
import SimpleITK as sitk

from interventional_oncology.images import everywhere
from interventional_oncology.phantom import Patient, PhantomParameters, make_patient
from interventional_oncology.registration import register
from interventional_oncology.registration.jacobian import displacement_field_mm

GRID = {"size": (76, 62, 66), "spacing_mm": (3.0, 3.0, 3.0), "center_lps_mm": (-45.0, -5.0, 15.0)}
#: Patient, and the part of the liver missing in the fixed and in the moving image: which end, how much.
Cut = tuple[str, float] | None
CASES: dict[str, list[tuple[int, Cut, Cut]]] = {
    "whole": [(1, None, None), (2, None, None)],
    "moving": [
        (1, None, ("upper", 0.15)),
        (1, None, ("lower", 0.3)),
        (2, None, ("upper", 0.3)),
        (2, None, ("upper", 0.5)),
    ],
    "fixed": [(1, ("upper", 0.15), None), (2, ("lower", 0.3), None), (2, ("upper", 0.5), None)],
    "both": [
        (1, ("upper", 0.2), ("lower", 0.2)),
        (2, ("upper", 0.3), ("upper", 0.15)),
        (2, ("lower", 0.4), ("upper", 0.4)),
    ],
}


def without(scans: list[sitk.Image], missing: Cut) -> list[sitk.Image]:
    """Return image, liver and treated tissue without the slices that hold a part of the liver."""
    if missing is None:
        return scans
    end, part = missing
    below = np.cumsum(sitk.GetArrayFromImage(scans[1]).sum(axis=(1, 2), dtype=float))
    below /= below[-1]
    if end == "lower":
        first = int(np.searchsorted(below, part))
        return [image[:, :, first:] for image in scans]
    last = int(np.searchsorted(below, 1.0 - part))
    return [image[:, :, : last + 1] for image in scans]


def rows(names: list[str]) -> Iterator[str]:
    """Register the cases and yield one line of the table each."""
    for name in names:
        for seed, fixed_cut, moving_cut in CASES[name]:
            patient = make_patient(PhantomParameters(seed=seed, modality="both", **GRID))
            yield _row(patient, f"{seed} | {_words(fixed_cut)} | {_words(moving_cut)}", fixed_cut, moving_cut)


def _row(patient: Patient, title: str, fixed_cut: Cut, moving_cut: Cut) -> str:
    before, after = patient.baseline, patient.followup
    tumor = sitk.Cast(before.masks["tumor"] != 0, sitk.sitkUInt8)
    fixed = without([before.images["ct_portal"], before.masks["liver"], tumor], fixed_cut)
    moving = without([after.images["ct_portal"], after.masks["liver"], after.masks["ablation"]], moving_cut)
    treated = {"exclude_mask": fixed[2], "moving_exclude_mask": moving[2]}
    found = register(
        fixed[0],
        moving[0],
        fixed_mask=fixed[1],
        moving_mask=moving[1],
        **{key: mask for key, mask in treated.items() if sitk.GetArrayViewFromImage(mask).any()},
    )
    truth = patient.baseline_to_followup
    apart = displacement_field_mm(found.transform, fixed[1]) - displacement_field_mm(truth, fixed[1])
    error_mm = np.linalg.norm(apart, axis=-1)
    liver = sitk.GetArrayFromImage(fixed[1]) != 0
    there = sitk.Resample(everywhere(moving[0]), fixed[1], truth, sitk.sitkNearestNeighbor, 0)
    seen = liver & (sitk.GetArrayFromImage(there) != 0)
    cells = [_mean_p95(error_mm[liver]), _mean_p95(error_mm[seen]), f"{100 * seen.sum() / liver.sum():.0f}"]
    return f"| {title} | {' | '.join(cells)} | {found.quality.verdict} |"


def _mean_p95(error_mm: np.ndarray) -> str:
    return f"{error_mm.mean():.2f} / {np.percentile(error_mm, 95):.2f}"


def _words(missing: Cut) -> str:
    return "whole" if missing is None else f"{missing[0]} {100 * missing[1]:.0f} % missing"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", choices=tuple(CASES), default=list(CASES))
    print("| patient | fixed liver | moving liver | all | seen in both | seen, % | verdict |")
    print("|---|---|---|---|---|---|---|")
    for row in rows(parser.parse_args().cases):
        print(row, flush=True)


if __name__ == "__main__":
    main()
