"""Plots of responses: what the axes hold is what was scored."""

import datetime
import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex

from interventional_oncology.report.pictures.chart import MOST_MARKED, ChangeLimits
from interventional_oncology.report.pictures.response_colors import CATEGORY_COLORS, color_of, in_order
from interventional_oncology.report.pictures.spider import lesion_spider_figure, spider_figure
from interventional_oncology.report.pictures.sum_over_time import sum_figure
from interventional_oncology.report.pictures.swimmer import swimmer_figure
from interventional_oncology.report.pictures.waterfall import waterfall_figure
from interventional_oncology.report.response_pictures import (
    MOST_LINES,
    change_limits,
    draw_cohort,
    draw_course,
)
from interventional_oncology.response import CRITERIA, GradedCriterion, LesionRow, score
from interventional_oncology.response.cohort import BestChange, best_changes, change_lines, lanes
from interventional_oncology.response.complications import Complication
from interventional_oncology.response.courses import lesion_courses, sum_course
from interventional_oncology.response.patient_dates import PatientDates

START = datetime.date(2025, 1, 6)
RECIST = ChangeLimits("RECIST 1.1", "Sum of diameters", -30.0, 20.0)
#: Sums of one target by visit; ``None`` is not evaluable, a negative one has a new lesion with it.
COHORT = {
    "A": (50.0, 40.0, 30.0, 45.0),
    "B": (50.0, 48.0, 49.0),
    "C": (50.0, 70.0),
    "D": (50.0, -45.0),
    "E": (50.0, None),
    "F": (50.0, 130.0),
    "G": (50.0, 0.0, 0.0),
}


def day(visit: int) -> datetime.date:
    return START + datetime.timedelta(weeks=8 * visit)


def rows(patient: str, sizes) -> list[LesionRow]:
    found = []
    for n, mm in enumerate(sizes):
        state = "not_evaluable" if mm is None else "absent" if mm == 0 else "measured"
        size = None if not mm else abs(mm)
        found.append(
            LesionRow(patient, day(n), "T", state=state, long_axis_mm=size, viable_long_axis_mm=size)
        )
        if mm is not None and mm < 0:
            found.append(LesionRow(patient, day(n), "N", "new", state="present"))
    return found


