"""CASE.toml: what is read, and the one sentence for everything that is wrong with it."""

import datetime
import textwrap

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import read_case
from interventional_oncology.errors import InputError

GOOD = """
patient = "CASE-001"
[treatment]
kind = "microwave"
date = 2025-03-02
[[timepoint]]
name = "baseline"
date = 2025-02-20
images = { ct_portal = "baseline/ct_portal.nii.gz" }
masks  = { liver = "baseline/liver.nii.gz", tumor = "baseline/tumor.nii.gz" }
[[timepoint]]
name = "after ablation"
date = 2025-03-03
images = { ct_portal = "post/ct_portal.nii.gz" }
masks  = { liver = "post/liver.nii.gz", ablation = "post/ablation.nii.gz#1" }
"""


@pytest.fixture
def folder(tmp_path):
    voxels = sitk.GetImageFromArray(np.ones((3, 3, 3), dtype=np.uint8))
    for name in (
        "baseline/ct_portal",
        "baseline/liver",
        "baseline/tumor",
        "post/ct_portal",
        "post/liver",
        "post/ablation",
    ):
        path = tmp_path / f"{name}.nii.gz"
        path.parent.mkdir(exist_ok=True)
        sitk.WriteImage(voxels, str(path))
    return tmp_path


def written(folder, text=GOOD):
    path = folder / "CASE.toml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_example_of_the_design_is_read(folder):
    case = read_case(written(folder))

    assert case.patient == "CASE-001"
    assert (case.treatment.kind, case.treatment.date) == ("microwave", datetime.date(2025, 3, 2))
    assert case.treatment.zones == "thermal"
    assert [t.name for t in case.timepoints] == ["baseline", "after ablation"]
    assert case.baseline.name == "baseline"
    assert [t.name for t in case.followups] == ["after ablation"]
    assert case.timepoints[1].masks["ablation"] == str(folder / "post/ablation.nii.gz#1")
    assert case.timepoints[0].organ_role == "liver"


def test_treatment_and_masks_may_be_absent(folder):
    text = """
        patient = "A"
        [[timepoint]]
        name = "only"
        date = 2025-02-20
        images = { t2 = "baseline/ct_portal.nii.gz", dwi_b800 = "post/ct_portal.nii.gz" }
    """
    case = read_case(written(folder, text))

    assert case.treatment is None
    assert case.baseline is case.timepoints[0]
    assert case.followups == ()
    assert case.baseline.organ_role is None


def test_baseline_is_the_last_scan_before_treatment(folder):
    image = 'images = { ct_portal = "baseline/ct_portal.nii.gz" }'
    early = f'[[timepoint]]\nname = "early"\ndate = 2024-12-01\n{image}\n'
    text = GOOD.replace("[[timepoint]]", f"{early}[[timepoint]]", 1)

    case = read_case(written(folder, text))

    assert case.baseline.name == "baseline"
    assert [t.name for t in case.followups] == ["after ablation"]


def test_scans_of_one_day_are_ordered_by_their_time(folder):
    text = GOOD.replace("2025-02-20", "2025-03-02T08:30:00").replace("2025-03-03", "2025-03-02T11:00:00")

    case = read_case(written(folder, text))

    assert case.baseline.name == "baseline"
    assert [t.name for t in case.followups] == ["after ablation"]


TIMEPOINTS = GOOD[GOOD.index("[[timepoint]]") :]

