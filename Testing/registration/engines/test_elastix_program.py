"""Where elastix is looked for, what it is given, what is said when it fails; elastix is not run here."""

import dataclasses
import re
import stat
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from interventional_oncology.progress import silent
from interventional_oncology.registration.engines import Deformation, EngineError, elastix_program
from interventional_oncology.registration.engines.elastix import Elastix
from interventional_oncology.registration.engines.elastix_files import (
    linear_parameters,
    registration_parameters,
)
from interventional_oncology.registration.engines.elastix_program import PROGRAM_VARIABLE, find_elastix
from interventional_oncology.registration.prepared import Masks
from interventional_oncology.registration.presets import presets

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for elastix is a script")

#: Does what elastix does with its arguments, but finds no deformation.
STAND_IN = """#!{python}
import os, shutil, sys
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
shutil.copytree(os.path.dirname(given["-f"]), {keep!r})
print("Resolution: 0", "1:ItNr", "0\\t-0.5\\t1.0", "10\\t-0.6\\t1.0", "Resolution: 3", "0\\t-0.7", sep="\\n")
with open(os.path.join(given["-out"], "TransformParameters.0.txt"), "w") as file:
    file.write('''{result}''')
"""
NO_DEFORMATION = f"""(Transform "RecursiveBSplineTransform")
(BSplineTransformSplineOrder 3)
(GridSize 5 6 7)
(GridIndex 0 0 0)
(GridSpacing 60 60 60)
(GridOrigin -150 -180 -180)
(GridDirection 1 0 0 0 1 0 0 0 1)
(TransformParameters {" ".join(["0"] * 630)})
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.delenv(PROGRAM_VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(elastix_program, "distribution", absent)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return where the files are that the stand-in was given."""
    keep = tmp_path / "given"
    text = STAND_IN.format(python=sys.executable, keep=str(keep), result=NO_DEFORMATION)
    monkeypatch.setenv(PROGRAM_VARIABLE, str(program(tmp_path / "stand in" / "elastix", text)))
    return keep


def test_not_installed_is_one_sentence_that_says_how(nothing_installed: None) -> None:
    reason = Elastix().why_not()
    assert reason is not None
    assert "SlicerElastix" in reason
    assert "pip install itk-elastix" in reason


def test_the_program_on_the_path_is_found(nothing_installed: None, tmp_path: Path) -> None:
    there = program(tmp_path / "bin" / "elastix", "#!/bin/sh\n")
    found = find_elastix()
    assert found is not None
    assert found.command == [str(there)]
    assert Elastix().why_not() is None


