"""The margin in numbers and words: what was measured is told, what was not is left out."""

import re
from dataclasses import replace

import pytest

from interventional_oncology.margins import ablation_margin, re_ablation
from interventional_oncology.report.content import report_document
from interventional_oncology.report.document import Tone
from interventional_oncology.report.headlines import headlines
from interventional_oncology.report.margin_tables import margin_table, residual_table
from interventional_oncology.report.margin_words import least_margin_side
from interventional_oncology.report.review_pictures import ReviewPictures


@pytest.fixture(scope="module")
def review(make_review):
    """Return a zone too small and off to the left, in an organ, with a registration error."""
    made = make_review()
    found, baseline = made.followups[0], made.baseline
    tumor, organ = baseline.masks["tumor"], baseline.masks["liver"]
    zone = moved_left(found.masks["ablation"], voxels=3)
    margin = ablation_margin(tumor, zone, organ=organ, registration_error_mm=1.5, agreement=True)
    advice = re_ablation(tumor, zone, organ=organ)
    found = replace(found, margin=margin, re_ablation=advice, masks=found.masks | {"ablation": zone})
    return replace(made, followups=(found,))


def moved_left(mask, voxels):
    """Return a mask moved along +x, which is the patient's left."""
    import numpy as np
    import SimpleITK as sitk

    values = np.roll(sitk.GetArrayFromImage(mask), voxels, axis=2)
    moved = sitk.GetImageFromArray(values)
    moved.CopyInformation(mask)
    return moved


def rows_of(review):
    return dict(margin_table(review.followups[0], review).rows)


def test_the_least_margin_and_its_certainty_come_first(review):
    table = margin_table(review.followups[0], review)
    assert [row[0] for row in table.rows[:5]] == [
        "Minimal margin",
        "Where it is least (R, A, S)",
        "Probability of 5 mm, registration error by the error map",
        "Minimal margin, 90 % interval",
        "Smallest margin that proves coverage",
    ]


def test_every_number_is_that_of_the_margin(review):
    margin, rows = review.followups[0].margin, rows_of(review)
    low, high = margin.minimal_margin_interval_mm
    assert rows["Minimal margin"] == f"{margin.minimal_margin_mm:.1f} mm"
    assert rows["Minimal margin, 90 % interval"] == f"{low:.1f} to {high:.1f} mm"
    assert rows["Where it is least (R, A, S)"].startswith("right: ")
    assert rows["Surface 10 mm and more"] == f"{100 * margin.surface_fraction_at_least['10']:.1f} %"
    assert rows["Eccentricity"] == "9.0 mm, zone left of the tumor"
    assert rows["Surface Dice at 5 mm"] == f"{margin.surface_dice:.2f}"
    assert rows["Surface within 5 mm of the organ border"].endswith(" %, left out")


def test_the_rule_at_the_organ_border_is_said(review):
    found = review.followups[0]
    changed = replace(found, margin=replace(found.margin, subcapsular_rule="to_border"))
    rows = dict(margin_table(changed, review).rows)
    assert rows["Surface within 5 mm of the organ border"].endswith("judged up to the border")


def test_what_was_not_measured_has_no_row(make_review):
    """No organ, no error, no agreement of surfaces: nothing is said of them."""
    rows = rows_of(make_review())
    assert not any("organ border" in name or "Hausdorff" in name or "Probability" in name for name in rows)
    assert "Surface 5 mm and more" in rows
    assert "None" not in str(rows)


def test_a_site_says_where_the_zone_has_to_grow(review):
    site = review.followups[0].margin.residual_sites[0]
    row = residual_table(review.followups[0]).rows[0]
    assert row[:3] == ("1", "right", f"{site.depth_mm:.1f} mm")


def test_the_side_of_the_least_margin(review, make_review):
    margin = review.followups[0].margin
    assert least_margin_side(margin) == "right"
    assert least_margin_side(replace(margin, minimal_margin_at_ras_mm=None)) == ""


def test_the_headline_says_side_and_certainty(review):
    line = next(line for line in headlines(review) if line.title.startswith("Minimal ablation margin"))
    assert line.detail.startswith("Smallest on the right side. Less than 5 mm on ")
    assert "With errors considered: 90 % interval" in line.detail
    assert re.search(r"probability of 5 mm (< 1|[0-5]) %\.$", line.detail)  # -4 mm were measured


def test_claim_and_advice_are_sentences_of_the_follow_up(review, make_review):
    def points(of):
        document = report_document(of, ReviewPictures({"after ablation": ()}, {}))
        return next(s.points for s in document.sections if s.title.startswith("After ablation ("))

    found = review.followups[0]
    advice, claim = points(review)
    assert advice == f"Geometry of a further ablation, not advice to treat: {found.re_ablation.words}"
    assert "right side" in advice
    assert claim == found.margin.claim
    assert len(points(make_review(zone_radius_mm=20.0))) == 1


@pytest.mark.parametrize(
    ("minimal_mm", "provable_mm", "tone"),
    [(6.0, 4.0, Tone.GOOD), (6.0, 6.4, Tone.ATTENTION), (-1.0, 6.4, Tone.BAD), (6.0, None, Tone.GOOD)],
)
def test_a_margin_that_proves_nothing_is_not_called_good(make_review, minimal_mm, provable_mm, tone):
    """Thick slices: the wanted margin was measured, and still does not prove coverage."""
    made = make_review()
    changed = {"minimal_margin_mm": minimal_mm, "smallest_provable_margin_mm": provable_mm}
    found = replace(made.followups[0], margin=replace(made.followups[0].margin, **changed))
    of = replace(made, followups=(found,))
    line = next(line for line in headlines(of) if line.title.startswith("Minimal ablation margin"))
    assert line.tone is tone
    assert ("these data need 6.4 mm" in line.detail) == (tone is Tone.ATTENTION)
