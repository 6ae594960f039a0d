"""A whole ablation of the digital patient: the labels against its exact zone."""

import SimpleITK as sitk

from interventional_oncology.phantom import PhantomParameters, make_patient
from interventional_oncology.zones import LABELS, label_zones


def test_thermal_zone_of_the_digital_patient(dice) -> None:
    patient = make_patient(PhantomParameters(treatment="thermal", seed=1, size=(144, 144, 72)))
    masks = patient.followup.masks
    zones = label_zones(patient.followup.images, masks["liver"])
    truth = sitk.GetArrayViewFromImage(masks["ablation"]) > 0
    assert dice(zones.labels, LABELS["necrosis"], truth) >= 0.9
    assert zones.treatment_response.category == "LR-TR Nonviable"
    before = label_zones(patient.baseline.images, patient.baseline.masks["liver"])
    assert before.layers == ()
