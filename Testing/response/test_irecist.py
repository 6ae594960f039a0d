"""iRECIST: what confirms, what resets, what neither does (Seymour 2017, Tables 2 and 3)."""

import datetime

import pytest

from interventional_oncology.response import LesionRow, PatientResponse, score

START = datetime.date(2024, 1, 1)


def day(visit: int) -> datetime.date:
    return START + datetime.timedelta(days=56 * visit)


def course(name: str, *sizes: float | str | None, role: str = "target", **fields) -> list[LesionRow]:
    """Return the rows of a lesion: a diameter or a state a visit, ``None`` for no row."""
    column = "short_axis_mm" if fields.get("is_node") else "long_axis_mm"
    return [
        LesionRow(
            "P", day(n), name, role=role, **({"state": s} if isinstance(s, str) else {column: s}), **fields
        )
        for n, s in enumerate(sizes)
        if s is not None
    ]


def scored(*rows: list[LesionRow], **options) -> PatientResponse:
    return score([row for some in rows for row in some], "irecist", **options)[0]


def overall(*rows: list[LesionRow], **options) -> str:
    return " ".join(visit.overall for visit in scored(*rows, **options).timepoints)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((100, 70, 69), "iPR iPR"),
        ((100, 125, 129.9), "iUPD iUPD"),
        ((100, 125, 130), "iUPD iCPD"),
        ((100, 125, 129, 133), "iUPD iUPD iUPD"),  # 4 mm from the last iUPD each time
        ((100, 125, 130, 60), "iUPD iCPD iCPD"),  # confirmed progression is final
        ((100, 125, 95, 125, 130), "iUPD iSD iUPD iCPD"),  # the bar is reset
        ((100, 125, 95, 114), "iUPD iSD iUPD"),  # from the new nadir
        ((100, 125, 0), "iUPD iCR"),
        ((100, 125, "not_evaluable", 130), "iUPD NE iCPD"),
    ],
)
def test_targets_alone(sizes, expected):
    assert overall(course("T", *sizes)) == expected


def test_the_first_iupd_may_be_what_is_compared_with():
    assert overall(course("T", 100, 125, 129, 130), confirmation_reference="first") == "iUPD iUPD iCPD"


def test_without_the_5_mm_rule_any_growth_confirms():
    rows = course("T", 100, 125, 125, 125.1)
    assert overall(rows, five_mm_rule=False) == "iUPD iUPD iCPD"


def test_the_words_of_each_category():
    visit = scored(course("T", 100, 125, 130)).timepoints[-1]
    assert (visit.target, visit.non_target, visit.overall) == ("iCPD", None, "iCPD")
    assert visit.reasons[0] == "sum 130.0 mm is 30.0 % above nadir 100.0 mm and 30.0 mm larger: iCPD"
    assert visit.reasons[1] == "iUPD of 2024-02-26 confirmed after 56 days by 5.0 mm more of the targets"


@pytest.mark.parametrize(
    ("now", "distance", "flip_to"),
    [(129.5, 0.5, "iCPD"), (130.5, 0.5, "iUPD"), (124.0, 4.0, "iSD")],
)
def test_what_confirms_may_be_fragile(now, distance, flip_to):
    visit = scored(course("T", 100, 125, now)).timepoints[-1]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (True, distance, flip_to)


@pytest.mark.parametrize(
    ("non_target", "options", "expected"),
    [
        (("present", "progressed", "progressed"), {}, "iUPD iUPD"),
        (("present", "progressed", "progressed"), {"progressed_again_confirms": True}, "iUPD iCPD"),
        (("present", "progressed", "present"), {}, "iUPD iSD"),
        (("present", "present", "progressed"), {}, "iSD iUPD"),
    ],
)
def test_non_target_lesions_without_sizes(non_target, options, expected):
    rows = course("T", 100, 100, 100), course("N", *non_target, role="non_target")
    assert overall(*rows, **options) == expected


def test_any_growth_of_a_non_target_lesion_confirms():
    def non_target(size_mm: float) -> list[LesionRow]:
        sizes = ((0, 20.0, "present"), (1, 40.0, "progressed"), (2, size_mm, "progressed"))
        return [
            LesionRow("P", day(n), "N", role="non_target", long_axis_mm=mm, state=state)
            for n, mm, state in sizes
        ]

    assert overall(course("T", 100, 100, 100), non_target(40.0)) == "iUPD iUPD"
    assert overall(course("T", 100, 100, 100), non_target(40.1)) == "iUPD iCPD"
    other = course("M", "present", "present", "progressed", role="non_target")
    assert overall(course("T", 100, 100, 100), non_target(40.0), other) == "iUPD iCPD"


