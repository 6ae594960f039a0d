"""Bad input of ``margin``: as in the table of test_bad_input, for the options of this command alone."""

from pathlib import Path

import pytest
from refusals import Refusal, check_refused

MARGIN = "margin --tumor {tumor.nii.gz} --ablation {ablation.nii.gz} --out {out} "


REFUSALS = [
    Refusal(
        "error that is no file", MARGIN + "--registration-error-mm much", "error map or a registration.json"
    ),
    Refusal("error far too large", MARGIN + "--registration-error-mm 1e6", "0 to 100 mm"),
    Refusal("error that is no number", MARGIN + "--registration-error-mm nan", "registration error"),
    Refusal(
        "CT as error map", MARGIN + "--registration-error-mm {ct.nii.gz}", "error map: expected errors of 0"
    ),
    Refusal(
        "record without target error",
        MARGIN + "--registration-error-mm {record.json}",
        "neither",
        "record.json",
        made="record.json",
        text='{"quality": {"tre_mm_after": null}}',
    ),
    Refusal(
        "record of something else",
        MARGIN + "--registration-error-mm {record.json}",
        "got something else",
        "record.json",
        made="record.json",
        text='{"layers": []}',
    ),
    Refusal(
        "two sources of error",
        MARGIN + "--registration-error-mm 1 --landmarks {points.csv}",
        "not allowed with",
        made="points.csv",
        text="",
    ),
    Refusal(
        "landmarks of a margin with an unknown column",
        MARGIN + "--landmarks {points.csv}",
        "fixed_x",
        "points.csv",
        made="points.csv",
        text="x,y,z\n1,2,3\n",
    ),
    Refusal(
        "text as transform of landmarks",
        MARGIN + "--landmarks {points.csv} --transform {notes.nii.gz}",
        "expected a 3-D transform",
        "notes.nii.gz",
        made="points.csv",
        text="fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z\n1,2,3,1,2,3\n40,5,7,40,5,7\n1,50,9,1,50,9\n",
    ),
    Refusal("transform without landmarks", MARGIN + "--transform {notes.nii.gz}", "--landmarks"),
    Refusal("negative segmentation error", MARGIN + "--segmentation-error-mm -1", "segmentation error"),
    Refusal("thresholds that are no numbers", MARGIN + "--thresholds-mm 0,five", "0,five"),
    Refusal("negative fraction limit", MARGIN + "--thresholds-mm 0,-5", "thresholds of the fractions"),
    Refusal("a threshold no one wants", MARGIN + "--threshold-mm 100", "0 to 30 mm"),
    Refusal("threshold that is no number", MARGIN + "--threshold-mm nan", "0 to 30 mm"),
    Refusal("folder as error map", MARGIN + "--registration-error-mm {nothing}", "got a folder", "nothing"),
    Refusal("unknown subcapsular rule", MARGIN + "--subcapsular-rule shave", "to_border"),
    Refusal("applicator without a size", MARGIN + "--applicator-mm 20,0", "more than 0"),
    Refusal("applicator of one number", MARGIN + "--applicator-mm 20", "two half axes"),
    Refusal("direction without an applicator", MARGIN + "--entry-direction-ras 0,0,1", "--applicator-mm"),
    Refusal(
        "planned zone on another grid",
        MARGIN + "--planned {shifted_tumor.nii.gz}",
        "another grid",
        "shifted_tumor.nii.gz",
    ),
    Refusal("empty planned zone", MARGIN + "--planned {empty.nii.gz}", "single voxel", "empty.nii.gz"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_bad_input_is_refused(refusal: Refusal, files: Path, tmp_path: Path, capfd) -> None:
    check_refused(refusal, files, tmp_path, capfd)
