"""A review made by hand: no registration is run, every number is known."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.cases import (
    Case,
    FollowupFindings,
    Review,
    ReviewOptions,
    Step,
    Timepoint,
    Treatment,
    TruthComparison,
)
from interventional_oncology.cases.scans import Scans
from interventional_oncology.margins import ablation_margin
from interventional_oncology.registration import Registration, RegistrationQuality
from interventional_oncology.response import LesionRow, score

PATIENT = "<b>Müller & Søn</b>"
SIZE, SPACING_MM = (48, 44, 24), (3.0, 3.0, 4.0)


def image_of(values):
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(SPACING_MM)
    return image


def ball(center_mm, radius_mm):
    k, j, i = np.indices(SIZE[::-1])
    away = np.sqrt(sum((n * s - c) ** 2 for n, s, c in zip((i, j, k), SPACING_MM, center_mm, strict=True)))
    return image_of((away <= radius_mm).astype(np.uint8))


def timepoint(name, date, **masks):
    when = datetime.datetime.combine(date, datetime.time())
    return Timepoint(name, when, {"ct_portal": "ct.nii.gz"}, dict.fromkeys(masks, "mask.nii.gz"))


def quality(**changes):
    values = {
        "similarity_metric": "normalized cross-correlation in the fixed mask",
        "similarity_before": 0.41,
        "similarity_after": 0.87,
        "structure_similarity": 0.93,
        "overlap_fraction": 1.0,
        "dice_before": 0.8,
        "dice_after": 0.97,
        "tre_mm_before": None,
        "tre_mm_after": None,
        "jacobian_min": 0.7,
        "folding_fraction": 0.0,
        "displacement_mm": {"mean": 8.04, "p95": 12.0, "max": 15.0},
        "verdict": "good",
        "reasons": (),
    }
    return RegistrationQuality(**(values | changes))


def rows(sizes_mm):
    first = datetime.date(2025, 2, 20)
    return [
        LesionRow(PATIENT, first + datetime.timedelta(days=42 * n), "1", "target", "liver", long_axis_mm=size)
        for n, size in enumerate(sizes_mm)
    ]


@pytest.fixture(scope="session")
def make_review():
    """Return ``make_review(zone_radius_mm, sizes_mm, ...)``, which makes a review by hand."""

    def make(
        zone_radius_mm=17.0, sizes_mm=(40.0, 25.0), registration=None, warnings=(), steps=(), lesions=True
    ):
        organ, tumor, zone = (
            ball((70, 66, 48), 45),
            ball((60, 66, 48), 12),
            ball((60, 66, 48), zone_radius_mm),
        )
        gray = image_of(60.0 * sitk.GetArrayFromImage(organ) + 20.0)
        before = timepoint("baseline", datetime.date(2025, 2, 20), liver=organ, tumor=tumor)
        after = timepoint("after ablation", datetime.date(2025, 4, 3), liver=organ, ablation=zone)
        baseline = Scans(before, {"ct_portal": gray}, {"liver": organ, "tumor": tumor})
        later = Scans(after, {"ct_portal": gray}, {"liver": organ, "ablation": zone})
        found = FollowupFindings(
            later,
            "ct_portal",
            "ct_portal",
            gray,
            Registration(
                sitk.Transform(3, sitk.sitkIdentity), registration or quality(), "deformable", "ct-liver"
            ),
            gray,
            {"liver": organ, "ablation": zone},
            ablation_margin(tumor, zone),
        )
        table = rows(sizes_mm) if lesions else []
        return Review(
            case=Case(
                PATIENT,
                (before, after),
                Treatment("microwave", datetime.datetime(2025, 3, 2)),
                Path("CASE.toml"),
            ),
            options=ReviewOptions(),
            baseline=baseline,
            followups=(found,),
            lesions=tuple(table),
            responses=tuple(score(table, "recist-1.1")) if table else (),
            steps=tuple(steps),
            warnings=tuple(warnings),
            inputs=({"path": "CASE.toml", "sha256": "0123456789abcdef" * 4},),
            truth=TruthComparison(
                {"mean": 1.0, "p95": 2.0, "max": 3.0},
                {"found": 4.9, "truth": 5.0, "difference": -0.1},
                {"recist-1.1": {"found": "PR", "truth": "PR", "agrees": True}},
            ),
        )

    return make


@pytest.fixture(scope="session")
def make_quality():
    """Return ``make_quality(**changes)``, which makes a registration record."""
    return quality


@pytest.fixture(scope="session")
def not_done():
    """Return a step that could not be done."""
    return Step("treatment zones", "after ablation", done=False, reason="no organ mask at 'after ablation'")