def test_progression_of_another_category_confirms():
    target = course("T", 100, 125, 125)
    assert overall(target, course("X", None, None, 12, role="new")) == "iUPD iCPD"
    assert overall(target, course("N", "present", "present", "progressed", role="non_target")) == "iUPD iCPD"
    rows = course("T", 100, 100, 125), course("X", None, 12, 12, role="new")
    assert overall(*rows) == "iUPD iCPD"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ((None, 12, 12), "iUPD iUPD"),
        ((None, 12, 16.9), "iUPD iUPD"),
        ((None, 12, 17), "iUPD iCPD"),
        ((None, 8, 8.1), "iUPD iCPD"),  # too small to be measured like a target: any growth
        ((None, "present", "present"), "iUPD iUPD"),
        ((None, "present", "progressed"), "iUPD iCPD"),
        ((None, 12, "absent"), "iUPD iSD"),
    ],
)
def test_new_lesions_alone(new, expected):
    assert overall(course("T", 100, 100, 100), course("X", *new, role="new")) == expected


def test_a_new_node_is_measured_from_15_mm_on():
    node = course("X", None, 15, 19.9, role="new", is_node=True)
    assert overall(course("T", 100, 100, 100), node) == "iUPD iUPD"


def test_only_two_new_lesions_an_organ_are_measured_like_targets():
    def new(name: str, *sizes: float) -> list[LesionRow]:
        return course(name, None, *sizes, role="new", organ="liver")

    rows = course("T", 100, 100, 100), new("X1", 12, 12), new("X2", 12, 12)
    assert overall(*rows, new("X3", 12, 12)) == "iUPD iUPD"
    assert overall(*rows, new("X3", 12, 12.1)) == "iUPD iCPD"


def test_a_new_lesion_that_stays_prevents_icr_only():
    new = course("X", None, 12, 12, 12, role="new")
    assert overall(course("T", 100, 100, 60, 60), new) == "iUPD iPR iPR"
    assert overall(course("T", 100, 125, 0, 0), new) == "iUPD iPR iPR"
    assert overall(course("T", 100, 60, 60, 60), new) == "iUPD iUPD iUPD"  # PR before it, no change


def test_known_new_lesions_progress_again_after_a_reset():
    target = course("T", 100, 125, 90, 90, 90)
    assert overall(target, course("X", None, 12, 12, 17, 22, role="new")) == "iUPD iSD iUPD iCPD"
    assert overall(target, course("X", None, 12, 12, 16, 16, role="new")) == "iUPD iSD iSD iSD"
    another = course("Y", None, None, None, 5, 5, role="new")
    assert overall(target, course("X", None, 12, 12, 12, 12, role="new"), another) == "iUPD iSD iUPD iUPD"
    unmeasured = course("X", None, "present", "present", "present", "present", role="new")
    assert overall(target, unmeasured) == "iUPD iSD iSD iSD"


def test_a_new_lesion_keeps_iupd_when_the_targets_are_not_evaluable():
    rows = course("T", 100, 100, "not_evaluable"), course("X", None, 12, 12, role="new")
    assert overall(*rows) == "iUPD iUPD"


def test_what_is_not_evaluable_neither_confirms_nor_resets():
    target = course("T", 100, 100, 100)
    non_target = course("N", "present", "progressed", "not_evaluable", role="non_target")
    assert overall(target, non_target) == "iUPD iUPD"
    assert overall(target, course("X", None, 12, "not_evaluable", role="new")) == "iUPD iUPD"
    longer = course("T", 100, 100, 100, 100)
    assert overall(longer, course("X", None, 12, "not_evaluable", 12, role="new")) == "iUPD iUPD iUPD"
    assert overall(longer, course("X", None, 12, None, 17, role="new")) == "iUPD iUPD iCPD"


def test_only_non_target_disease():
    rows = course("N", "present", "present", "progressed", "present", role="non_target")
    found = scored(rows)
    assert [v.overall for v in found.timepoints] == ["NON-iCR/NON-iUPD", "iUPD", "NON-iCR/NON-iUPD"]
    assert found.best_overall_response == "NON-iCR/NON-iUPD"


def test_progression_is_dated_to_the_iupd_that_was_confirmed():
    found = scored(course("T", 100, 125, 95, 125, 130))
    assert found.progression_date == day(3)
    assert (found.best_overall_response, found.confirmed_best_overall_response) == ("iSD", "iSD")


def test_what_comes_back_after_icr_is_iupd():
    found = scored(course("T", 100, 0, 2))
    assert [v.overall for v in found.timepoints] == ["iCR", "iUPD"]
    assert found.timepoints[1].reasons[0] == "T came back after a complete response: iUPD"