REFUSED = {
    "not toml": ("patient = ", "expected a TOML file"),
    "no patient": (
        GOOD.replace('patient = "CASE-001"', ""),
        "expected the key 'patient', got treatment, timepoint",
    ),
    "patient is a number": (GOOD.replace('"CASE-001"', "7"), "patient: expected text in quotes, got int"),
    "patient is empty": (GOOD.replace("CASE-001", ""), "patient: expected text in quotes, got none"),
    "no time point": ('patient = "A"', "expected the key 'timepoint', got patient"),
    "time point is a table": (
        'patient = "A"\n[timepoint]\nname = "x"',
        r"at least one \[\[timepoint\]\] table",
    ),
    "unknown key": ('sex = "F"\n' + GOOD, "expected only the keys patient, timepoint, .*got 'sex'"),
    "unknown key of a time point": (
        GOOD.replace('name = "baseline"', 'name = "baseline"\nscanner = "X"'),
        r"\[\[timepoint\]\] 1: expected only the keys .*, got 'scanner'",
    ),
    "no date": (
        GOOD.replace("date = 2025-02-20", ""),
        r"\[\[timepoint\]\] 1: expected the key 'date', got name",
    ),
    "date in quotes": (GOOD.replace("2025-02-20", '"2025-02-20"'), "expected a date without quotes"),
    "date of another century": (
        GOOD.replace("2025-02-20", "0205-02-20"),
        "expected a date after 1900, got 0205",
    ),
    "dates out of order": (
        GOOD.replace("date = 2025-02-20", "date = 2025-04-01").replace(
            "date = 2025-03-02", "date = 2025-04-02"
        ),
        r"in the order of their dates, got 'after ablation' \(2025-03-03\) after 'baseline' \(2025-04-01\)",
    ),
    "one date twice": (
        GOOD.replace("date = 2025-03-03", "date = 2025-02-20"),
        "in the order of their dates, .*two scans of one day need the time",
    ),
    "treatment before every scan": (
        GOOD.replace("date = 2025-03-02", "date = 2024-03-02"),
        "a first time point on or before the treatment of 2024-03-02, got 'baseline' of 2025-02-20",
    ),
    "unknown treatment": (
        GOOD.replace('"microwave"', '"magic"'),
        r"\[treatment\]: expected a kind of microwave.*'magic'",
    ),
    "treatment without date": (
        GOOD.replace("date = 2025-03-02\n", ""),
        r"\[treatment\]: expected the key 'date'",
    ),
    "treatment is text": (
        'patient = "A"\ntreatment = "microwave"\n' + TIMEPOINTS,
        "expected a table with kind and date",
    ),
    "unknown image role": (
        GOOD.replace("{ ct_portal", "{ ct_venous", 1),
        "expected a role of ct_portal, .*'ct_venous'",
    ),
    "unknown mask role": (GOOD.replace("{ liver", "{ Leber", 1), "expected a role of tumor, .*'Leber'"),
    "image path is a number": (
        GOOD.replace('"baseline/ct_portal.nii.gz"', "3"),
        "ct_portal: expected a path in quotes, got 3",
    ),
    "images is text": (
        GOOD.replace('{ ct_portal = "baseline/ct_portal.nii.gz" }', '"x"'),
        'images: expected a table of role = "path"',
    ),
    "missing image": (
        GOOD.replace("post/ct_portal", "post/nothing"),
        r"\[\[timepoint\]\] 2: images: ct_portal: .*nothing.nii.gz: expected a file or a DICOM folder",
    ),
    "missing mask": (
        GOOD.replace("post/ablation.nii.gz#1", "post/zone.nii.gz#1"),
        r"\[\[timepoint\]\] 2: masks: ablation: .*zone.nii.gz: expected a file",
    ),
    "mask without image": (
        GOOD.replace('{ ct_portal = "post/ct_portal.nii.gz" }', "{ }"),
        r"\[\[timepoint\]\] 2: expected at least one image, got only masks \(liver, ablation\)",
    ),
    "neither image nor mask": (
        'patient = "A"\n[[timepoint]]\nname = "x"\ndate = 2025-01-01\nimages = { }',
        "expected at least one image, got none",
    ),
    "two patients": (
        GOOD.replace('name = "after ablation"', 'name = "after ablation"\npatient = "CASE-002"'),
        r"\[\[timepoint\]\] 2: .*got two patients in one case",
    ),
    "one name twice": (GOOD.replace("after ablation", "baseline"), "its own name, got 'baseline' 2 times"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_one_sentence_that_names_the_file(folder, text, message):
    path = written(folder, text)

    with pytest.raises(InputError, match=message) as refusal:
        read_case(path)

    sentence = str(refusal.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence.strip()
    assert "CASE-00" not in sentence


def test_missing_file_and_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"expected a CASE\.toml file, got nothing there"):
        read_case(tmp_path / "CASE.toml")
    with pytest.raises(InputError, match=r"expected a CASE\.toml file, got a folder"):
        read_case(tmp_path)


def dicom_series(folder, *, patient, date="20250220"):
    """Write two slices of a CT series."""
    import pydicom
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    folder.mkdir(parents=True)
    series, frame = generate_uid(), generate_uid()
    for k in range(2):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = CTImageStorage, ExplicitVRLittleEndian
        meta.MediaStorageSOPInstanceUID = generate_uid()
        data = pydicom.Dataset()
        data.file_meta = meta
        data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        data.PatientID, data.PatientName, data.StudyDate, data.Modality = patient, "Doe^Jane", date, "CT"
        data.SeriesInstanceUID, data.FrameOfReferenceUID, data.SeriesDescription = series, frame, "portal"
        data.ImagePositionPatient, data.ImageOrientationPatient = [0, 0, 3 * k], [1, 0, 0, 0, 1, 0]
        data.PixelSpacing, data.Rows, data.Columns = [1, 1], 4, 4
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 1
        data.PixelData = np.zeros((4, 4), dtype=np.int16).tobytes()
        data.save_as(folder / f"{k}.dcm", enforce_file_format=True)


DICOM_CASE = """
    patient = "A"
    [[timepoint]]
    name = "baseline"
    date = 2025-02-20
    images = { ct_portal = "first" }
    [[timepoint]]
    name = "later"
    date = 2025-05-20
    images = { ct_portal = "second" }
"""


def test_dicom_of_two_patients_is_refused_without_saying_who(tmp_path):
    dicom_series(tmp_path / "first", patient="SECRET-1")
    dicom_series(tmp_path / "second", patient="SECRET-2", date="20250520")

    with pytest.raises(
        InputError, match="got two in the DICOM files of 'baseline' ct_portal and 'later'"
    ) as refusal:
        read_case(written(tmp_path, DICOM_CASE))

    assert "SECRET" not in str(refusal.value)
    assert "Doe" not in str(refusal.value)


def test_dicom_date_that_differs_from_the_case_is_found(tmp_path):
    from interventional_oncology.cases.patient_identity import date_differences

    dicom_series(tmp_path / "first", patient="A")
    dicom_series(tmp_path / "second", patient="A", date="20250519")

    case = read_case(written(tmp_path, DICOM_CASE))

    assert date_differences(case.timepoints) == [
        "later: the case says 2025-05-20, the DICOM files of ct_portal say 2025-05-19"
    ]
