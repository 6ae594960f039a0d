"""Labels of a thermal ablation whose truth is known."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

from interventional_oncology.zones import LABELS, label_zones, measure_zones

NECROSIS, VIABLE, RIM = LABELS["necrosis"], LABELS["viable_tumor"], LABELS["rim_enhancement"]


def kinds(zones) -> list[str]:
    return [finding.kind for finding in zones.findings]


def test_complete_ablation(treated, dice) -> None:
    zones = label_zones(treated.images(), treated.mask("liver"))
    assert dice(zones.labels, NECROSIS, treated.masks["necrosis"]) >= 0.93
    assert zones.treatment_response.category == "LR-TR Nonviable"
    assert "viable_nodule" not in kinds(zones)
    layer = {layer.name: layer for layer in zones.layers}["necrosis"]
    assert layer.volume_ml == pytest.approx(4 / 3 * np.pi * 15**3 / 1000, rel=0.08)
    # The largest ball in a border that is uneven by a voxel on either side.
    assert 30 - 2 * 2.5 - 1 <= layer.thickness_mm.max <= 31
    assert layer.contrast["ct_portal"].mean == pytest.approx(54, abs=6)
    assert layer.contrast["ct_portal"].parenchyma == pytest.approx(110, abs=3)
    assert layer.contrast["ct_portal"].z_score < -3


def test_only_one_zone_and_no_cyst_or_vessel(treated) -> None:
    zones = label_zones(treated.images(), treated.mask("liver"))
    assert kinds(zones).count("zone") == 1
    labels = sitk.GetArrayViewFromImage(zones.labels)
    assert np.count_nonzero(labels[treated.masks["cyst"]]) == 0
    assert np.count_nonzero(labels[treated.masks["vessel"]] == VIABLE) == 0


def test_center_of_the_zone_is_in_ras(liver) -> None:
    direction = Rotation.from_euler("z", 30, degrees=True).as_matrix()
    here = liver(direction=direction)
    here.paint("necrosis", here.ball((-10, -5, 0), 15))
    (zone,) = [f for f in label_zones(here.images(), here.mask("liver")).findings if f.kind == "zone"]
    middle = here.mask("liver").TransformContinuousIndexToPhysicalPoint(
        [0.5 * (n - 1) for n in here.mask("liver").GetSize()]
    )
    x, y, z = np.array(middle) + direction @ np.array([-10.0, -5.0, 0.0])
    np.testing.assert_allclose(zone.center_ras_mm, (-x, -y, z), atol=2.0)
    assert zone.diameter_mm == pytest.approx(30, abs=3)


def test_nodule_at_the_edge_is_viable(treated, dice) -> None:
    treated.paint("hcc", treated.ball((6, -5, 0), 7))
    zones = label_zones(treated.images(), treated.mask("liver"))
    assert zones.treatment_response.category == "LR-TR Viable"
    (nodule,) = [f for f in zones.findings if f.kind == "viable_nodule"]
    assert nodule.z_score > 2.5
    assert dice(zones.labels, VIABLE, treated.masks["hcc"]) >= 0.6
    assert nodule.diameter_mm == pytest.approx(14, abs=5)


def test_untreated_livers_have_no_zone(liver) -> None:
    for tissue in ("hcc", "metastasis", "cyst"):
        here = liver()
        here.paint(tissue, here.ball((-10, -5, 0), 15))
        zones = label_zones(here.images(), here.mask("liver"))
        assert zones.layers == ()
        assert zones.findings == ()
        assert zones.treatment_response.category is None
        assert "no treated zone" in zones.treatment_response.reasons[0]
        assert not sitk.GetArrayViewFromImage(zones.labels).any()


def test_bright_native_necrosis_is_not_viable(treated, dice) -> None:
    """As hemorrhage in CT and coagulation in T1: brighter than liver natively, the same in all phases."""
    bright = {
        "outside": (0.0, 0.0, 0.0),
        "liver": (200.0, 240.0, 350.0),
        "necrosis": (330.0, 330.0, 330.0),
        "rim": (180.0, 380.0, 370.0),
        "vessel": (120.0, 300.0, 520.0),
        "cyst": (200.0, 240.0, 350.0),
    }
    roles = {"ct_native": "native_t1", "ct_arterial": "arterial", "ct_portal": "portal"}
    images = {roles[role]: image for role, image in treated.images(bright).items()}
    zones = label_zones(images, treated.mask("liver"))
    assert dice(zones.labels, NECROSIS, treated.masks["necrosis"]) >= 0.93
    assert "viable_nodule" not in kinds(zones)


def test_earlier_tumor_tells_thin_residue_from_a_rim(liver) -> None:
    here = liver()
    tumor = here.ball((-4, -5, 0), 13)
    here.paint("hcc", tumor).paint("necrosis", here.ball((-10, -5, 0), 15))
    zones = label_zones(here.images(), here.mask("liver"), prior_tumor=here.image(tumor.astype(np.uint8)))
    assert zones.treatment_response.category == "LR-TR Viable"
    found = sitk.GetArrayViewFromImage(zones.labels) == VIABLE
    assert np.count_nonzero(found & here.masks["hcc"]) >= 0.5 * np.count_nonzero(here.masks["hcc"])
    assert all(f.near_prior_tumor for f in zones.findings if f.kind == "viable_nodule")


def test_tumor_that_enhances_less_than_the_liver_is_never_called_nonviable(liver) -> None:
    here = liver()
    tumor = here.ball((2, -5, 0), 13)
    here.paint("metastasis", tumor).paint("necrosis", here.ball((-10, -5, 0), 15))
    images, organ = here.images(), here.mask("liver")
    unknown = label_zones(images, organ)
    assert unknown.treatment_response.category == "LR-TR Equivocal"
    assert "enhances less than parenchyma" in unknown.treatment_response.reasons[0]
    portal = label_zones({"ct_portal": images["ct_portal"]}, organ)
    (weak,) = [f for f in portal.findings if f.kind == "hypovascular_tissue"]
    assert weak.z_score < -2.0  # of the portal phase, as there is no arterial one
    known = label_zones(images, organ, prior_tumor=here.image(tumor.astype(np.uint8)))
    assert known.treatment_response.category == "LR-TR Viable"
    found = sitk.GetArrayViewFromImage(known.labels) == VIABLE
    assert np.count_nonzero(found & here.masks["metastasis"]) >= 0.5 * np.count_nonzero(
        here.masks["metastasis"]
    )


def test_a_missed_tumor_is_no_reason_to_find_no_zone(liver) -> None:
    here = liver()
    here.paint("necrosis", here.ball((-18, 0, 0), 12)).paint("hcc", here.ball((20, 0, 0), 9))
    zones = label_zones(here.images(), here.mask("liver"), prior_tumor=here.mask("hcc"))
    assert {"zone", "viable_nodule"} <= set(kinds(zones))
    assert zones.treatment_response.category == "LR-TR Viable"
    assert any("beside the tumor before treatment" in text for text in zones.warnings)


def test_tumor_outside_the_zone_stays_a_finding_after_editing(liver) -> None:
    here = liver()
    here.paint("necrosis", here.ball((-10, -5, 0), 15))
    images, organ = here.images(), here.mask("liver")
    tumor = here.image(here.ball((2, -5, 0), 9).astype(np.uint8))
    zones = label_zones(images, organ, prior_tumor=tumor)
    again = measure_zones(zones.labels, images, organ, prior_tumor=tumor)
    assert "uncovered_tumor" in kinds(zones)
    assert sorted(kinds(again)) == sorted(kinds(zones))
    assert again.treatment_response == zones.treatment_response
    assert zones.treatment_response.category == "LR-TR Equivocal"


def test_coarse_voxels_are_said(treated) -> None:
    def coarse(image: sitk.Image) -> sitk.Image:
        image.SetSpacing((1.6, 1.6, 4.0))
        return image

    images = {role: coarse(image) for role, image in treated.images().items()}
    zones = label_zones(images, coarse(treated.mask("liver")))
    assert any(text.startswith("voxels of 4.0 mm") for text in zones.warnings)
    assert not any(
        text.startswith("voxels") for text in label_zones(treated.images(), treated.mask("liver")).warnings
    )


def test_region_limits_where_zones_are_found(liver) -> None:
    here = liver()
    first, second = here.ball((-18, 0, 0), 11), here.ball((18, 0, 0), 11)
    here.paint("necrosis", first | second)
    both = label_zones(here.images(), here.mask("liver"))
    one = label_zones(here.images(), here.mask("liver"), region=here.image(second.astype(np.uint8)))
    assert kinds(both).count("zone") == 2
    assert kinds(one).count("zone") == 1
    assert not np.any(sitk.GetArrayViewFromImage(one.labels)[first])


def test_previous_zones_tell_new_findings(treated) -> None:
    before = label_zones(treated.images(), treated.mask("liver"))
    treated.paint("hcc", treated.ball((6, -5, 0), 7))
    after = label_zones(treated.images(), treated.mask("liver"), previous=before.labels)
    by_kind = {finding.kind: finding for finding in after.findings}
    assert by_kind["viable_nodule"].new is True
    assert by_kind["zone"].new is False


class TestMissingSequences:
    """Less is said, and it is said that less can be."""

    def test_without_native(self, treated, dice) -> None:
        images = {role: image for role, image in treated.images().items() if role != "ct_native"}
        zones = label_zones(images, treated.mask("liver"))
        assert dice(zones.labels, NECROSIS, treated.masks["necrosis"]) >= 0.9
        assert any("no native CT" in text for text in zones.warnings)

    def test_portal_only(self, treated, dice) -> None:
        zones = label_zones({"ct_portal": treated.images()["ct_portal"]}, treated.mask("liver"))
        assert dice(zones.labels, NECROSIS, treated.masks["necrosis"]) >= 0.9
        assert zones.treatment_response.category == "LR-TR Nonevaluable"
        assert "no arterial phase" in zones.treatment_response.reasons[0]

    def test_swapped_phases_are_noticed(self, treated) -> None:
        images = treated.images()
        images["ct_arterial"], images["ct_portal"] = images["ct_portal"], images["ct_arterial"]
        zones = label_zones(images, treated.mask("liver"))
        assert any("swapped" in text for text in zones.warnings)


def test_organ_mask_that_leaves_the_zone_out(treated, dice) -> None:
    organ = treated.image((treated.masks["liver"] & ~treated.masks["necrosis"]).astype(np.uint8))
    zones = label_zones(treated.images(), organ)
    assert dice(zones.labels, NECROSIS, treated.masks["necrosis"]) >= 0.93


def test_the_same_input_gives_the_same_answer(treated) -> None:
    first, second = (label_zones(treated.images(), treated.mask("liver")).to_json() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("axis", [0, 2])
def test_flipping_all_images_flips_the_labels(treated, axis) -> None:
    flip = [axis == n for n in range(3)]
    plain = label_zones(treated.images(), treated.mask("liver"))
    flipped = label_zones(
        {role: sitk.Flip(image, flip) for role, image in treated.images().items()},
        sitk.Flip(treated.mask("liver"), flip),
    )
    same = sitk.GetArrayViewFromImage(sitk.Flip(flipped.labels, flip)) == sitk.GetArrayViewFromImage(
        plain.labels
    )
    assert np.mean(~same) < 1e-4


@pytest.mark.parametrize("change", [(1.0, 100.0), (3.0, 0.0)])
def test_scale_and_offset_of_mr_units_do_not_matter(treated, change) -> None:
    scale, offset = change
    names = {"ct_native": "native_t1", "ct_arterial": "arterial", "ct_portal": "portal"}
    images = {names[role]: image + 200.0 for role, image in treated.images().items()}
    changed = {role: image * scale + offset for role, image in images.items()}
    plain, other = (label_zones(i, treated.mask("liver")) for i in (images, changed))
    different = sitk.GetArrayViewFromImage(plain.labels) != sitk.GetArrayViewFromImage(other.labels)
    assert np.mean(different) < 1e-4
