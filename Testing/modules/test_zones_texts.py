"""What the panel says about treatment zones, with everything a result may lack."""

import pytest

PROPOSAL = {
    "system": "LI-RADS treatment response 2024",
    "core": "nonradiation",
    "category": "LR-TR Equivocal",
    "reasons": ["a < b"],
}
ZONES = {
    "treatment_response": PROPOSAL,
    "treatment_response_2018": PROPOSAL,
    "viable": [],
    "hepatobiliary_zone": None,
    "warnings": [],
}
SIZE = {"long_axis_mm": 12.4, "short_axis_mm": 7.6, "volume_ml": 0.55}
FINDING = {
    "kind": "viable_nodule",
    "diameter_mm": 11.04,
    "volume_ml": 0.604,
    "z_score": 11.46,
    "center_ras_mm": [1.26, -2.0, 3.0],
    "growth": None,
    "new": None,
    "course": None,
}
LAYER = {
    "name": "rim_enhancement",
    "volume_ml": 0.304,
    "thickness_mm": {"mean": 1.94, "min": 1.6, "max": 3.21},
    "contrast": {"arterial": {"mean": 3.0, "parenchyma": 1.0, "z_score": 5.26}},
    "closedness": None,
}


@pytest.fixture
def said(module_libraries):
    from TreatmentResponseLib.zones_text import zonesHtml

    return zonesHtml


@pytest.fixture
def growth(module_libraries):
    from TreatmentResponseLib.zones_tables import growthText

    return growthText


def test_the_proposal_comes_with_its_reasons(said):
    html = said(ZONES)
    assert html.startswith(
        "<b>Proposed: LR-TR Equivocal</b> (LI-RADS treatment response 2024, nonradiation core)"
    )
    assert "• a &lt; b" in html
    assert "2018" not in html


def test_another_opinion_of_2018_is_told(said):
    older = PROPOSAL | {"category": "LR-TR Viable"}
    assert "By the version of 2018: LR-TR Viable" in said(ZONES | {"treatment_response_2018": older})


def test_without_a_zone_there_is_no_category(said):
    nothing = PROPOSAL | {"category": None, "reasons": ["no treated zone was found"]}
    assert said(ZONES | {"treatment_response": nothing}) == "• no treated zone was found"


def test_sizes_and_warnings(said):
    html = said(ZONES | {"viable": [SIZE, SIZE], "hepatobiliary_zone": SIZE, "warnings": ["no ADC & no DWI"]})
    assert "Viable: 12 × 8 mm, 12 × 8 mm; 1.1 mL" in html
    assert "Zone in the hepatobiliary phase: 12 × 8 mm; 0.6 mL" in html
    assert "⚠ no ADC &amp; no DWI" in html


@pytest.mark.parametrize(("outdated", "words"), [("segments", "recompute"), ("images", "zones again")])
def test_what_was_changed_since_is_told_first(said, outdated, words):
    first = said(ZONES, outdated=outdated).split("<br>")[0]
    assert "changed since" in first
    assert words in first


def test_growth_in_words(growth):
    before = {"previous_diameter_mm": 8.0, "previous_volume_ml": 0.3, "increased": True}
    assert growth(FINDING) == ""
    assert growth(FINDING | {"growth": before, "new": False}) == "increased: +3.0 mm, +0.30 mL"
    assert growth(FINDING | {"growth": before | {"increased": False}, "new": False}).startswith(
        "not increased"
    )
    assert growth(FINDING | {"growth": before, "new": True}) == "new"


def test_rows_of_both_tables(module_libraries):
    from TreatmentResponseLib.zones_tables import COLUMNS, findingRows, layerRows

    (layer,), (finding,) = layerRows({"layers": [LAYER]}), findingRows({"findings": [FINDING]})
    assert layer == {
        "layer": "rim enhancement",
        "volume_ml": 0.3,
        "thickness_mean_mm": 1.9,
        "thickness_min_mm": 1.6,
        "thickness_max_mm": 3.2,
        "contrast_arterial": 5.3,
        "closed_percent": None,
    }
    assert finding["finding"] == "viable nodule"
    assert [finding[key] for key in ("right_mm", "anterior_mm", "superior_mm")] == [1.3, -2.0, 3.0]
    assert {*layer, *finding} <= {column.key for column in COLUMNS}


def test_every_role_has_a_field_and_a_column(module_libraries):
    from panel_files import parameters
    from TreatmentResponseLib.zones_tables import COLUMNS

    from interventional_oncology.zones import ROLES

    columns = {column.key for column in COLUMNS}
    fields = parameters("TreatmentResponse")
    for role in ROLES:
        assert f"contrast_{role}" in columns
        assert "zones" + role.title().replace("_", "") in fields
