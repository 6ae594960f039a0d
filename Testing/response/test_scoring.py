"""Scoring lesions over visits: limits, missing and new lesions, nodes, treated targets, options."""

import datetime

import pytest

from interventional_oncology.response import (
    CRITERIA,
    AssessedPatient,
    Assessment,
    LesionRow,
    score,
    score_assessments,
)

START = datetime.date(2024, 1, 1)


def day(visit: int) -> datetime.date:
    return START + datetime.timedelta(days=60 * visit)


def course(lesion_id: str, *sizes: float | None, **fields) -> list[LesionRow]:
    """Return the rows of a lesion with a long axis a visit (short axis for a node, viable one if asked)."""
    column = fields.pop("column", "short_axis_mm" if fields.get("is_node") else "long_axis_mm")
    return [
        LesionRow("P", day(n), lesion_id, **{column: mm}, **fields)
        for n, mm in enumerate(sizes)
        if mm is not None
    ]


def overall(rows: list[LesionRow], criterion: str = "recist-1.1", **options) -> list[str]:
    return [visit.overall for visit in score(rows, criterion, **options)[0].timepoints]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((14, 9.8), ["PR"]),  # (9.8 - 14) / 14 is -29.999999999999996 % in binary
        ((14, 9.9), ["SD"]),
        ((27, 32.4), ["PD"]),  # 19.999999999999996 % in binary
        ((27, 32.3), ["SD"]),
        ((20, 24.9), ["SD"]),  # +24.5 %, but less than 5 mm
        ((20, 25), ["PD"]),
        ((3.2, 8.2), ["PD"]),  # 8.2 - 3.2 is 4.999999999999999 in binary
        ((100, 20, 25), ["PR", "PD"]),  # progression from the nadir though far below baseline
        ((100, 20, 24), ["PR", "PR"]),
        ((100, 70, 70.1), ["PR", "SD"]),
        ((100, 0), ["CR"]),
        ((100, 0, 0.5), ["CR", "PD"]),  # what comes back after CR is progression whatever its size
    ],
)
def test_limits_of_recist_are_exact(sizes, expected):
    assert overall(course("T1", *sizes)) == expected


def test_a_reason_says_the_numbers():
    visit = score(course("T1", 30, 24, 34), "recist-1.1")[0].timepoints[-1]
    assert visit.reasons[0] == "sum 34.0 mm is 41.7 % above nadir 24.0 mm and 10.0 mm larger: PD"
    assert visit.reasons[-1] == "target PD, no non-target lesions, no new lesion: overall PD"
    assert (visit.baseline, visit.nadir, visit.current) == (30.0, 24.0, 34.0)


def test_a_reason_is_given_for_each_category():
    for sizes, word in (((30, 0), "CR"), ((30, 20), "PR"), ((30, 29), "SD"), ((30, 40), "PD")):
        visit = score(course("T1", *sizes), "recist-1.1")[0].timepoints[0]
        assert visit.reasons[0].endswith(f": {word}")


def test_a_missing_target_is_not_evaluable_and_never_a_nadir():
    rows = [*course("T1", 30, 10, 30), *course("T2", 30, None, 30)]
    found = score(rows, "recist-1.1")[0].timepoints
    assert [visit.overall for visit in found] == ["NE", "SD"]
    assert found[0].missing_targets == ["T2"]
    assert found[1].nadir == 60.0


def test_progression_is_proven_by_the_lesions_that_were_seen():
    assert overall([*course("T1", 20, 40), *course("T2", 20, 40), *course("T3", 10, None)]) == ["PD"]


def test_a_normal_node_makes_complete_response_with_a_sum_above_zero():
    rows = [*course("T1", 11, 0, 0), *course("N1", 16, 1, 9, is_node=True)]
    found = score(rows, "recist-1.1")[0].timepoints
    assert [visit.overall for visit in found] == ["CR", "CR"]
    assert found[1].current == 9.0


