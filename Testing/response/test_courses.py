"""Courses and cohorts as numbers to plot: what they hold, whatever is missing."""

import datetime

import pytest

from interventional_oncology.response import CRITERIA, LesionRow, make_options, score
from interventional_oncology.response.cohort import best_changes, change_lines, lanes, plain_word
from interventional_oncology.response.complications import Complication
from interventional_oncology.response.courses import lesion_courses, sum_course

START = datetime.date(2025, 1, 6)


def day(visit):
    return START + datetime.timedelta(weeks=8 * visit)


def lesion(name, *sizes_mm, role="target", **fields):
    states = {None: "not_evaluable", 0: "absent"}
    return [
        LesionRow("P", day(n), name, role, state=states.get(mm, ""), long_axis_mm=mm or None, **fields)
        for n, mm in enumerate(sizes_mm)
    ]


def patient(*rows, criterion="recist-1.1", **options):
    return score([row for one in rows for row in one], criterion, **options)[0]


def test_a_course_has_the_limits_of_each_visit():
    course = sum_course(patient(lesion("T", 50, 40, None, 45)))
    assert [(p.day, p.total, p.progression, p.response) for p in course.points] == [
        (0, 50.0, None, ""),
        (56, 40.0, 60.0, "SD"),
        (112, None, 48.0, "NE"),
        (168, 45.0, 48.0, "SD"),
    ]
    assert (course.partial, course.nadir.total, len(course.measured)) == (35.0, 40.0, 3)


def test_limits_from_baseline_do_not_follow_the_nadir():
    rows = lesion("T", 50, 30, 40)
    options = make_options({"progression_from": "baseline"})
    course = sum_course(patient(rows, progression_from="baseline"), options)
    assert [p.progression for p in course.points] == [None, 60.0, 60.0]


def test_a_patient_without_targets_has_a_course_without_sums():
    course = sum_course(patient(lesion("NT", 20, 20, role="non_target")))
    assert (course.partial, course.nadir, course.measured) == (None, None, ())
    assert [p.progression for p in course.points] == [None, None]


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_criterion_has_a_course(criterion):
    sizes = {"short_axis_mm": 20.0, "viable_short_axis_mm": 10.0, "mean_hu": 60.0, "sul_peak": 5.0}
    rows = [
        LesionRow(
            "P",
            day(n),
            "T",
            long_axis_mm=mm,
            viable_long_axis_mm=mm / 2,
            volume_ml=mm,
            viable_volume_ml=mm,
            **sizes,
        )
        for n, mm in enumerate((50.0, 40.0, 30.0))
    ]
    course = sum_course(patient(rows, criterion=criterion))
    assert course.criterion == CRITERIA[criterion].title
    assert len(course.measured) >= 2
    assert course.unit == CRITERIA[criterion].unit


def test_each_lesion_by_itself():
    rows = [*lesion("A", 20, 10, None), *lesion("B", 40, 50, 60)]
    first, second = lesion_courses(rows, "recist-1.1")
    assert (first.days, first.changes_percent) == ((0, 56), (0.0, -50.0))
    assert second.changes_percent == (0.0, 25.0, 50.0)
    assert lesion_courses([], "recist-1.1") == []
    assert lesion_courses(rows, "lirads-tr-2018") == []


def test_a_lesion_without_a_size_at_baseline_has_no_change():
    assert lesion_courses(lesion("A", None, 10), "recist-1.1") == []
    volumes = [LesionRow("P", day(n), "A", volume_ml=ml) for n, ml in enumerate((0.0, 4.0))]
    assert lesion_courses(volumes, "vrecist") == []


def test_who_has_no_visit_after_baseline_is_in_no_plot_of_changes():
    alone = patient(lesion("T", 50))
    assert (best_changes([alone]), change_lines([alone])) == ([], [])
    assert lanes([alone])[0].end_day == 0


def test_the_first_new_lesion_is_that_with_a_sum():
    found = patient(lesion("T", 50, None, 40), lesion("N", 12, 12, 12, role="new")[1:])
    (line,) = change_lines([found])
    assert line.new_lesion_day == 112
    # Progression by the new lesion came at a visit without a sum, which then has no best change.
    assert best_changes([found]) == []


def test_only_a_deadly_complication_with_a_date_ends_a_lane():
    found = patient(lesion("T", 50, 40))
    (lane,) = lanes(
        [found], {}, [Complication("P", "sepsis", ctcae="5"), Complication("P", "x", day(2), ctcae="4")]
    )
    assert (lane.death_day, lane.censored, lane.response_day) == (None, True, None)
    (lane,) = lanes([found], {}, [Complication("P", "sepsis", day(2), clavien_dindo="V")])
    assert (lane.death_day, lane.censored) == (112, False)
    # Who was seen after the onset of what killed him died later, nobody says when.
    (lane,) = lanes([found], {}, [Complication("P", "sepsis", day(0), ctcae="5")])
    assert (lane.death_day, lane.end_day, lane.censored) == (56, 56, False)


def test_words_of_all_criteria_have_a_plain_one():
    assert [plain_word(word) for word in ("irPR", "CMR", "iUPD", "TE4")] == ["PR", "CR", "UPD", "TE4"]


def test_a_target_in_a_node_without_the_flag_is_told():
    rows = [LesionRow("P", day(n), "T", organ="portal lymph node", long_axis_mm=30.0) for n in range(2)]
    assert any("without is_node: its long axis is summed" in text for text in patient(rows).warnings)


def test_the_growth_of_normal_nodes_alone_is_no_progression_with_a_target_missing():
    nodes = [
        LesionRow("P", day(n), "N", is_node=True, short_axis_mm=mm) for n, mm in enumerate((16.0, 4.0, 9.5))
    ]
    other = lesion("T", 20, 10, None)
    assert patient(nodes, other).timepoints[-1].overall == "NE"
