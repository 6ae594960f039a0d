"""The three layers of irreversible electroporation, on painted volumes whose truth is known."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.zones import LABELS, label_zones, measure_zones

LAYERS = {"necrosis": "necrosis", "hemorrhagic_congestion": "congestion", "inflammation": "inflammation"}


def test_three_layers_from_inside_out(electroporated, mr, dice) -> None:
    zones = label_zones(mr(electroporated), electroporated.mask("liver"), treatment="ire")
    for (layer, tissue), least in zip(LAYERS.items(), (0.95, 0.9, 0.85), strict=True):
        assert dice(zones.labels, LABELS[layer], electroporated.masks[tissue]) >= least, layer
    by_name = {layer.name: layer for layer in zones.layers}
    assert by_name["inflammation"].closedness >= 0.95
    assert by_name["hemorrhagic_congestion"].closedness >= 0.95
    assert by_name["necrosis"].closedness is None
    assert by_name["inflammation"].thickness_mm.mean == pytest.approx(3.5, abs=1.0)
    assert by_name["necrosis"].contrast["t2"].z_score < 0 < by_name["necrosis"].contrast["native_t1"].z_score
    assert zones.treatment_response.category == "LR-TR Nonviable"
    # Inflammation is not dark in the hepatobiliary phase: the zone there ends at the congestion.
    assert zones.hepatobiliary_zone.longest_diameter_mm == pytest.approx(33, abs=2.5)
    assert zones.hepatobiliary_zone.volume_ml == pytest.approx(4 / 3 * np.pi * 16.5**3 / 1000, rel=0.1)


def test_no_layer_lies_outside_its_enclosing_one(electroporated, mr) -> None:
    # A lake of congestion-like tissue apart from the zone, and inflammation open on one side.
    electroporated.paint("congestion", electroporated.ball((25, 22, 0), 5))
    open_side = electroporated.masks["inflammation"] & (electroporated.places_mm[..., 0] > 6)
    electroporated.paint("liver", open_side)
    zones = label_zones(mr(electroporated), electroporated.mask("liver"), treatment="ire")
    labels = sitk.GetArrayViewFromImage(zones.labels)
    assert not labels[electroporated.ball((25, 22, 0), 4)].any()
    inner = np.isin(labels, [LABELS["necrosis"]])
    around = np.argwhere(inner)
    for step in np.vstack([np.eye(3), -np.eye(3)]).astype(int):
        assert 0 not in labels[tuple((around + step).T)]
    by_name = {layer.name: layer for layer in zones.layers}
    assert 0.6 <= by_name["inflammation"].closedness <= 0.97


def test_numbers_are_taken_anew_from_edited_labels(electroporated, mr) -> None:
    images, organ = mr(electroporated), electroporated.mask("liver")
    zones = label_zones(images, organ, treatment="ire")
    again = measure_zones(zones.labels, images, organ, treatment="ire")
    assert [(a.name, a.volume_ml) for a in again.layers] == [(b.name, b.volume_ml) for b in zones.layers]
    edited = sitk.GetArrayFromImage(zones.labels)
    edited[electroporated.ball((-8, -5, 16), 4)] = LABELS["viable_tumor"]
    image = electroporated.image(edited)
    after = measure_zones(image, images, organ, treatment="ire")
    assert np.array_equal(sitk.GetArrayViewFromImage(after.labels), edited)
    assert after.treatment_response.category == "LR-TR Viable"
    assert after.viable[0].longest_diameter_mm == pytest.approx(8, abs=2.5)
    volume_ml = np.count_nonzero(edited == LABELS["viable_tumor"]) * 1.6 * 1.6 * 2.5 / 1000
    assert after.viable[0].volume_ml == pytest.approx(volume_ml)


def test_what_cannot_be_told_apart_is_said(electroporated) -> None:
    # Portal phase alone: inflammation is as bright as parenchyma there.
    from Testing.zones.conftest import MR_ROLES, MR_TISSUES

    images = electroporated.images(MR_TISSUES, MR_ROLES)
    few = {role: images[role] for role in ("native_t1", "portal")}
    zones = label_zones(few, electroporated.mask("liver"), treatment="ire")
    assert any("inflammation cannot be told from parenchyma" in text for text in zones.indistinguishable)
    assert "inflammation" not in {layer.name for layer in zones.layers}
    assert zones.treatment_response.category == "LR-TR Nonevaluable"


def test_the_order_of_axes_does_not_matter(electroporated, mr) -> None:
    images, organ = mr(electroporated), electroporated.mask("liver")
    plain = label_zones(images, organ, treatment="ire")
    swap = [1, 0, 2]
    swapped = label_zones(
        {role: sitk.PermuteAxes(image, swap) for role, image in images.items()},
        sitk.PermuteAxes(organ, swap),
        treatment="ire",
    )
    back = sitk.GetArrayViewFromImage(sitk.PermuteAxes(swapped.labels, swap))
    assert np.mean(back != sitk.GetArrayViewFromImage(plain.labels)) < 1e-3
