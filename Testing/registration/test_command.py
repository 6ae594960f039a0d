"""`register` on the command line: files, keys, and what is left after a refusal."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import Abdomen, Scan, apply, grid, points_mm, scan

from interventional_oncology.cli.main import main
from interventional_oncology.cli.register import NOTHING_EXCLUDED, RESULTS

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
    assert sorted(p.name for p in out.iterdir()) == sorted(RESULTS)
    expected = sitk.GetArrayFromImage(sitk.ReadImage(str(out / "error_map.nii.gz")))
    summary = printed["error_map"]["summary_mm"]["organ"]
    assert np.nanmin(expected) <= summary["mean"] <= summary["p95"] <= np.nanmax(expected)

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


def dicom_slices(folder: Path, *, patient: str) -> str:
    """Write three slices of a CT and return their folder."""
    import pydicom
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    folder.mkdir()
    series, frame = generate_uid(), generate_uid()
    pixels = np.arange(64, dtype=np.int16).reshape(8, 8)
    for k in range(3):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = CTImageStorage, ExplicitVRLittleEndian
        meta.MediaStorageSOPInstanceUID = generate_uid()
        data = pydicom.Dataset()
        data.file_meta = meta
        data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        data.PatientID, data.PatientName, data.Modality = patient, "Doe^Jane", "CT"
        data.SeriesInstanceUID, data.FrameOfReferenceUID = series, frame
        data.ImagePositionPatient, data.ImageOrientationPatient = [0, 0, 3 * k], [1, 0, 0, 0, 1, 0]
        data.PixelSpacing, data.Rows, data.Columns = [1, 1], 8, 8
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 1
        data.PixelData = (pixels + k).astype(np.int16).tobytes()
        data.save_as(folder / f"{k}.dcm", enforce_file_format=True)
    return str(folder)


def test_two_patients_are_refused_without_saying_who(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = dicom_slices(tmp_path / "first", patient="SECRET-1")
    second = dicom_slices(tmp_path / "second", patient="SECRET-2")
    out = tmp_path / "out"
    assert main(["register", "--fixed", first, "--moving", second, "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.err.splitlines()[-1].startswith("error: register: expected images of one patient, got two")
    assert "SECRET" not in said.err + said.out
    assert "Doe" not in said.err + said.out
    assert not out.exists()


def test_two_series_of_one_patient_are_not_refused_for_who_they_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = dicom_slices(tmp_path / "first", patient="SECRET-1")
    second = dicom_slices(tmp_path / "second", patient="SECRET-1")
    line = ["register", "--fixed", first, "--moving", second, "--out", str(tmp_path / "out")]
    main([*line, "--method", "rigid"])
    said = capsys.readouterr()
    assert "one patient" not in said.err
    assert "SECRET" not in said.err + said.out


def test_transforms_are_chained_in_the_order_of_the_examinations(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to_plan, to_followup = tmp_path / "to_plan.h5", tmp_path / "to_followup.h5"
    sitk.WriteTransform(sitk.TranslationTransform(3, (400.0, 0.0, 0.0)), str(to_plan))
    back = sitk.AffineTransform(3)
    back.SetTranslation((-400.0, 0.0, 0.0))
    sitk.WriteTransform(back, str(to_followup))
    line = ["register", "--fixed", files["f"], "--moving", files["m"], "--method", "rigid"]
    line += ["--out", str(tmp_path / "out"), "--error-map", "none", "--json", "--initial"]
    assert main([*line, str(to_plan), str(to_followup)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["start"] == "initial transform"
    assert len(printed["inputs"]) == 4
    assert main([*line, str(to_plan), "--overwrite"]) == 2
    assert "expected the images to overlap" in capsys.readouterr().err


def test_a_deformable_registration_that_excludes_nothing_says_what_that_means(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = scan(Abdomen(0), grid((30, 28, 22), (6.5, 6.5, 8.0)))
    image, liver = str(tmp_path / "image.nii.gz"), str(tmp_path / "liver.nii.gz")
    sitk.WriteImage(small.image, image)
    sitk.WriteImage(small.liver, liver)
    line = ["register", "--fixed", image, "--moving", image, "--fixed-mask", liver, "--moving-mask", liver]
    line += ["--error-map", "none", "--json", "--overwrite", "--out", str(tmp_path / "out")]
    treated = str(tmp_path / "treated.nii.gz")
    spot = small.liver * 0
    spot[14:16, 13:15, 10:12] = 1
    sitk.WriteImage(spot, treated)
    for extra, said in (
        (["--method", "deformable"], True),
        (["--method", "deformable", "--exclude-mask", treated], False),
        (["--method", "deformable", "--moving-exclude-mask", treated], False),
        (["--method", "affine"], False),
    ):
        assert main([*line, *extra]) == 0
        warnings = json.loads(capsys.readouterr().out)["warnings"]
        assert (NOTHING_EXCLUDED in warnings) is said