def test_growth_of_normal_nodes_alone_is_no_progression_unless_asked():
    rows = [*course("T1", 20, 20, 20), *course("N1", 16, 1, 9, is_node=True)]
    assert overall(rows) == ["PR", "SD"]
    assert overall(rows, normal_nodes_progress=True) == ["PR", "PD"]


def test_a_lesion_too_small_to_measure_counts_five_millimeters():
    rows = [*course("T1", 30), LesionRow("P", day(1), "T1", state="too_small")]
    visit = score(rows, "recist-1.1")[0].timepoints[0]
    assert (visit.current, visit.overall) == (5.0, "PR")
    assert any("counted as 5 mm" in reason for reason in visit.reasons)


def test_non_target_lesions():
    target = course("T1", 30, 0)

    def with_non_target(state: str) -> str:
        rows = [LesionRow("P", day(0), "X", role="non_target", state="present")]
        rows += [LesionRow("P", day(1), "X", role="non_target", state=state)]
        return overall([*target, *rows])[0]

    states = ("absent", "present", "not_evaluable", "progressed")
    assert [with_non_target(state) for state in states] == ["CR", "PR", "PR", "PD"]


def test_only_non_target_disease():
    rows = [
        LesionRow("P", day(n), "X", role="non_target", state=s)
        for n, s in enumerate(("present", "present", "absent"))
    ]
    found = score(rows, "recist-1.1")[0]
    assert [visit.overall for visit in found.timepoints] == ["NON-CR/NON-PD", "CR"]
    assert found.timepoints[0].target is None
    assert found.baseline is None


def test_a_new_lesion_stays_and_is_progression():
    rows = [*course("T1", 30, 20, 20), LesionRow("P", day(1), "X", role="new", state="present")]
    found = score(rows, "recist-1.1")[0].timepoints
    assert [visit.overall for visit in found] == ["PD", "PD"]
    assert found[1].new_lesion_ids == ["X"]
    unseen = LesionRow("P", day(2), "X", role="new", state="not_evaluable")
    assert overall([*rows, unseen]) == ["PD", "PD"]


def test_an_equivocal_new_lesion_dates_progression_back_once_confirmed():
    new = [
        LesionRow("P", day(n), "X", role="new", state=s) for n, s in ((1, "not_evaluable"), (2, "present"))
    ]
    rows = [*course("T1", 30, 30, 30), *new]
    assert overall(rows) == ["PD", "PD"]
    assert overall(rows, back_date_new_lesions=False) == ["SD", "PD"]
    assert overall(rows[:-1]) == ["SD", "SD"]


@pytest.mark.parametrize(("short_axis", "expected"), [(9.0, "SD"), (11.0, "SD"), (15.0, "PD")])
def test_a_new_node_is_a_lesion_from_15_mm_on(short_axis, expected):
    node = LesionRow("P", day(1), "N9", role="new", is_node=True, short_axis_mm=short_axis)
    assert overall([*course("T1", 30, 30), node]) == [expected]


def test_partial_response_lasts_only_if_asked():
    rows = course("T1", 100, 70, 80)
    assert overall(rows) == ["PR", "SD"]
    assert overall(rows, sticky_pr=True) == ["PR", "PR"]
    assert "sticky_pr" in " ".join(score(rows, "recist-1.1")[0].timepoints[1].reasons)


def test_mrecist_sums_what_enhances():
    rows = [
        LesionRow("P", day(0), "T1", long_axis_mm=40, viable_long_axis_mm=40),
        LesionRow("P", day(1), "T1", long_axis_mm=45, viable_long_axis_mm=0),
    ]
    assert overall(rows, "mrecist") == ["CR"]
    assert overall(rows) == ["SD"]


def test_mrecist_has_no_5_mm_rule_unless_asked():
    rows = course("T1", 15, 18, column="viable_long_axis_mm")
    assert overall(rows, "mrecist") == ["PD"]
    assert overall(rows, "mrecist", five_mm_rule=True) == ["SD"]


