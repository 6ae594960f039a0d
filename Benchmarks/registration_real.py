"""Registration of real pairs, good or bad: lungs by masks and landmarks, prostate MR to ultrasound, liver MR.

    python Benchmarks/registration_real.py [--data FOLDER] [--pairs lung prostate liver] [--json FILE]

The prostate pairs were looked at while their preset was made; no setting was chosen on the others. Of each
pair:

- *lung* (elastix's test data): 100 landmark pairs and lung masks of a baseline and a follow-up. The scans are
  not in the data, so only what masks and landmarks say can be tested. By masks: the distance to the lungs
  takes the place of the images. By landmarks: fitted to every second pair, measured at the others.
- *prostate* (Learn2Reg 2019, MR to transrectal ultrasound, 10 pairs): the gland in both, and one or two
  landmarks in seven of them (distance of their centroids). The header's 0.4 mm make a gland of 0.5 to 3 ml,
  which it is not; we take 1.2 mm, at which glands have 13 to 75 ml. Errors are in these mm, three times those
  of the header.
- *liver* (CMB-CRC, T2 126 days apart): neither masks nor landmarks. Reported is what the registration says of
  itself, and how far going there and coming back misses the start, where the way there ends inside the image.
"""

import argparse
import json
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from registration_measures import summary
from registration_warps import moved

from interventional_oncology.errors import InputError
from interventional_oncology.images import read_image
from interventional_oncology.registration import Registration, register
from interventional_oncology.registration.landmark_fit import KINDS, landmark_transform

ROOT = Path(__file__).resolve().parents[1]
LUNG, PROSTATE, LIVER = (
    Path("images") / name
    for name in ("elastix_lung_landmarks", "learn2reg_prostate_mr_us_landmarks", "cmb_crc_liver_mr_pair")
)
LIVER_ARCHIVE = "CMB-CRC-MSB-06489_T2_ADC_two_timepoints_dicom.zip"
METHODS = ("rigid", "affine", "deformable")
_CLAMP_MM = 30.0
_GLAND_SPACING_MM = 1.2
Row = dict[str, Any]


def lung(folder: Path) -> Iterator[Row]:
    """Lungs: by their masks, then by half of the landmarks."""
    masks = [
        sitk.ReadImage(str(folder / f"3DCT_lung_{which}_mask.mha")) for which in ("baseline", "followup")
    ]
    pairs = np.hstack(
        [
            np.loadtxt(folder / name, skiprows=2)
            for name in ("3DCT_lung_baseline_landmarks.txt", "Baselines/3DCT_lung_groundtruth_point.txt")
        ]
    )
    yield {
        "case": "100 landmarks",
        "how": "before",
        "tre_mm": _misses(sitk.Transform(3, sitk.sitkIdentity), pairs),
    }
    middles = _middles(masks[0], masks[1])
    start = sitk.TranslationTransform(3, (middles[3:] - middles[:3]).tolist())
    by_middle = {"tre_mm": _misses(start, pairs), "dice": _dice(masks[0], masks[1], start)}
    yield {"case": "100 landmarks", "how": "lung masks, centroids"} | by_middle
    maps = [_surface_distance(mask) for mask in masks]
    for method in METHODS:
        row = {"case": "100 landmarks", "how": f"lung masks, {method}"}
        options = {"fixed_mask": masks[0], "moving_mask": masks[1], "preset": "mr-liver", "method": method}
        yield row | _ours(maps[0], maps[1], options, pairs)
    for kind in KINDS:
        fit = landmark_transform(pairs[::2], kind, fixed=masks[0])
        row = {
            "case": "50 landmarks",
            "how": f"the other 50, {kind}",
            "tre_mm": _misses(fit.transform, pairs[1::2]),
        }
        yield row | {"leave_one_out_mm": fit.tre_mm}


