"""The command ``margin`` from files to files."""

import json

import pytest
import SimpleITK as sitk
import vtk

from interventional_oncology.cli.main import main


@pytest.fixture
def files(grid, tmp_path):
    here = grid(reach_mm=20)
    paths = {}
    for name, radius in (("tumor", 6), ("ablation", 12), ("organ", 16)):
        paths[name] = tmp_path / f"{name}.nii.gz"
        sitk.WriteImage(here.ball((0, 0, 0), radius), str(paths[name]))
    return paths


def run(files, out, *more: str) -> int:
    return main(
        [
            "margin",
            "--tumor",
            str(files["tumor"]),
            "--ablation",
            str(files["ablation"]),
            "--out",
            str(out),
            *more,
        ]
    )


def test_results(files, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    assert run(files, out, "--organ", str(files["organ"]), "--registration-error-mm", "1", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads((out / "margin.json").read_text())
    assert printed["minimal_margin_mm"] == written["minimal_margin_mm"] == pytest.approx(6, abs=0.2)
    assert written["command"] == "margin"
    assert [entry["path"] for entry in written["inputs"]] == [str(path) for path in files.values()]
    assert set(written["surface_fraction"]) == {"below_0", "from_0_to_threshold", "at_least_threshold"}
    for key in (
        *("minimal_margin_at_ras_mm", "volume_fraction_covered", "uncovered_volume_ml", "residual_sites"),
        *("excluded_subcapsular_fraction", "probability_minimal_margin_at_least_threshold"),
    ):
        assert key in written
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(str(out / "margin.vtp"))
    reader.Update()
    surface = reader.GetOutput()
    low, high = surface.GetPointData().GetArray("margin_mm").GetRange()
    assert low == pytest.approx(written["minimal_margin_mm"])
    assert high < 6.5
    assert surface.GetFieldData().GetAbstractArray("SPACE").GetValue(0) == "LPS"
    # x of the center is +12.3 in LPS.
    assert surface.GetCenter()[0] == pytest.approx(12.3, abs=0.3)


def test_another_grid_is_refused_and_leaves_nothing(files, tmp_path, grid, capsys) -> None:
    sitk.WriteImage(grid((1, 1, 1), reach_mm=20).ball((0, 0, 0), 12), str(files["ablation"]))
    assert run(files, tmp_path / "out") == 2
    assert "another grid" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_earlier_result_is_kept(files, tmp_path, capsys) -> None:
    assert run(files, tmp_path / "out") == 0
    assert run(files, tmp_path / "out") == 2
    assert "--overwrite" in capsys.readouterr().err
    assert run(files, tmp_path / "out", "--overwrite") == 0
