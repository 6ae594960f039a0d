"""Embolization and radioembolization: rims are benign, nodules are not, and edema is neither."""

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.zones import LABELS, label_zones
from Testing.zones.conftest import MR_ROLES, MR_TISSUES


def embolized(liver, rim_mm: float):
    here = liver(noise=10.0)
    here.paint("rim", here.ball((-10, -5, 0), 14 + rim_mm))
    return here.paint("necrosis", here.ball((-10, -5, 0), 14))


@pytest.mark.parametrize("rim_mm", [2.0, 4.0])
def test_a_thin_rim_is_never_viable(liver, mr, rim_mm) -> None:
    here = embolized(liver, rim_mm)
    zones = label_zones(mr(here), here.mask("liver"), treatment="embolization")
    assert zones.viable == ()
    assert zones.treatment_response.category == "LR-TR Nonviable"
    (rim,) = [f for f in zones.findings if f.kind == "rim"]
    assert rim.volume_ml == pytest.approx(4 / 3 * np.pi * ((14 + rim_mm) ** 3 - 14**3) / 1000, rel=0.35)


def test_a_nodule_in_the_rim_is_viable(liver, mr, dice) -> None:
    here = embolized(liver, 3.0)
    here.paint("hcc", here.ball((2, -5, 0), 4.5))
    zones = label_zones(mr(here), here.mask("liver"), treatment="embolization")
    assert zones.treatment_response.category == "LR-TR Viable"
    assert zones.treatment_response_2018.category == "LR-TR Viable"
    assert len(zones.viable) == 1
    assert dice(zones.labels, LABELS["viable_tumor"], here.masks["hcc"]) >= 0.6
    assert zones.viable[0].long_axis_mm == pytest.approx(9, abs=3)


def test_a_rim_as_thick_as_tumor_is_left_to_the_reader(liver, mr) -> None:
    here = embolized(liver, 8.0)
    zones = label_zones(mr(here), here.mask("liver"), treatment="embolization")
    assert "thick_rim" in {finding.kind for finding in zones.findings}
    assert zones.treatment_response.category == "LR-TR Equivocal"
    assert "thicker than one that is expected" in zones.treatment_response.reasons[0]


class TestRadiationCore:
    """Masslike enhancement after radioembolization is compared over time."""

    @staticmethod
    def labels(here, nodule_mm: float) -> sitk.Image:
        earlier = np.zeros_like(here.masks["liver"], dtype=np.uint8)
        earlier[here.masks["necrosis"]] = LABELS["necrosis"]
        if nodule_mm:
            earlier[here.ball((2, -5, 0), nodule_mm / 2)] = LABELS["viable_tumor"]
        return here.image(earlier)

    @pytest.fixture
    def irradiated(self, liver):
        here = embolized(liver, 2.0)
        here.paint("hcc", here.ball((2, -5, 0), 5.5))
        return here

    @pytest.mark.parametrize(
        ("before_mm", "category", "course"),
        [
            (None, "LR-TR Nonprogressing", "residual"),
            (0.0, "LR-TR Viable", "progression"),
            (5.0, "LR-TR Viable", "residual"),
            (11.0, "LR-TR Nonprogressing", "residual"),
        ],
    )
    def test_category(self, irradiated, mr, before_mm, category, course) -> None:
        previous = None if before_mm is None else self.labels(irradiated, before_mm)
        zones = label_zones(
            mr(irradiated),
            irradiated.mask("liver"),
            treatment="radioembolization",
            previous=previous,
            days_since_treatment=40,
        )
        assert zones.treatment_response.core == "radiation"
        assert zones.treatment_response.category == category
        (nodule,) = [f for f in zones.findings if f.kind == "viable_nodule"]
        assert nodule.course == course
        assert any("too early" in text for text in zones.warnings)
        assert any("too early" in text for text in zones.treatment_response.reasons)