def prostate(folder: Path) -> Iterator[Row]:
    """Prostate, MR fixed: ultrasound to MR with the gland in both."""
    for file in sorted((folder / "data").glob("*/mr_images/*.nii.gz")):
        part, name = file.parents[1], file.name
        mr, mr_labels = _with_labels(file, part / "mr_labels" / name)
        us, us_labels = _with_labels(part / "us_images" / name, part / "us_labels" / name)
        found = [_middles(a, b) for a, b in zip(mr_labels[1:], us_labels[1:], strict=True)]
        pairs = np.array(found).reshape(-1, 6)
        case = f"{part.name} {name[4:10]}"
        before = _misses(sitk.Transform(3, sitk.sitkIdentity), pairs)
        yield {
            "case": case,
            "how": "before",
            "tre_mm": before,
            "dice": _dice(mr_labels[0], us_labels[0], None),
        }
        middles = _middles(mr_labels[0], us_labels[0])
        start = sitk.TranslationTransform(3, (middles[3:] - middles[:3]).tolist())
        by_middle = {"tre_mm": _misses(start, pairs), "dice": _dice(mr_labels[0], us_labels[0], start)}
        yield {"case": case, "how": "centroids of the gland", **by_middle}
        options = {"fixed_mask": mr_labels[0], "moving_mask": us_labels[0], "preset": "prostate"}
        for method in METHODS:
            yield {"case": case, "how": method} | _ours(mr, us, options | {"method": method}, pairs)


def liver(folder: Path) -> Iterator[Row]:
    """Liver, T2: later to earlier, rigid and deformable, and how well the way back undoes the way there."""
    with tempfile.TemporaryDirectory() as place:
        with zipfile.ZipFile(folder / LIVER_ARCHIVE) as stored:
            stored.extractall(place)
        names = ("1959-12-09_baseline", "1960-04-13_followup")
        early, late = (read_image(Path(place) / name / "t2_image") for name in names)
    grid = np.stack(np.meshgrid(*(np.linspace(0.2, 0.8, 9) * n for n in early.GetSize()), indexing="ij"), -1)
    points = np.array(
        [early.TransformContinuousIndexToPhysicalPoint(index) for index in grid.reshape(-1, 3).tolist()]
    )
    for method in ("rigid", "deformable"):
        row: Row = {"case": "T2, 126 days", "how": method}
        there: Registration | None = None
        try:
            began = time.monotonic()
            there = register(early, late, method=method)
            row["seconds"] = time.monotonic() - began
            back = register(late, early, method=method)
        except InputError as reason:
            yield row | {"refused": str(reason)}
            continue
        gone = moved(there.transform, points)
        inside = np.array([_within(late, point) for point in gone])
        row["there_and_back_mm"] = summary(
            np.linalg.norm(moved(back.transform, gone[inside]) - points[inside], axis=1)
        )
        yield row | _says(there)


def _ours(fixed: sitk.Image, moving: sitk.Image, options: Row, pairs: np.ndarray) -> Row:
    began = time.monotonic()
    try:
        found = register(fixed, moving, **options)
    except InputError as reason:
        return {"refused": str(reason)}
    row = {"seconds": time.monotonic() - began, "tre_mm": _misses(found.transform, pairs)}
    row["dice"] = _dice(options["fixed_mask"], options["moving_mask"], found.transform)
    return row | _says(found)


def _says(found: Registration) -> Row:
    quality = found.quality
    return {
        "similarity": (quality.similarity_before, quality.similarity_after),
        "folding_percent": 100.0 * quality.folding_fraction,
        "verdict": quality.verdict,
        "reasons": list(quality.reasons),
    }


def _misses(transform: sitk.Transform, pairs: np.ndarray) -> dict[str, float] | None:
    if not len(pairs):
        return None
    return summary(np.linalg.norm(moved(transform, pairs[:, :3]) - pairs[:, 3:], axis=1))


def _surface_distance(mask: sitk.Image) -> sitk.Image:
    distance = sitk.SignedMaurerDistanceMap(mask, False, False, True)
    return sitk.Clamp(distance, sitk.sitkFloat32, -_CLAMP_MM, _CLAMP_MM)


