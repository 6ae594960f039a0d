"""Reviews of cases that lack something: what is done, and what is said of the rest."""

import textwrap

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import read_case, review, review_record
from interventional_oncology.cases.pairing import choose_pair, main_role
from interventional_oncology.errors import InputError
from interventional_oncology.serialization import json_text

SIZE, SPACING_MM = (40, 40, 20), (4.0, 4.0, 5.0)


def written(folder, name, values, *, spacing=SPACING_MM):
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(spacing)
    sitk.WriteImage(image, str(folder / name))


def body(shift_voxels=0):
    """Return a smooth soft-tissue landscape in air."""
    k, j, i = np.indices(SIZE[::-1], dtype=np.float32)
    i = i - shift_voxels
    inside = ((i - 20) / 15) ** 2 + ((j - 20) / 12) ** 2 < 1
    tissue = 40 + 60 * np.sin(i / 3) * np.cos(j / 4) * np.sin(k / 3)
    return np.where(inside, tissue, -1000).astype(np.float32)


@pytest.fixture
def folder(tmp_path):
    written(tmp_path, "before.nii.gz", body())
    written(tmp_path, "after.nii.gz", body(2))
    written(tmp_path, "constant.nii.gz", np.full(SIZE[::-1], 7.0, dtype=np.float32))
    mask = np.zeros(SIZE[::-1], dtype=np.uint8)
    mask[8:12, 16:24, 16:24] = 1
    written(tmp_path, "mask.nii.gz", mask)
    written(tmp_path, "other_grid.nii.gz", mask, spacing=(3.0, 3.0, 5.0))
    return tmp_path


def case_of(folder, text):
    (folder / "CASE.toml").write_text(textwrap.dedent(text), encoding="utf-8")
    return read_case(folder / "CASE.toml")


def steps_of(found):
    return {(step.name, step.timepoint): step.reason if not step.done else "done" for step in found.steps}


TWO_SCANS = """
    patient = "A"
    [[timepoint]]
    name = "before"
    date = 2025-01-01
    images = { ct_portal = "before.nii.gz" }
    [[timepoint]]
    name = "after"
    date = 2025-02-01
    images = { ct_portal = "after.nii.gz" }
"""


def review_rigid(case, **options):
    from interventional_oncology.cases import ReviewOptions

    return review(case, ReviewOptions(method="rigid"), **options)


def test_two_scans_without_masks_are_registered_and_the_rest_is_explained(folder):
    seen = []
    found = review_rigid(case_of(folder, TWO_SCANS), progress=lambda fraction, message: seen.append(fraction))

    assert steps_of(found) == {
        ("registration", "after"): "done",
        ("ablation margin", "after"): "no ablation mask at 'after'",
        ("treatment zones", "after"): "no treatment is given",
        ("lesion measurement", ""): "no tumor mask at 'before'",
        ("response by recist-1.1", ""): "no lesion was measured",
        ("response by mrecist", ""): "no lesion was measured",
    }
    (comparison,) = found.followups
    assert comparison.registration.quality.similarity_after > 0.9
    assert comparison.registered.GetSize() == SIZE
    assert found.truth is None
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert json_text(review_record(found))


def test_one_time_point_is_measured_alone(folder):
    found = review(
        case_of(
            folder,
            """
            patient = "A"
            [[timepoint]]
            name = "only"
            date = 2025-01-01
            images = { ct_portal = "before.nii.gz" }
            masks = { tumor = "mask.nii.gz" }
            """,
        )
    )
    assert found.followups == ()
    assert len(found.lesions) == 1
    assert steps_of(found)["registration", ""] == "no time point after 'only'"
    assert steps_of(found)["response by recist-1.1", ""] == "lesions of one date only"
    assert any("slices thicker than 3 mm" in text and "5.0 mm (only)" in text for text in found.warnings)


def test_step_that_is_refused_does_not_end_the_review(folder):
    said = []
    text = TWO_SCANS.replace("after.nii.gz", "constant.nii.gz")
    found = review_rigid(case_of(folder, text), warn=said.append)

    reason = steps_of(found)["registration", "after"]
    assert "expected an image with contrast, got 7 everywhere" in reason
    assert said == list(found.warnings) == [f"after: registration not done: {reason}"]
    assert found.followups[0].registered is None


def test_margin_needs_its_two_masks_and_says_which_is_missing(folder):
    text = TWO_SCANS + '    masks = { ablation = "mask.nii.gz" }\n'
    found = review_rigid(case_of(folder, text))
    assert steps_of(found)["ablation margin", "after"] == "no tumor mask at 'before'"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("chemotherapy", "chemotherapy has no zone model"), ("microwave", "no organ mask at 'after'")],
)
def test_zones_need_a_model_and_an_organ(folder, kind, reason):
    text = TWO_SCANS.replace(
        "[[timepoint]]", f'[treatment]\nkind = "{kind}"\ndate = 2025-01-15\n[[timepoint]]', 1
    )
    found = review_rigid(case_of(folder, textwrap.dedent(text)))
    assert steps_of(found)["treatment zones", "after"] == reason


def test_verdict_other_than_good_is_a_warning(folder):
    # Two unrelated landscapes.
    noise = np.random.default_rng(3).normal(0, 50, SIZE[::-1]).astype(np.float32)
    written(folder, "after.nii.gz", np.where(body() > -900, noise, -1000).astype(np.float32))
    found = review_rigid(case_of(folder, TWO_SCANS))
    verdict = found.followups[0].registration.quality.verdict
    assert verdict != "good"
    assert any(text.startswith(f"after: registration is rated '{verdict}'") for text in found.warnings)


def test_mask_on_the_grid_of_no_image_is_refused(folder):
    text = TWO_SCANS + '    masks = { tumor = "other_grid.nii.gz" }\n'
    with pytest.raises(
        InputError, match=r"other_grid.nii.gz is on the grid of no image of 'after': expected 40x40"
    ):
        review(case_of(folder, text))


def test_mask_cut_off_by_the_border_is_a_warning(folder):
    mask = np.zeros(SIZE[::-1], dtype=np.uint8)
    mask[:4, 16:24, 16:24] = 1
    written(folder, "mask.nii.gz", mask)
    found = review_rigid(case_of(folder, TWO_SCANS + '    masks = { tumor = "mask.nii.gz" }\n'))
    assert "after: the tumor mask touches the border of its image and may be cut off" in found.warnings


def test_inputs_are_named_as_the_case_names_them(folder):
    found = review_rigid(case_of(folder, TWO_SCANS))
    assert [record["path"] for record in found.inputs] == ["CASE.toml", "before.nii.gz", "after.nii.gz"]
    assert all(len(record["sha256"]) == 64 for record in found.inputs)


@pytest.mark.parametrize(
    ("baseline", "followup", "pair"),
    [
        (("ct_native", "ct_arterial", "ct_portal"), ("ct_native", "ct_portal"), ("ct_portal", "ct_portal")),
        (("t2", "adc"), ("adc", "t2"), ("t2", "t2")),
        (("ct_arterial",), ("ct_portal", "t2"), ("ct_arterial", "ct_portal")),
        (("ct_portal", "native_t1"), ("t2",), ("native_t1", "t2")),
        (("ct_portal",), ("dwi_b800", "hepatobiliary"), ("ct_portal", "hepatobiliary")),
    ],
)
def test_pair_of_images(baseline, followup, pair):
    assert choose_pair(dict.fromkeys(baseline), dict.fromkeys(followup)) == pair


def test_main_image_is_the_one_that_shows_anatomy():
    assert main_role(dict.fromkeys(("adc", "dwi_b50", "t2", "portal"))) == "portal"