def test_mrecist_without_viable_axis():
    rows = [
        LesionRow("P", day(0), "T1", long_axis_mm=40),
        LesionRow("P", day(1), "T1", long_axis_mm=38, viable_long_axis_mm=20),
        LesionRow("P", day(2), "T1", long_axis_mm=38),
    ]
    # At baseline the whole lesion counts; later a lesion known to enhance was not assessed.
    assert overall(rows, "mrecist") == ["PR", "NE"]
    assert overall(course("T1", 40, 30), "mrecist") == ["SD"]  # never enhancing: followed by its size


def test_a_lesion_that_does_not_enhance_at_baseline_is_followed_by_its_size():
    rows = [
        LesionRow("P", day(0), "T1", long_axis_mm=40, viable_long_axis_mm=0),
        LesionRow("P", day(1), "T1", long_axis_mm=20, viable_long_axis_mm=0),
    ]
    visit = score(rows, "mrecist")[0].timepoints[0]
    assert (visit.overall, visit.current) == ("PR", 20.0)
    assert any("no arterial enhancement at baseline" in reason for reason in visit.reasons)


def test_nodes_of_mrecist_are_those_of_recist():
    rows = [*course("T1", 30, 0, column="viable_long_axis_mm"), *course("N1", 18, 8, is_node=True)]
    assert overall(rows, "mrecist") == ["CR"]
    node = LesionRow("P", day(1), "N2", role="new", organ="liver", is_node=True, short_axis_mm=16)
    assert overall([*rows, node], "mrecist") == ["PD"]
    assert overall([*rows[:1], LesionRow("P", day(1), "T1", state="absent"), *rows[2:]], "mrecist") == ["CR"]
    assert overall([*rows[:1], LesionRow("P", day(1), "T1", state="not_evaluable")], "mrecist") == ["NE"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"long_axis_mm": 9.0}, "SD"),
        ({"long_axis_mm": 12.0}, "PD"),
        ({"long_axis_mm": 12.0, "viable_long_axis_mm": 0.0}, "SD"),
        ({"state": "present"}, "PD"),
    ],
)
def test_a_new_liver_lesion_of_mrecist_is_10_mm_and_enhances(fields, expected):
    new = LesionRow("P", day(1), "X", role="new", organ="liver", **fields)
    assert overall([*course("T1", 30, 30), new], "mrecist") == [expected]


def test_an_atypical_new_liver_lesion_counts_after_growing_10_mm():
    new = [
        LesionRow("P", day(n), "X", role="new", organ="liver", long_axis_mm=mm, viable_long_axis_mm=0.0)
        for n, mm in ((1, 12.0), (2, 22.0))
    ]
    rows = [*course("T1", 30, 30, 30), *new]
    assert overall(rows, "mrecist", back_date_new_lesions=False) == ["SD", "PD"]


def test_growth_of_exactly_10_mm_is_not_lost_in_binary_floats():
    new = [
        LesionRow("P", day(n), "X", role="new", organ="liver", long_axis_mm=mm, viable_long_axis_mm=0)
        for n, mm in ((1, 6.4), (2, 16.4))
    ]
    rows = [*course("T1", 30, 30, 30, viable_long_axis_mm=30), *new]
    assert overall(rows, "mrecist", back_date_new_lesions=False) == ["SD", "PD"]


def test_an_ablated_target_in_recist():
    rows = [
        LesionRow("P", day(0), "T1", long_axis_mm=20, in_treated_field=False),
        LesionRow("P", day(1), "T1", long_axis_mm=40, viable_long_axis_mm=0, in_treated_field=True),
    ]
    as_measured = score(rows, "recist-1.1")[0].timepoints[0]
    assert as_measured.overall == "PD"
    assert any("treated field" in reason for reason in as_measured.reasons)
    assert overall(rows, treated_targets="viable") == ["CR"]
    assert overall(rows, treated_targets="not_evaluable") == ["NE"]
    assert overall(rows, "mrecist") == ["CR"]


