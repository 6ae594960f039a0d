"""Files that are sound, and files that are wrong in one known way, for the refusals of the command line."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

sys.path.insert(0, str(Path(__file__).parent))  # for refusals.py

SIZE = (24, 22, 16)  # i, j, k


def ball(center: tuple[float, float, float], radius_mm: float) -> np.ndarray:
    """Return a filled ball on the grid of the files, ``[k, j, i]``."""
    k, j, i = np.indices(SIZE[::-1], dtype=float)
    x, y, z = (i - center[0]) * 1.5, (j - center[1]) * 1.5, (k - center[2]) * 2.0
    return x**2 + y**2 + z**2 <= radius_mm**2


def volume(values: np.ndarray) -> sitk.Image:
    """Return a volume of 1.5 x 1.5 x 2 mm voxels."""
    image = sitk.GetImageFromArray(values)
    image.SetSpacing((1.5, 1.5, 2.0))
    image.SetOrigin((-18.0, -16.0, 40.0))
    return image


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Path:
    """Return a folder with the files the table of bad input names."""
    folder = tmp_path_factory.mktemp("files")
    sound = (
        "patient_id,date,lesion_id,role,long_axis_mm\nP,2025-02-20,1,target,30\nP,2025-04-20,1,target,20\n"
    )
    (folder / "lesions.csv").write_text(sound, encoding="utf-8")
    random = np.random.default_rng(5)
    body, organ = ball((12, 11, 8), 17), ball((12, 11, 8), 14)
    tumor, ablation = ball((11, 11, 8), 4.5), ball((11.5, 11, 8), 9)
    ct = (np.where(body, 60, -950) + np.where(organ, 50, 0) - np.where(tumor, 30, 0)).astype(np.float32)
    ct += random.normal(0, 8, ct.shape).astype(np.float32)

    def write(values: np.ndarray, name: str) -> None:
        sitk.WriteImage(volume(values), str(folder / name))

    write(ct, "ct.nii.gz")
    write(ct, "ct.nii")
    write(organ.astype(np.uint8), "organ.nii.gz")
    write(tumor.astype(np.uint8), "tumor.nii.gz")
    write(ablation.astype(np.uint8), "ablation.nii.gz")
    write(np.zeros_like(ct, np.uint8), "empty.nii.gz")
    write(np.full_like(ct, 40), "constant.nii.gz")
    hole = ct.copy()
    hole[3, 4, 5] = np.nan
    write(hole, "nan.nrrd")
    write(hole, "nan.nii.gz")
    _write_wrong_geometry(folder, ct, tumor)
    _write_no_images(folder)
    return folder


def _write_wrong_geometry(folder: Path, ct: np.ndarray, tumor: np.ndarray) -> None:
    sitk.WriteImage(volume(ct)[:, :, 5], str(folder / "slice.nrrd"))
    sitk.WriteImage(sitk.JoinSeries([volume(ct), volume(ct)]), str(folder / "series4d.nii.gz"))
    shifted = volume(tumor.astype(np.uint8))
    shifted.SetOrigin((-10, -16, 40))
    sitk.WriteImage(shifted, str(folder / "shifted_tumor.nii.gz"))
    sitk.WriteImage(volume(tumor.astype(np.uint8))[:, :, 2:], str(folder / "shorter_tumor.nii.gz"))
    segments = volume(tumor.astype(np.uint8))
    for n, name in enumerate(["liver", "tumor"]):
        for key, value in {"ID": f"S{n}", "Name": name, "LabelValue": str(n + 1), "Layer": "0"}.items():
            segments.SetMetaData(f"Segment{n}_{key}", value)
    sitk.WriteImage(segments, str(folder / "case.seg.nrrd"))
    raw = bytearray((folder / "ct.nii").read_bytes())
    for name, offset, values in (("zero_spacing.nii", 80, (0.0,)), ("sheared.nii", 280, (1.5, 0.7, 0.0))):
        changed = bytearray(raw)
        struct.pack_into(f"<{len(values)}f", changed, offset, *values)
        (folder / name).write_bytes(changed)
    (folder / "truncated.nii").write_bytes(raw[: len(raw) // 2])


def _write_no_images(folder: Path) -> None:
    (folder / "notes.nii.gz").write_text("no image", encoding="utf-8")
    (folder / "nothing").mkdir()
    (folder / "a_file").write_text("in the way", encoding="utf-8")
    (folder / "done").mkdir()
    for name in (
        "registration.json",
        "margin.json",
        "zones.json",
        "response.json",
        "results.json",
        "phantom.json",
    ):
        (folder / "done" / name).write_text("{}", encoding="utf-8")
    (folder / "done" / "lesions.csv").write_text("", encoding="utf-8")
