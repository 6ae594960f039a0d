"""irRC and imRECIST: measurable new lesions are added to the burden, and nothing else progresses."""

import datetime

import pytest

from interventional_oncology.response import LesionRow, score

START = datetime.date(2024, 1, 1)
WORDS = {"irrc": ("irCR", "irPR", "irSD", "irPD"), "imrecist": ("CR", "PR", "SD", "PD")}


def day(visit: int) -> datetime.date:
    return START + datetime.timedelta(days=56 * visit)


def lesion(name: str, *sizes: float | None, role: str = "target", **fields) -> list[LesionRow]:
    """Return the rows of a square lesion."""
    return [
        LesionRow("P", day(n), name, role=role, long_axis_mm=mm, short_axis_mm=mm, **fields)
        for n, mm in enumerate(sizes)
        if mm is not None
    ]


def state(name: str, *states: str, role: str) -> list[LesionRow]:
    first = 0 if role == "non_target" else 1
    return [LesionRow("P", day(n + first), name, role=role, state=s) for n, s in enumerate(states)]


def overall(criterion: str, *rows: list[LesionRow], **options) -> list[int]:
    """Return the rank of each visit, 0 for complete response."""
    found = score([row for some in rows for row in some], criterion, **options)[0].timepoints
    return [WORDS[criterion].index(visit.overall) for visit in found]


@pytest.mark.parametrize("criterion", WORDS)
def test_a_new_lesion_adds_to_the_sum(criterion):
    small, large = lesion("X", None, 10, 10, role="new"), lesion("X", None, 60, 60, role="new")
    assert overall(criterion, lesion("T", 100, 60, 60), small) == [1, 1]
    assert overall(criterion, lesion("T", 100, 100, 100), large) == [3, 3]
    visit = score([*lesion("T", 100, 100), *lesion("X", None, 20, role="new")], "imrecist")[0].timepoints[0]
    assert (visit.current, visit.overall) == (120.0, "PD")
    assert "new lesion X: no progression by itself" in visit.reasons


@pytest.mark.parametrize("criterion", WORDS)
def test_it_counts_from_the_visit_on_where_it_is_measurable(criterion):
    growing = lesion("X", None, 4, 12, role="new")
    found = score([*lesion("T", 100, 100, 100), *growing], criterion)[0].timepoints
    first, second = ((10000.0, 10144.0), (100.0, 112.0))[criterion == "imrecist"]
    assert [visit.current for visit in found] == [first, second]
    assert found[0].new_lesions


@pytest.mark.parametrize("criterion", WORDS)
def test_what_is_not_measured_prevents_complete_response_only(criterion):
    assert overall(criterion, lesion("T", 100, 0), state("X", "present", role="new")) == [1]
    assert overall(criterion, lesion("T", 100, 0), state("N", "present", "present", role="non_target")) == [1]
    assert overall(
        criterion, lesion("T", 100, 60), state("N", "present", "progressed", role="non_target")
    ) == [1]
    assert overall(criterion, lesion("T", 100, 0), state("N", "present", "absent", role="non_target")) == [0]


def test_a_new_node_of_imrecist_counts_from_15_mm_of_short_axis_on():
    node = lesion("X", None, 14, 15, role="new", is_node=True)
    found = score([*lesion("T", 100, 100, 100), *node], "imrecist")[0].timepoints
    assert [visit.current for visit in found] == [100.0, 115.0]


@pytest.mark.parametrize("criterion", WORDS)
def test_a_new_lesion_that_was_not_assessed_leaves_the_sum_open(criterion):
    rows = [*lesion("T", 100, 80, 80), *lesion("X", None, 12, role="new")]
    assert score(rows, criterion)[0].timepoints[1].overall == "NE"


@pytest.mark.parametrize("criterion", WORDS)
def test_progression_counts_when_confirmed(criterion):
    words = WORDS[criterion]
    found = score(lesion("T", 100, 150, 50, 50), criterion)[0]
    assert (found.best_overall_response, found.progression_date) == (words[1], None)
    assert [pattern.name for pattern in found.patterns] == ["pseudoprogression"]
    found = score(lesion("T", 100, 150, 160, 50), criterion)[0]
    assert (found.best_overall_response, found.progression_date) == (words[3], day(1))
    found = score(lesion("T", 100, 150), criterion)[0]
    assert (found.best_overall_response, found.progression_date) == (words[3], day(1))


@pytest.mark.parametrize("criterion", WORDS)
def test_only_non_target_disease(criterion):
    rows = state("N", "present", "progressed", "absent", "not_evaluable", role="non_target")
    found = score(rows, criterion)[0].timepoints
    assert [visit.overall for visit in found] == ["NON-CR/NON-PD", WORDS[criterion][0], "NE"]
