"""Treatment zones on digital patients not used to choose the rules: layers, living tumor, false findings.

    .venv/bin/python Benchmarks/zones.py [--seeds 161-180] [--conditions ire,thermal,...] [--rows ROWS.csv]

1.5 x 1.5 x 3 mm in a field of view of 144 mm around the first tumor (untreated: the whole liver), every
sequence 1 mm beside the portal phase in a direction of its own. Rules were chosen on seeds 1 to 10 and 101 to
140, and 141 to 160 have been looked at. *Naive* is fixed thresholds on the same images, relative to the
median of the organ: what a script of ten lines does. Each row of the table is a mean over the seeds.
"""

import argparse
import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from interventional_oncology.phantom import PhantomParameters
from interventional_oncology.phantom.patient import make_story
from interventional_oncology.phantom.structure import Structure
from interventional_oncology.phantom.visit import Examination
from interventional_oncology.zones import LABELS, ROLES, label_zones

GRID = {"spacing_mm": (1.5, 1.5, 3.0), "phase_motion_mm": 1.0}
NEAR_TUMOR, WHOLE_LIVER = (96, 96, 48), (140, 124, 64)
MIDDLE_OF_LIVER_LPS_MM = (-52.0, -8.0, 12.0)
SNR_20, SNR_10 = 1.25, 2.5  # the phantom's noise 1 is an SNR of 25
CT = ("ct_native", "ct_arterial", "ct_portal")
MR = tuple(role for role in ROLES if role not in CT)
RIMS_MM = (2.0, 2.5, 3.0, 3.5, 4.0)
NODULES_MM = (6.0, 7.0, 8.0, 10.0)
TREATMENTS = {"tace": "embolization", "tare": "radioembolization"}


@dataclass(frozen=True)
class Case:
    """One follow-up (or untreated liver) with its exact truth."""

    images: dict[str, sitk.Image]
    liver: sitk.Image
    truth: np.ndarray
    viable: np.ndarray


@dataclass(frozen=True)
class Condition:
    """Patients, and which of their images are given."""

    parameters: dict[str, object]
    roles: tuple[str, ...] = MR
    treated: bool = True
    by_seed: Callable[[int], dict[str, float]] = field(default=lambda _: {})


def _rim(seed: int) -> dict[str, float]:
    return {"rim_mm": RIMS_MM[seed % len(RIMS_MM)], "viable_nodule_mm": 0.0}


def _nodule(seed: int) -> dict[str, float]:
    return {
        "rim_mm": RIMS_MM[seed % len(RIMS_MM)],
        "viable_nodule_mm": NODULES_MM[seed % len(NODULES_MM)],
    }


def _without(*roles: str) -> tuple[str, ...]:
    return tuple(role for role in MR if role not in roles)


_IRE = {"treatment": "ire", "noise": SNR_20, "modality": "both"}
CONDITIONS = {
    "IRE, SNR 20": Condition(_IRE),
    "IRE, no hepatobiliary phase": Condition(_IRE, _without("hepatobiliary")),
    "IRE, no diffusion": Condition(_IRE, _without("dwi", "adc")),
    "IRE, CT only": Condition(_IRE, CT),
    "IRE, SNR 10": Condition(_IRE | {"noise": SNR_10, "modality": "mr"}),
    "thermal, CT": Condition({"treatment": "thermal", "modality": "ct"}, CT),
    "TACE, nodule of 6 to 10 mm, rim of 2 to 4 mm": Condition(
        {"treatment": "tace", "noise": SNR_20}, by_seed=_nodule
    ),
    "TACE, rim of 2 to 4 mm": Condition({"treatment": "tace", "noise": SNR_20}, by_seed=_rim),
    "TARE, nodule of 6 to 10 mm, rim of 2 to 4 mm": Condition(
        {"treatment": "tare", "noise": SNR_20}, by_seed=_nodule
    ),
    "TARE, rim of 2 to 4 mm": Condition({"treatment": "tare", "noise": SNR_20}, by_seed=_rim),
    "untreated": Condition({"treatment": "ire", "noise": SNR_20, "modality": "mr"}, treated=False),
}


def make_case(parameters: PhantomParameters, *, treated: bool) -> Case:
    """Return the follow-up of a patient, or the liver before treatment; the other visit is not made."""
    story = make_story(parameters)
    if treated:
        center = story.motion.to_followup(np.array([story.lesions[0].shape.center_lps_mm]))[0]
        parameters = replace(parameters, size=NEAR_TUMOR, center_lps_mm=tuple(center.tolist()))
        disease, motion = story.course.structures, story.motion
    else:
        parameters = replace(parameters, size=WHOLE_LIVER, center_lps_mm=MIDDLE_OF_LIVER_LPS_MM)
        disease, motion = tuple(Structure("lesion", n.tissue, n.shape.solid()) for n in story.lesions), None
    examination = Examination(parameters, story.anatomy, disease, motion)
    layers = [(LABELS[name], shape.solid()) for name, shape in story.course.layers] if treated else []
    viable = [(1, solid) for solid in story.course.viable.values()] if treated else []
    return Case(
        images=examination.images(lambda *_: None),
        liver=examination.organ_masks()["liver"],
        truth=sitk.GetArrayFromImage(examination.label_mask(layers)),
        viable=sitk.GetArrayFromImage(examination.label_mask(viable)) > 0,
    )


