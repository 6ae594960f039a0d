"""The scene file, written here and opened by another process: everything is there and at its place."""

import dataclasses
import datetime
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.scene_file import SceneContent, build_scene, read_scene, write_scene
from interventional_oncology.mrml.terminology import Code, terminology_entry

BEFORE, AFTER = datetime.date(2025, 2, 20), datetime.date(2025, 3, 3)
POINTS_LPS_MM = np.random.default_rng(2).uniform((-20, -10, 120), (20, 30, 180), size=(20, 3)).tolist()
ENTRY = terminology_entry(
    Code("SCT", "49755003", "Morphologically Altered Structure"), Code("SCT", "4147007", "Mass")
)


def ct(seed):
    rng = np.random.default_rng(seed)
    image = sitk.GetImageFromArray(rng.integers(-1000, 400, size=(30, 40, 44)).astype(np.int16))
    image.SetSpacing((1.4, 1.5, 2.5))
    image.SetOrigin((-30.0, -20.0, 110.0))
    image.SetDirection(sitk.VersorTransform((0.1, 0.0, 1.0), 0.1).GetMatrix())
    return image


def box(image, low, high):
    mask = sitk.Image(image.GetSize(), sitk.sitkUInt8)
    mask.CopyInformation(image)
    mask[low[0] : high[0], low[1] : high[1], low[2] : high[2]] = 1
    return mask


def field():
    grid = sitk.Image([20, 20, 14], sitk.sitkUInt8)
    grid.SetSpacing((7.0, 7.0, 9.0))
    grid.SetOrigin((-70.0, -60.0, 80.0))
    k, j, i = np.indices((14, 20, 20))
    waves = np.stack([4 * np.sin(j / 4), 3 * np.cos(k / 5), 5 * np.sin(i / 4)], axis=-1)
    image = sitk.GetImageFromArray(waves, isVector=True)
    image.CopyInformation(grid)
    return sitk.DisplacementFieldTransform(image)


def surface():
    source = vtk.vtkSphereSource()
    source.SetRadius(8.0)
    source.SetCenter(3.0, 9.0, 150.0)
    source.Update()
    margin = numpy_to_vtk(np.linspace(-3.0, 8.0, source.GetOutput().GetNumberOfPoints()), deep=True)
    margin.SetName("margin_mm")
    source.GetOutput().GetPointData().AddArray(margin)
    return source.GetOutput()


@dataclasses.dataclass(frozen=True)
class Record:
    key: str = "long_axis_mm"
    title: str = "Long axis"
    unit: str = "mm"
    definition: str = "Longest diameter."
    reference: str = ""
    code: tuple[str, str, str] | None = None


@pytest.fixture(scope="module")
def content():
    before, after = ct(1), ct(2)
    return SceneContent(
        images={"baseline ct_portal": before, "follow-up ct_portal": after},
        masks={
            "baseline masks": {
                "liver": box(before, (2, 2, 2), (40, 36, 28)),
                "tumor": box(before, (10, 11, 12), (20, 22, 24)),
            },
            "follow-up masks": {"ablation": box(after, (8, 9, 10), (24, 25, 26))},
        },
        surfaces={"tumor margin": surface()},
        transforms={"baseline to follow-up": field()},
        moved_by={
            "follow-up ct_portal": "baseline to follow-up",
            "follow-up masks": "baseline to follow-up",
        },
        tables={"lesions": [{"lesion_id": 1, "long_axis_mm": 22.5}, {"lesion_id": 2, "long_axis_mm": None}]},
        lines={"long axis 1": ((-5.0, 9.0, 150.0), (11.0, 9.0, 150.0))},
        dates={
            "baseline ct_portal": BEFORE,
            "baseline masks": BEFORE,
            "tumor margin": BEFORE,
            "follow-up ct_portal": AFTER,
            "follow-up masks": AFTER,
        },
        segment_colors={("baseline masks", "tumor"): (0.25, 0.5, 1.0)},
        segment_terminologies={("baseline masks", "tumor"): ENTRY},
        quantities=[Record()],
        threshold_mm=10.0,
        patient="CASE-001",
    )


