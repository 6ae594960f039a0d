"""The command ``zones``, its files, and what it refuses."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

import interventional_oncology.zones
from interventional_oncology.cli.main import main
from interventional_oncology.errors import InputError
from interventional_oncology.images import read_mask
from interventional_oncology.resources import resource_path
from interventional_oncology.zones import LABELS, label_zones, measure_zones
from interventional_oncology.zones.appearance import appearance
from interventional_oncology.zones.segments import layer_terms, read_segmentation, write_segmentation


@pytest.fixture
def arguments(treated, tmp_path) -> list[str]:
    found = ["zones", "--treatment", "thermal", "--out", str(tmp_path / "out")]
    for role, image in treated.images().items():
        sitk.WriteImage(image, str(tmp_path / f"{role}.nii.gz"))
        found += ["--image", f"{role}={tmp_path / f'{role}.nii.gz'}"]
    sitk.WriteImage(treated.mask("liver"), str(tmp_path / "liver.nii.gz"))
    return [*found, "--organ", str(tmp_path / "liver.nii.gz")]


def test_results(arguments, tmp_path, capsys) -> None:
    assert main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads((tmp_path / "out" / "zones.json").read_text())
    assert written["treatment_response"] == printed["treatment_response"]
    layer = next(entry for entry in written["layers"] if entry["name"] == "necrosis")
    assert set(layer) == {"name", "label", "volume_ml", "thickness_mm", "contrast", "closedness"}
    assert set(layer["thickness_mm"]) == {"mean", "min", "max"}
    for finding in written["findings"]:
        assert {"center_ras_mm", "diameter_mm", "volume_ml", "z_score", "kind"} <= set(finding)
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "out" / "zones.nii.gz")))
    segment = read_mask(str(tmp_path / "out" / "zones.seg.nrrd") + "#necrosis")
    assert (sitk.GetArrayFromImage(segment) == (labels == LABELS["necrosis"])).all()


def test_living_tissue_is_explained_by_its_enhancement(arguments, tmp_path) -> None:
    assert main(arguments) == 0
    names = ("zones.nii.gz", "enhancement_z.nii.gz")
    labels, z = (sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "out" / name))) for name in names)
    organ = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "liver.nii.gz"))) > 0
    parenchyma = z[organ & (labels == 0)]
    assert np.median(z[labels == LABELS["necrosis"]]) < np.percentile(parenchyma, 10)
    assert abs(np.median(parenchyma)) < 0.5
    assert not z[~organ].any()


def test_segments_are_coded(arguments, tmp_path) -> None:
    assert main(arguments) == 0
    image = sitk.ReadImage(str(tmp_path / "out" / "zones.seg.nrrd"))
    header = {key: image.GetMetaData(key) for key in image.GetMetaDataKeys()}
    names = {header[key]: key.removesuffix("_Name") for key in header if key.endswith("_Name")}
    assert "SCT^6574001^Necrosis" in header[names["necrosis"] + "_Tags"]
    assert header[names["rim_enhancement"] + "_LabelValue"] == str(LABELS["rim_enhancement"])
    assert "99IOSLICER" in header[names["rim_enhancement"] + "_Tags"]


def test_opens_in_the_real_segmentation_reader(arguments, tmp_path) -> None:
    slicer = pytest.importorskip("slicer", reason="needs the wheel slicer-core")
    assert main(arguments) == 0
    scene = slicer.vtkMRMLScene()
    node, storage = slicer.vtkMRMLSegmentationNode(), slicer.vtkMRMLSegmentationStorageNode()
    scene.AddNode(node)
    scene.AddNode(storage)
    storage.SetFileName(str(tmp_path / "out" / "zones.seg.nrrd"))
    assert storage.ReadData(node) == 1
    segment = node.GetSegmentation().GetSegment("necrosis")
    assert segment.GetName() == "necrosis"
    assert segment.GetColor() == pytest.approx(layer_terms()["necrosis"].color, abs=1e-5)


def test_a_second_examination_reads_the_first(arguments, tmp_path, capsys) -> None:
    assert main(arguments) == 0
    arguments[arguments.index("--out") + 1] = str(tmp_path / "second")
    assert main([*arguments, "--previous", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert all(finding["new"] is False for finding in found["findings"])


@pytest.mark.parametrize(("evaluable", "course"), [(True, "progression"), (False, "residual")])
def test_a_previous_examination_that_could_not_be_judged_documents_nothing(
    treated, arguments, tmp_path, capsys, evaluable, course
) -> None:
    first = arguments.copy()
    if not evaluable:
        at = first.index(f"ct_arterial={tmp_path / 'ct_arterial.nii.gz'}")
        del first[at - 1 : at + 1]
    assert main(first) == 0
    treated.paint("hcc", treated.ball((4, -5, 0), 6))
    for role, image in treated.images().items():
        sitk.WriteImage(image, str(tmp_path / f"{role}.nii.gz"))
    arguments[arguments.index("--out") + 1] = str(tmp_path / "second")
    capsys.readouterr()
    assert main([*arguments, "--previous", str(tmp_path / "out"), "--json"]) == 0
    printed = capsys.readouterr()
    (nodule,) = [f for f in json.loads(printed.out)["findings"] if f["kind"] == "viable_nodule"]
    assert nodule["course"] == course
    assert ("could not be evaluated then" in printed.err) == (not evaluable)


def test_numbers_anew_from_an_edited_segmentation(arguments, tmp_path, capsys) -> None:
    extra = ["--compare", f"liver={tmp_path / 'liver.nii.gz'},{tmp_path / 'liver.nii.gz'}"]
    assert main([*arguments, *extra, "--portal-vein-mm", "right=12,9.5", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["organ_changes"][0]["change_percent"] == 0
    assert first["portal_vein"][0]["change_mm"] == pytest.approx(-2.5)
    arguments[arguments.index("--out") + 1] = str(tmp_path / "again")
    segmentation = str(tmp_path / "out" / "zones.seg.nrrd")
    assert main([*arguments, "--from-segmentation", segmentation, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    volumes = [{layer["name"]: layer["volume_ml"] for layer in found["layers"]} for found in (first, again)]
    assert volumes[0] == volumes[1]
    labels = [
        sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / n / "zones.nii.gz"))) for n in ("out", "again")
    ]
    assert (labels[0] == labels[1]).all()


def test_a_segment_of_another_name_is_refused(treated, tmp_path) -> None:
    image = treated.image(treated.masks["necrosis"].astype("uint8"))
    for key, value in {"ID": "a", "Name": "scar", "LabelValue": "1", "Layer": "0"}.items():
        image.SetMetaData(f"Segment0_{key}", value)
    sitk.WriteImage(image, str(tmp_path / "edited.seg.nrrd"))
    with pytest.raises(InputError, match=r"expected segments named necrosis, .*got scar"):
        read_segmentation(tmp_path / "edited.seg.nrrd", image)


def test_an_untreated_liver_has_no_zone_and_that_is_no_error(liver, tmp_path, capsys) -> None:
    here, arguments = liver(), ["zones", "--treatment", "thermal", "--out", str(tmp_path / "out")]
    for role, image in here.images().items():
        sitk.WriteImage(image, str(tmp_path / f"{role}.nii.gz"))
        arguments += ["--image", f"{role}={tmp_path / f'{role}.nii.gz'}"]
    sitk.WriteImage(here.mask("liver"), str(tmp_path / "liver.nii.gz"))
    assert main([*arguments, "--organ", str(tmp_path / "liver.nii.gz"), "--json"]) == 0
    streams = capsys.readouterr()
    assert json.loads(streams.out)["layers"] == []
    assert "no treated zone" in streams.err
    assert sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "out" / "zones.seg.nrrd"))).max() == 0


@pytest.mark.parametrize(
    ("position", "text", "message"),
    [
        ("--treatment", "prayer", "invalid choice"),
        ("--image", "ct_native", "expected ROLE=PATH"),
        ("--image", "ct_venous=x.nii.gz", "expected ROLE=PATH"),
        ("--previous", "nowhere", "found no zones.nii.gz"),
        ("--days-since-treatment", "-3", "expected 0 or more, got -3"),
        ("--portal-vein-mm", "right=wide,9", "expected NAME=BASELINE,FOLLOWUP in mm"),
        ("--portal-vein-mm", "right=12", "expected NAME=BASELINE,FOLLOWUP, got 'right=12'"),
        ("--compare", "spleen", "expected NAME=BASELINE,FOLLOWUP"),
    ],
)
def test_refused(arguments, tmp_path, capsys, position, text, message) -> None:
    if position in arguments:
        arguments[arguments.index(position) + 1] = text
    else:
        arguments += [position, text]
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from-segmentation"], "liver.nii.gz: expected a segmentation (.seg.nrrd or DICOM SEG)"),
        (["--region", "--from-segmentation"], "expected no region with --from-segmentation"),
    ],
)
def test_refused_after_editing(arguments, tmp_path, capsys, options, message) -> None:
    for option in options:
        arguments += [option, str(tmp_path / "liver.nii.gz")]
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


class TestRefusedImages:
    """What ``label_zones`` says of images it cannot use."""

    def test_no_contrast_phase(self, treated) -> None:
        with pytest.raises(InputError, match="at least one contrast phase"):
            label_zones({"ct_native": treated.images()["ct_native"]}, treated.mask("liver"))

    def test_mr_phase_without_native(self, treated) -> None:
        with pytest.raises(InputError, match="no native T1"):
            label_zones({"portal": treated.images()["ct_portal"]}, treated.mask("liver"))

    def test_phase_without_enhancement(self, treated) -> None:
        native = treated.images()["ct_native"]
        with pytest.raises(InputError, match="parenchyma enhances"):
            label_zones({"ct_native": native, "ct_portal": native}, treated.mask("liver"))

    def test_an_image_without_a_signal(self, treated) -> None:
        images = treated.images()
        images["ct_native"] = images["ct_native"] * 0
        with pytest.raises(
            InputError, match="ct_native: expected an image of the organ, got 0 in every voxel"
        ):
            label_zones(images, treated.mask("liver"))

    def test_a_liver_without_unaffected_parenchyma(self, liver) -> None:
        here = liver()
        here.paint("necrosis", here.masks["liver"])
        with pytest.raises(InputError, match="an organ without unaffected parenchyma cannot be judged"):
            label_zones(here.images(), here.mask("liver"))

    def test_an_unknown_label(self, treated) -> None:
        labels = treated.mask("liver") * 9
        with pytest.raises(InputError, match=r"labels: expected 1 necrosis.*got \[9\]"):
            measure_zones(labels, treated.images(), treated.mask("liver"))

    def test_an_unknown_treatment(self, treated) -> None:
        with pytest.raises(InputError, match="'prayer' is unknown; expected one of: thermal, ire"):
            label_zones(treated.images(), treated.mask("liver"), treatment="prayer")

    def test_empty_organ(self, treated) -> None:
        with pytest.raises(InputError, match="empty mask"):
            label_zones(treated.images(), treated.mask("liver") * 0)

    def test_region_outside_the_organ(self, treated) -> None:
        outside = treated.image((~treated.masks["liver"]).astype("uint8"))
        with pytest.raises(InputError, match="region mask: expected it inside the organ"):
            label_zones(treated.images(), treated.mask("liver"), region=outside)

    def test_another_grid(self, treated) -> None:
        moved = treated.mask("liver")
        moved.SetOrigin((0.0, 0.0, 0.0))
        with pytest.raises(InputError, match="another grid"):
            label_zones(treated.images(), moved)


@pytest.mark.parametrize(
    ("treatment", "code"), [("thermal", "99IOSLICER^IO0107"), ("embolization", "SCT^6574001")]
)
def test_all_of_an_ablation_zone_is_not_coded_as_necrosis(liver, tmp_path, treatment, code) -> None:
    here = liver()
    here.paint("necrosis", here.ball((-10, -5, 0), 15))
    zones = label_zones(here.images(), here.mask("liver"), treatment=treatment)
    zones = replace(zones, layers=tuple(layer for layer in zones.layers if layer.name == "necrosis"))
    write_segmentation(zones, tmp_path / "zones.seg.nrrd")
    image = sitk.ReadImage(str(tmp_path / "zones.seg.nrrd"))
    assert image.GetMetaData("Segment0_Name") == "necrosis"
    assert code in image.GetMetaData("Segment0_Tags")


def test_terms_and_colors_agree() -> None:
    lines = resource_path("Colors", "zones.ctbl").read_text(encoding="utf-8").splitlines()
    table = {row[1]: row for row in (line.split() for line in lines if not line.startswith("#"))}
    for name, term in layer_terms().items():
        assert int(table[name][0]) == LABELS[name]
        assert [int(v) for v in table[name][2:5]] == [round(255 * v) for v in term.color]
        assert term.terminology.count("~") == 6
    assert set(layer_terms()) == set(LABELS)


def test_rules_are_read_from_the_table() -> None:
    rules = appearance()
    assert 0 < rules.core.enhancement_most < rules.core.border < 1
    for treatment in rules.treatments.values():
        assert treatment.layers[-1] == "necrosis"
        assert treatment.core in ("nonradiation", "radiation")
        assert set(treatment.layers) <= set(rules.tissues) <= set(LABELS)


def test_labeling_shares_no_code_with_the_digital_patient() -> None:
    folder = Path(interventional_oncology.zones.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in getattr(node, "names", [])] + [
                getattr(node, "module", "") or ""
            ]
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert not any("phantom" in module for module in modules), path.name
    code = "import sys, interventional_oncology.zones; print([m for m in sys.modules if 'phantom' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
