"""Thermal zones on digital patients not used to choose the rules: overlap with truth, and category.

    .venv/bin/python Benchmarks/zones.py [--size 256x256x100]

A margin of -6 mm leaves living tumor; *prior* says whether the outline of the tumor before treatment was
given.
"""

import argparse
import time

import numpy as np
import SimpleITK as sitk

from interventional_oncology.phantom import PhantomParameters, make_patient
from interventional_oncology.zones import ROLES, label_zones

#: What is asked of the phantom, and whether the tumor before treatment is known.
CASES = (
    ({"seed": 21}, False),
    ({"seed": 22}, False),
    ({"seed": 23, "modality": "mr"}, False),
    ({"seed": 24, "margin_mm": -6.0}, False),
    ({"seed": 24, "margin_mm": -6.0}, True),
    ({"seed": 25, "margin_mm": -6.0, "tumor_kind": "metastasis"}, False),
    ({"seed": 25, "margin_mm": -6.0, "tumor_kind": "metastasis"}, True),
    ({"seed": 26, "margin_mm": -6.0, "modality": "mr"}, False),
)
NECROSIS, VIABLE = 1, 4


def dice(found: np.ndarray, truth: np.ndarray) -> str:
    """Return the overlap, or a dash when there is nothing to find."""
    both = found.sum() + truth.sum()
    return f"{2 * (found & truth).sum() / both:.3f}" if truth.any() else ("-" if not both else "0 (false)")


def main() -> None:
    """Print one row a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="256x256x100")
    size = tuple(int(n) for n in parser.parse_args().size.split("x"))
    print("| patient | prior | necrosis Dice | viable Dice | proposed category | truth | s |")
    print("|---|---|---|---|---|---|---|")
    for asked, with_prior in CASES:
        patient = make_patient(PhantomParameters(treatment="thermal", size=size, **asked))
        followup = patient.followup
        images = {role: image for role, image in followup.images.items() if role in ROLES}
        truth = sitk.GetArrayFromImage(patient.truth_masks["zones"])
        prior = None
        if with_prior:
            tumor, liver = patient.baseline.masks["tumor"], followup.masks["liver"]
            prior = sitk.Resample(tumor, liver, patient.followup_to_baseline, sitk.sitkNearestNeighbor)
        began = time.monotonic()
        zones = label_zones(images, followup.masks["liver"], prior_tumor=prior)
        seconds = time.monotonic() - began
        labels = sitk.GetArrayFromImage(zones.labels)
        left = "Viable" if (truth == VIABLE).any() else "Nonviable"
        name = ", ".join(f"{key} {value}" for key, value in asked.items())
        overlap = " | ".join(dice(labels == label, truth == label) for label in (NECROSIS, VIABLE))
        category = zones.treatment_response.category
        given = "yes" if with_prior else "no"
        print(f"| {name} | {given} | {overlap} | {category} | {left} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