def test_edema_is_a_layer_of_its_own(liver, mr, dice) -> None:
    here = liver(noise=10.0)
    here.paint("edema", here.ball((-8, -5, 0), 22)).paint("rim", here.ball((-8, -5, 0), 14.5))
    here.paint("necrosis", here.ball((-8, -5, 0), 12))
    zones = label_zones(mr(here), here.mask("liver"), treatment="radioembolization", days_since_treatment=120)
    assert dice(zones.labels, LABELS["edema"], here.masks["edema"]) >= 0.85
    assert zones.treatment_response.category == "LR-TR Nonviable"
    assert not any("too early" in text for text in zones.warnings)


@pytest.mark.parametrize(("days", "early"), [(89, True), (90, False)])
def test_chemoembolization_is_judged_from_three_months_on(liver, mr, days, early) -> None:
    here = liver(noise=10.0)
    here.paint("necrosis", here.ball((-8, -5, 0), 12))
    zones = label_zones(mr(here), here.mask("liver"), treatment="embolization", days_since_treatment=days)
    assert any("too early" in text for text in zones.warnings) == early


class TestBumpOfTheRim:
    """What is thicker than the rim in one place: its look in the other sequences says what it is."""

    @staticmethod
    def bumped(liver, tissue: str):
        here = embolized(liver, 2.5)
        here.paint(tissue, here.ball((6.0, -5.0, 0.0), 4.5))
        return here.paint("necrosis", here.ball((-10, -5, 0), 14))

    @pytest.mark.parametrize("sequences", [MR_ROLES, ("native_t1", "arterial")])
    def test_tumor_is_found(self, liver, mr, sequences) -> None:
        here = self.bumped(liver, "hcc")
        images = {role: image for role, image in mr(here).items() if role in sequences}
        zones = label_zones(images, here.mask("liver"), treatment="embolization")
        viable = sitk.GetArrayViewFromImage(zones.labels) == LABELS["viable_tumor"]
        assert (viable & here.masks["hcc"]).any()
        assert len(zones.viable) == 1

    @pytest.mark.parametrize(("sequences", "pieces"), [(MR_ROLES, 0), (("native_t1", "arterial"), 1)])
    def test_a_bump_of_the_rim_is_rim_where_sequences_tell(self, liver, mr, sequences, pieces) -> None:
        here = self.bumped(liver, "rim")
        images = {role: image for role, image in mr(here).items() if role in sequences}
        zones = label_zones(images, here.mask("liver"), treatment="embolization")
        assert len(zones.viable) == pieces

    def test_a_nodule_no_thicker_than_the_rim_is_found_by_its_look(self, liver, mr) -> None:
        here = embolized(liver, 4.0)
        hidden = here.masks["rim"] & here.ball((6.0, -5.0, 0.0), 4.0)
        here.paint("hcc", hidden)
        zones = label_zones(mr(here), here.mask("liver"), treatment="embolization")
        viable = sitk.GetArrayViewFromImage(zones.labels) == LABELS["viable_tumor"]
        assert (viable & hidden).any()
        assert len(zones.viable) == 1

    def test_masslike_it_is_viable_whatever_it_looks_like(self, liver) -> None:
        here = embolized(liver, 2.5)
        here.paint("rim", here.ball((6.0, -5.0, 0.0), 6.0))
        tissues = MR_TISSUES | {"rim": (190.0, 370.0, 340.0, 330.0, 130.0)}
        zones = label_zones(here.images(tissues, MR_ROLES), here.mask("liver"), treatment="embolization")
        assert zones.treatment_response.category == "LR-TR Viable"


@pytest.mark.parametrize("nodules", [0, 1])
def test_slices_of_5_mm_make_no_nodule_of_a_rim_and_hide_none(liver, mr, nodules) -> None:
    here = embolized(liver, 3.0)
    if nodules:
        here.paint("hcc", here.ball((2, -5, 0), 4.5))
    images = {role: sitk.BinShrink(image, (1, 1, 2)) for role, image in mr(here).items()}
    organ = sitk.BinShrink(sitk.Cast(here.mask("liver"), sitk.sitkFloat32), (1, 1, 2)) >= 0.5
    zones = label_zones(images, organ, treatment="embolization")
    assert organ.GetSpacing() == pytest.approx((1.6, 1.6, 5.0))
    assert len(zones.viable) == nodules
    assert any("voxels of 5.0 mm" in text for text in zones.warnings)
