"""Bad input of ``register``: as in the table of test_bad_input, for the options of this command alone."""

from pathlib import Path

import pytest
from refusals import Refusal, check_refused

REGISTER = "register --fixed {ct.nii.gz} --moving {ct.nii.gz} --out {out} "
LANDMARKS = "fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z\n"

REFUSALS = [
    Refusal("start that is no file", REGISTER + "--initial nowhere.h5", "found nothing there", "nowhere.h5"),
    Refusal(
        "image as start", REGISTER + "--initial {ct.nii.gz}", "expected an ITK transform file", "ct.nii.gz"
    ),
    Refusal(
        "text as start",
        REGISTER + "--initial {start.tfm}",
        "cannot be read",
        "start.tfm",
        made="start.tfm",
        text="turn it a little to the left",
    ),
    Refusal(
        "start in two dimensions",
        REGISTER + "--initial {start.tfm}",
        "expected a 3-D transform",
        "start.tfm",
        made="start.tfm",
        text="#Insight Transform File V1.0\n#Transform 0\nTransform: TranslationTransform_double_2_2\n"
        "Parameters: 1 2\nFixedParameters:\n",
    ),
    Refusal("region without a start", REGISTER + "--region {organ.nii.gz}", "expected an initial transform"),
    Refusal(
        "region of a rigid registration",
        REGISTER + "--region {organ.nii.gz} --initial identity --method rigid",
        "region: expected the method deformable",
    ),
    Refusal("empty region", REGISTER + "--region {empty.nii.gz} --initial identity", "voxel", "empty.nii.gz"),
    Refusal("unknown engine", REGISTER + "--engine demons", "registration engine: expected one of dense"),
    Refusal("unknown preset", REGISTER + "--preset spleen", "registration preset: expected one of ct-liver"),
    Refusal("unknown error map", REGISTER + "--error-map best", "best"),
    Refusal("landmarks alone without landmarks", REGISTER + "--landmarks-only rigid", "expected landmarks"),
    Refusal(
        "region of landmarks alone",
        REGISTER + "--landmarks {points.csv} --landmarks-only rigid --region {organ.nii.gz}",
        "--landmarks-only: expected no --region",
        made="points.csv",
        text=LANDMARKS + "1,2,3,1,2,3\n40,5,7,40,5,7\n5,30,9,5,30,9\n",
    ),
    Refusal(
        "two landmarks",
        REGISTER + "--landmarks {points.csv} --landmarks-only rigid",
        "expected at least 3 landmark pairs, got 2",
        "points.csv",
        made="points.csv",
        text=LANDMARKS + "1,2,3,1,2,3\n40,5,7,40,5,7\n",
    ),
    Refusal(
        "landmarks on a line",
        REGISTER + "--landmarks {points.csv}",
        "expected landmarks off one line",
        "points.csv",
        made="points.csv",
        text=LANDMARKS + "0,0,0,0,0,0\n10,10,10,10,10,10\n20,20,20,20,20,20\n",
    ),
    Refusal(
        "rigid tissue by another engine",
        REGISTER + "--rigid-mask {tumor.nii.gz} --engine elastix",
        "expected dense, the one that keeps tissue rigid",
    ),
    Refusal(
        "vessels on another grid",
        REGISTER + "--fixed-vessels {shifted_tumor.nii.gz}",
        "another grid",
        "shifted_tumor.nii.gz",
    ),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_bad_input_is_refused(refusal: Refusal, files: Path, tmp_path: Path, capfd) -> None:
    check_refused(refusal, files, tmp_path, capfd)
