"""The comparison with truth, on truths made by hand."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import Case, FollowupFindings, Timepoint
from interventional_oncology.cases.scans import Scans
from interventional_oncology.cases.truth import compare_with_truth, truth_folder
from interventional_oncology.errors import InputError
from interventional_oncology.registration import Registration
from interventional_oncology.response import PatientResponse, TimepointResponse

SIZE = (20, 18, 12)


def volume(value=0):
    image = sitk.GetImageFromArray(np.full(SIZE[::-1], value, dtype=np.uint8))
    image.SetSpacing((2.0, 2.0, 3.0))
    return image


def motion(folder, shift_mm):
    values = np.tile(np.array(shift_mm, dtype=np.float32), (*SIZE[::-1], 1))
    field = sitk.GetImageFromArray(values, isVector=True)
    field.SetSpacing((2.0, 2.0, 3.0))
    sitk.WriteImage(field, str(folder / "baseline_to_followup.nii.gz"))


def truth(folder, **record):
    (folder / "truth.json").write_text(json.dumps(record), encoding="utf-8")


def scans(name="baseline"):
    liver = volume()
    liver[5:15, 5:15, 3:9] = 1
    timepoint = Timepoint(name, None, {"ct_portal": ""}, {"liver": ""})
    return Scans(timepoint, {"ct_portal": volume()}, {"liver": liver})


def followup(shift_mm=(3.0, 0.0, 4.0), margin_mm=4.2):
    transform = sitk.TranslationTransform(3, shift_mm)
    margin = None if margin_mm is None else SimpleNamespace(minimal_margin_whole_surface_mm=margin_mm)
    registration = Registration(transform, None, "rigid", "ct-liver")
    return FollowupFindings(scans("later"), "ct_portal", "ct_portal", volume(), registration, margin=margin)


def response(criterion, overall):
    visit = TimepointResponse(None, overall, None, False, overall, 40.0, 40.0, 20.0, -50.0, -50.0)
    return PatientResponse("A", criterion, "mm", None, 40.0, [visit], overall, overall)


def test_errors_are_those_of_the_numbers(tmp_path):
    motion(tmp_path, (0.0, 0.0, 0.0))
    truth(tmp_path, minimal_margin_mm=4.0, response={"recist-1.1": "PR", "mrecist": "CR", "other": "SD"})
    responses = [response("recist-1.1", "PR"), response("mrecist", "PR")]

    found = compare_with_truth(tmp_path, scans(), followup(), responses)

    # A shift of (3, 0, 4) mm where nothing moved is an error of 5 mm everywhere.
    assert found.registration_error_mm == pytest.approx({"mean": 5.0, "p95": 5.0, "max": 5.0}, abs=1e-4)
    assert found.minimal_margin_mm == pytest.approx({"found": 4.2, "truth": 4.0, "difference": 0.2})
    assert found.response == {
        "recist-1.1": {"found": "PR", "truth": "PR", "agrees": True},
        "mrecist": {"found": "PR", "truth": "CR", "agrees": False},
    }


def test_true_registration_has_no_error(tmp_path):
    motion(tmp_path, (3.0, 0.0, 4.0))
    truth(tmp_path)
    assert compare_with_truth(tmp_path, scans(), followup(), []).registration_error_mm["max"] < 1e-4


def test_what_is_not_there_is_not_compared(tmp_path):
    truth(tmp_path, minimal_margin_mm=None)
    found = compare_with_truth(tmp_path, scans(), followup(margin_mm=None), [])
    assert (found.registration_error_mm, found.minimal_margin_mm, found.response) == (None, None, {})


def test_truth_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "truth.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="expected the truth of a digital patient as JSON"):
        compare_with_truth(tmp_path, scans(), followup(), [])
    (tmp_path / "truth.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(InputError, match="expected a JSON object, got list"):
        compare_with_truth(tmp_path, scans(), followup(), [])


def test_truth_is_looked_for_beside_the_case(tmp_path):
    case = Case("A", (), None, tmp_path / "CASE.toml")
    assert truth_folder(case) is None
    (tmp_path / "truth").mkdir()
    assert truth_folder(case) is None
    truth(tmp_path / "truth")
    assert truth_folder(case) == tmp_path / "truth"
