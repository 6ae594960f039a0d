"""How long the digital patient takes, how much memory, and how exact its truth is.

Run from the checkout: ``.venv/bin/python Benchmarks/phantom.py [--size 256x256x100] [--seeds 5]``. Each case
runs in a process of its own; time and memory are those of the command line with all files written.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from interventional_oncology.phantom import TREATMENTS, PhantomParameters
from interventional_oncology.phantom.patient import make_story


def run_command(treatment: str, size: str, folder: Path) -> tuple[float, float, float]:
    """Return seconds, processor seconds and peak memory (GB) of ``phantom`` in a process of its own."""
    program = (
        "import resource, sys; from interventional_oncology.cli.main import main; code = main(sys.argv[1:]);"
        "use = resource.getrusage(resource.RUSAGE_SELF);"
        "print(use.ru_utime + use.ru_stime, use.ru_maxrss); sys.exit(code)"
    )
    start = time.monotonic()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "phantom",
            "--treatment",
            treatment,
            "--size",
            size,
            "--out",
            str(folder),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    processor, peak = done.stdout.split()
    return time.monotonic() - start, float(processor), int(peak) / (1 << 20)


def round_trip_mm(folder: Path) -> float:
    """Return the largest error (mm) of going to the follow-up and back through the fields on disk."""
    forward, backward = (
        sitk.DisplacementFieldTransform(
            sitk.ReadImage(str(folder / "truth" / f"{name}.nii.gz"), sitk.sitkVectorFloat64)
        )
        for name in ("baseline_to_followup", "followup_to_baseline")
    )
    points = np.random.default_rng(0).uniform((-140, -100, -100), (140, 100, 100), size=(5000, 3))
    back = np.array([backward.TransformPoint(forward.TransformPoint(point)) for point in points.tolist()])
    return float(np.linalg.norm(back - points, axis=1).max())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="256x256x100")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    print(f"{options.size}, all files written")
    print("treatment      seconds  processor s  peak GB  round trip mm")
    for treatment in TREATMENTS:
        with tempfile.TemporaryDirectory() as folder:
            seconds, processor, peak_gb = run_command(treatment, options.size, Path(folder) / "patient")
            error = round_trip_mm(Path(folder) / "patient")
            truth = json.loads((Path(folder) / "patient" / "truth" / "truth.json").read_text())["response"]
        print(f"{treatment:14} {seconds:7.1f}  {processor:11.1f}  {peak_gb:7.2f}  {error:13.4f}   {truth}")
    print("\nseed  margin mm  tumor ml  zone ml  liver motion mean / max mm  smallest Jacobian")
    for seed in range(1, options.seeds + 1):
        truth = make_story(PhantomParameters(seed=seed)).truth
        margin, motion = truth["margin"], truth["motion"]
        print(
            f"{seed:4d}  {truth['minimal_margin_mm']:9.4f}  {margin['tumor_volume_ml']:8.2f}"
            f"  {margin['zone_volume_ml']:7.2f}"
            f"  {motion['liver_mean_mm']:16.1f} / {motion['liver_max_mm']:.1f}"
            f"  {motion['jacobian_min_in_liver']:16.2f}"
        )


if __name__ == "__main__":
    main()