def test_an_ablated_target_without_a_viable_axis_or_without_a_size():
    first = LesionRow("P", day(0), "T1", long_axis_mm=20)
    zone = LesionRow("P", day(1), "T1", long_axis_mm=40, in_treated_field=True)
    gone = LesionRow("P", day(1), "T1", state="absent", in_treated_field=True)
    nothing = LesionRow("P", day(1), "T1", in_treated_field=True)
    assert overall([first, zone], treated_targets="viable") == ["PD"]
    assert overall([first, gone]) == ["CR"]
    assert overall([first, nothing]) == ["NE"]


def test_best_overall_response_and_confirmation():
    found = score(course("T1", 100, 65, 60, 90), "recist-1.1")[0]
    assert (found.best_overall_response, found.confirmed_best_overall_response) == ("PR", "PR")
    assert found.progression_date == day(3)
    unconfirmed = score(course("T1", 100, 65, 100), "recist-1.1")[0]
    assert (unconfirmed.best_overall_response, unconfirmed.confirmed_best_overall_response) == ("PR", "SD")


def test_the_minimum_duration_of_sd_counts_from_baseline_or_from_treatment():
    rows = course("T1", 100, 100)
    late = {"treatment_start": day(1) - datetime.timedelta(days=10)}
    assert score(rows, "recist-1.1")[0].best_overall_response == "SD"
    assert score(rows, "recist-1.1", **late)[0].best_overall_response == "NE"
    assert score(rows, "recist-1.1", minimum_sd_days=61)[0].best_overall_response == "NE"


@pytest.mark.parametrize(
    ("sizes", "fragile", "distance", "flip_to"),
    [
        ((27, 32.4), True, 0.0, "SD"),
        ((27, 31.4), True, 1.0, "PD"),
        ((100, 90), False, 20.0, "PR"),
        ((100, 71), True, 1.0, "PR"),
        ((100, 69), True, 1.0, "SD"),
        ((30, 1.0), True, 1.0, "CR"),
        ((30, 3.0), False, 3.0, "CR"),
        ((100, 0), False, None, None),
    ],
)
def test_fragile_says_how_far_the_next_category_is(sizes, fragile, distance, flip_to):
    visit = score(course("T1", *sizes), "recist-1.1")[0].timepoints[-1]
    assert (visit.fragile, visit.flip_distance, visit.flip_to) == (fragile, distance, flip_to)


@pytest.mark.parametrize(
    ("sizes", "is_node", "text"),
    [
        ((14, 9.8), False, "any smaller shrinkage (a larger sum) would make it SD"),
        ((27, 32.4), False, "any smaller growth (a smaller sum) would make it SD"),
        ((27, 31.4), False, "a sum larger by 1.0 mm, within measurement error, would make it PD"),
        ((27, 33), False, "a sum smaller by 0.6 mm, within measurement error, would make it SD"),
        ((100, 71), False, "a sum smaller by 1.0 mm, within measurement error, would make it PR"),
        ((100, 69), False, "a sum larger by 1.0 mm, within measurement error, would make it SD"),
        (
            (100, 69.999),
            False,
            "a sum larger by less than 0.01 mm, within measurement error, would make it SD",
        ),
        ((30, 1.0), False, "a sum smaller by 1.0 mm, within measurement error, would make it CR"),
        ((20, 10), True, "any smaller sum would make it CR"),
        ((20, 9.5), True, "a sum larger by 0.5 mm, within measurement error, would make it PR"),
    ],
)
def test_reason_of_a_flip_says_in_which_direction(sizes, is_node, text):
    """And scoring a sum changed that way gives the category that was said."""
    visit = score(course("T1", *sizes, is_node=is_node), "recist-1.1")[0].timepoints[-1]
    assert text in visit.reasons
    step = (visit.flip_distance + 0.001) * (1 if "larger" in text else -1)
    changed = course("T1", sizes[0], round(sizes[1] + step, 4), is_node=is_node)
    if visit.flip_to != "CR" or is_node:  # a lesion that is no node is gone only at 0 mm
        assert score(changed, "recist-1.1")[0].timepoints[-1].overall == visit.flip_to