@pytest.mark.parametrize("place", ["bin", "lib", "lib/Slicer-5.10"])
def test_the_program_of_slicer_elastix_is_found_beside_its_module(
    nothing_installed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    extension = tmp_path / "SlicerElastix"
    modules = extension / "lib" / "Slicer-5.10" / "qt-scripted-modules"
    modules.mkdir(parents=True)
    (modules / "Elastix.py").write_text("")
    monkeypatch.syspath_prepend(str(modules))
    assert find_elastix() is None
    there = program(extension / place / "elastix", "#!/bin/sh\n")
    found = find_elastix()
    assert found is not None
    assert found.command == [str(there)]
    libraries = found.environment.get("LD_LIBRARY_PATH", "")
    assert libraries.startswith(str(extension / "lib")) or place != "bin"


def test_the_package_comes_before_a_program_of_unknown_age(
    nothing_installed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path / "bin" / "elastix", "#!/bin/sh\n")
    monkeypatch.setattr(elastix_program, "distribution", lambda name: object())
    found = find_elastix()
    assert found is not None
    assert found.command[0] == sys.executable


def test_a_variable_that_names_no_program_is_said_and_nothing_else_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(PROGRAM_VARIABLE, str(tmp_path / "gone"))
    assert find_elastix() is None
    reason = Elastix().why_not()
    assert reason is not None
    assert str(tmp_path / "gone") in reason


def test_the_known_pitfalls_are_not_in_the_parameters() -> None:
    for preset in (each for each in presets().values() if each.deformable):
        text = registration_parameters(preset, 100)
        assert '(ImageSampler "RandomSparseMask")' in text  # the others fail with a small mask
        assert "MutualInformation" not in text  # ran away in every trial
        assert "Threads" not in text  # crashes itk-elastix 0.25.4
        assert "RandomSeed" in text
        control_mm = min(stage.control_mm for stage in preset.deformable)
        assert f"(FinalGridSpacingInPhysicalUnits {control_mm} {control_mm} {control_mm})" in text
        assert re.search(r'\(Metric "AdvancedNormalizedCorrelation" "TransformBendingEnergyPenalty"\)', text)


def test_the_linear_map_is_where_elastix_starts(task: Deformation) -> None:
    entries = dict(re.findall(r"\((\w+) (.*)\)", linear_parameters(task.linear)))
    numbers = np.array(entries["TransformParameters"].split(), dtype=float)
    np.testing.assert_array_equal(numbers[:9].reshape(3, 3), task.linear.matrix)
    np.testing.assert_array_equal(numbers[9:], task.linear.translation_mm)
    np.testing.assert_array_equal(
        np.array(entries["CenterOfRotationPoint"].split(), dtype=float), task.linear.center_mm
    )


def test_no_deformation_leaves_the_linear_map(task: Deformation, stand_in: Path) -> None:
    said: list[tuple[float, str]] = []
    found = Elastix(iterations=20).deform(task, lambda fraction, message: said.append((fraction, message)))
    for point in [(0.0, 0.0, 0.0), (-40.0, 10.0, 25.0), (500.0, 0.0, 0.0)]:
        np.testing.assert_allclose(
            found.TransformPoint(point), task.linear.apply(np.array([point]))[0], atol=1e-9
        )
    messages = [message for _, message in said]
    assert "elastix level 1 of 4, iteration 1" in messages
    assert "elastix level 1 of 4, iteration 11" in messages
    assert "elastix level 4 of 4, iteration 1" in messages
    fractions = [fraction for fraction, _ in said]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)


def test_excluded_tissue_is_not_in_the_masks_elastix_is_given(task: Deformation, stand_in: Path) -> None:
    fixed_hole, moving_hole = (
        sitk.Image(image.GetSize(), sitk.sitkUInt8) for image in (task.fixed, task.moving)
    )
    for hole, grid in ((fixed_hole, task.fixed), (moving_hole, task.moving)):
        hole.CopyInformation(grid)
        hole[20:26, 24:30, 20:25] = 1
    masks = Masks(task.masks.fixed, task.masks.moving, fixed_hole, moving_hole)
    Elastix().deform(dataclasses.replace(task, masks=masks), silent)
    for side, hole in (("fixed", fixed_hole), ("moving", moving_hole)):
        image = sitk.ReadImage(str(stand_in / f"{side}.mha"))
        mask = sitk.ReadImage(str(stand_in / f"{side}_mask.mha"))
        assert image.IsSameImageGeometryAs(mask)
        inside = sitk.GetArrayFromImage(mask) > 0
        away = (
            sitk.GetArrayFromImage(sitk.Resample(hole, mask, sitk.Transform(), sitk.sitkNearestNeighbor)) > 0
        )
        assert inside.any()
        assert away.any()
        assert not inside[away].any()
    organ = sitk.GetArrayFromImage(sitk.ReadImage(str(stand_in / "fixed_mask.mha")))
    assert 0.05 < organ.mean() < 0.5  # the organ with a rim, not the body
    assert sitk.GetArrayFromImage(sitk.ReadImage(str(stand_in / "moving_mask.mha"))).mean() > 0.9


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo 'itk::ExceptionObject'; echo 'ITK ERROR: Sampler(0x1): Could not find enough samples'; exit 1",
         "Could not find enough samples"),
        ("echo 'something failed to load'; exit 2", "something failed to load"),
        ("kill -SEGV $$", "exit code 70"),
        ("exit 0", "exit code 0"),
    ],
    ids=["exception", "complaint", "crash", "no result"],
)  # fmt: skip
def test_a_failure_is_one_sentence(
    task: Deformation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, expected: str
) -> None:
    monkeypatch.setenv(PROGRAM_VARIABLE, str(program(tmp_path / "elastix", f"#!/bin/sh\n{script}\n")))
    with pytest.raises(EngineError) as caught:
        Elastix().deform(task, silent)
    assert str(caught.value).startswith("registration engine elastix: expected a deformation, got none: ")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "scratch").iterdir()) == []  # images of a patient
