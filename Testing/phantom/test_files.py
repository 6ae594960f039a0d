"""The files of a patient, the command, and what is refused."""

import json
import sys

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cli.main import main
from interventional_oncology.errors import InputError
from interventional_oncology.phantom import PhantomParameters, write_patient

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture(scope="module")
def written(tmp_path_factory, patient_of):
    folder = tmp_path_factory.mktemp("patient")
    patient = patient_of(treatment="thermal", modality="both", size=(96, 96, 64))
    write_patient(patient, folder)
    return patient, folder


def test_case_names_files_that_are_there(written):
    _, folder = written
    case = tomllib.loads((folder / "CASE.toml").read_text())
    assert case["treatment"]["kind"] == "microwave"
    before, after = case["timepoint"]
    assert before["date"] < case["treatment"]["date"] < after["date"]
    for visit in (before, after):
        assert {"ct_portal", "native_t1", "adc"} <= set(visit["images"])
        for path in (*visit["images"].values(), *visit["masks"].values()):
            assert (folder / path).is_file()
    assert "tumor" in before["masks"]
    assert "ablation" in after["masks"]


def test_truth_is_written_and_read_back(written):
    patient, folder = written
    truth = json.loads((folder / "truth" / "truth.json").read_text())
    assert truth == patient.truth
    assert {"minimal_margin_mm", "diameters", "response", "margin", "lesions", "motion"} <= set(truth)
    assert (folder / "truth" / "zones.nii.gz").is_file()


def test_fields_on_disk_undo_each_other(written):
    patient, folder = written
    forward, backward = (
        sitk.DisplacementFieldTransform(
            sitk.ReadImage(str(folder / "truth" / f"{name}.nii.gz"), sitk.sitkVectorFloat64)
        )
        for name in ("baseline_to_followup", "followup_to_baseline")
    )
    points = np.random.default_rng(0).uniform((-120, -90, -90), (120, 90, 90), size=(500, 3))
    there = np.array([forward.TransformPoint(point) for point in points.tolist()])
    back = np.array([backward.TransformPoint(point) for point in there.tolist()])
    assert np.linalg.norm(back - points, axis=1).max() < 0.05
    assert np.linalg.norm(there - patient.motion.to_followup(points), axis=1).max() < 0.05


def test_images_survive_writing(written):
    patient, folder = written
    for name in ("ct_portal", "adc", "dwi_b0"):
        read = sitk.ReadImage(str(folder / "followup" / f"{name}.nii.gz"))
        made = patient.followup.images[name]
        assert np.array_equal(sitk.GetArrayViewFromImage(read), sitk.GetArrayViewFromImage(made))
        assert read.GetSpacing() == pytest.approx(made.GetSpacing(), abs=1e-5)
        assert read.GetOrigin() == pytest.approx(made.GetOrigin(), abs=1e-3)


def test_command_writes_the_patient_and_prints_one_object(tmp_path, capsys):
    out = tmp_path / "patient"
    asked = [
        "phantom",
        "--treatment",
        "tare",
        "--out",
        str(out),
        "--size",
        "24x24x16",
        "--seed",
        "3",
        "--json",
    ]
    assert main(asked) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["command"] == "phantom"
    assert printed == json.loads((out / "phantom.json").read_text()) | {"seconds": printed["seconds"]}
    assert (out / "CASE.toml").is_file()
    assert main(asked) == 2
    assert "overwrite" in capsys.readouterr().err


BAD = {
    "unknown treatment": (["--treatment", "surgery"], "treatment: expected one of thermal"),
    "unknown modality": (["--modality", "pet"], "modality: expected one of ct, mr, both"),
    "size too small": (["--size", "8x64x64"], "at least 16"),
    "size too large": (["--size", "4000x4000x4000"], "at most"),
    "size of two numbers": (["--size", "64x64"], "three numbers"),
    "size of words": (["--size", "axbxc"], "expected three numbers"),
    "no spacing": (["--size", "32x32x32", "--spacing", "0x1x1"], "0.2 to 20 mm"),
    "negative spacing": (["--size", "32x32x32", "--spacing", "1x-1x1"], "0.2 to 20 mm"),
    "spacing not finite": (["--size", "32x32x32", "--spacing", "1xnanx1"], "0.2 to 20 mm"),
    "negative noise": (["--noise", "-1"], "noise: expected 0 to 20"),
    "noise not a number": (["--noise", "loud"], "invalid float value"),
    "negative seed": (["--seed", "-1"], "seed: expected 0"),
    "seed not whole": (["--seed", "1.5"], "invalid int value"),
    "too many tumors": (["--tumors", "9"], "number of tumors"),
    "margin too large": (["--margin-mm", "50"], "margin"),
    "unknown tumor": (["--tumor-kind", "cyst"], "tumor kind"),
    "motion too large": (["--motion", "3"], "motion: expected 0 to 1"),
    "nodule too large": (["--treatment", "tace", "--viable-nodule-mm", "90"], "viable nodule"),
}


@pytest.mark.parametrize("name", BAD)
def test_refused_in_one_line_and_nothing_left_behind(name, tmp_path, capsys):
    options, text = BAD[name]
    treatment = [] if "--treatment" in options else ["--treatment", "thermal"]
    assert main(["phantom", "--out", str(tmp_path / "out"), *treatment, *options]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert text in lines[0]
    assert not list(tmp_path.iterdir())


def test_parameters_refuse_by_themselves():
    with pytest.raises(InputError, match="size: expected three numbers of at least 16 voxels, got 64x64x4"):
        PhantomParameters(size=(64, 64, 4))
    with pytest.raises(InputError, match="tumor diameter"):
        PhantomParameters(tumor_diameter_mm=500)
