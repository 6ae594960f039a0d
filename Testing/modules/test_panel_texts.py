"""What the panels say about a result, with everything a result may lack."""

import pytest

MARGIN = {
    "minimal_margin_mm": 6.25,
    "threshold_mm": 5.0,
    "excluded_subcapsular_fraction": 0.0,
    "probability_minimal_margin_at_least_threshold": None,
    "surface_fraction": {"below_0": 0.0, "from_0_to_threshold": 0.25, "at_least_threshold": 0.75},
    "residual_sites": [],
}
QUALITY = {
    "similarity_before": 0.4312,
    "similarity_after": 0.9537,
    "dice_before": None,
    "dice_after": None,
    "tre_mm_before": None,
    "tre_mm_after": None,
    "folding_fraction": 0.0,
    "verdict": "good",
    "reasons": [],
}
VISIT = {"overall": "PR", "reasons": ["sum 25.2 mm is 40.0 % below baseline 42.0 mm: PR"], "fragile": False}


@pytest.fixture
def margin_html(module_libraries):
    from AblationPlannerLib.margin_text import minimalMarginHtml

    return minimalMarginHtml


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "the wanted 5 mm is reached everywhere"),
        ({"excluded_subcapsular_fraction": 0.2}, "reached wherever it can be judged"),
        ({"minimal_margin_mm": 5.0}, "the wanted 5 mm is reached everywhere"),
        ({"minimal_margin_mm": 4.96}, "the tumor is covered, with less than the wanted 5 mm"),
        ({"minimal_margin_mm": 0.0}, "the tumor is covered"),
        ({"minimal_margin_mm": -0.4}, "tumor was left"),
        ({"minimal_margin_mm": None}, "No part of the tumor surface can be judged"),
        ({"probability_minimal_margin_at_least_threshold": 0.314}, "given the alignment error: 31 %"),
    ],
)
def test_the_margin_in_a_sentence(margin_html, changes, words):
    assert words in margin_html(MARGIN | changes)


def test_no_margin_yet(margin_html):
    assert margin_html(None) == "Nothing computed yet."


def test_the_number_shown_never_promises_more_than_it_is(margin_html):
    # 4.96 mm is not 5 mm: the number and the sentence must not contradict each other.
    assert "4.9 mm" in margin_html(MARGIN | {"minimal_margin_mm": 4.96})
    assert "-0.1 mm" in margin_html(MARGIN | {"minimal_margin_mm": -0.04})


def test_rows_of_the_margin_table(module_libraries):
    from AblationPlannerLib.margin_table import marginRows

    rows = {row["Quantity"]: (row["Value"], row["Unit"]) for row in marginRows(MARGIN)}
    assert rows["Minimal margin"] == (6.25, "mm")
    assert rows["Surface with the wanted margin"] == (75.0, "%")
    assert "Chance of the wanted margin" not in rows
    site = {"volume_ml": 0.1234, "direction": "left-caudal"}
    with_site = marginRows(MARGIN | {"residual_sites": [site, site]})
    assert [row["Value"] for row in with_site[-2:]] == [0.12, 0.12]
    assert with_site[-1]["Quantity"] == "Site 2 of tumor left (left-caudal), volume"
    nothing_judged = MARGIN | {"minimal_margin_mm": None, "surface_fraction": None}
    assert "Surface not covered" not in {row["Quantity"] for row in marginRows(nothing_judged)}


def test_rows_tell_interval_and_plan(module_libraries):
    from AblationPlannerLib.margin_table import marginRows

    plan = {"margin": {"minimal_margin_mm": 6.0}, "center_shift_mm": 3.456, "axis_angle_degrees": None}
    changes = {"minimal_margin_interval_mm": [1.5, 4.25], "planned": plan}
    rows = {row["Quantity"]: row["Value"] for row in marginRows(MARGIN | changes)}
    assert rows["Minimal margin, lower end of 90 %"] == 1.5
    assert rows["Minimal margin, upper end of 90 %"] == 4.25
    assert rows["Planned zone: minimal margin"] == 6.0
    assert rows["Achieved from planned: shift of the center"] == 3.46
    assert "Achieved from planned: angle of the axes" not in rows


