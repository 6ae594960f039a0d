"""The review of real scans: MR of the abdomen without masks, MR of brain tumors with masks."""

import json

import pytest

pytestmark = pytest.mark.data

T2_BASELINE = "1.3.6.1.4.1.14519.5.2.1.1600.1201.214184953754506552610260500716"


def reviewed(text, tmp_path, run_command, *options):
    """Write a case, review it and return its record and its page."""
    (tmp_path / "CASE.toml").write_text(text, encoding="utf-8")
    run = run_command(
        "review", str(tmp_path / "CASE.toml"), "--out", str(tmp_path / "out"), "--json", *options
    )
    assert run.exit_code == 0, run.said
    assert json.loads((run.folder / "results.json").read_text(encoding="utf-8"))["command"] == "review"
    return run, (run.folder / "report.html").read_text(encoding="utf-8")


def test_liver_mr_pair_from_a_dicom_archive(shared_data, tmp_path, run_command):
    archive = (
        shared_data / "images" / "cmb_crc_liver_mr_pair" / "CMB-CRC-MSB-06489_T2_ADC_two_timepoints_dicom.zip"
    )
    text = f'''
        patient = "REAL-1"
        [[timepoint]]
        name = "baseline"
        date = 1959-12-09
        images = {{ t2 = "{archive}#{T2_BASELINE}" }}
        [[timepoint]]
        name = "later"
        date = 1960-04-13
        images = {{ t2 = "{archive}#1960-04-13_followup/t2_image" }}
    '''
    # The map of the error is tested elsewhere: it would take longer than all the rest here.
    run, page = reviewed(text, tmp_path, run_command, "--method", "rigid", "--error-map", "none")

    quality = run.printed["comparisons"][0]["registration"]["quality"]
    assert quality["similarity_before"] < 0.6
    assert quality["similarity_after"] >= 0.85
    done = {step["name"]: step["done"] for step in run.printed["steps"]}
    assert done["registration"]
    assert not done["ablation margin"]
    assert "no ablation mask at &#39;later&#39;" in page
    assert "no tumor mask at &#39;baseline&#39;" in page
    assert run.printed["truth_comparison"] is None
    # The slices are 8 mm thick, the pictures still show true proportions.
    assert (run.folder / "pictures" / "followup_1_checkerboard_coronal.png").is_file()


def test_dates_that_differ_from_the_dicom_files_are_warned_of(shared_data, tmp_path):
    from interventional_oncology.cases import read_case
    from interventional_oncology.cases.patient_identity import date_differences

    archive = (
        shared_data / "images" / "cmb_crc_liver_mr_pair" / "CMB-CRC-MSB-06489_T2_ADC_two_timepoints_dicom.zip"
    )
    (tmp_path / "CASE.toml").write_text(
        f'patient = "A"\n[[timepoint]]\nname = "x"\ndate = 1959-12-10\nimages = {{ adc = "{archive}#ADC" }}\n'
    )
    found = date_differences(read_case(tmp_path / "CASE.toml").timepoints)
    assert found == ["x: the case says 1959-12-10, the DICOM files of adc say 1960-04-13"]


@pytest.mark.parametrize(
    ("patient", "dates", "volumes_ml", "overall"),
    [
        ("01", ("1996-08-13", "1997-01-17"), (8.243, 10.001), "SD"),
        ("03", ("1992-12-29", "1994-02-17"), (2.196, 2.504), "PD"),
    ],
)
def test_brain_tumors_are_measured_and_scored(
    shared_data, tmp_path, run_command, patient, dates, volumes_ml, overall
):
    # The headers say 1 mm, which is not physical: sizes are in voxels, changes are real.
    folder = shared_data / "images" / "brain_tumor_progression_pairs" / patient
    parts = [f'patient = "REAL-{patient}"']
    for name, date in zip(("Pre", "Post"), dates, strict=True):
        parts += [
            "[[timepoint]]",
            f'name = "{name}"',
            f"date = {date}",
            f'images = {{ t1 = "{folder}/{name}_Scan_T1.nii.gz" }}',
            f'masks = {{ tumor = "{folder}/{name}_Mask.nii.gz" }}',
        ]
    run, page = reviewed("\n".join(parts), tmp_path, run_command, "--method", "rigid")

    before, after = run.printed["lesions"]
    assert (before["volume_ml"], after["volume_ml"]) == pytest.approx(volumes_ml, abs=0.02)
    assert before["role"] == "target"
    response = run.printed["responses"][0]
    assert response["criterion"] == "recist-1.1"
    assert response["timepoints"][0]["overall"] == overall
    # Single voxels that the outlines hold here and there are no new lesions.
    assert response["timepoints"][0]["new_lesion_ids"] == []
    assert any("smaller than a ball of 5 mm left out" in text for text in run.printed["warnings"])
    assert "Sum of diameters, RECIST 1.1" in page