def naive(images: dict[str, sitk.Image], liver: sitk.Image, treatment: str) -> np.ndarray:
    """Return labels by fixed thresholds on each voxel, relative to the median of the organ."""
    organ = sitk.GetArrayFromImage(liver) > 0
    values = {role: sitk.GetArrayFromImage(image).astype(np.float32) for role, image in images.items()}
    native = values.get("ct_native", values.get("native_t1"))
    gains = {
        role: ndimage.gaussian_filter(values[role] - native, 0.7)
        for role in ("ct_arterial", "ct_portal", "arterial", "portal")
        if role in values
    }
    portal = gains.get("ct_portal", gains.get("portal"))
    arterial = gains.get("ct_arterial", gains.get("arterial"))
    dead = organ & (portal < 0.3 * np.median(portal[organ]))
    dead = ndimage.binary_opening(dead, iterations=2)
    near = ndimage.distance_transform_edt(~dead, sampling=(3.0, 1.5, 1.5)) <= 12 if dead.any() else dead
    labels = np.zeros(organ.shape, np.uint8)
    bright = near & organ & (arterial > np.median(arterial[organ]) + 2 * np.std(arterial[organ]))
    labels[bright] = LABELS["inflammation" if treatment == "ire" else "rim_enhancement"]
    if treatment == "ire":
        dark = near & organ & (portal < 0.75 * np.median(portal[organ]))
        labels[dark] = LABELS["hemorrhagic_congestion"]
    labels[dead] = LABELS["necrosis"]
    if treatment != "ire":
        labels[ndimage.binary_opening(bright, iterations=1)] = LABELS["viable_tumor"]
    return labels


def judged(labels: np.ndarray, case: Case) -> dict[str, float]:
    """Return the overlap of each layer, whether the nodule was found, and the false findings."""
    row: dict[str, float] = {}
    for name, label in LABELS.items():
        found, true = labels == label, case.truth == label
        if true.any() and name != "viable_tumor":
            row[name] = 2.0 * np.count_nonzero(found & true) / (np.count_nonzero(found) + true.sum())
    viable = labels == LABELS["viable_tumor"]
    if case.viable.any():
        row["sensitivity"] = float((viable & case.viable).any())
    pieces, count = ndimage.label(viable, np.ones((3, 3, 3)))
    near = ndimage.binary_dilation(case.viable)
    row["false"] = float(sum(not near[pieces == piece].any() for piece in range(1, count + 1)))
    if not case.truth.any():
        row["false"] += float((labels == LABELS["necrosis"]).any())
    return row


def run(name: str, condition: Condition, seed: int, made: dict) -> Iterator[dict[str, object]]:
    """Yield one row for our labels and one for the naive ones."""
    asked = {**GRID, **condition.parameters, **condition.by_seed(seed), "seed": seed}
    key = (str(sorted(asked.items(), key=str)), condition.treated)
    if key not in made:
        made.clear()
        made[key] = make_case(PhantomParameters(**asked), treated=condition.treated)
    case = made[key]
    images = {role: image for role, image in case.images.items() if role in condition.roles}
    treatment = TREATMENTS.get(str(asked["treatment"]), str(asked["treatment"]))
    began, cpu = time.monotonic(), time.process_time()
    zones = label_zones(images, case.liver, treatment=treatment)
    seconds = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}
    labels = sitk.GetArrayFromImage(zones.labels)
    yield {"condition": name, "seed": seed, "by": "zones", **judged(labels, case), **seconds}
    simple = naive(images, case.liver, treatment)
    yield {"condition": name, "seed": seed, "by": "naive", **judged(simple, case)}


COLUMNS = ("necrosis", "hemorrhagic_congestion", "inflammation", "rim_enhancement", "edema")
NUMBERS = (*COLUMNS, "sensitivity", "false", "seconds", "cpu")


def table(rows: list[dict[str, object]]) -> str:
    """Return the means as a Markdown table."""
    head = ("condition", "by", "cases", "necrosis", "congestion", "inflammation", "rim", "edema")
    lines = [f"| {' | '.join((*head, 'nodules found', 'false a case'))} |", "|---" * 10 + "|"]
    for name in CONDITIONS:
        for by in ("zones", "naive"):
            mine = [row for row in rows if row["condition"] == name and row["by"] == by]
            if mine:
                cells = [name, by, str(len(mine))]
                for column in (*COLUMNS, "sensitivity", "false"):
                    values = [float(str(row[column])) for row in mine if row.get(column) not in (None, "")]
                    cells.append(f"{np.mean(values):.3f}" if values else "-")
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Run the conditions seed by seed; rows already in the file are not made again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="161-180")
    parser.add_argument("--conditions", default="", help="parts of their names, separated by commas")
    parser.add_argument("--rows", type=Path, help="CSV file that the rows are added to")
    options = parser.parse_args()
    first, last = (int(n) for n in options.seeds.split("-"))
    wanted = [name for name in CONDITIONS if any(part in name for part in options.conditions.split(","))]
    rows: list[dict[str, object]] = []
    if options.rows and options.rows.exists():
        with options.rows.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
    done = {(row["condition"], int(str(row["seed"]))) for row in rows}
    for seed in range(first, last + 1):
        made: dict = {}
        for name in wanted:
            if (name, seed) not in done:
                rows += run(name, CONDITIONS[name], seed, made)
                if options.rows:
                    write(rows, options.rows)
    print(table(rows))


def write(rows: list[dict[str, object]], path: Path) -> None:
    """Write the rows."""
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ("condition", "seed", "by", *NUMBERS))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
