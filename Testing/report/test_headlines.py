"""The summary: what a reader takes away in twenty seconds must be right."""

import datetime
from dataclasses import replace

import pytest

from interventional_oncology.report.document import Tone
from interventional_oncology.report.headlines import headlines
from interventional_oncology.response import LesionRow, score


def by_title(review):
    return {line.title.split(",")[0]: line for line in headlines(review)}


@pytest.mark.parametrize(
    ("zone_radius_mm", "tone"), [(9.0, Tone.BAD), (15.0, Tone.ATTENTION), (20.0, Tone.GOOD)]
)
def test_margin_is_rated_by_its_threshold(make_review, zone_radius_mm, tone):
    review = make_review(zone_radius_mm=zone_radius_mm)
    line = by_title(review)["Minimal ablation margin"]
    assert line.tone is tone
    assert line.answer == f"{review.followups[0].margin.minimal_margin_mm:.1f} mm"
    assert ("all of the tumor volume covered" in line.detail) == (zone_radius_mm > 12)


def test_margin_without_untreated_tissue_around_is_a_least_one(make_review):
    review = make_review(zone_radius_mm=15.0)
    found = review.followups[0]
    margin = replace(found.margin, is_lower_bound=True)
    line = by_title(replace(review, followups=(replace(found, margin=margin),)))["Minimal ablation margin"]
    assert line.answer == f"At least {margin.minimal_margin_mm:.1f} mm"
    assert line.detail.startswith(
        "No untreated tissue of the organ is left around the tumor; all of the tumor"
    )
    assert line.tone is Tone.GOOD


@pytest.mark.parametrize(
    ("verdict", "zone_radius_mm", "tone"),
    [
        ("check", 20.0, Tone.ATTENTION),
        ("check", 9.0, Tone.BAD),
        ("failed", 20.0, Tone.BAD),
        ("good", 20.0, Tone.GOOD),
    ],
)
def test_margin_says_on_what_registration_it_rests(make_review, make_quality, verdict, zone_radius_mm, tone):
    review = make_review(zone_radius_mm=zone_radius_mm, registration=make_quality(verdict=verdict))
    line = by_title(review)["Minimal ablation margin"]
    assert line.tone is tone
    assert line.detail.startswith(f"Rests on a registration rated '{verdict}'. ") == (verdict != "good")


@pytest.mark.parametrize(
    ("verdict", "tone"), [("good", Tone.GOOD), ("check", Tone.ATTENTION), ("failed", Tone.BAD)]
)
def test_registration_verdict_and_its_reasons_are_shown(make_review, make_quality, verdict, tone):
    reasons = () if verdict == "good" else ("the liver does not overlap",)
    line = by_title(make_review(registration=make_quality(verdict=verdict, reasons=reasons)))["Registration"]
    assert (line.answer, line.tone) == (verdict.capitalize(), tone)
    assert line.detail.startswith("; ".join([*reasons, "similarity of structures 0.93"]))


@pytest.mark.parametrize(
    ("sizes_mm", "answer", "tone"),
    [
        ((40.0, 20.0), "PR", Tone.GOOD),
        ((40.0, 60.0), "PD", Tone.BAD),
        ((40.0, 40.0), "SD", Tone.NEUTRAL),
        # 28 mm is exactly -30 %: measurement error alone decides, which is said.
        ((40.0, 28.0), "PR", Tone.ATTENTION),
    ],
)
def test_response_and_what_could_flip_it(make_review, sizes_mm, answer, tone):
    line = by_title(make_review(sizes_mm=sizes_mm))["Response"]
    assert (line.answer, line.tone) == (answer, tone)
    assert ("measurement error alone could make it SD" in line.detail) == (tone is Tone.ATTENTION)


@pytest.mark.parametrize(
    ("criterion", "viable_mm", "answer", "tone", "detail"),
    [
        ("lirads-tr-2024", 30.0, "LR-TR Viable", Tone.BAD, "1 x LR-TR Viable"),
        ("lirads-tr-2018", 0.0, "LR-TR Nonviable", Tone.GOOD, "1 x LR-TR Nonviable"),
        ("mrecist", 60.0, "PD", Tone.BAD, "sum +50.0 % from baseline"),
    ],
)
def test_each_criterion_has_its_tone_and_none_a_sum_it_does_not_take(
    make_review, criterion, viable_mm, answer, tone, detail
):
    days = datetime.date(2025, 2, 20), datetime.date(2025, 4, 3)
    sizes_mm = 40.0, viable_mm
    table = [LesionRow("A", day, "1", viable_long_axis_mm=mm) for day, mm in zip(days, sizes_mm, strict=True)]
    line = by_title(replace(make_review(), responses=tuple(score(table, criterion))))["Response"]
    assert (line.answer, line.tone) == (answer, tone)
    assert line.detail == f"2025-04-03: {detail}."


def test_warnings_are_counted_and_the_first_is_told(make_review, not_done):
    assert by_title(make_review())["Warnings"].answer == "None"
    line = by_title(make_review(warnings=["the first", "the second"], steps=[not_done]))["Warnings"]
    assert (line.answer, line.tone) == ("2 warnings", Tone.ATTENTION)
    assert line.detail == "1 step not done. First: the first."


def test_response_that_was_not_scored_says_why(make_review):
    from interventional_oncology.cases import Step

    step = Step("response by recist-1.1", "", done=False, reason="no lesion was measured")
    line = by_title(make_review(lesions=False, steps=[step]))["Response"]
    assert (line.answer, line.detail) == ("Not scored", "No lesion was measured.")
