"""What a case says of its margin, and a planned zone beside the achieved one."""

import textwrap

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import ReviewOptions, read_case, review, review_record
from interventional_oncology.errors import InputError
from interventional_oncology.report.margin_tables import planned_table

SIZE, SPACING_MM, CENTER_MM = (40, 40, 24), (3.0, 3.0, 3.0), np.array([60.0, 60.0, 36.0])
CASE = """
patient = "P1"
{table}
[treatment]
kind = "microwave"
date = 2025-03-02
[[timepoint]]
name = "before"
date = 2025-02-20
images = {{ ct_portal = "ct.nii.gz" }}
masks = {{ liver = "liver.nii.gz", tumor = "tumor.nii.gz", planned_ablation = "planned.nii.gz" }}
[[timepoint]]
name = "after"
date = 2025-03-03
images = {{ ct_portal = "ct.nii.gz" }}
masks = {{ liver = "liver.nii.gz", ablation = "ablation.nii.gz" }}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    points_mm = np.indices(SIZE[::-1])[::-1].T.swapaxes(0, 2) * 3.0

    def written(name, values):
        image = sitk.GetImageFromArray(values)
        image.SetSpacing(SPACING_MM)
        sitk.WriteImage(image, str(folder / f"{name}.nii.gz"))

    def ball(radius_mm, aside_mm=0.0):
        away_mm = points_mm - CENTER_MM - [aside_mm, 0.0, 0.0]
        return (np.linalg.norm(away_mm, axis=-1) <= radius_mm).astype(np.uint8)

    x, y, z = np.moveaxis(points_mm, -1, 0)
    written("ct", (50 + 30 * np.sin(x / 9) * np.cos(y / 11) * np.sin(z / 8)).astype(np.float32))
    for name, mask in {
        "liver": ball(33), "tumor": ball(9), "planned": ball(18), "ablation": ball(16.5, 3.0)
    }.items():  # fmt: skip
        written(name, mask)
    return folder


def case_of(folder, table=""):
    (folder / "CASE.toml").write_text(textwrap.dedent(CASE).format(table=table), encoding="utf-8")
    return read_case(folder / "CASE.toml")


def test_the_table_is_obeyed_and_the_planned_zone_compared(folder) -> None:
    table = '[margin]\nthreshold_mm = 3\nsubcapsular_rule = "to_border"\nsubcapsular_mm = 8.0\n'
    case = case_of(folder, table)
    options = ReviewOptions.of_case(case)
    assert (options.threshold_mm, options.subcapsular_rule, options.subcapsular_mm) == (3.0, "to_border", 8.0)
    found = review(case)
    comparison = review_record(found)["comparisons"][0]
    assert comparison["margin"]["subcapsular_rule"] == "to_border"
    planned = comparison["planned"]
    assert planned["margin"]["minimal_margin_mm"] == pytest.approx(9.0, abs=0.5)
    assert planned["minimal_margin_difference_mm"] == pytest.approx(4.5 - 9.0, abs=0.8)
    # RAS: 3 mm to the right in LPS x.
    assert planned["center_shift_ras_mm"] == pytest.approx([-3.0, 0.0, 0.0], abs=0.7)
    rows = {row[0]: row[1:] for row in planned_table(found.followups[0].planned).rows}
    assert rows["Angle of the long axes"][-1] == "no long axis"
    assert rows["Volume of the zone"][0] == f"{planned['margin']['ablation_volume_ml']:.1f} ml"


def test_what_the_table_leaves_out_keeps_its_default(folder) -> None:
    case = case_of(folder, "[margin]\nsubcapsular_mm = 2")
    assert (case.margin.threshold_mm, case.margin.subcapsular_rule) == (5.0, "exclude")
    assert case_of(folder).margin.subcapsular_mm == 5.0


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("[margin]\nthreshold_mm = 100", "threshold_mm: expected a length of 0 to 30 mm"),
        ('[margin]\nthreshold_mm = "5"', "expected a length"),
        ("[margin]\nthreshold = 5", "got 'threshold'"),
        ('[margin]\nsubcapsular_rule = "shave"', "got shave"),
        ("margin = 5", "expected a table"),
    ],
)
def test_a_wrong_table_is_refused(folder, table, says) -> None:
    with pytest.raises(InputError, match=says):
        case_of(folder, table)
