"""Zones of follow-ups: what each is told of the treatment's date and of the follow-ups before it."""

import datetime
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases.case import Timepoint, Treatment
from interventional_oncology.cases.findings import FollowupFindings
from interventional_oncology.cases.followup_zones import documents_complete_treatment, followup_zones
from interventional_oncology.cases.job import Job
from interventional_oncology.cases.scans import Scans

SIZE, SPACING_MM = (56, 52, 36), (1.6, 1.6, 2.5)
TREATED = datetime.datetime(2025, 1, 10)
# Attenuation in the native, arterial and portal phase.
TISSUES = {"liver": (58.0, 74.0, 110.0), "zone": (54.0, 54.0, 54.0), "nodule": (46.0, 130.0, 84.0)}
NODULE = ((9.0, 4.0, 0.0), 6.0)


def image_of(values):
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(SPACING_MM)
    return image


def ball(center_mm, radius_mm, shift_mm):
    middle = 0.5 * (np.array(SIZE) - 1) * SPACING_MM + np.array(center_mm) + shift_mm
    places_mm = np.moveaxis(np.indices(SIZE[::-1])[::-1], 0, -1) * SPACING_MM
    return np.linalg.norm(places_mm - middle, axis=-1) <= radius_mm


def scans(days, *, zone=True, nodule=False, shift_mm=(0.0, 0.0, 0.0), without=()):
    """Return a liver with a dead ball of 13 mm in it and, if asked, a nodule at the border of that."""
    masks = {"liver": ball((0, 0, 0), 36.0, shift_mm)}
    if zone:
        masks["zone"] = ball((-6, 4, 0), 13.0, shift_mm)
    if nodule:
        masks["nodule"] = ball(*NODULE, shift_mm)
    images = {}
    for phase, role in enumerate(("ct_native", "ct_arterial", "ct_portal")):
        values = np.full(SIZE[::-1], -90.0)
        for tissue, mask in masks.items():
            values[mask] = TISSUES[tissue][phase]
        noise = np.random.default_rng(phase).normal(0.0, 8.0, values.shape)
        if role not in without:
            images[role] = image_of((values + noise).astype(np.float32))
    liver = image_of(masks["liver"].astype(np.uint8))
    when = TREATED + datetime.timedelta(days=days)
    timepoint = Timepoint(f"day {days}", when, dict.fromkeys(images, ""), {"liver": ""})
    return Scans(timepoint, images, {"liver": liver})


def labeled(*dates, kind="microwave"):
    """Return the follow-ups with their zones, each judged beside the earlier ones, and the job."""
    baseline, job, found = scans(-5, zone=False), Job(lambda *_: None, lambda _: None), []
    for days, changes in dates:
        later = scans(days, **changes)
        moved = sitk.TranslationTransform(3, changes.get("shift_mm", (0.0, 0.0, 0.0)))
        one = FollowupFindings(
            later,
            "ct_portal",
            "ct_portal",
            baseline.images["ct_portal"],
            registration=SimpleNamespace(transform=moved),
        )
        zones = followup_zones(baseline, one, tuple(found), Treatment(kind, TREATED), job)
        found.append(replace(one, zones=zones))
    return found, job


def nodule_of(found):
    (nodule,) = [finding for finding in found.zones.findings if finding.kind == "viable_nodule"]
    return nodule


def test_living_tumor_at_the_first_follow_up_and_since_is_residual():
    (first, second), _ = labeled((30, {"nodule": True}), (90, {"nodule": True, "shift_mm": (8.0, -5.0, 5.0)}))
    assert (nodule_of(first).course, nodule_of(first).new) == ("residual", None)
    # It has moved by a good part of its size; along the registrations it is the same, and has not grown.
    later = nodule_of(second)
    assert (later.course, later.new, later.growth.increased) == ("residual", False, False)
    assert later.growth.previous_volume_ml == pytest.approx(nodule_of(first).volume_ml, rel=0.15)


def test_living_tumor_after_a_complete_treatment_is_progression_ever_after():
    found, _ = labeled((30, {}), (90, {"nodule": True}), (180, {"nodule": True}))
    assert documents_complete_treatment(found[0].zones)
    assert not documents_complete_treatment(found[1].zones)
    assert [(nodule_of(one).course, nodule_of(one).new) for one in found[1:]] == [
        ("progression", True),
        ("progression", False),
    ]


def test_follow_up_without_a_zone_documents_nothing():
    (first, second), _ = labeled((30, {"zone": False}), (90, {"nodule": True}))
    assert not first.zones.layers
    assert not documents_complete_treatment(first.zones)
    assert not documents_complete_treatment(None)
    assert (nodule_of(second).course, nodule_of(second).new) == ("residual", None)


def test_a_follow_up_that_could_not_be_evaluated_documents_nothing():
    blind = {"nodule": False, "without": ("ct_arterial",)}
    (first, second), _ = labeled((30, blind), (90, {"nodule": True}))
    assert first.zones.layers
    assert first.zones.treatment_response.category == "LR-TR Nonevaluable"
    assert not documents_complete_treatment(first.zones)
    # Nobody saw whether the nodule was there: it is neither progression nor new.
    assert (nodule_of(second).course, nodule_of(second).new) == ("residual", None)


@pytest.mark.parametrize(("days", "early"), [(30, True), (120, False)])
def test_days_since_treatment_say_whether_it_is_too_early(days, early):
    _, job = labeled((days, {}), kind="tare")
    said = [text for text in job.warnings if "too early" in text]
    assert len(said) == early
    assert all(text.startswith(f"day {days}: {days} days after treatment") for text in said)
