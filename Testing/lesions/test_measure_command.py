"""``measure``: from files to a lesion table that ``score`` reads."""

import json

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cli.main import main
from interventional_oncology.response import read_lesions_csv


@pytest.fixture
def files(tmp_path, make_mask, ball):
    """Write a scan with two lesions of 10 and 20 mm, as labels and as one value."""
    labels = make_mask([ball(5, (-14, 0, 0)), ball(10, (8, 0, 0))], (1.0, 1.0, 1.5))
    labels = sitk.ConstantPad(labels, (3, 3, 3), (3, 3, 3))
    sitk.WriteImage(labels, str(tmp_path / "labels.nii.gz"))
    sitk.WriteImage(labels > 0, str(tmp_path / "mask.nii.gz"))
    native = sitk.Cast(labels > 0, sitk.sitkFloat32) * 20 - 300
    sitk.WriteImage(native, str(tmp_path / "native.nii.gz"))
    sitk.WriteImage(native + sitk.Cast(labels == 2, sitk.sitkFloat32) * 60, str(tmp_path / "arterial.nii.gz"))
    return tmp_path


def measure(files, *arguments: str) -> int:
    fixed = (
        "--image",
        str(files / "native.nii.gz"),
        "--out",
        str(files / "lesions.csv"),
        "--date",
        "2025-01-01",
    )
    return main(["measure", *fixed, *(argument.replace("{}", str(files)) for argument in arguments)])


def test_rows_are_written_and_read_by_score(files, capsys):
    assert (
        measure(files, "--lesions", "{}/labels.nii.gz", "--patient-id", "P7", "--organ", "liver", "--json")
        == 0
    )
    rows = read_lesions_csv(files / "lesions.csv")
    assert [(row.patient_id, row.lesion_id, row.role, row.organ) for row in rows] == [
        ("P7", "1", "target", "liver"),
        ("P7", "2", "target", "liver"),
    ]
    assert [row.long_axis_mm for row in rows] == pytest.approx([10, 20], abs=0.3)
    assert rows[0].viable_long_axis_mm is None
    said = json.loads(capsys.readouterr().out)
    assert [one["lesion_id"] for one in said["lesions"]] == ["1", "2"]
    assert len(said["lesions"][0]["long_axis_ras_mm"]) == 2


def test_viable_tissue_needs_both_phases(files, capsys):
    phases = ("--arterial", "{}/arterial.nii.gz", "--native", "{}/native.nii.gz")
    assert measure(files, "--lesions", "{}/labels.nii.gz", *phases) == 0
    viable = [row.viable_long_axis_mm for row in read_lesions_csv(files / "lesions.csv")]
    assert viable[0] == 0.0
    assert viable[1] == pytest.approx(20, abs=1.5)
    assert measure(files, "--lesions", "{}/labels.nii.gz", *phases[:2], "--overwrite") == 2
    assert "expected both --arterial and --native" in capsys.readouterr().err


def test_one_label_one_value_and_specks(files, capsys):
    assert measure(files, "--lesions", "{}/labels.nii.gz#1") == 0
    assert read_lesions_csv(files / "lesions.csv")[0].long_axis_mm == pytest.approx(10, abs=0.3)
    assert measure(files, "--lesions", "{}/mask.nii.gz", "--smallest-mm", "15", "--overwrite") == 0
    assert [row.long_axis_mm for row in read_lesions_csv(files / "lesions.csv")] == pytest.approx(
        [20], abs=0.3
    )
    assert "1 pieces shorter than 15 mm are left out" in capsys.readouterr().err
    assert measure(files, "--lesions", "{}/mask.nii.gz", "--smallest-mm", "90", "--overwrite") == 2


def test_a_lesion_too_small_for_a_target_is_said(files, capsys):
    assert measure(files, "--lesions", "{}/labels.nii.gz", "--node") == 0
    assert "lesion 1 should not be a target: short axis" in capsys.readouterr().err


def test_some_lesions_are_nodes(files, capsys):
    assert measure(files, "--lesions", "{}/labels.nii.gz", "--node", "2") == 0
    assert [row.is_node for row in read_lesions_csv(files / "lesions.csv")] == [False, True]
    capsys.readouterr()
    assert measure(files, "--lesions", "{}/labels.nii.gz", "--node", "2,5", "--overwrite") == 2
    assert "--node: expected numbers of lesions (1, 2), got '5'" in capsys.readouterr().err


