"""`register` on the command line: files, keys, and what is left after a refusal."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Scan, apply, points_mm

from interventional_oncology.cli.main import main

KEYS = {
    "similarity_before", "similarity_after", "dice_before", "dice_after", "tre_mm_before", "tre_mm_after",
    "jacobian_min", "folding_fraction", "displacement_mm", "verdict", "reasons",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, fixed: Scan, breathed: Scan) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("scans")
    images = {"f": fixed.image, "m": breathed.image, "fl": fixed.liver, "ml": breathed.liver}
    for name, image in images.items():
        sitk.WriteImage(image, str(folder / f"{name}.nii.gz"))
    return {name: str(folder / f"{name}.nii.gz") for name in images}


def test_results_are_on_disk_and_agree(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], fixed: Scan
) -> None:
    out = tmp_path / "out"
    line = [
        "register",
        "--fixed",
        files["f"],
        "--moving",
        files["m"],
        "--method",
        "affine",
        "--out",
        str(out),
    ]
    line += ["--fixed-mask", files["fl"], "--moving-mask", files["ml"], "--json", "--progress"]
    assert main(line) == 0
    said = capsys.readouterr()
    printed, stored = json.loads(said.out), json.loads((out / "registration.json").read_text())
    assert printed["quality"] == stored["quality"]
    assert set(printed["quality"]) >= KEYS
    assert printed["command"] == "register"
    assert len(printed["inputs"]) == 4
    steps = [json.loads(text) for text in said.err.splitlines() if text.startswith("{")]
    assert steps[-1]["fraction"] == 1.0
    assert sum("iteration" in step["message"] for step in steps) > 10
    assert sorted(p.name for p in out.iterdir()) == ["registered.nii.gz", "registration.json", "transform.h5"]

    transform = sitk.ReadTransform(str(out / "transform.h5"))
    registered = sitk.ReadImage(str(out / "registered.nii.gz"))
    moving = sitk.ReadImage(files["m"])
    assert registered.GetSize() == fixed.image.GetSize()
    # A voxel of the registered image is the moving image at the point the transform says.
    for index in ((30, 28, 22), (20, 30, 25), (25, 20, 18)):
        goal = apply(transform, np.array([registered.TransformIndexToPhysicalPoint(index)]))[0]
        value = moving.EvaluateAtPhysicalPoint(goal.tolist(), sitk.sitkLinear)
        assert registered[index] == pytest.approx(value, abs=1.0)
    assert len(points_mm(registered)) == registered.GetNumberOfPixels()


def test_refusal_leaves_nothing_behind(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = tmp_path / "points.csv"
    points.write_text("fixed_x,fixed_y\n1,2\n")
    out = tmp_path / "out"
    line = [
        "register",
        "--fixed",
        files["f"],
        "--moving",
        files["m"],
        "--out",
        str(out),
        "--landmarks",
        str(points),
    ]
    assert main(line) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"error: {points}: expected the columns")
    assert not out.exists()