@pytest.fixture(scope="module")
def path(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("review") / "scene.mrb"
    write_scene(content, path)
    return path


@pytest.fixture(scope="module")
def reopened(path):
    """What another process finds in the file; it must have no complaint."""
    script = Path(__file__).parent / "reopen_scene.py"
    # As in pyproject.toml: VTK 9.6 sets the shape of arrays in place, which NumPy 2.5 no longer likes.
    quiet = "ignore:Setting the shape on a NumPy array has been deprecated:DeprecationWarning"
    command = [sys.executable, "-W", "error", "-W", quiet, str(script), str(path), json.dumps(POINTS_LPS_MM)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_slicer_does_not_take_it_for_another_application(reopened):
    assert reopened["version"].startswith("Slicer 5.10")


def test_images_are_kept_as_stored(content, reopened):
    assert list(reopened["volumes"]) == list(content.images)
    for name, image in content.images.items():
        facts = reopened["volumes"][name]
        assert facts["size"] == list(image.GetSize())
        assert facts["spacing_mm"] == pytest.approx(image.GetSpacing())
        assert facts["origin_lps_mm"] == pytest.approx(image.GetOrigin())
        assert facts["sum"] == int(sitk.GetArrayViewFromImage(image).astype(np.int64).sum())
        assert facts["type"] == "int16"


def test_the_follow_up_is_under_its_transform(reopened):
    assert reopened["volumes"]["follow-up ct_portal"]["under"] == "baseline to follow-up"
    assert reopened["volumes"]["baseline ct_portal"]["under"] is None
    assert reopened["segmentations"]["follow-up masks"]["under"] == "baseline to follow-up"


def test_the_transform_maps_the_same_points(content, reopened):
    expected = [content.transforms["baseline to follow-up"].TransformPoint(p) for p in POINTS_LPS_MM]
    assert np.allclose(reopened["transforms"]["baseline to follow-up"], expected, rtol=0, atol=1e-6)


def test_segments_have_their_voxels_colors_and_codes(content, reopened):
    for index, name in enumerate(("baseline masks", "follow-up masks")):
        segments = reopened["segmentations"][name]["segments"]
        assert list(segments) == list(content.masks[name])
        for segment_name, mask in content.masks[name].items():
            assert segments[segment_name]["voxels"][index] == int(sitk.GetArrayViewFromImage(mask).sum())
    tumor = reopened["segmentations"]["baseline masks"]["segments"]["tumor"]
    assert tumor["color"] == pytest.approx([0.25, 0.5, 1.0], abs=1 / 255)
    assert tumor["terminology"] == ENTRY


def test_the_surface_has_its_points_margins_and_colors(content, reopened):
    model, expected = reopened["models"]["tumor margin"], content.surfaces["tumor margin"]
    assert np.allclose(model["points"], vtk_to_numpy(expected.GetPoints().GetData()), rtol=0, atol=1e-4)
    margin = vtk_to_numpy(expected.GetPointData().GetArray("margin_mm"))
    assert np.allclose(model["margin_mm"], margin, rtol=0, atol=1e-5)
    assert (model["active"], model["visible"], model["range_mm"]) == ("margin_mm", True, [-5.0, 25.0])
    assert model["colors"] == "Ablation margin 10 mm"
    assert model["first_color"] == pytest.approx([0.835, 0.369, 0.0], abs=0.01)


def test_tables_have_their_rows_titles_and_units(content, reopened):
    table = reopened["tables"]["lesions"]
    assert table["rows"] == list(content.tables["lesions"])
    assert table["titles"][1] == "Long axis"
    assert table["units"][1] == "mm"


def test_lines_are_where_they_were(content, reopened):
    assert np.allclose(reopened["lines"]["long axis 1"], content.lines["long axis 1"], rtol=0, atol=1e-6)


def test_the_hierarchy_is_by_date(content, reopened):
    paths = reopened["hierarchy"]["paths"]
    assert paths["baseline ct_portal"] == ["CASE-001", "2025-02-20"]
    assert paths["follow-up masks"] == ["CASE-001", "2025-03-03"]
    assert paths["lesions"] == ["CASE-001"]
    # the patient, two studies and each node once
    assert reopened["hierarchy"]["items"] == 3 + len(content.names())


def test_the_first_view_shows_both_images_at_the_tumor(content, reopened):
    views = reopened["views"]
    assert set(views["slices"]) == {"Red", "Yellow", "Green"}
    orientations = {name: facts["orientation"] for name, facts in views["slices"].items()}
    assert orientations == {"Red": "Axial", "Yellow": "Sagittal", "Green": "Coronal"}
    for facts in views["slices"].values():
        assert facts["layers"] == ["baseline ct_portal", "follow-up ct_portal"]
    # each slice goes through the tumor at (-3, -9, 150) and shows all of the image around it
    through = [("Yellow", 0, -3.0), ("Green", 1, -9.0), ("Red", 2, 150.0)]
    for name, axis, tumor_mm in through:
        assert views["slices"][name]["center_ras_mm"][axis] == pytest.approx(tumor_mm, abs=0.6)
    middle = content.images["baseline ct_portal"].TransformContinuousIndexToPhysicalPoint((21.5, 19.5, 14.5))
    assert views["slices"]["Red"]["center_ras_mm"][:2] == pytest.approx([-middle[0], -middle[1]], abs=1.5)
    assert views["focal_point_ras_mm"] == pytest.approx([-3.0, -9.0, 150.0], abs=0.6)
    assert views["table"] == "lesions"


def test_no_file_inside_is_named_by_the_patient(path):
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
    assert any(name.endswith("follow-up masks.seg.nrrd") for name in names)
    assert not [name for name in names if "CASE-001" in name]
    assert all(name.startswith("scene/") for name in names)


def test_nothing_else_is_left_in_the_folder(path):
    assert [one.name for one in path.parent.iterdir()] == ["scene.mrb"]


def test_an_existing_file_is_replaced(tmp_path):
    path = tmp_path / "scene.mrb"
    path.write_text("not a scene")
    write_scene(SceneContent(), path)
    assert zipfile.is_zipfile(path)


def test_nothing_at_all_is_a_scene_too(tmp_path):
    path = tmp_path / "empty.mrb"
    write_scene(SceneContent(), path)
    assert read_scene(path).GetNumberOfNodesByClass("vtkMRMLVolumeNode") == 0


def test_reading_leaves_nothing_behind(path, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read_scene(path)
    assert not list(tmp_path.iterdir())


def test_images_alone_are_centered(scene):
    image = ct(3)
    scene = build_scene(SceneContent(images={"ct": image}))
    view = scene.GetSingletonNode("Red", "vtkMRMLSliceNode")
    center = image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()])
    found = [-view.GetSliceToRAS().GetElement(0, 3), -view.GetSliceToRAS().GetElement(1, 3)]
    assert found == pytest.approx(center[:2], abs=1.5)


def test_a_ct_has_the_abdominal_window_and_mr_its_own():
    mr = sitk.Cast(sitk.Abs(ct(1)), sitk.sitkInt16)
    scene = build_scene(SceneContent(images={"ct": ct(1), "mr": mr}))
    display = scene.GetFirstNodeByName("ct").GetDisplayNode()
    assert (display.GetWindow(), display.GetLevel()) == (350.0, 40.0)
    assert scene.GetFirstNodeByName("mr").GetDisplayNode().GetAutoWindowLevel()


class TestRefused:
    def test_another_file_type(self, tmp_path):
        with pytest.raises(InputError, match=r"scene\.mrml: expected a scene file that ends in \.mrb"):
            write_scene(SceneContent(), tmp_path / "scene.mrml")

    def test_one_name_for_two_things(self, tmp_path):
        content = SceneContent(images={"tumor": ct(1)}, surfaces={"tumor": surface()})
        with pytest.raises(InputError, match="expected one name for each item of a scene, got tumor"):
            write_scene(content, tmp_path / "scene.mrb")
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("moved_by", [{"ct": "missing"}, {"missing": "t"}, {"t": "t"}])
    def test_moved_by_something_that_is_not_there(self, moved_by):
        content = SceneContent(
            images={"ct": ct(1)}, transforms={"t": sitk.TranslationTransform(3)}, moved_by=moved_by
        )
        with pytest.raises(InputError, match=r"expected an item and a transform .*, got .* moved by"):
            build_scene(content)

    def test_a_date_of_nothing(self):
        with pytest.raises(InputError, match="expected dates of items of the scene, got one of ct"):
            build_scene(SceneContent(dates={"ct": BEFORE}))

    @pytest.mark.parametrize(("text", "got"), [(None, "nothing there"), ("text", "another file")])
    def test_reading_what_is_not_a_bundle(self, tmp_path, text, got):
        path = tmp_path / "scene.mrb"
        if text is not None:
            path.write_text(text)
        with pytest.raises(InputError, match=rf"scene\.mrb: expected a scene bundle \(\.mrb\), got {got}"):
            read_scene(path)

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(OSError, match="missing"):
            write_scene(SceneContent(), tmp_path / "missing" / "scene.mrb")
