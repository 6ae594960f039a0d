"""The patient as a whole: every treatment, the same twice, truth that does not depend on the grid."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.images import same_grid
from interventional_oncology.phantom import TREATMENTS, PhantomParameters, make_patient
from interventional_oncology.phantom.course import LABELS
from interventional_oncology.phantom.patient import make_story

CT = {"ct_native", "ct_arterial", "ct_portal"}
MR = {"native_t1", "t2", "arterial", "portal", "hepatobiliary", "dwi", "adc"}
EXPECTED = {  # RECIST 1.1, mRECIST
    "thermal": ("NE", "CR"),
    "ire": ("NE", "CR"),
    "tace": ("SD", "PR"),
    "tare": ("SD", "CR"),
    "chemotherapy": ("PR", "PR"),
    "progression": ("PD", "PD"),
    "new-lesion": ("PD", "PD"),
}


def volume_ml(mask: sitk.Image) -> float:
    return float((sitk.GetArrayViewFromImage(mask) > 0).sum() * np.prod(mask.GetSpacing()) / 1000)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_every_treatment_makes_two_visits_with_images_masks_and_truth(patient_of, treatment):
    patient = patient_of(treatment=treatment)
    roles = MR if treatment in ("ire", "tace", "tare") else CT
    for visit in (patient.baseline, patient.followup):
        assert roles <= set(visit.images)
        assert {"body", "liver", "spleen", "vessels", "aorta", "lungs", "left_kidney"} <= set(visit.masks)
        for image in (*visit.images.values(), *visit.masks.values()):
            assert same_grid(image, visit.masks["liver"])
        assert 900 < volume_ml(visit.masks["liver"]) < 2200
        assert 80 < volume_ml(visit.masks["spleen"]) < 350
    assert patient.baseline.date < patient.followup.date
    assert volume_ml(patient.baseline.masks["tumor"]) > 3
    assert (patient.truth["response"]["recist-1.1"], patient.truth["response"]["mrecist"]) == EXPECTED[
        treatment
    ]


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_categories_hold_for_another_patient(treatment):
    truth = make_story(PhantomParameters(treatment=treatment, seed=11)).truth
    assert (truth["response"]["recist-1.1"], truth["response"]["mrecist"]) == EXPECTED[treatment]


def test_same_seed_same_voxels_other_seed_other_patient(patient_of):
    asked = {"treatment": "tace", "size": (24, 24, 16), "modality": "both"}
    first, again = (make_patient(PhantomParameters(**asked)) for _ in range(2))
    other = patient_of(**asked, seed=2)
    for name in ("baseline", "followup"):
        for kind in ("images", "masks"):
            one, two, three = (getattr(getattr(p, name), kind) for p in (first, again, other))
            assert set(one) == set(two)
            for key in one:
                assert sitk.Hash(one[key]) == sitk.Hash(two[key])
            assert any(sitk.Hash(one[key]) != sitk.Hash(three[key]) for key in one)
    assert first.truth == again.truth
    assert first.truth != other.truth


def test_changing_the_truth_of_one_patient_leaves_the_next_alone():
    parameters = PhantomParameters(treatment="tare")
    make_story(parameters).truth["response"]["mrecist"] = "PD"
    assert make_story(parameters).truth["response"]["mrecist"] == "CR"


def test_noise_of_the_two_visits_is_independent(focused_patient_of, array_of):
    still = {"treatment": "new-lesion", "motion": 0.0}
    noisy, clean = focused_patient_of(**still), focused_patient_of(**still, noise=0.0)
    deep = array_of(clean.baseline.masks["liver"]) & ~array_of(clean.followup.masks["tumor"])
    before, after = (
        (array_of(getattr(noisy, visit).images[role]) - array_of(getattr(clean, visit).images[role]))[deep]
        for visit, role in (("baseline", "ct_portal"), ("followup", "ct_portal"))
    )
    assert abs(np.corrcoef(before, after)[0, 1]) < 0.02
    other = (array_of(noisy.baseline.images["ct_native"]) - array_of(clean.baseline.images["ct_native"]))[
        deep
    ]
    assert abs(np.corrcoef(before, other)[0, 1]) < 0.02


def test_without_motion_and_noise_untouched_anatomy_is_the_same_twice(patient_of, array_of):
    patient = patient_of(treatment="chemotherapy", motion=0.0, noise=0.0)
    before, after = (array_of(visit.images["ct_portal"]) for visit in (patient.baseline, patient.followup))
    touched = sitk.BinaryDilate(sitk.Cast(patient.baseline.masks["tumor"] > 0, sitk.sitkUInt8), (2, 2, 2))
    # positions round differently on the two ways; partial volume at the lungs makes a few HU of it
    assert np.abs(before - after)[~array_of(touched)].max() <= 5


@pytest.mark.parametrize("treatment", ["thermal", "ire"])
def test_masks_are_nested_when_the_margin_is_positive(focused_patient_of, array_of, treatment):
    patient = focused_patient_of(treatment=treatment)
    tumor, zone = (array_of(patient.truth_masks[name]) for name in ("tumor", "ablation_at_baseline"))
    liver = array_of(patient.baseline.masks["liver"])
    assert tumor.any()
    assert (zone | ~tumor).all()
    assert (zone & ~tumor).any()
    assert (liver | ~zone).all()
    assert "tumor" not in patient.followup.masks


def test_layers_of_ire_lie_inside_out(focused_patient_of):
    patient = focused_patient_of(treatment="ire")
    labels = sitk.GetArrayFromImage(patient.truth_masks["zones"])
    necrosis, congestion, inflammation = (
        labels == LABELS[name] for name in ("necrosis", "hemorrhagic_congestion", "inflammation")
    )
    assert necrosis.any()
    ball = [1, 1, 1]
    image = sitk.GetImageFromArray(necrosis.astype(np.uint8))
    around = sitk.GetArrayFromImage(sitk.BinaryDilate(image, ball)).astype(bool)
    assert (necrosis | congestion | ~around).all()
    image = sitk.GetImageFromArray((necrosis | congestion).astype(np.uint8))
    around = sitk.GetArrayFromImage(sitk.BinaryDilate(image, [1, 1, 0])).astype(bool)
    assert (necrosis | congestion | inflammation | ~around).mean() > 0.999
    zone = sitk.GetArrayFromImage(patient.followup.masks["ablation"]).astype(bool)
    assert np.array_equal(zone, necrosis | congestion)
    layers = {layer["name"]: layer for layer in patient.truth["layers"]}
    assert layers["inflammation"]["thickness_mm"]["mean"] == pytest.approx(3, abs=0.6)
    assert layers["hemorrhagic_congestion"]["thickness_mm"]["min"] > 2


def test_negative_margin_leaves_living_tumor(focused_patient_of, array_of):
    patient = focused_patient_of(treatment="thermal", margin_mm=-4.0)
    truth = patient.truth
    assert truth["minimal_margin_mm"] == pytest.approx(-4, abs=0.01)
    left = array_of(patient.truth_masks["viable"])
    assert left.any()
    assert not (left & array_of(patient.followup.masks["ablation"])).any()
    assert 0.5 < truth["margin"]["volume_fraction_covered"] < 1
    assert truth["margin"]["surface_fraction"]["below_0"] > 0.02
    assert truth["lesions"][0]["followup_viable"]["volume_ml"] == pytest.approx(
        volume_ml(patient.truth_masks["viable"]), rel=0.1
    )
    assert truth["response"]["mrecist"] in ("PR", "SD")


@pytest.mark.parametrize("margin_mm", [0.0, 2.0, 7.0])
def test_margin_asked_for_is_the_margin_made(margin_mm):
    truth = make_story(PhantomParameters(treatment="thermal", margin_mm=margin_mm)).truth
    assert truth["minimal_margin_mm"] == pytest.approx(margin_mm, abs=0.005)


def test_masks_have_the_volumes_of_the_truth(focused_patient_of):
    patient = focused_patient_of(treatment="thermal")
    truth = patient.truth
    assert volume_ml(patient.truth_masks["tumor"]) == pytest.approx(
        truth["margin"]["tumor_volume_ml"], rel=0.02
    )
    assert volume_ml(patient.truth_masks["ablation_at_baseline"]) == pytest.approx(
        truth["margin"]["zone_volume_ml"], rel=0.02
    )
    assert volume_ml(patient.followup.masks["ablation"]) == pytest.approx(
        truth["zone"]["followup"]["volume_ml"], rel=0.02
    )


def test_truth_and_anatomy_do_not_depend_on_the_grid(patient_of):
    coarse, fine = patient_of(treatment="thermal"), patient_of(treatment="thermal", size=(80, 72, 56))
    assert coarse.truth == fine.truth
    for name, share in (("liver", 0.01), ("body", 0.01), ("spleen", 0.03), ("aorta", 0.03)):
        for visit in ("baseline", "followup"):
            one, two = (volume_ml(getattr(patient, visit).masks[name]) for patient in (coarse, fine))
            assert one == pytest.approx(two, rel=share), name


def test_oblique_grid_shows_the_same_patient(patient_of, array_of):
    turned = (0.96, -0.28, 0.0, 0.28, 0.96, 0.0, 0.0, 0.0, 1.0)
    asked = {"treatment": "thermal", "noise": 0.0}
    straight = patient_of(**asked)
    oblique = patient_of(**asked, direction=turned)
    for visit in ("baseline", "followup"):
        there = getattr(oblique, visit).images["ct_portal"]
        expected = getattr(straight, visit).images["ct_portal"]
        seen = array_of(sitk.Resample(there, expected, sitk.Transform(), sitk.sitkLinear, -1000.0))
        inside = array_of(sitk.BinaryErode(getattr(straight, visit).masks["liver"], (2, 2, 2)))
        assert np.abs(seen - array_of(expected))[inside].mean() < 4


def test_several_tumors_lie_apart_inside_the_liver(patient_of):
    patient = patient_of(treatment="progression", tumors=3, seed=4)
    labels = sitk.GetArrayFromImage(patient.baseline.masks["tumor"])
    assert sorted(np.unique(labels)) == [0, 1, 2, 3]
    pieces = sitk.ConnectedComponent(patient.baseline.masks["tumor"] > 0)
    assert sitk.GetArrayFromImage(pieces).max() == 3
    liver = sitk.GetArrayFromImage(patient.baseline.masks["liver"])
    assert (liver[labels > 0] == 1).mean() > 0.99


def test_new_lesion_is_there_only_at_follow_up(patient_of):
    patient = patient_of(treatment="new-lesion")
    new = [row for row in patient.truth["lesions"] if row["role"] == "new"]
    assert len(new) == 1
    assert new[0]["baseline"] is None
    assert new[0]["followup"]["long_axis_mm"] > 10
    assert set(np.unique(sitk.GetArrayFromImage(patient.baseline.masks["tumor"]))) == {0, 1}
    assert set(np.unique(sitk.GetArrayFromImage(patient.followup.masks["tumor"]))) == {0, 1, 2}


def test_known_motion_carries_the_baseline_to_the_follow_up(patient_of, array_of):
    patient = patient_of(treatment="new-lesion", noise=0.0, size=(72, 72, 56))
    moving, fixed = patient.followup.images["ct_portal"], patient.baseline.images["ct_portal"]
    inside = array_of(sitk.BinaryErode(patient.baseline.masks["liver"], (2, 2, 2)))
    still = array_of(sitk.Resample(moving, fixed, sitk.Transform(), sitk.sitkLinear, -1000.0))
    moved = array_of(sitk.Resample(moving, fixed, patient.baseline_to_followup, sitk.sitkLinear, -1000.0))
    before, after = (np.abs(image - array_of(fixed))[inside].mean() for image in (still, moved))
    assert after < 0.6 * before  # what is left is interpolation of small vessels on a coarse grid
    assert 2 < patient.truth["motion"]["liver_mean_mm"] < 20


def test_phase_motion_shifts_all_but_the_portal_phase(focused_patient_of, array_of):
    still = focused_patient_of(treatment="thermal", noise=0.0)
    moved = focused_patient_of(treatment="thermal", noise=0.0, phase_motion_mm=3.0)
    assert np.array_equal(
        array_of(still.baseline.images["ct_portal"]), array_of(moved.baseline.images["ct_portal"])
    )
    gap = np.abs(
        array_of(still.baseline.images["ct_arterial"]) - array_of(moved.baseline.images["ct_arterial"])
    )
    assert gap.max() > 15
