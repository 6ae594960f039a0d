"""Time and memory of the ablation margin in large volumes, beside distance maps of the whole volume.

A tumor of 40 mm in a zone of 56 mm, 0.8x0.8x1.5 mm. Each measurement is made in a process of its own, after
one run on a small volume that loads what is loaded once; the median of five runs is told (one for maps of the
whole volume), as wall time and as processor time, which counts all threads. *In the box*: masks cut to the
bounding box before. Memory is what the process holds at most above what it held with the images read.

    .venv/bin/python Benchmarks/margin_volumes.py
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from margin_peers import METHODS

SPACING_MM = (0.8, 0.8, 1.5)
CENTER_MM = np.array((200.3, 210.1, 110.2))
TUMOR_MM, ZONE_MM = 20.0, 28.0
OURS = next(iter(METHODS))
MAPS = ("scipy distance maps", "edt distance maps", "SimpleITK Maurer map", "voxel borders (as QAM does)")
DEPTHS = (150, 300, 1000)
_MEGABYTE = 1024


def ball(depth: int, center_mm: np.ndarray, radius_mm: float) -> sitk.Image:
    """Return a ball in a volume of 512x512 voxels and ``depth`` slices."""
    voxels = np.zeros((depth, 512, 512), dtype=np.uint8)
    squares = [
        (np.arange(n) * s - c) ** 2 for n, s, c in zip(voxels.shape[::-1], SPACING_MM, center_mm, strict=True)
    ]
    near = [np.flatnonzero(s <= radius_mm**2) for s in squares]
    box = tuple(slice(n[0], n[-1] + 1) for n in reversed(near))
    x, y, z = (s[n] for s, n in zip(squares, near, strict=True))
    voxels[box] = z[:, None, None] + y[:, None] + x <= radius_mm**2
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(SPACING_MM)
    return image


def cut(masks: list[sitk.Image]) -> list[sitk.Image]:
    """Return the masks within the bounding box of the last, one voxel around it."""
    shape = sitk.LabelShapeStatisticsImageFilter()
    shape.Execute(masks[-1])
    box = shape.GetBoundingBox(1)
    i, j, k = (slice(b - 1, b + n + 1) for b, n in zip(box[:3], box[3:], strict=True))
    return [mask[i, j, k] for mask in masks]


def kilobytes(name: str) -> int:
    """Return a line of the memory of this process (Linux), or 0."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


def forget_peak() -> None:
    """Let the peak of the memory start anew (Linux)."""
    peak = Path("/proc/self/clear_refs")
    if peak.exists():
        peak.write_text("5")


def measure(name: str, depth: int, runs: int, *, in_box: bool) -> dict[str, float]:
    """Return median seconds (wall, processor) and peak memory in MB."""
    small = [ball(150, CENTER_MM, radius) for radius in (6.0, 9.0)]
    METHODS[name](*cut(small))
    del small
    masks = [ball(depth, CENTER_MM, TUMOR_MM), ball(depth, CENTER_MM + 1.0, ZONE_MM)]
    if in_box:
        masks = cut(masks)
    forget_peak()
    before, times = kilobytes("VmRSS"), []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        METHODS[name](*masks)
        times.append((time.perf_counter() - wall, time.process_time() - processor))
    wall, processor = np.median(times, axis=0)
    return {
        "wall": float(wall),
        "processor": float(processor),
        "megabytes": (kilobytes("VmHWM") - before) / _MEGABYTE,
    }


def in_own_process(name: str, depth: int, runs: int, *, in_box: bool = False) -> dict[str, float]:
    """Return :func:`measure` of a fresh process."""
    asked = json.dumps([name, depth, runs, in_box])
    done = subprocess.run([sys.executable, __file__, asked], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main() -> None:
    """Print the table."""
    rows = [(OURS, d, 5, in_box) for d in DEPTHS for in_box in (False, True)]
    rows += [(name, DEPTHS[0], 1, False) for name in MAPS if name in METHODS]
    print(
        "| method | volume | wall s | processor s | MB | times ours (processor) |\n|---|---|---|---|---|---|"
    )
    ours = 0.0
    for name, depth, runs, in_box in rows:
        found = in_own_process(name, depth, runs, in_box=in_box)
        ours = ours or found["processor"]
        volume = f"512x512x{depth}" + (", in the box" if in_box else "")
        print(
            f"| {name} | {volume} | {found['wall']:.3f} | {found['processor']:.3f} "
            f"| {found['megabytes']:.0f} | {found['processor'] / ours:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        *measured, inside = json.loads(sys.argv[1])
        print(json.dumps(measure(*measured, in_box=inside)))
    else:
        main()