def test_the_peak_of_a_pet_on_a_grid_of_its_own(files, capsys):
    pet = sitk.Image(30, 30, 20, sitk.sitkFloat32) + 6.0
    pet.SetSpacing((4.0, 4.0, 4.0))
    pet.SetOrigin((-60.0, -60.0, -40.0))
    sitk.WriteImage(pet, str(files / "pet.nii.gz"))
    image = ("--lesions", "{}/labels.nii.gz", "--pet", "{}/pet.nii.gz")
    assert measure(files, *image, "--suv-to-sul", "0.75") == 0
    assert [row.sul_peak for row in read_lesions_csv(files / "lesions.csv")] == pytest.approx([4.5, 4.5])
    pet.SetOrigin((200.0, -60.0, -40.0))
    sitk.WriteImage(pet, str(files / "pet.nii.gz"))
    assert measure(files, *image, "--overwrite") == 0
    assert "no SULpeak" in capsys.readouterr().err
    assert [row.sul_peak for row in read_lesions_csv(files / "lesions.csv")] == [None, None]
    assert measure(files, *image[:2], "--suv-to-sul", "0.7", "--overwrite") == 2
    assert "--suv-to-sul: expected it with --pet" in capsys.readouterr().err
    assert measure(files, *image, "--suv-to-sul", "70", "--overwrite") == 2
    assert "expected lean over total body mass" in capsys.readouterr().err


def test_an_earlier_table_stays_when_the_new_one_is_refused(files, capsys):
    (files / "lesions.csv").write_text("earlier")
    assert measure(files, "--lesions", "{}/labels.nii.gz") == 2
    assert measure(files, "--lesions", "{}/none.nii.gz", "--overwrite") == 2
    assert (files / "lesions.csv").read_text() == "earlier"


@pytest.mark.data
def test_growing_brain_tumors(shared_data, tmp_path):
    """Glioma at two dates: one patient progresses by RECIST, the other grows in volume alone."""
    folder = shared_data / "images" / "brain_tumor_progression_pairs"
    days = {"01": ("1996-08-13", "1997-01-17"), "03": ("1992-12-29", "1994-02-17")}
    found = {}
    for patient, dates in days.items():
        table = tmp_path / f"{patient}.csv"
        lines = []
        for scan, date in zip(("Pre", "Post"), dates, strict=True):
            part = _largest_at(folder / patient, scan, date, tmp_path)
            lines += part if not lines else part[1:]
        table.write_text("\n".join(lines))
        out = tmp_path / patient
        assert main(["score", "--criterion", "recist-1.1", "--lesions", str(table), "--out", str(out)]) == 0
        found[patient] = json.loads((out / "response.json").read_text())["patients"][0]["timepoints"][0][
            "overall"
        ]
        volumes = [row.volume_ml for row in read_lesions_csv(table)]
        assert volumes[1] > 1.1 * volumes[0]
    assert found == {"01": "SD", "03": "PD"}


def _largest_at(folder, scan: str, date: str, out) -> list[str]:
    """Measure the largest piece of a mask; the spacing of the files is not physical, says their README."""
    paths = []
    for name in (f"{scan}_Scan_T1.nii.gz", f"{scan}_Mask.nii.gz"):
        image = sitk.ReadImage(str(folder / name))
        image.SetSpacing((0.86, 0.86, 6.5))
        paths.append(str(out / name))
        sitk.WriteImage(image, paths[-1])
    table = out / f"{scan}.csv"
    arguments = ["measure", "--image", paths[0], "--lesions", paths[1], "--out", str(table), "--overwrite"]
    assert main([*arguments, "--date", date, "--smallest-mm", "20"]) == 0
    rows = read_lesions_csv(table)
    assert len(rows) == 1
    assert np.isfinite(rows[0].mean_hu)
    return table.read_text().splitlines()


def test_a_lesion_that_score_would_refuse_is_refused(files, capsys):
    """Voxels of 30 mm make 600 mm of a lesion of 20 mm: a slip of the unit."""
    for name in ("labels.nii.gz", "native.nii.gz"):
        image = sitk.ReadImage(str(files / name))
        image.SetSpacing([30.0 * spacing for spacing in image.GetSpacing()])
        sitk.WriteImage(image, str(files / name))
    before = sorted(path.name for path in files.iterdir())
    assert measure(files, "--lesions", "{}/labels.nii.gz") == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert "labels.nii.gz, lesion 2, column long_axis_mm: expected a lesion of 0 to 500 mm, got" in said
    assert said.endswith("check the mask and its voxel spacing in mm")
    assert sorted(path.name for path in files.iterdir()) == before