def test_a_part_of_the_targets_is_not_compared_with_all():
    rows = [*course("T1", 30, 20), *course("T2", 30)]
    visit = score(rows, "recist-1.1")[0].timepoints[0]
    assert (visit.overall, visit.current, visit.assessed_sum) == ("NE", None, 20.0)
    assert (visit.change_from_baseline_percent, visit.change_from_nadir_percent) == (None, None)
    assert visit.reasons[0] == (
        "target lesion T2 not assessed and the sum 20.0 mm of what was assessed (T1) proves no progression "
        "from nadir 60.0 mm: NE"
    )
    grown = score([*course("T1", 30, 72), *course("T2", 30)], "recist-1.1")[0].timepoints[0]
    assert (grown.overall, grown.current, grown.change_from_nadir_percent) == ("PD", 72.0, 20.0)


@pytest.mark.parametrize(
    ("size_mm", "criterion", "text"),
    [
        (
            2.5,
            "recist-1.1",
            "lesion T1: target of 2.5 mm at baseline is below 10 mm: not measurable by RECIST 1.1",
        ),
        (
            9.99,
            "mrecist",
            "lesion T1: target of 9.99 mm at baseline is below 10 mm: not measurable by mRECIST",
        ),
        (10, "recist-1.1", ""),
    ],
)
def test_a_target_too_small_at_baseline_is_warned_about_and_scored(size_mm, criterion, text):
    found = score(course("T1", size_mm, size_mm), criterion)[0]
    said = [warning for warning in found.warnings if "not measurable" in warning]
    assert said == ([f"{text} (centimeters instead of millimeters?)"] if text else [])
    assert found.timepoints[0].overall == "SD"


def test_without_targets_there_is_no_stable_disease():
    rows = [
        LesionRow("P", day(n), "X", role="non_target", state=state)
        for n, state in enumerate(("present", "present", "absent"))
    ]
    found = score(rows, "recist-1.1")[0]
    assert [visit.overall for visit in found.timepoints] == ["NON-CR/NON-PD", "CR"]
    assert (found.best_overall_response, found.confirmed_best_overall_response) == ("CR", "NON-CR/NON-PD")
    only = score([rows[0], rows[2]], "recist-1.1")[0]
    assert only.confirmed_best_overall_response == "NON-CR/NON-PD"
    words = [Assessment(day(1), "NON-CR/NON-PD"), Assessment(day(2), "CR")]
    read = score_assessments([AssessedPatient("P", tuple(words), day(0))])[0]
    assert read.confirmed_best_overall_response == "NON-CR/NON-PD"


def test_a_category_that_no_diameter_can_change_is_not_fragile():
    rows = [*course("T1", 27, 32.4), LesionRow("P", day(1), "X", role="new", state="present")]
    visit = score(rows, "recist-1.1")[0].timepoints[0]
    assert not visit.fragile
    assert visit.flip_distance is None


def test_a_node_close_to_10_mm_makes_complete_response_fragile():
    visit = score(course("N1", 20, 9.5, is_node=True), "recist-1.1")[0].timepoints[0]
    assert (visit.overall, visit.fragile, visit.flip_distance) == ("CR", True, 0.5)
    assert (
        not score(course("N1", 20, 9.5, is_node=True), "recist-1.1", measurement_error_mm=0.4)[0]
        .timepoints[0]
        .fragile
    )


def test_too_many_targets_are_warned_about_and_summed():
    rows = [row for n in range(6) for row in course(f"T{n}", 20, 20, organ="liver")]
    found = score(rows, "recist-1.1")[0]
    assert found.baseline == 120.0
    assert any("6 target lesions, RECIST takes at most 5" in text for text in found.warnings)
    assert any("6 target lesions in liver" in text for text in found.warnings)


def test_each_criterion_says_what_it_is():
    for name, criterion in CRITERIA.items():
        assert criterion.name == name
        assert "doi:" in criterion.reference or "PMC" in criterion.reference
