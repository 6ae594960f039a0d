"""Which lesion is which: against real pairs of visits.

    .venv/bin/python Benchmarks/matching.py

DeepLesion pairs (``recist_tables/deeplesion_pairs``): 960 times the same lesion in two CT of one patient, by
its authors' annotation; known are centers, RECIST diameters and the center carried over by an affine
registration. Lesions are balls here. All pairs of the same two scans are matched together.

HNTS-MRG 2024 (``hnts_mrg_pre_mid_masks``): expert masks before and during radiotherapy, registered by their
authors but for one case. A lesion is the primary or a connected node; truth is the expert's label (primary to
primary) and, for nodes, side and order from head to foot, read from a list of centers before matching. The
matching sees shapes only. The follow-up is then moved, to see how much registration error it bears.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import scipy.ndimage
import scipy.spatial.transform
import SimpleITK as sitk

from interventional_oncology.lesions.matching import REACH_MM, Likeness, balls, match
from interventional_oncology.lesions.matching_masks import likeness_of_masks

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "images"
SEED = 77
#: Baseline to follow-up, primary 1, nodes from 11 on by size in each mask; 0 is no partner. In case 2 a node
#: of 0.3 ml below node 11 is a part of it or new: not judged.
TRUTH = {
    "8": {11: 11, 12: 12},
    "77": {1: 1},
    "78": {1: 1, 11: 11, 12: 12, 13: 13},
    "80": {1: 1},
    "81": {1: 1, 11: 11, 12: 12},
    "84": {1: 1, 11: 11},
    "86": {1: 0, 11: 11},
    "88": {1: 1, 11: 11},
    "2": {1: 1, 11: 11, 12: 12},
}
_UNREGISTERED = "2"

Matcher = Callable[[Likeness], dict[int, int]]


def ours(likeness: Likeness) -> dict[int, int]:
    """Return the main partner of each baseline lesion (0 none)."""
    found = dict.fromkeys(likeness.baseline_ids, 0)
    largest = dict.fromkeys(found, 0.0)
    for one in match(likeness):
        if one.baseline_id is not None and one.followup_id is not None:
            volume = one.followup_ml or 0.0
            if volume > largest[one.baseline_id]:
                found[one.baseline_id], largest[one.baseline_id] = one.followup_id, volume
    return found


def nearest_center(likeness: Likeness) -> dict[int, int]:
    """Return the follow-up lesion with the nearest center within the reach (between surfaces)."""
    apart = np.where(likeness.gap_mm <= REACH_MM, likeness.distance_mm, np.inf)
    return _rows(likeness, -apart)


def most_overlap(likeness: Likeness) -> dict[int, int]:
    """Return the follow-up lesion that overlaps most."""
    return _rows(likeness, np.where(likeness.overlap > 0, likeness.overlap, -np.inf))


def _rows(likeness: Likeness, score: np.ndarray) -> dict[int, int]:
    found = {}
    for row, one in enumerate(likeness.baseline_ids):
        good = score.shape[1] > 0 and np.isfinite(score[row]).any()
        found[one] = likeness.followup_ids[int(np.argmax(score[row]))] if good else 0
    return found


MATCHERS: dict[str, Matcher] = {
    "this package": ours,
    "nearest center": nearest_center,
    "most overlap": most_overlap,
}


def deeplesion_scans() -> list[list[dict]]:
    """Return the lesions of each pair of scans."""
    path = DATA / "recist_tables" / "deeplesion_pairs" / "test.json"
    scans = defaultdict(list)
    for lesion in json.loads(path.read_text()).values():
        scans[lesion["source"], lesion["target"]].append(lesion)
    return list(scans.values())


def likeness_of_scan(lesions: list[dict], left_out: int | None = None) -> Likeness:
    """Return the likeness of the lesions of two scans, one follow-up lesion left out if asked."""
    spacing_mm = np.array(lesions[0]["target spacing"])
    carried = np.array([one["predict target center"] for one in lesions]) * spacing_mm
    there = [one for n, one in enumerate(lesions) if n != left_out]
    seen = np.array([one["target center"] for one in there]).reshape(-1, 3) * spacing_mm
    sizes = [
        [np.sqrt(np.prod(one[f"{side} recist diameter"])) for one in group]
        for side, group in (("source", lesions), ("target", there))
    ]
    found = balls(carried, np.array(sizes[0]), seen, np.array(sizes[1]))
    ids = tuple(n + 1 for n in range(len(lesions)) if n != left_out)
    return Likeness(found.baseline_ids, ids, *(getattr(found, name) for name in _ARRAYS))


_ARRAYS = ("baseline_ml", "followup_ml", "overlap", "distance_mm", "gap_mm")


def deeplesion(matcher: Matcher) -> list[tuple[int, int]]:
    """Return right and all: of all pairs, of scans with several lesions, and with one lesion left out."""
    every, several, vanished = [], [], []
    for lesions in deeplesion_scans():
        found = matcher(likeness_of_scan(lesions))
        right = [found[n] == n for n in found]
        every += right
        several += right if len(lesions) > 1 else []
        for out in range(len(lesions)) if len(lesions) > 1 else ():
            found = matcher(likeness_of_scan(lesions, out))
            vanished += [found[n] == (0 if n == out + 1 else n) for n in found]
    return [(sum(part), len(part)) for part in (every, several, vanished)]


def numbered(path: Path) -> sitk.Image:
    """Return the primary as 1 and the nodes from 11 on, by size."""
    mask = sitk.ReadImage(str(path))
    values = sitk.GetArrayViewFromImage(mask)
    labels = np.zeros(values.shape, dtype=np.int32)
    for label, first in ((1, 1), (2, 11)):
        pieces, _ = scipy.ndimage.label(values == label, np.ones((3, 3, 3)))
        by_size = np.argsort(-np.bincount(pieces.ravel())[1:], kind="stable")
        for rank, piece in enumerate(by_size):
            labels[pieces == piece + 1] = first + rank
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(mask)
    return image


def hnts_cases() -> Iterator[tuple[str, sitk.Image, sitk.Image]]:
    """Give case, mask before and mask during treatment."""
    folder = DATA / "hnts_mrg_pre_mid_masks"
    for case in TRUTH:
        before = folder / "Evaluation_example" / "prediction_masks" / f"{case}_preRT_mask_registered.nii.gz"
        during = folder / "Evaluation_example" / "groundtruth_masks" / f"{case}_midRT_mask.nii.gz"
        if case == _UNREGISTERED:
            example = folder / "Registration_example" / "example_data" / case
            before = example / "preRT" / f"{case}_preRT_mask.nii.gz"
            during = example / "midRT" / f"{case}_midRT_mask.nii.gz"
        yield case, numbered(before), numbered(during)


def moved(
    center_mm: np.ndarray, shift_mm: float, turn_deg: float, random: np.random.Generator
) -> sitk.Transform:
    """Return a rigid movement in a random direction about a random axis."""
    way, axis = random.normal(size=(2, 3))
    turn = scipy.spatial.transform.Rotation.from_rotvec(np.deg2rad(turn_deg) * axis / np.linalg.norm(axis))
    transform = sitk.AffineTransform(3)
    transform.SetCenter(center_mm.tolist())
    transform.SetMatrix(turn.as_matrix().ravel().tolist())
    transform.SetTranslation((shift_mm * way / np.linalg.norm(way)).tolist())
    return transform


def hnts(shift_mm: float, turn_deg: float, draws: int) -> dict[str, tuple[int, int]]:
    """Return right and all of each matcher over the registered cases, moved at random."""
    random = np.random.default_rng(SEED)
    found = dict.fromkeys(MATCHERS, (0, 0))
    for case, before, during in hnts_cases():
        if case == _UNREGISTERED and (shift_mm or turn_deg):
            continue
        center = np.array(before.TransformContinuousIndexToPhysicalPoint([n / 2 for n in before.GetSize()]))
        for _ in range(draws):
            likeness = likeness_of_masks(before, during, moved(center, shift_mm, turn_deg, random))
            for name, matcher in MATCHERS.items():
                partners = matcher(likeness)
                right = sum(partners[one] == other for one, other in TRUTH[case].items())
                found[name] = (found[name][0] + right, found[name][1] + len(TRUTH[case]))
    return found


def _share(part: tuple[int, int]) -> str:
    return f"{part[0]} of {part[1]}, {part[0] / part[1]:.1%}"


def main() -> None:
    """Print both tables."""
    print("| DeepLesion | all pairs | scans with 2 to 5 lesions | the same, one lesion left out |")
    print("|---|---|---|---|")
    for name, matcher in MATCHERS.items():
        print(f"| {name} | {' | '.join(_share(part) for part in deeplesion(matcher))} |", flush=True)
    print(f"\n| HNTS-MRG, moved by | {' | '.join(MATCHERS)} |\n|---|---|---|---|")
    for shift_mm, turn_deg, draws in ((0.0, 0.0, 1), (5.0, 2.0, 5), (10.0, 4.0, 5), (15.0, 6.0, 5)):
        found = hnts(shift_mm, turn_deg, draws)
        cells = " | ".join(_share(part) for part in found.values())
        print(f"| {shift_mm:g} mm and {turn_deg:g} degrees | {cells} |", flush=True)


if __name__ == "__main__":
    main()