def _with_labels(image_file: Path, label_file: Path) -> tuple[sitk.Image, list[sitk.Image]]:
    image = sitk.ReadImage(str(image_file), sitk.sitkFloat32)
    image.SetSpacing([_GLAND_SPACING_MM] * 3)
    values = sitk.GetArrayFromImage(sitk.ReadImage(str(label_file)))
    labels = []
    for label in values if values.ndim == 4 else [values]:
        mask = sitk.GetImageFromArray((label > 0.5).astype(np.uint8))
        mask.CopyInformation(image)
        labels.append(mask)
    return image, labels


def _middles(fixed: sitk.Image, moving: sitk.Image) -> np.ndarray:
    middles = []
    for mask in (fixed, moving):
        statistics = sitk.LabelShapeStatisticsImageFilter()
        statistics.Execute(mask)
        middles.append(statistics.GetCentroid(1))
    return np.concatenate(middles)


def _dice(fixed: sitk.Image, moving: sitk.Image, transform: sitk.Transform | None) -> float:
    carried = sitk.Resample(moving, fixed, transform or sitk.Transform(), sitk.sitkNearestNeighbor)
    overlap = sitk.LabelOverlapMeasuresImageFilter()
    overlap.Execute(fixed, carried)
    return float(overlap.GetDiceCoefficient())


def _within(image: sitk.Image, point: np.ndarray) -> bool:
    index = image.TransformPhysicalPointToContinuousIndex(point.tolist())
    return all(0.0 <= i <= n - 1 for i, n in zip(index, image.GetSize(), strict=True))


PAIRS = {"lung": (lung, LUNG), "prostate": (prostate, PROSTATE), "liver": (liver, LIVER)}


_HEAD = (
    "| case | how | TRE mean/p95/max mm | there and back mm | leave one out mm | Dice "
    "| similarity | folding % | s | verdict |"
)


def _line(row: Row) -> str:
    cells = [row["case"], row["how"]]
    for key in ("tre_mm", "there_and_back_mm", "leave_one_out_mm"):
        cells.append("/".join(f"{value:.2f}" for value in row[key].values()) if row.get(key) else "-")
    cells.append(f"{row['dice']:.3f}" if "dice" in row else "-")
    before, after = row.get("similarity", (None, None))
    cells.append("-" if before is None or after is None else f"{before:.2f} to {after:.2f}")
    cells.append(f"{row['folding_percent']:.2f}" if "folding_percent" in row else "-")
    cells.append(f"{row['seconds']:.0f}" if "seconds" in row else "-")
    cells.append(row.get("refused") or row.get("verdict", "-"))
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Run what is there and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--pairs", nargs="+", choices=list(PAIRS), default=list(PAIRS))
    parser.add_argument("--json", type=Path, help="also write one JSON line a row")
    options = parser.parse_args()
    for name in options.pairs:
        run, folder = PAIRS[name]
        if not (options.data / folder).is_dir():
            print(f"{name}: {options.data / folder} is not there")
            continue
        print(f"\n### {name}\n\n{_HEAD}\n{'|---' * 10}|", flush=True)
        rows = []
        for row in run(options.data / folder):
            rows.append(row)
            print(_line(row), flush=True)
            if options.json:
                with options.json.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"pair": name, **row}) + "\n")
        _print_medians(rows)


def _print_medians(rows: list[Row]) -> None:
    """Print the median over the cases of each way, where there are several."""
    for how in dict.fromkeys(row["how"] for row in rows):
        same = [row for row in rows if row["how"] == how]
        if len(same) > 1:
            errors = [row["tre_mm"]["mean"] for row in same if row.get("tre_mm")]
            dice = [row["dice"] for row in same if "dice" in row]
            verdicts = [row["verdict"] for row in same if "verdict" in row]
            counts = ", ".join(f"{verdicts.count(name)} {name}" for name in dict.fromkeys(verdicts))
            if errors and dice:
                tre = f"TRE {np.median(errors):.2f} mm, worst {max(errors):.2f} ({len(errors)} cases)"
                print(f"median of {len(same)}, {how}: {tre}, Dice {np.median(dice):.3f}; {counts}")


if __name__ == "__main__":
    main()