def cohort(criterion="recist-1.1"):
    return score([row for name, sizes in COHORT.items() for row in rows(name, sizes)], criterion)


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def legend(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def of(axes, gid):
    """Return the points of a line by its gid."""
    (line,) = [one for one in axes.lines if one.get_gid() == gid]
    return line.get_xydata()


def bars_of(axes):
    """Return the bars of a waterfall."""
    (bars,) = [one for one in axes.collections if one.get_gid() == "bars"]
    return bars


def test_bars_of_the_waterfall_are_the_best_changes():
    bars = best_changes(cohort())
    (axes,) = waterfall_figure(bars, RECIST).axes
    heights = [path.vertices[2][1] for path in bars_of(axes).get_paths()]
    assert [bar.patient_id for bar in bars] == ["F", "C", "B", "D", "A", "G"]
    # F grew by 160 %: cut at 100 and told.
    assert heights == pytest.approx([100.0, 40.0, -4.0, -10.0, -40.0, -100.0])
    assert texts(axes) == ["+160 %"]
    assert [label.get_text() for label in axes.get_xticklabels()] == [bar.patient_id for bar in bars]
    assert axes.get_ylabel() == "change of the sum of diameters, %"


def test_bars_have_the_color_of_the_best_overall_response():
    bars = best_changes(cohort())
    (axes,) = waterfall_figure(bars, RECIST).axes
    for bar, color in zip(bars, bars_of(axes).get_facecolors(), strict=True):
        assert to_hex(color) == color_of(bar.response)
    words = legend(axes)
    assert words[:4] == ["CR (1)", "PR (1)", "SD (1)", "PD (3)"]
    assert "partial response (-30 %)" in words
    assert "progression (+20 % from nadir)" in words


def test_a_new_lesion_is_marked_on_its_bar():
    bars = best_changes(cohort())
    (axes,) = waterfall_figure(bars, RECIST).axes
    ((place, height),) = of(axes, "new lesions")
    assert bars[round(place)].patient_id == "D"
    assert height < -10.0


def test_what_comes_after_progression_is_no_best_change():
    (patient,) = score(rows("A", (50.0, 70.0, 20.0)), "recist-1.1")
    assert best_changes([patient])[0].change_percent == pytest.approx(40.0)


def test_a_large_cohort_keeps_its_bars_and_drops_what_cannot_be_read():
    bars = [BestChange(f"P{n}", 60.0 - n / 5, "SD", n % 3 == 0) for n in range(600)]
    (axes,) = waterfall_figure(bars, RECIST).axes
    assert len(bars_of(axes).get_paths()) == 600
    assert list(axes.get_xticks()) == []
    assert axes.get_xlabel() == "600 patients"
    assert len(bars) > MOST_MARKED
    assert not [line for line in axes.lines if line.get_gid() == "new lesions"]


def test_lines_of_the_spider_are_the_changes_over_time():
    lines = change_lines(cohort())
    (axes,) = spider_figure(lines, RECIST).axes
    drawn = {one.get_gid(): [path.vertices.tolist() for path in one.get_paths()] for one in axes.collections}
    assert drawn["PR"] == [[[0.0, 0.0], [8.0, -20.0], [16.0, -40.0], [24.0, pytest.approx(-10.0)]]]
    assert len(drawn["PD"]) == 3
    assert axes.get_xlabel() == "weeks from baseline"
    assert of(axes, "new lesions").tolist() == [[8.0, pytest.approx(-10.0)]]
    assert {line.patient_id for line in lines} == set("ABCDFG")


def test_lines_that_leave_the_spider_are_counted():
    patients = score(
        [r for n, last in enumerate((55.0, 160.0)) for r in rows(f"P{n}", (50.0, last))], "recist-1.1"
    )
    (axes,) = spider_figure(change_lines(patients), RECIST).axes
    assert axes.get_title(loc="right") == "1 of 2 lines leave the plot above +200 %"


def test_long_courses_are_told_in_months():
    late = (
        rows("A", (50.0, 40.0))[0],
        LesionRow("A", START + datetime.timedelta(days=1461), "T", long_axis_mm=40.0),
    )
    lines = change_lines(score(late, "recist-1.1"))
    (axes,) = spider_figure(lines, RECIST).axes
    assert axes.get_xlabel() == "months from baseline"
    assert axes.collections[0].get_paths()[0].vertices[-1][0] == pytest.approx(48.0)


def test_lanes_of_the_swimmer_are_the_visits():
    dates = {"A": PatientDates(death_date=day(5)), "B": PatientDates(last_contact_date=day(9))}
    swimming = lanes(cohort(), dates)
    assert [lane.patient_id for lane in swimming[:3]] == ["B", "A", "G"]
    (axes,) = swimmer_figure(swimming, "RECIST 1.1").axes
    (bars,) = [one for one in axes.collections if one.get_gid() == "lanes"]
    boxes = [path.vertices for path in bars.get_paths()]
    colors = [to_hex(color) for color in bars.get_facecolors()]
    of_a = [
        (box[:, 0].min(), box[:, 0].max(), color)
        for box, color in zip(boxes, colors, strict=True)
        if round(box[:, 1].mean()) == 1
    ]
    assert of_a == [
        (0.0, 8.0, "#ffffff"),
        (8.0, 16.0, color_of("SD")),
        (16.0, 24.0, color_of("PR")),
        (24.0, 40.0, color_of("PD")),
    ]
    assert of(axes, "death").tolist() == [[40.0, 1.0]]
    assert [16.0, 1.0] in of(axes, "first response").tolist()
    assert [24.0, 1.0] in of(axes, "progression").tolist()
    assert [72.0, 0.0] in of(axes, "alive when last known").tolist()
    assert len(of(axes, "alive when last known")) == len(swimming) - 1


def test_a_deadly_complication_ends_a_lane():
    died = Complication("B", "sepsis", day(3), 20, ctcae="5")
    survived = Complication("A", "fever", day(1), 3, ctcae="1")
    by_patient = {lane.patient_id: lane for lane in lanes(cohort(), {}, [died, survived])}
    assert (by_patient["B"].death_day, by_patient["B"].censored) == (168, False)
    assert by_patient["A"].death_day is None
    known = lanes(cohort(), {"B": PatientDates(death_date=day(4))}, [died])
    assert next(lane for lane in known if lane.patient_id == "B").death_day == 224


@pytest.mark.parametrize("count", [2, 60, 300])
def test_a_swimmer_has_a_lane_a_patient_however_many(count):
    patients = score(
        [r for n in range(count) for r in rows(f"P{n:03d}", (50.0, 40.0 + n % 20))], "recist-1.1"
    )
    (axes,) = swimmer_figure(lanes(patients), "RECIST 1.1").axes
    (bars,) = [one for one in axes.collections if one.get_gid() == "lanes"]
    middles = {round(path.vertices[:, 1].mean()) for path in bars.get_paths()}
    assert middles == set(range(count))
    assert axes.yaxis_inverted()


def test_the_sum_is_drawn_with_its_limits_and_its_nadir():
    (patient,) = score(rows("A", (50.0, 40.0, 30.0, 45.0)), "recist-1.1")
    (axes,) = sum_figure(sum_course(patient), day(0)).axes
    by_label = {line.get_label(): line for line in axes.lines}
    assert by_label["sum of diameters"].get_ydata().tolist() == [50.0, 40.0, 30.0, 45.0]
    assert list(by_label["partial response at 35.0 mm"].get_ydata()) == [35.0, 35.0]
    # 20 % above the nadir before each visit.
    assert list(by_label["progression from 36.0 mm"].get_ydata()) == [60.0, 60.0, 48.0, 36.0]
    ((_day, nadir),) = of(axes, "nadir")
    assert nadir == 30.0
    assert texts(axes) == ["50.0", "40.0\nSD", "30.0\nPR", "45.0\nPD"]
    assert axes.get_ylabel() == "Sum of diameters, mm"
    assert "nadir 30.0 mm" in legend(axes)


def test_a_visit_without_a_sum_is_shown_and_named():
    (patient,) = score(rows("E", (50.0, None, 48.0)), "recist-1.1")
    (axes,) = sum_figure(sum_course(patient)).axes
    (gap,) = [line for line in axes.lines if line.get_label() == "sum not evaluable"]
    assert len(gap.get_xdata()) == 1
    assert "NE" in texts(axes)


def test_a_course_of_one_date_and_of_none_is_drawn():
    (one,) = score(rows("A", (50.0,)), "recist-1.1")
    assert len(sum_figure(sum_course(one)).axes) == 1
    no_target = [LesionRow("A", day(n), "NT", "non_target", state="present") for n in range(2)]
    (none,) = score(no_target, "recist-1.1")
    (axes,) = sum_figure(sum_course(none)).axes
    assert sum_course(none).nadir is None
    assert texts(axes) == ["", "NON-CR/NON-PD"]


def test_each_target_has_a_line_of_its_own():
    first = [LesionRow("A", day(n), "T1", long_axis_mm=mm) for n, mm in enumerate((20.0, 10.0))]
    second = [LesionRow("A", day(n), "T2", long_axis_mm=mm) for n, mm in enumerate((40.0, 50.0))]
    courses = lesion_courses([*first, *second], "recist-1.1")
    (axes,) = lesion_spider_figure(courses, RECIST).axes
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert list(drawn["lesion T1"]) == [0.0, -50.0]
    assert list(drawn["lesion T2"]) == [0.0, 25.0]


def test_months_apart_labels_do_not_overlap():
    """Ten visits three days apart and one a year later: no two dates closer than a label is wide."""
    near = [START + datetime.timedelta(days=3 * n) for n in range(10)]
    lesions = [
        LesionRow("A", date, "T", long_axis_mm=40.0) for date in (*near, START + datetime.timedelta(365))
    ]
    figure = sum_figure(sum_course(score(lesions, "recist-1.1")[0]))
    figure.canvas.draw()
    ticks = figure.axes[0].get_xticks()
    assert np.ptp(ticks) == 365
    assert np.diff(ticks).min() >= 365 / 14
    boxes = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    assert all(one.x1 < other.x1 for one, other in itertools.pairwise(boxes))


def words_overlap(figure) -> bool:
    figure.canvas.draw()
    (axes,) = figure.axes
    labels = [text for text in (*axes.texts, *axes.get_legend().get_texts()) if text.get_text()]
    boxes = [text.get_window_extent() for text in labels]
    return any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_words_lie_inside_the_picture_and_apart():
    patients = cohort()
    (course,) = [sum_course(one) for one in patients if one.patient_id == "A"]
    for figure in (
        waterfall_figure(best_changes(patients), RECIST),
        spider_figure(change_lines(patients), RECIST),
        swimmer_figure(lanes(patients), "RECIST 1.1"),
        sum_figure(course, day(0)),
    ):
        assert not words_overlap(figure)
        width, height = figure.canvas.get_width_height()
        for text in figure.axes[0].get_legend().get_texts():
            box = text.get_window_extent()
            assert box.x1 < width
            assert 0 < box.y0 < box.y1 < height


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_criterion_says_what_it_follows_and_its_limits(criterion):
    limits = change_limits(criterion)
    assert limits.criterion == CRITERIA[criterion].title
    assert limits.title
    graded = isinstance(CRITERIA[criterion], GradedCriterion)
    assert (limits.partial_percent is None) == graded
    assert graded or limits.partial_percent < 0 < limits.progression_percent


@pytest.mark.parametrize("criterion", ["lirads-tr-2018", "recist-1.1", "irecist"])
def test_pictures_of_a_cohort_name_no_patient_in_their_files(criterion, tmp_path):
    pictures = draw_cohort(cohort(criterion), tmp_path)
    files = {picture.file for picture in pictures}
    assert files == {path.name for path in tmp_path.iterdir()}
    assert "swimmer.png" in files
    # Grades have no change in percent.
    assert ("waterfall.png" in files) == (criterion != "lirads-tr-2018")
    assert all(
        name.split("_")[0] in ("waterfall.png", "spider.png", "swimmer.png", "patient") for name in files
    )


def test_who_is_not_in_the_waterfall_is_counted(tmp_path):
    waterfall = draw_cohort(cohort(), tmp_path)[0]
    assert "6 patients, RECIST 1.1; 1 without a sum after baseline are not shown" in waterfall.caption
    assert "CR 1, PR 1, SD 1, PD 3" in waterfall.description


def test_pictures_of_one_patient(tmp_path):
    (patient,) = score(rows("A", COHORT["A"]), "recist-1.1")
    (picture,) = draw_course(patient, rows("A", COHORT["A"]), tmp_path, "recist-1.1")
    assert picture.file == "recist-1.1_sum.png"
    assert "2025-03-03 40.0 mm SD, 2025-04-28 30.0 mm PR" in picture.description
    assert draw_cohort([patient], tmp_path)[0].file == "patient_01_sum.png"
    (alone,) = score(rows("A", (50.0,)), "recist-1.1")
    assert draw_course(alone, rows("A", (50.0,)), tmp_path, "x") == ()


def test_categories_are_told_apart_in_gray_and_by_color():
    """Lightness differs for those that stand beside each other; shrinkage and growth differ in hue."""

    def lightness(color):
        return sum(w * int(color[n : n + 2], 16) for w, n in ((0.2126, 1), (0.7152, 3), (0.0722, 5))) / 255

    shown = [lightness(CATEGORY_COLORS[word]) for word in ("CR", "PR", "SD", "NE")]
    assert np.all(np.diff(shown) > 0.1)
    assert lightness(CATEGORY_COLORS["SD"]) - lightness(CATEGORY_COLORS["PD"]) > 0.3
    assert in_order(["PD", "iCR", "SD"]) == ["iCR", "SD", "PD"]
    assert color_of("iCPD") == color_of("PMD") == color_of("PD")


@pytest.mark.parametrize("criterion", [c for c in CRITERIA.values() if isinstance(c, GradedCriterion)])
def test_grades_of_a_criterion_have_colors_of_their_own(criterion):
    words = [word for word in criterion.best_first if word not in ("NE", "not applicable")]
    assert len({color_of(word) for word in words}) == len(words)


def test_more_lines_than_a_picture_has_rows_are_not_drawn(tmp_path):
    count = MOST_LINES + 1
    patients = score([r for n in range(count) for r in rows(f"P{n}", (50.0, 40.0 + n % 20))], "recist-1.1")
    assert [picture.file for picture in draw_cohort(patients, tmp_path)] == ["waterfall.png"]
