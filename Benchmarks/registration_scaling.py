"""Time and memory of a registration against the number of voxels, each in a process of its own.

    python Benchmarks/registration_scaling.py [--sizes 128 192 256 320 384] [--modes field voxel]
        [--methods rigid deformable]

Two ways to have more voxels:

- *field*: voxels of 2 mm, a larger and larger field of view, no masks, so that everything is compared. The
  field is filled with mirror images of the digital patient. This is the work that must grow linearly.
- *voxel*: one field of view (the digital patient with its masks) cut into finer and finer voxels. The engine
  works on voxels of at least 2 mm, so that beyond those only reading, reducing and measuring grow.

The last column is the exponent of time against voxels from one size to the next: 1 is linear.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from registration import machine
from registration_measures import in_own_process
from registration_memory import PeakMemory

from interventional_oncology.phantom import PhantomParameters, make_patient
from interventional_oncology.registration import METHODS, register

_VOXEL_MM = 2.0
_PHANTOM = (176, 176, 124)
_TIMEOUT_S = 7200.0
_MASKS = ("liver", "moving_liver", "ablation")


def make_pair(mode: str, size: int, source: Path, folder: Path) -> None:
    """Write the images (and masks) of one size."""
    files = ("fixed", "moving") if mode == "field" else ("fixed", "moving", *_MASKS)
    for name in files:
        image = sitk.ReadImage(str(source / f"{name}.mha"))
        if mode == "field":
            wide = [(0, max(0, size - n)) for n in image.GetSize()[::-1]]
            values = np.pad(sitk.GetArrayFromImage(image), wide, mode="symmetric")[:size, :size, :size]
            made = sitk.GetImageFromArray(np.ascontiguousarray(values))
            made.SetSpacing([_VOXEL_MM] * 3)
        else:
            spacing = [s * n / size for s, n in zip(image.GetSpacing(), image.GetSize(), strict=True)]
            how = sitk.sitkNearestNeighbor if name in _MASKS else sitk.sitkLinear
            place = image.GetOrigin(), spacing, image.GetDirection()
            made = sitk.Resample(image, [size] * 3, sitk.Transform(), how, *place, 0.0)
        sitk.WriteImage(made, str(folder / f"{name}.mha"))


def make_source(folder: Path) -> None:
    """Write the digital patient that all sizes are made of."""
    patient = make_patient(PhantomParameters(seed=1, size=_PHANTOM, spacing_mm=(_VOXEL_MM,) * 3))
    before, after = patient.baseline, patient.followup
    images = {
        "fixed": before.images["ct_portal"],
        "moving": after.images["ct_portal"],
        "liver": before.masks["liver"],
        "moving_liver": after.masks["liver"],
        "ablation": after.masks["ablation"],
    }
    for name, image in images.items():
        sitk.WriteImage(image, str(folder / f"{name}.mha"))


def measure(method: str, folder: Path) -> dict[str, float]:
    """Run one registration and return its seconds and peak memory."""
    images = {file.stem: sitk.ReadImage(str(file)) for file in folder.glob("*.mha")}
    names = {"fixed_mask": "liver", "moving_mask": "moving_liver", "moving_exclude_mask": "ablation"}
    masks = {option: images[name] for option, name in names.items() if name in images}
    memory = PeakMemory()
    began, used = time.monotonic(), time.process_time()
    register(images["fixed"], images["moving"], method=method, preset="ct-liver", engine="dense", **masks)
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": memory.mb, "load": os.getloadavg()[0]}


def main() -> None:
    """Run all sizes and print one table a mode and method."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 192, 256, 320, 384])
    parser.add_argument("--modes", nargs="+", choices=["field", "voxel"], default=["field", "voxel"])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["rigid", "deformable"])
    parser.add_argument("--one", nargs=2, metavar=("METHOD", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]))))
        return
    print(f"machine: {machine()}", flush=True)
    with tempfile.TemporaryDirectory() as source:
        make_source(Path(source))
        for mode in options.modes:
            found = {method: _series(mode, method, options.sizes, Path(source)) for method in options.methods}
            for method, rows in found.items():
                print(f"\n### {mode}, {method}\n\n{_table(rows)}", flush=True)


def _series(mode: str, method: str, sizes: list[int], source: Path) -> dict[int, dict[str, float] | str]:
    rows: dict[int, dict[str, float] | str] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            make_pair(mode, size, source, Path(folder))
            line = [sys.executable, __file__, "--one", method, folder]
            said, failed = in_own_process(line, _TIMEOUT_S)
        rows[size] = failed or json.loads(said.strip().splitlines()[-1])
        print(f"{mode} {method} {size}: {rows[size]}", file=sys.stderr, flush=True)
    return rows


def _table(rows: dict[int, dict[str, float] | str]) -> str:
    lines = ["| voxels | wall s | cpu s | load | peak MB | exponent (cpu) |", "|" + "---|" * 6]
    before: tuple[int, float] | None = None
    for size, row in rows.items():
        if isinstance(row, str):
            lines.append(f"| {size}^3 | {row} |")
            continue
        cpu = row["cpu_seconds"]
        exponent = (
            "-" if before is None else f"{np.log(cpu / before[1]) / (3.0 * np.log(size / before[0])):.2f}"
        )
        used = f"{row['seconds']:.1f} | {cpu:.1f} | {row['load']:.0f} | {row['peak_mb']:.0f}"
        lines.append(f"| {size}^3 | {used} | {exponent} |")
        before = size, cpu
    return "\n".join(lines)


if __name__ == "__main__":
    main()
