"""Outlines from a click against the truth of digital patients, beside methods that come with the libraries.

    .venv/bin/python Benchmarks/outline.py [patients]

Each patient has three tumors (see ``outline_cases.py``): liver 114 HU with texture and vessels, contrast
25 HU dark or bright, signal to noise 10. The settings of the method were chosen on patients 201 to 211;
these are others. Peers: confidence-connected region growing (SimpleITK), the best of eight settings tried on
eight tumors of patients 201 to 204, and a threshold halfway between click and surroundings. Each sees a
region of 40 mm around the click, no organ mask.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.ndimage
import SimpleITK as sitk
from outline_cases import TumorCase, tumor_cases

from interventional_oncology.errors import InputError
from interventional_oncology.lesions import measure_lesions, outline_lesion
from interventional_oncology.phantom.noise import stream

FIRST_SEED = 301
_REACH_MM = 40.0
_SCAN = "shared/data/images/crlm_liver_ct/CRLM-CT-1006_liver_crop.nii.gz"
#: Index in the crop, and the extents its notes state (mm along i, j, k; an automatic measure).
_LESIONS = {
    (81, 120, 6): "27 x 27 x 25",
    (117, 145, 26): "12 x 15 x 15",
    (109, 118, 22): "13 x 16",
    (94, 176, 11): "about 10",
}

Method = Callable[[sitk.Image, list[float]], sitk.Image]


def ours(image: sitk.Image, click: list[float]) -> sitk.Image:
    """Return the outline of this package."""
    return outline_lesion(image, click).mask


def _smooth(image: sitk.Image) -> sitk.Image:
    smooth = sitk.CurvatureFlow(sitk.Cast(image, sitk.sitkFloat32), timeStep=0.06, numberOfIterations=5)
    return sitk.Cast(smooth, sitk.sitkFloat32)


def region_growing(image: sitk.Image, click: list[float]) -> sitk.Image:
    """Return a confidence-connected region, holes closed."""
    seed = image.TransformPhysicalPointToIndex(click)
    grown = sitk.ConfidenceConnected(
        _smooth(image), [seed], numberOfIterations=1, multiplier=1.0, initialNeighborhoodRadius=2
    )
    return sitk.BinaryMorphologicalClosing(grown, [1, 1, 1])


def halfway_threshold(image: sitk.Image, click: list[float]) -> sitk.Image:
    """Return the piece at the click on its side of half the way to the median of the region, opened."""
    smooth = sitk.SmoothingRecursiveGaussian(_smooth(image), 1.0)
    values = sitk.GetArrayViewFromImage(smooth)
    inside = float(values[_distance(image, click) < 3.0].mean())
    soft = values[np.abs(values - inside) < 80.0]
    half = 0.5 * (inside + float(np.median(soft)))
    side = smooth < half if inside < half else smooth > half
    opened = sitk.BinaryMorphologicalOpening(side, [2, 2, 1])
    pieces = sitk.ConnectedComponent(opened)
    number = pieces[image.TransformPhysicalPointToIndex(click)]
    return sitk.And(opened, pieces == number) if number else opened * 0


METHODS: dict[str, Method] = {
    "this package": ours,
    "region growing": region_growing,
    "halfway threshold": halfway_threshold,
}


def _distance(image: sitk.Image, click: list[float]) -> np.ndarray:
    index = np.array(image.TransformPhysicalPointToContinuousIndex(click))[::-1]
    spacing = np.array(image.GetSpacing()[::-1])
    k, j, i = (np.arange(n) for n in image.GetSize()[::-1])
    squares = [((axis - at) * step) ** 2 for axis, at, step in zip((k, j, i), index, spacing, strict=True)]
    found: np.ndarray = np.sqrt(squares[0][:, None, None] + squares[1][:, None] + squares[2])
    return found


def _region(case: TumorCase, click: np.ndarray) -> tuple[sitk.Image, np.ndarray]:
    """Return the image and the truth around a click."""
    index = np.array(case.image.TransformPhysicalPointToIndex(click.tolist()))
    half = np.ceil(_REACH_MM / np.array(case.image.GetSpacing())).astype(int)
    low = np.maximum(index - half, 0)
    size = np.minimum(index + half + 1, case.image.GetSize()) - low
    region = [[int(n) for n in size], [int(n) for n in low]]
    truth = sitk.GetArrayFromImage(sitk.RegionOfInterest(case.truth, *region)) > 0
    return sitk.RegionOfInterest(case.image, *region), truth


def compare(cases: list[TumorCase], method: Method, off: float) -> tuple[list[float], list[float]]:
    """Return Dice and seconds of each case, clicked ``off`` radii beside the middle."""
    dice, seconds = [], []
    for case in cases:
        way = stream(11, case.name).normal(size=3)
        click = case.center_lps_mm + off * case.diameter_mm / 2 * way / np.linalg.norm(way)
        image, truth = _region(case, click)
        start = time.perf_counter()
        try:
            found = sitk.GetArrayFromImage(method(image, click.tolist())) > 0
        except InputError:
            found = np.zeros_like(truth)
        seconds.append(time.perf_counter() - start)
        both = np.count_nonzero(found & truth)
        dice.append(2 * both / (np.count_nonzero(found) + np.count_nonzero(truth)))
    return dice, seconds


def healthy(cases: list[TumorCase]) -> tuple[int, int]:
    """Return how many clicks into healthy liver were refused, and how many there were."""
    refused = count = 0
    for case in cases:
        spacing = case.image.GetSpacing()[::-1]
        smooth = scipy.ndimage.gaussian_filter(
            sitk.GetArrayFromImage(case.image).astype(float), 2.0 / np.array(spacing)
        )
        tumor_mm = scipy.ndimage.distance_transform_edt(
            sitk.GetArrayViewFromImage(case.truth) == 0, sampling=spacing
        )
        depth_mm = scipy.ndimage.distance_transform_edt(
            sitk.GetArrayViewFromImage(case.organ), sampling=spacing
        )
        places = np.argwhere((tumor_mm > 6) & (depth_mm > 6) & (abs(smooth - 114) < 8))
        for place in places[stream(12, case.name).integers(len(places), size=3)] if len(places) else ():
            count += 1
            try:
                outline_lesion(case.image, case.image.TransformIndexToPhysicalPoint(place[::-1].tolist()))
            except InputError:
                refused += 1
    return refused, count


def real_scan() -> None:
    """Print the sizes of four metastases of a real scan."""
    path = Path(__file__).resolve().parents[2] / _SCAN
    if not path.is_file():
        print("the real scan is not here")
        return
    image = sitk.ReadImage(str(path))
    print(
        "\n| metastasis at index | stated (mm) | extent i x j x k | long x short axis | volume (ml) | said |"
    )
    print("|---|---|---|---|---|---|")
    for index, stated in _LESIONS.items():
        found = outline_lesion(image, image.TransformIndexToPhysicalPoint(index))
        extent = np.ptp(np.argwhere(sitk.GetArrayViewFromImage(found.mask)), axis=0)[::-1] + 1
        [measured] = measure_lesions(image, found.mask)
        sides = " x ".join(f"{n:.0f}" for n in extent * image.GetSpacing())
        axes = f"{measured.long_axis_mm:.1f} x {measured.short_axis_mm:.1f}"
        said = "; ".join(found.warnings) or "-"
        print(f"| {index} | {stated} | {sides} | {axes} | {found.volume_ml:.2f} | {said} |", flush=True)


def main(patients: int = 10) -> None:
    """Print the tables."""
    print("| images | click | method | Dice mean | smallest | below 0.8 | seconds mean / largest |")
    print("|---|---|---|---|---|---|---|")
    for modality in ("ct", "mr"):
        cases = list(tumor_cases(range(FIRST_SEED, FIRST_SEED + patients), modality=modality))
        for off, where in ((0.0, "middle"), (0.5, "half a radius off")):
            for name, method in METHODS.items():
                dice, seconds = compare(cases, method, off)
                cells = f"{np.mean(dice):.3f} | {min(dice):.3f} | {sum(d < 0.8 for d in dice)} of {len(dice)}"
                times = f"{np.mean(seconds):.2f} / {max(seconds):.2f}"
                print(f"| {modality.upper()} | {where} | {name} | {cells} | {times} |", flush=True)
        refused, count = healthy(cases)
        print(f"\nclicks into healthy liver, {modality.upper()}: {refused} of {count} refused\n", flush=True)
    real_scan()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
