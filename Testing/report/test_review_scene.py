"""The scene of a review: what is in it, and which of it moves."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.zones import LABELS, ProposedResponse, ZoneLayer, Zones
from interventional_oncology.zones.records import Thickness

pytest.importorskip("slicer", reason="slicer-core is not installed here")


def test_scene_holds_both_scans_outlines_margin_and_lesions(make_review):
    from interventional_oncology.mrml.review_scene import review_scene

    review = make_review()
    content = review_scene(review)

    assert list(content.images) == [
        "baseline CT, portal venous phase",
        "after ablation CT, portal venous phase",
    ]
    assert set(content.masks["after ablation outlines"]) == {"liver", "ablation"}
    assert list(content.surfaces) == ["after ablation ablation margin"]
    # The follow-up is given as it was scanned and moves onto the baseline; the margin is there already.
    assert content.moved_by == {
        "after ablation CT, portal venous phase": "after ablation to baseline",
        "after ablation outlines": "after ablation to baseline",
    }
    assert set(content.dates.values()) == {timepoint.date for timepoint in review.case.timepoints}
    assert content.tables["lesions"] == review.lesions


def test_scene_is_written_without_the_patient_in_a_file_name(make_review, tmp_path):
    from interventional_oncology.mrml.review_scene import review_scene
    from interventional_oncology.mrml.scene_file import write_scene

    write_scene(review_scene(make_review()), tmp_path / "scene.mrb")
    with zipfile.ZipFile(tmp_path / "scene.mrb") as archive:
        names = archive.namelist()
    assert any(name.endswith(".mrml") for name in names)
    assert not any("ller" in name for name in names)


def test_review_of_one_time_point_has_a_scene(make_review):
    from interventional_oncology.mrml.review_scene import review_scene

    content = review_scene(replace(make_review(), followups=()))
    assert list(content.images) == ["baseline CT, portal venous phase"]
    assert content.moved_by == {}


def zones_of(grid, *names):
    """Return zones of a thermal ablation, a slab for each layer."""
    values = np.zeros(grid.GetSize()[::-1], dtype=np.uint8)
    for number, name in enumerate(names):
        values[4 + 2 * number : 6 + 2 * number, 10:20, 10:20] = LABELS[name]
    labels = sitk.GetImageFromArray(values)
    labels.CopyInformation(grid)
    layers = tuple(ZoneLayer(name, LABELS[name], 1.0, Thickness(1.0, 1.0, 1.0), {}) for name in names)
    return Zones(labels, "thermal", layers, (), ProposedResponse("", "", None, ()), ())


def renamed(found, name, zones):
    timepoint = replace(found.scans.timepoint, name=name)
    return replace(found, scans=replace(found.scans, timepoint=timepoint), zones=zones)


def test_zones_are_coded_and_colored_as_in_their_files(make_review, tmp_path):
    """Necrosis alone is the ablation zone; beside a rim, at another date, it is necrosis."""
    from interventional_oncology.cases.files import write_findings
    from interventional_oncology.mrml.review_scene import review_scene
    from interventional_oncology.mrml.scene_file import build_scene

    review = make_review()
    (found,) = review.followups
    grid = found.scans.images["ct_portal"]
    alone, beside = (zones_of(grid, *names) for names in (["necrosis"], ["necrosis", "rim_enhancement"]))
    review = replace(review, followups=(renamed(found, "first", alone), renamed(found, "second", beside)))
    write_findings(review, tmp_path)
    scene = build_scene(review_scene(review))

    codes = {}
    for number, (name, zones) in enumerate((("first", alone), ("second", beside)), start=1):
        segmentation = scene.GetFirstNodeByName(f"{name} zones").GetSegmentation()
        header = sitk.ReadImage(str(tmp_path / f"followup_{number}" / "zones.seg.nrrd"))
        assert segmentation.GetNumberOfSegments() == len(zones.layers)
        for place, layer in enumerate(zones.layers):
            segment = segmentation.GetSegment(layer.name)
            field = f"Segment{place}_"
            assert header.GetMetaData(field + "Name") == segment.GetName() == layer.name
            color = [float(value) for value in header.GetMetaData(field + "Color").split()]
            assert segment.GetColor() == pytest.approx(color, abs=1e-5)
            codes[name, layer.name] = terminology(segment)
            assert f"TerminologyEntry:{codes[name, layer.name]}|" in header.GetMetaData(field + "Tags")
    assert "99IOSLICER^IO0107^Ablation zone" in codes["first", "necrosis"]
    assert "SCT^6574001^Necrosis" in codes["second", "necrosis"]


def terminology(segment):
    import vtk

    text = vtk.reference("")
    segment.GetTag(type(segment).GetTerminologyEntryTagName(), text)
    return str(text)