def test_what_surrounds_the_margin_in_lines(module_libraries):
    from AblationPlannerLib.margin_text import detailsHtml

    assert detailsHtml(None) == ""
    assert detailsHtml(MARGIN) == ""
    site = {"volume_ml": 0.12, "depth_mm": 2.34, "direction": "left-caudal"}
    plan = {"volume_difference_ml": -3.21, "center_shift_mm": 3.456, "dice": 0.87}
    lines = detailsHtml(
        MARGIN
        | {
            "minimal_margin_side": "left",
            "residual_sites": [site],
            "planned": plan,
            "claim": "a < b",
            "re_ablation": {"words": "The margin falls short."},
        }
    ).split("<br>")
    assert lines == [
        "• The margin is smallest on the left side.",
        "• Tumor left, site 1: 0.12 mL, 2.3 mm deep, on the left-caudal side.",
        "• Beside the plan: -3.2 mL, center 3.5 mm away, Dice 0.87.",
        "• a &lt; b",
        "• The margin falls short.",
    ]


def test_the_chance_comes_with_its_interval(margin_html):
    key = "probability_minimal_margin_at_least_threshold"
    said = margin_html(MARGIN | {key: 0.3, "minimal_margin_interval_mm": [1.26, 4.0]})
    assert "1.3 to 4.0 mm: such intervals held in 80 to 90 of 100 simulated cases" in said


@pytest.fixture
def quality_html(module_libraries):
    from TreatmentResponseLib.quality_text import qualityHtml

    return qualityHtml


def test_quality_shows_what_is_known(quality_html):
    text = quality_html(QUALITY)
    assert "0.43" in text
    assert "0.95" in text
    assert "Dice" not in text
    assert "Landmark" not in text
    assert "None" not in text


def test_quality_with_everything(quality_html):
    error = {"mean": 2.34, "p95": 4.0, "max": 5.0}
    changes = {"dice_before": 0.7, "dice_after": 0.93, "tre_mm_after": error, "tre_mm_before": error}
    text = quality_html(QUALITY | changes | {"folding_fraction": 0.002, "reasons": ["a < b"]})
    for words in ("Dice", "0.93", "2.3 mm", "0.2 %", "a &lt; b"):
        assert words in text


def test_quality_tells_the_error_to_be_expected(quality_html):
    spread = {"mean": 0.84, "p95": 1.61, "max": 2.9}
    html = quality_html({"expected_error_mm": spread, "inverse_consistency_mm": spread})
    assert "Expected error: 0.8 mm on average, 1.6 mm where it is largest (95 %)" in html
    assert "There and back again: 0.8 mm off on average" in html


def test_quality_without_overlap_before(quality_html):
    assert "–" in quality_html(QUALITY | {"similarity_before": None})


@pytest.mark.parametrize("verdict", ["good", "check", "failed"])
def test_each_verdict_has_a_sentence(module_libraries, verdict):
    from TreatmentResponseLib.quality_text import verdictSentence

    assert verdictSentence(verdict).endswith(".")


def test_the_response_with_its_reasons(module_libraries):
    from TreatmentResponseLib.response_text import responseHtml

    text = responseHtml({"timepoints": [VISIT | {"overall": "SD"}, VISIT]})
    assert "partial response" in text
    assert "stable" not in text
    assert "40.0 % below baseline" in text
    assert "Measurement error" not in text
    assert "Measurement error" in responseHtml({"timepoints": [VISIT | {"fragile": True}]})


def test_a_word_that_is_not_known_is_shown_as_it_is(module_libraries):
    from TreatmentResponseLib.response_text import responseHtml

    assert "iUPD" in responseHtml({"timepoints": [VISIT | {"overall": "iUPD", "reasons": []}]})
