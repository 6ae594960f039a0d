"""What the images show: contrast of tissues, noise, partial volume."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.phantom.ct import CT_NOISE_HU
from interventional_oncology.phantom.mr import B_VALUES, LIVER_SNR, fit_adc, t1_signal, t2_signal
from interventional_oncology.phantom.noise import correlated_noise, rician, stream
from interventional_oncology.phantom.tissues import tissues


def eroded(mask: sitk.Image, by=(2, 2, 1)) -> sitk.Image:
    return sitk.BinaryErode(sitk.Cast(mask > 0, sitk.sitkUInt8), by)


def test_table_is_complete_and_sane():
    table = tissues()
    assert len(table) > 25
    for tissue in table.values():
        assert tissue.source
        assert -1000 <= tissue.ct_native_hu <= 1500
        assert tissue.t1_ms >= tissue.t2_ms > 0
        assert 0 <= tissue.fat_fraction <= 1
        assert 0 <= tissue.spin_echo_fraction <= 1
        assert tissue.gd_portal_mmol_l >= 0


def test_published_relaxation_times_are_in_the_table():
    # de Bazelaire 2004, 3 T
    expected = {"liver": (809, 34), "spleen": (1328, 61), "kidney_cortex": (1142, 76), "muscle": (898, 29)}
    for name, (t1, t2) in expected.items():
        assert (tissues()[name].t1_ms, tissues()[name].t2_ms) == (t1, t2)


def test_noise_has_variance_one_and_is_correlated_in_the_slice_only():
    noise = correlated_noise(stream(1, "test"), (40, 80, 80), 0.6)
    assert noise.std() == pytest.approx(1, abs=0.02)
    beside, above = (np.mean(noise * np.roll(noise, 1, axis)) for axis in (2, 0))
    assert 0.3 < beside < 0.6
    assert abs(above) < 0.02


def test_rician_floor_and_high_signal_limit():
    sigma = 8.0
    air = rician(stream(1, "air"), np.zeros((60, 60, 60), np.float32), sigma)
    assert air.mean() == pytest.approx(sigma * np.sqrt(np.pi / 2), rel=0.01)
    assert air.std() == pytest.approx(sigma * np.sqrt(2 - np.pi / 2), rel=0.01)
    tissue = rician(stream(1, "tissue"), np.full((60, 60, 60), 300, np.float32), sigma)
    assert tissue.std() == pytest.approx(sigma, rel=0.02)
    assert tissue.mean() == pytest.approx(np.hypot(300, sigma) - sigma**2 / (2 * 300), rel=0.001)


def test_adc_of_a_known_decay():
    b = np.array(B_VALUES)
    signals = [np.full((2, 2, 2), 1000 * np.exp(-value * 1.3e-3), np.float32) for value in b]
    assert np.allclose(fit_adc(signals, b, 1.0), 1300, atol=0.5)
    assert (fit_adc([np.zeros((2, 2, 2), np.float32)] * 4, b, 1.0) == 0).all()


def test_ct_noise_in_the_liver(focused_patient_of, array_of):
    noisy = focused_patient_of(treatment="new-lesion", motion=0.0)
    clean = focused_patient_of(treatment="new-lesion", motion=0.0, noise=0.0)
    for role, image in noisy.baseline.images.items():
        noise = array_of(image) - array_of(clean.baseline.images[role])
        assert noise.std() == pytest.approx(CT_NOISE_HU, rel=0.03)
        assert abs(noise.mean()) < 0.3


def test_attenuation_of_organs_in_each_phase(patient_of, array_of):
    patient = patient_of(treatment="thermal", noise=0.0)
    for organ, tissue in (("liver", "liver"), ("spleen", "spleen"), ("aorta", "aorta")):
        inside = array_of(eroded(patient.baseline.masks[organ], (1, 1, 0)))
        for role in ("ct_native", "ct_arterial", "ct_portal"):
            expected = getattr(tissues()[tissue], f"{role}_hu")
            assert np.median(array_of(patient.baseline.images[role])[inside]) == pytest.approx(
                expected, abs=4
            )


def test_hcc_lights_up_and_washes_out_and_the_zone_stays_dark(focused_patient_of, array_of):
    patient = focused_patient_of(treatment="thermal")
    tumor = array_of(eroded(patient.baseline.masks["tumor"]))
    zone = array_of(eroded(patient.followup.masks["ablation"]))

    def rise(visit, role, inside):
        native = array_of(visit.images["ct_native"])[inside].mean()
        return array_of(visit.images[role])[inside].mean() - native

    liver = array_of(eroded(patient.baseline.masks["liver"])) & ~array_of(patient.baseline.masks["tumor"])
    assert rise(patient.baseline, "ct_arterial", tumor) > rise(patient.baseline, "ct_arterial", liver) + 25
    assert rise(patient.baseline, "ct_portal", tumor) < rise(patient.baseline, "ct_portal", liver) - 10
    assert abs(rise(patient.followup, "ct_arterial", zone)) < 2
    assert abs(rise(patient.followup, "ct_portal", zone)) < 2


def test_appearance_of_ire_layers(focused_patient_of, array_of):
    patient = focused_patient_of(treatment="ire", noise=0.0, bias=0.0)
    labels = sitk.GetArrayFromImage(patient.truth_masks["zones"])
    images = {role: array_of(image) for role, image in patient.followup.images.items()}
    core = array_of(eroded(patient.followup.masks["ablation"], (5, 5, 3))) & (labels == 1)
    ring, rim = labels == 2, labels == 3
    liver = array_of(eroded(patient.followup.masks["liver"])) & (labels == 0)
    liver &= ~array_of(patient.followup.masks["vessels"])

    def level(role, where):
        return float(np.median(images[role][where]))

    assert level("native_t1", core) > 1.1 * level("native_t1", liver)
    assert level("t2", core) < 0.9 * level("t2", liver)
    for phase in ("arterial", "portal", "hepatobiliary"):
        assert level(phase, core) == pytest.approx(level("native_t1", core), rel=0.03)
    assert level("native_t1", ring) < 0.9 * level("native_t1", liver)
    assert level("t2", ring) > 1.5 * level("t2", liver)
    assert level("native_t1", ring) < level("arterial", ring) < level("portal", ring)
    assert level("hepatobiliary", ring) < 0.6 * level("hepatobiliary", liver)
    assert level("arterial", rim) > 1.15 * level("arterial", liver)
    assert level("native_t1", rim) == pytest.approx(level("native_t1", liver), rel=0.12)


def test_adc_image_shows_the_table(focused_patient_of, array_of):
    patient = focused_patient_of(treatment="tare", noise=0.0)
    tumor = array_of(eroded(patient.baseline.masks["tumor"]))
    assert np.median(array_of(patient.baseline.images["adc"])[tumor]) == pytest.approx(
        tissues()["hcc"].adc_um2_s, rel=0.05
    )


def test_mr_noise_follows_the_signal_to_noise_asked_for(focused_patient_of, array_of):
    one, two = (focused_patient_of(treatment="tare", noise=level, motion=0.0) for level in (1.0, 2.0))
    clean = focused_patient_of(treatment="tare", noise=0.0, motion=0.0)
    liver = array_of(eroded(clean.baseline.masks["liver"]))
    signal = array_of(clean.baseline.images["native_t1"])
    for patient, level in ((one, 1.0), (two, 2.0)):
        noise = (array_of(patient.baseline.images["native_t1"]) - signal)[liver].std()
        assert 200.0 / noise == pytest.approx(LIVER_SNR / level, rel=0.05)


def test_bias_field_is_smooth_and_switches_off(patient_of, array_of):
    asked = {"treatment": "tare", "noise": 0.0, "size": (48, 48, 32)}
    flat, biased = patient_of(**asked, bias=0.0), patient_of(**asked, bias=0.2)
    inside = array_of(flat.baseline.images["native_t1"]) > 50
    ratio = (
        array_of(biased.baseline.images["native_t1"])[inside]
        / array_of(flat.baseline.images["native_t1"])[inside]
    )
    assert np.log(ratio).std() > 0.03
    assert 0.3 < ratio.min() < ratio.max() < 3


def test_edges_hold_partial_volume(patient_of, array_of):
    patient = patient_of(treatment="thermal", noise=0.0)
    ring = sitk.BinaryDilate(patient.baseline.masks["liver"], (1, 1, 1)) - patient.baseline.masks["liver"]
    values = array_of(patient.baseline.images["ct_portal"])[array_of(ring)]
    between = (values > -80) & (values < 90)  # neither fat nor liver
    assert between.mean() > 0.3


def test_signal_equations_order_tissues_as_known():
    table = tissues()
    assert t1_signal(table["liver"], None) > t1_signal(table["spleen"], None)
    assert t2_signal(table["spleen"]) > t2_signal(table["liver"])
    assert t2_signal(table["fluid"]) > t2_signal(table["hcc"]) > t2_signal(table["liver"])
    assert t1_signal(table["liver"], "gd_hepatobiliary_mmol_l") > t1_signal(
        table["portal_vein"], "gd_hepatobiliary_mmol_l"
    )
