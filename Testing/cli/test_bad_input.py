"""Bad input gets one clear sentence, exit code 2, and leaves nothing behind: one row a refusal."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from interventional_oncology.cli.main import COMMANDS, main

HEADER = "patient_id,date,lesion_id,role,organ,is_node,state,long_axis_mm,short_axis_mm"
ROW = "P1,2025-02-20,1,target,liver,false,measured,30.0,20.0"
CASE = """
patient = "CASE-001"
[treatment]
kind = "microwave"
date = 2025-03-02
[[timepoint]]
name = "baseline"
date = 2025-02-20
images = { ct_portal = "ct.nii.gz" }
masks = { liver = "organ.nii.gz", tumor = "tumor.nii.gz" }
[[timepoint]]
name = "after"
date = 2025-03-03
images = { ct_portal = "ct.nii.gz" }
masks = { liver = "organ.nii.gz", ablation = "ablation.nii.gz" }
"""


@dataclass(frozen=True)
class Refusal:
    """One input that is refused.

    ``line`` is the command line, with ``{name}`` for a file of the folder; ``says`` a part of the message,
    which must also name ``file``. ``text`` is written to the file ``made`` first.
    """

    name: str
    line: str
    says: str
    file: str = ""
    made: str = ""
    text: str = ""


def score(name: str, says: str, *, replace: tuple[str, str] = ("", ""), text: str | None = None) -> Refusal:
    """Return a refusal of one lesion table, made from the sound one."""
    table = f"{HEADER}\n{ROW}\n".replace(*replace) if text is None else text
    line = "score --criterion recist-1.1 --lesions {table.csv} --out {out}"
    return Refusal(name, line, says, file="table.csv", made="table.csv", text=table)


def case(name: str, says: str, *replace: str, file: str = "case.toml") -> Refusal:
    """Return a refusal of one case file, made from the sound one."""
    return Refusal(
        name, "review {case.toml} --out {out}", says, file=file, made="case.toml", text=CASE.replace(*replace)
    )


def landmarks(name: str, says: str, text: str) -> Refusal:
    """Return a refusal of one landmark table."""
    line = "register --method rigid --out {out} --fixed {ct.nii.gz} --moving {ct.nii.gz} "
    line += "--landmarks {points.csv}"
    return Refusal(name, line, says, file="points.csv", made="points.csv", text=text)


REGISTER = "register --method rigid --out {out} "
MARGIN = "margin --tumor {tumor.nii.gz} --ablation {ablation.nii.gz} --out {out} "
ZONES = "zones --treatment thermal --organ {organ.nii.gz} --out {out} "
MEASURE = "measure --out {out.csv} "

REFUSALS = [
    # images
    Refusal(
        "missing file",
        REGISTER + "--fixed {nowhere.nii} --moving {ct.nii.gz}",
        "found nothing there",
        "nowhere.nii",
    ),
    Refusal(
        "truncated file",
        REGISTER + "--fixed {truncated.nii} --moving {ct.nii.gz}",
        "truncated",
        "truncated.nii",
    ),
    Refusal(
        "text as image",
        REGISTER + "--fixed {ct.nii.gz} --moving {notes.nii.gz}",
        "expected a",
        "notes.nii.gz",
    ),
    Refusal(
        "2-D image",
        REGISTER + "--fixed {slice.nrrd} --moving {ct.nii.gz}",
        "expected a 3-D volume",
        "slice.nrrd",
    ),
    Refusal(
        "4-D image", REGISTER + "--fixed {ct.nii.gz} --moving {series4d.nii.gz}", "got 4-D", "series4d.nii.gz"
    ),
    Refusal(
        "voxel not finite",
        REGISTER + "--fixed {nan.nrrd} --moving {ct.nii.gz}",
        "got 1 that are NaN",
        "nan.nrrd",
    ),
    Refusal(
        "zero spacing",
        REGISTER + "--fixed {zero_spacing.nii} --moving {ct.nii.gz}",
        "positive voxel",
        "zero_spacing",
    ),
    Refusal(
        "sheared axes", REGISTER + "--fixed {sheared.nii} --moving {ct.nii.gz}", "right angles", "sheared.nii"
    ),
    Refusal(
        "folder without images", REGISTER + "--fixed {nothing} --moving {ct.nii.gz}", "found none", "nothing"
    ),
    Refusal(
        "series of a file",
        REGISTER + "--fixed {ct.nii.gz#3} --moving {ct.nii.gz}",
        "before '#'",
        "ct.nii.gz#3",
    ),
    Refusal(
        "NaN in NIfTI",
        REGISTER + "--fixed {nan.nii.gz} --moving {ct.nii.gz}",
        "got 1 that are NaN",
        "nan.nii.gz",
    ),
    # register
    Refusal(
        "constant image",
        REGISTER + "--fixed {ct.nii.gz} --moving {constant.nii.gz}",
        "got 40 everywhere",
        "constant.nii.gz",
    ),
    Refusal(
        "unknown method",
        "register --fixed {ct.nii.gz} --moving {ct.nii.gz} --method elastic --out {out}",
        "deformable",
    ),
    Refusal(
        "unknown preset", REGISTER + "--fixed {ct.nii.gz} --moving {ct.nii.gz} --preset knee", "ct-liver"
    ),
    Refusal(
        "fixed mask on another grid",
        REGISTER + "--fixed {ct.nii.gz} --moving {ct.nii.gz} --fixed-mask {shifted_tumor.nii.gz}",
        "on another grid",
        "shifted_tumor.nii.gz",
    ),
    Refusal(
        "empty moving mask",
        REGISTER + "--fixed {ct.nii.gz} --moving {ct.nii.gz} --moving-mask {empty.nii.gz}",
        "without a single voxel",
        "empty.nii.gz",
    ),
    Refusal(
        "exclude mask on another grid",
        REGISTER + "--fixed {ct.nii.gz} --moving {ct.nii.gz} --exclude-mask {shorter_tumor.nii.gz}",
        "24x22x14",
        "shorter_tumor.nii.gz",
    ),
    landmarks("landmarks with an unknown column", "fixed_x", "x,y,z\n1,2,3\n"),
    landmarks(
        "two landmarks", "3", "fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z\n1,2,3,1,2,3\n4,5,7,4,5,7\n"
    ),
    landmarks(
        "a landmark that is no number",
        "number",
        "fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z\n1,2,3,1,2,3\n4,5,7,4,five,7\n7,1,2,7,1,2\n",
    ),
    Refusal(
        "out is a file",
        "register --fixed {ct.nii.gz} --moving {ct.nii.gz} --method rigid --out {a_file}",
        "got a file",
    ),
    Refusal(
        "an earlier registration",
        "register --fixed {ct.nii.gz} --moving {ct.nii.gz} --method rigid --out {done}",
        "give --overwrite",
        "registration.json",
    ),
    # margin
    Refusal(
        "empty tumor",
        "margin --tumor {empty.nii.gz} --ablation {ablation.nii.gz} --out {out}",
        "single voxel",
        "empty",
    ),
    Refusal(
        "image as tumor",
        "margin --tumor {ct.nii.gz} --ablation {ablation.nii.gz} --out {out}",
        "whole-number",
        "ct.nii",
    ),
    Refusal(
        "ablation on another grid",
        "margin --tumor {tumor.nii.gz} --ablation {shifted_tumor.nii.gz} --out {out}",
        "expected 24x22x16 voxels of 1.5x1.5x2 mm at (-18, -16, 40), got 24x22x16",
        "shifted_tumor.nii.gz",
    ),
    Refusal(
        "label that is not there",
        "margin --tumor {tumor.nii.gz#4} --ablation {ablation.nii.gz} --out {out}",
        "labels [1]",
        "tumor.nii.gz#4",
    ),
    Refusal(
        "segment that is not there",
        "margin --tumor {case.seg.nrrd#cyst} --ablation {ablation.nii.gz} --out {out}",
        "['liver', 'tumor']",
        "case.seg.nrrd",
    ),
    Refusal(
        "organ on another grid",
        MARGIN + "--organ {shorter_tumor.nii.gz}",
        "another grid",
        "shorter_tumor.nii.gz",
    ),
    Refusal("negative threshold", MARGIN + "--threshold-mm -5", "threshold"),
    Refusal("threshold that is no number", MARGIN + "--threshold-mm nan", "threshold"),
    Refusal("negative registration error", MARGIN + "--registration-error-mm -1", "registration"),
    Refusal("an earlier margin", MARGIN.replace("{out}", "{done}"), "give --overwrite", "margin.json"),
    # zones
    Refusal(
        "unknown treatment of zones",
        ZONES.replace("thermal", "ice") + "--image ct_portal={ct.nii.gz}",
        "thermal",
    ),
    Refusal("unknown role", ZONES + "--image flair={ct.nii.gz}", "ct_portal"),
    Refusal("image without a role", ZONES + "--image {ct.nii.gz}", "ROLE=PATH"),
    Refusal(
        "empty organ",
        ZONES.replace("organ.nii", "empty.nii") + "--image ct_portal={ct.nii.gz}",
        "voxel",
        "empty.nii.gz",
    ),
    Refusal(
        "organ off the image",
        ZONES.replace("organ.nii", "shifted_tumor.nii") + "--image ct_portal={ct.nii.gz}",
        "another grid",
        "shifted_tumor.nii.gz",
    ),
    Refusal("zones without an image", ZONES, "--image"),
    # measure
    Refusal(
        "lesions on another grid",
        MEASURE + "--image {ct.nii.gz} --lesions {shifted_tumor.nii.gz}",
        "another grid",
        "shifted_tumor.nii.gz",
    ),
    Refusal("no lesion", MEASURE + "--image {ct.nii.gz} --lesions {empty.nii.gz}", "voxel", "empty.nii.gz"),
    Refusal(
        "arterial without native",
        MEASURE + "--image {ct.nii.gz} --lesions {tumor.nii.gz} --arterial {ct.nii.gz}",
        "native",
    ),
    Refusal(
        "out of measure is a folder",
        "measure --out {nothing} --image {ct.nii.gz} --lesions {tumor.nii.gz}",
        "a folder",
    ),
    Refusal(
        "click outside the image",
        "outline --image {ct.nii.gz} --seed-ras-mm 900,0,50 --out {out.nii.gz}",
        "a point in the image",
    ),
    Refusal(
        "match without a lesion",
        "match --baseline {tumor.nii.gz} --followup {empty.nii.gz} --out {out.csv}",
        "expected a mask with lesions",
        "empty.nii.gz",
    ),
    # score
    Refusal(
        "unknown criterion", "score --criterion recist-2 --lesions {organ.nii.gz} --out {out}", "recist-1.1"
    ),
    Refusal(
        "missing table", "score --criterion mrecist --lesions {none.csv} --out {out}", "none.csv", "none.csv"
    ),
    score("unknown column", "colour", replace=("is_node", "colour")),
    score("missing column", "lesion_id", replace=(",lesion_id", "")),
    score("empty table", "table.csv", text=""),
    score("header only", "table.csv", text=HEADER + "\n"),
    score("date that is none", "2025-02-30", replace=("2025-02-20", "2025-02-30")),
    score("no date", "date", replace=("2025-02-20", "")),
    score("negative diameter", "-30", replace=("30.0", "-30.0")),
    score("500 mm lesion", "500", replace=("30.0", "500")),
    score("diameter that is no number", "nan", replace=("30.0", "nan")),
    score("unknown role", "bystander", replace=("target", "bystander")),
    score("unknown state", "vanished", replace=("measured", "vanished")),
    score("the same lesion twice", "expected lesion 1 once a day", text=f"{HEADER}\n{ROW}\n{ROW}\n"),
    Refusal(
        "unknown option of a criterion",
        "score --criterion mrecist --lesions {table.csv} --option five=5 --out {out}",
        "five",
        made="table.csv",
        text=f"{HEADER}\n{ROW}\n",
    ),
    Refusal(
        "unknown response word",
        "score --criterion recist-1.1 --responses {words.csv} --out {out}",
        "BETTER",
        "words.csv",
        made="words.csv",
        text="patient_id,date,response,reference_date\nP1,2025-02-20,BETTER,\n",
    ),
    # review
    Refusal("missing case", "review {none.toml} --out {out}", "none.toml", "none.toml"),
    case("case that is no TOML", "case.toml", "patient = ", "patient == "),
    case("dates out of order", "2025-01-03", "2025-03-03", "2025-01-03"),
    case("date missing", "date", "date = 2025-02-20\n", ""),
    case(
        "two patients", "two patients in one case", 'name = "after"', 'name = "after"\npatient = "CASE-002"'
    ),
    case("unknown role in a case", "flair", "images = { ct_portal", "images = { flair"),
    case("image that is not there", "lost.nii.gz", "ct.nii.gz", "lost.nii.gz", file="lost.nii.gz"),
    case(
        "mask on another grid in a case",
        "on the grid of no image",
        "ablation.nii.gz",
        "shifted_tumor.nii.gz",
        file="shifted_tumor",
    ),
    case("unknown treatment in a case", "waves", "microwave", "waves"),
    case("unknown key in a case", "physician", "patient =", 'physician = "A"\npatient ='),
    case("no time point", "timepoint", CASE[CASE.index("[[timepoint]]") :], ""),
    Refusal(
        "an earlier review",
        "review {case.toml} --out {done}",
        "--overwrite",
        "results.json",
        "case.toml",
        CASE,
    ),
    # phantom and demo
    Refusal("unknown treatment of the phantom", "phantom --treatment magic --out {out}", "thermal"),
    Refusal("size that is none", "phantom --treatment thermal --size 96x96 --out {out}", "96x96"),
    Refusal("size too small", "phantom --treatment thermal --size 4x4x4 --out {out}", "4"),
    Refusal(
        "an earlier phantom",
        "phantom --treatment thermal --size 96x96x64 --out {done}",
        "--overwrite",
        "phantom.json",
    ),
    Refusal("demo onto a file", "demo --out {a_file}", "got a file", "a_file"),
]


def arguments_of(refusal: Refusal, files: Path, out: Path) -> list[str]:
    """Return the command line with the files in their places."""
    words = []
    for word in refusal.line.split():
        before, brace, rest = word.partition("{")
        name, _, after = rest.partition("}")
        place = (out if name.startswith("out") else files) / name
        words.append(f"{before}{place}{after}" if brace else word)
    return words


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_bad_input_is_refused(refusal, files, tmp_path, capfd):
    if refusal.made:
        (files / refusal.made).write_text(refusal.text, encoding="utf-8")
    before = tree(files)
    code = main([*arguments_of(refusal, files, tmp_path), "--json"])
    said = capfd.readouterr()
    assert code == 2, said.err
    assert said.out == ""
    assert said.err.startswith("error: "), said.err
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err
    assert refusal.says in said.err
    assert refusal.file in said.err
    assert list(tmp_path.iterdir()) == [], "something was left behind"
    assert tree(files) == before, "an input or an earlier result was changed"


def test_every_command_is_in_the_table():
    assert {refusal.line.split()[0] for refusal in REFUSALS} == set(COMMANDS)
    assert len(REFUSALS) >= 40
