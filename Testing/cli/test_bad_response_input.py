"""What ``score`` refuses of the tables that are given beside the lesions."""

import pytest
from refusals import Refusal, check_refused


def beside(name: str, option: str, says: str, text: str) -> Refusal:
    """Return a refusal of a table that is given beside a sound lesion table."""
    line = f"score --criterion recist-1.1 --lesions {{lesions.csv}} {option} {{more.csv}} --out {{out}}"
    return Refusal(name, line, says, file="more.csv", made="more.csv", text=text)


def lesions(name: str, says: str, row: str) -> Refusal:
    """Return a refusal of a lesion table of one row."""
    line = "score --criterion recist-1.1 --lesions {table.csv} --out {out}"
    header = "patient_id,date,lesion_id,role,long_axis_mm"
    return Refusal(name, line, says, file="table.csv", made="table.csv", text=f"{header}\n{row}\n")


REFUSALS = (
    lesions("a year of the Middle Ages", "after 1900", "P,1025-02-20,1,target,30"),
    beside(
        "a grade that is none", "--complications", "a grade of CTCAE v5", "patient_id,term,ctcae\nP,fever,7\n"
    ),
    beside("no grade", "--complications", "by at least one of", "patient_id,term\nP,fever\n"),
    beside(
        "a complication before the treatment",
        "--complications",
        "on or after the treatment of 2025-03-02",
        "patient_id,term,date,treatment_date,sir\nP,fever,2025-03-01,2025-03-02,1\n",
    ),
    beside(
        "a patient twice",
        "--patients",
        "each patient once",
        "patient_id,death_date\nP,2025-03-01\nP,2025-03-02\n",
    ),
    beside("an unknown column", "--patients", "died", "patient_id,died\nP,2025-03-01\n"),
)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.name)
def test_refused_in_one_sentence(refusal, files, tmp_path, capfd):
    check_refused(refusal, files, tmp_path, capfd)
