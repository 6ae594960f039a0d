"""The patient as files: images, masks, truth and the case description."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..progress import Progress, silent
from ..serialization import json_text
from .patient import TREATMENT_DATE, TREATMENT_KIND, Patient
from .visit import Timepoint

#: Image roles named in ``CASE.toml``; the single diffusion weightings lie beside as files.
_CASE_ROLES = (
    "ct_native",
    "ct_arterial",
    "ct_portal",
    "native_t1",
    "t2",
    "arterial",
    "portal",
    "hepatobiliary",
    "dwi",
    "adc",
)
_CASE_MASKS = ("liver", "tumor", "ablation", "vessels", "spleen")

_FIELD_STEPS_PER_MM = np.float32(1024)  # rounding by 0.0005 mm makes the fields a third as large to store

#: Files and folders :func:`write_patient` makes.
RESULTS = ("CASE.toml", "baseline", "followup", "truth")


def write_patient(patient: Patient, folder: str | Path, *, progress: Progress = silent) -> None:
    """Write ``baseline/``, ``followup/``, ``truth/`` and ``CASE.toml`` into ``folder``.

    The transforms are displacement fields (NIfTI, vector float32, LPS mm):
    ``truth/baseline_to_followup.nii.gz`` on the baseline grid,
    ``truth/followup_to_baseline.nii.gz`` on the follow-up grid.
    """
    folder = Path(folder)
    for name in ("baseline", "followup", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    grid = patient.parameters.grid
    files = list(_visit_files(patient.baseline, folder / "baseline"))
    files += _visit_files(patient.followup, folder / "followup")
    files += [(image, folder / "truth" / f"{name}.nii.gz") for name, image in patient.truth_masks.items()]
    for name, forward in (("baseline_to_followup", True), ("followup_to_baseline", False)):
        field = patient.motion.field(grid, to_followup=forward)
        np.multiply(field, _FIELD_STEPS_PER_MM, out=field)
        np.rint(field, out=field)
        field /= _FIELD_STEPS_PER_MM
        files.insert(0, (grid.image(field), folder / "truth" / f"{name}.nii.gz"))
    with ThreadPoolExecutor(2) as pool:
        for done, _ in enumerate(pool.map(_write, files), start=1):
            progress(done / len(files), "writing files")
    (folder / "truth" / "truth.json").write_text(json_text(patient.truth), encoding="utf-8")
    (folder / "CASE.toml").write_text(case_text(patient), encoding="utf-8")


def _visit_files(timepoint: Timepoint, folder: Path) -> Iterable[tuple[sitk.Image, Path]]:
    for name, image in {**timepoint.images, **timepoint.masks}.items():
        if name != "dwi_b800":  # the same image as role dwi
            yield image, folder / f"{name}.nii.gz"


def _write(file: tuple[sitk.Image, Path]) -> None:
    image, path = file
    sitk.WriteImage(image, str(path), useCompression=True, compressionLevel=1)


def case_text(patient: Patient) -> str:
    """Return the text of ``CASE.toml``."""
    parameters = patient.parameters
    lines = [
        f'patient = "PHANTOM-{parameters.treatment.upper()}-{parameters.seed}"',
        "",
        "[treatment]",
        f'kind = "{TREATMENT_KIND[parameters.treatment]}"',
        f"date = {TREATMENT_DATE.isoformat()}",
    ]
    for folder, timepoint in (("baseline", patient.baseline), ("followup", patient.followup)):
        images = [role for role in _CASE_ROLES if role in timepoint.images]
        masks = [name for name in _CASE_MASKS if name in timepoint.masks]
        lines += ["", "[[timepoint]]", f'name = "{timepoint.name}"', f"date = {timepoint.date.isoformat()}"]
        lines += [f"images = {_table(folder, images)}", f"masks = {_table(folder, masks)}"]
    return "\n".join(lines) + "\n"


def _table(folder: str, names: list[str]) -> str:
    return "{ " + ", ".join(f'{name} = "{folder}/{name}.nii.gz"' for name in names) + " }"
