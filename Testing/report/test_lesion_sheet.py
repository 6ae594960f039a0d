"""Small pictures of lesions: what they show, beside which words, and how large."""

import dataclasses
import datetime

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.report.lesion_pictures import draw_lesions
from interventional_oncology.report.pictures.lesion_sheet import (
    ROWS_A_SHEET,
    LesionSheet,
    Thumbnail,
    draw_sheets,
    sheet_figure,
)
from interventional_oncology.response import LesionRow

BEFORE, AFTER = datetime.date(2025, 2, 20), datetime.date(2025, 4, 3)


@pytest.fixture
def review(make_review):
    """A review whose lesion 1 was outlined at baseline, and lesion 2 at both dates."""
    made = make_review()
    tumor = made.baseline.masks["tumor"]
    labels = sitk.Cast(tumor, sitk.sitkInt16)
    values = sitk.GetArrayFromImage(labels)
    values[4:7, 6:10, 8:12] = 2
    first = sitk.GetImageFromArray(values)
    second = sitk.GetImageFromArray(np.where(values == 2, 2, 0).astype(np.int16))
    for image in (first, second):
        image.CopyInformation(labels)
    rows = [
        LesionRow("A", BEFORE, "1", state="measured", long_axis_mm=24.0, short_axis_mm=23.04),
        LesionRow("A", AFTER, "1", in_treated_field=True, viable_long_axis_mm=0.0),
        LesionRow("A", BEFORE, "2", "non_target", state="present", long_axis_mm=12.0),
        LesionRow("A", AFTER, "2", "non_target", state="present"),
    ]
    return dataclasses.replace(
        made, lesions=tuple(rows), lesion_labels={"baseline": first, "after ablation": second}
    )


def test_each_lesion_has_its_sizes_at_each_visit(review, tmp_path):
    (picture,) = draw_lesions(review, tmp_path)
    assert (tmp_path / picture.file).is_file()
    assert picture.file == "lesions_1.png"
    assert "lesion 1 baseline 2025-02-20: 24.0 x 23.0 mm target, measured" in picture.description
    assert "lesion 1 after ablation 2025-04-03: viable 0.0 mm target, not measurable" in picture.description
    assert "lesion 2 baseline 2025-02-20: 12.0 mm non-target, present" in picture.description


def test_nothing_is_drawn_without_outlines(review, tmp_path):
    assert draw_lesions(dataclasses.replace(review, lesion_labels={}), tmp_path) == []
    assert draw_lesions(dataclasses.replace(review, lesions=()), tmp_path) == []


def drawn(review, tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(
        "interventional_oncology.report.lesion_pictures.draw_sheets",
        lambda sheet, folder: kept.append(sheet) or [],
    )
    draw_lesions(review, tmp_path)
    return kept[0]


def test_a_lesion_that_is_gone_is_shown_where_it_was(review, tmp_path, monkeypatch):
    sheet = drawn(review, tmp_path, monkeypatch)
    (before, after), (other_before, other_after) = sheet.cells
    assert [cell.former for cell in (before, after, other_before, other_after)] == [False, True, False, False]
    # At the place of the baseline: the same outline on the registered follow-up.
    assert np.array_equal(before.outline, after.outline)
    middle = before.outline[100:140, 100:140]
    assert middle.min() > 0.5


def test_the_field_of_view_is_the_same_at_all_visits_and_holds_the_lesion(review, tmp_path, monkeypatch):
    for cells in drawn(review, tmp_path, monkeypatch).cells:
        assert len({cell.field_mm for cell in cells}) == 1
        for cell in cells:
            edge = np.concatenate(
                [cell.outline[0], cell.outline[-1], cell.outline[:, 0], cell.outline[:, -1]]
            )
            assert edge.max() == 0.0


def test_a_follow_up_that_could_not_be_registered_has_no_image_of_a_lesion_that_is_gone(
    review, tmp_path, monkeypatch
):
    found = tuple(dataclasses.replace(one, registered=None) for one in review.followups)
    sheet = drawn(dataclasses.replace(review, followups=found), tmp_path, monkeypatch)
    assert sheet.cells[0][1].pixels is None


def sheet(lesions: int, visits: int) -> LesionSheet:
    cell = Thumbnail(np.full((20, 20), 0.5), np.eye(20), former=False, field_mm=60.0, words="30.0 mm\ntarget")
    names = tuple(f"lesion {n}" for n in range(lesions))
    return LesionSheet(tuple(f"v{n}\n2025" for n in range(visits)), names, ((cell,) * visits,) * lesions)


def test_many_lesions_go_on_several_sheets(tmp_path):
    pictures = draw_sheets(sheet(2 * ROWS_A_SHEET + 1, 2), tmp_path)
    assert [picture.file for picture in pictures] == ["lesions_1.png", "lesions_2.png", "lesions_3.png"]
    assert [picture.caption.count("lesion ") for picture in pictures] == [ROWS_A_SHEET, ROWS_A_SHEET, 1]


@pytest.mark.parametrize("visits", [1, 2, 6])
def test_words_lie_below_their_own_picture(visits):
    figure = sheet_figure(sheet(2, visits))
    figure.canvas.draw()
    boxes = [axes.get_window_extent() for axes in figure.axes]
    words = [text.get_window_extent() for text in figure.texts if "mm" in text.get_text()]
    assert len(words) == len(boxes) == 2 * visits
    for box, said in zip(boxes, words, strict=True):
        assert box.width == pytest.approx(box.height, abs=1.0)
        assert said.y1 <= box.y0
        assert box.x0 - 5 <= said.x0
        assert said.x1 <= box.x1 + 5
    assert not any(one.overlaps(box) for one in words for box in boxes)
