"""Verdicts where no organ mask is given: air against body must not make a wrong pair look right."""

import numpy as np
import pytest
import SimpleITK as sitk
from known_abdomen import filled

from interventional_oncology.phantom import PhantomParameters, make_patient
from interventional_oncology.registration import register
from interventional_oncology.registration.presets import presets
from interventional_oncology.registration.tissue import shared_tissue, tissue_similarity
from interventional_oncology.registration.verdict import ORGAN_NOT_JUDGED

STILL = sitk.Transform(3, sitk.sitkIdentity)


def portal(seed: int) -> tuple[sitk.Image, sitk.Image]:
    patient = make_patient(PhantomParameters(seed=seed, size=(64, 64, 44), treatment="thermal"))
    return patient.baseline.images["ct_portal"], patient.followup.images["ct_portal"]


@pytest.fixture(scope="module")
def pair() -> tuple[sitk.Image, sitk.Image]:
    return portal(1)


def flipped(image: sitk.Image, axis: int) -> sitk.Image:
    return filled(image, np.ascontiguousarray(np.flip(sitk.GetArrayFromImage(image), axis)))


@pytest.mark.parametrize(("axis", "name"), [(2, "left-right"), (0, "upside down"), (1, "front to back")])
def test_flipped_image_fails(pair: tuple[sitk.Image, sitk.Image], axis: int, name: str) -> None:
    quality = register(pair[0], flipped(pair[0], axis), method="rigid").quality
    # The body's outline alone: what the plain similarity is made of.
    assert quality.similarity_after > 0.8, name
    assert quality.structure_similarity < 0.6
    assert quality.verdict == "failed"


def test_flipped_image_is_not_good_either_when_it_is_bent(pair: tuple[sitk.Image, sitk.Image]) -> None:
    quality = register(pair[0], flipped(pair[0], 2), method="deformable").quality
    assert quality.verdict in ("check", "failed")
    assert any("similarity of structures in the body" in reason for reason in quality.reasons)


def test_another_patient_is_never_good(pair: tuple[sitk.Image, sitk.Image]) -> None:
    quality = register(pair[0], portal(5)[1], method="rigid").quality
    assert quality.verdict in ("check", "failed")
    assert ORGAN_NOT_JUDGED in quality.reasons


def test_right_pair_is_to_be_checked_and_not_failed(pair: tuple[sitk.Image, sitk.Image]) -> None:
    quality = register(*pair, method="rigid").quality
    assert quality.verdict == "check"
    assert quality.structure_similarity > 0.8
    assert quality.reasons == (ORGAN_NOT_JUDGED,)


def test_rind_and_air_are_not_compared() -> None:
    _, j, i = np.indices((20, 60, 60))
    away_mm = np.hypot(i - 30.0, j - 30.0) * 4.0
    body = np.where(away_mm < 100.0, 50.0, -1000.0)
    body[np.hypot(i - 20.0, j - 30.0) * 4.0 < 20.0] = -800.0  # a lung
    image = sitk.GetImageFromArray(body.astype(np.float32))
    image.SetSpacing((4.0, 4.0, 4.0))
    counts = shared_tissue(STILL, image, image, presets()["ct-liver"])
    assert not counts[away_mm > 84.0].any()
    assert not counts[body < -200.0].any()
    assert counts[(away_mm < 76.0) & (body > 0.0)].all()
    assert counts[0].any(), "the border of the field of view is not a surface"


def test_images_that_share_no_tissue_have_no_similarity(pair: tuple[sitk.Image, sitk.Image]) -> None:
    away = sitk.TranslationTransform(3, (5000.0, 0.0, 0.0))
    assert tissue_similarity(away, *pair) is None
    assert tissue_similarity(STILL, pair[0], pair[0]) == pytest.approx(1.0)


def test_brightness_of_an_mr_does_not_matter() -> None:
    patient = make_patient(PhantomParameters(seed=1, size=(48, 48, 32), treatment="tace", modality="mr"))
    image = patient.baseline.images["t2"]
    brighter = sitk.Cast(image, sitk.sitkFloat32) * 7.0 + 100.0
    assert tissue_similarity(STILL, image, brighter) == pytest.approx(1.0, abs=1e-3)
    body = sitk.GetArrayFromImage(patient.baseline.masks["body"]) != 0
    counts = shared_tissue(STILL, image, brighter, presets()["mr-liver"])
    assert counts.mean() > 0.3 * body.mean()
    assert np.count_nonzero(counts & ~body) == 0
