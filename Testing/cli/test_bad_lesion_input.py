"""Bad input of ``outline``, ``match`` and ``measure``: as in the table of test_bad_input."""

import pytest
from refusals import Refusal, check_refused

OUTLINE = "outline --image {ct.nii.gz} --out {out} "
MATCH = "match --baseline {tumor.nii.gz} --followup {tumor.nii.gz} --out {out} "
MEASURE = "measure --image {ct.nii.gz} --lesions {tumor.nii.gz} --out {out} "

REFUSALS = [
    Refusal("click that is no point", OUTLINE + "--seed-ras-mm 1,2", "expected a point as x,y,z in mm"),
    Refusal("click that is no number", OUTLINE + "--seed-ras-mm -1,2,nan", "expected a point as x,y,z in mm"),
    Refusal("no click", OUTLINE, "expected a click in the lesion or a previous outline"),
    Refusal(
        "image without an edge", OUTLINE.replace("ct.", "constant.") + "--seed-ras-mm 0,0,56", "no lesion"
    ),
    Refusal(
        "organ on another grid",
        OUTLINE + "--seed-ras-mm 0,0,56 --organ {shifted_tumor.nii.gz}",
        "on another grid",
        "shifted_tumor.nii.gz",
    ),
    Refusal(
        "no outline to correct",
        OUTLINE + "--previous {empty.nii.gz} --add-ras-mm 0,0,56",
        "without a single voxel",
        "empty.nii.gz",
    ),
    Refusal("pair that is not there", MATCH + "--pairs 1:7", "expected a follow-up lesion (1), got 7"),
    Refusal("pair that is no pair", MATCH + "--pairs 1-7", "expected pairs as 1:2,3:,:4"),
    Refusal("image as transform", MATCH + "--transform {ct.nii.gz}", "ITK transform", "ct.nii.gz"),
    Refusal("reach below zero", MATCH + "--reach-mm -3", "expected 0 or more"),
    Refusal("SUV factor without PET", MEASURE + "--suv-to-sul 0.7", "expected it with --pet"),
    Refusal("percent as SUV factor", MEASURE + "--pet {ct.nii.gz} --suv-to-sul 70", "0 to 1.5, got 70"),
    Refusal("node that is not there", MEASURE + "--node 4", "expected numbers of lesions (1)"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_bad_input_is_refused(refusal, files, tmp_path, capfd):
    check_refused(refusal, files, tmp_path, capfd)
