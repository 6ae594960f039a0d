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


def number(out, *keys):
    found = json.loads((out / "margin.json").read_text())
    for key in keys:
        found = found[key]
    return found


def test_all_numbers_are_told(files, tmp_path, grid, capsys) -> None:
    sitk.WriteImage(grid(reach_mm=20).ball((4, 0, 0), 16), str(files["ablation"]))
    out = tmp_path / "out"
    assert run(files, out, "--thresholds-mm", "1,15", "--segmentation-error-mm", "0.5") == 0
    assert number(out, "surface_fraction_at_least") == {"1": 1.0, "15": 0.0}
    assert number(out, "surface_dice") == pytest.approx(0.0, abs=0.01)
    assert number(out, "hausdorff95_mm") == pytest.approx(13.7, abs=0.3)
    assert number(out, "re_ablation") is None
    assert len(number(out, "eccentricity_ras_mm")) == 3
    low, high = number(out, "minimal_margin_interval_mm")
    assert low < number(out, "minimal_margin_mm") < high
    assert number(out, "claim") in capsys.readouterr().err
    surface = read(out / "margin.vtp")
    low, high = surface.GetPointData().GetArray("probability").GetRange()
    # 1 mm above the threshold, in units of two outlines of 0.5 mm each; an even map makes it likelier.
    assert 0.92 < low < 1.0
    assert high == pytest.approx(1.0)


def read(path):
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(str(path))
    reader.Update()
    return reader.GetOutput()


def test_error_as_number_map_record_and_landmarks(files, tmp_path) -> None:
    """The same error, said in four ways."""
    error_map = sitk.Cast(sitk.ReadImage(str(files["tumor"])), sitk.sitkFloat32) * 0 + 1.0
    sitk.WriteImage(error_map, str(tmp_path / "error_map.nii.gz"))
    record = {"quality": {"tre_mm_after": {"mean": 1.0, "p95": 2.0, "max": 3.0}}}
    (tmp_path / "registration.json").write_text(json.dumps(record))
    # Residuals of one standard deviation along each axis, both ways, around a shift that the transform knows.
    deviation = 1.0 / (2 * (2 / 3.141592653589793) ** 0.5)
    widened = deviation * (3 * 6 / (3 * 6 - 2)) ** -0.5 * 3**0.5
    rows = ["fixed_x,fixed_y,fixed_z,moving_x,moving_y,moving_z"]
    for axis in range(3):
        for sign in (-1, 1):
            fixed = [10.0 * axis, 20.0 * sign, 5.0 * axis * sign]
            moving = [v + 4.0 for v in fixed]
            moving[axis] += sign * widened
            rows.append(",".join(f"{v:.9f}" for v in (*fixed, *moving)))
    (tmp_path / "points.csv").write_text("\n".join(rows))
    sitk.WriteTransform(sitk.TranslationTransform(3, (4.0, 4.0, 4.0)), str(tmp_path / "transform.h5"))
    given = {
        "number": ["--registration-error-mm", "1"],
        "map": ["--registration-error-mm", str(tmp_path / "error_map.nii.gz")],
        "record": ["--registration-error-mm", str(tmp_path / "registration.json")],
        "landmarks": [
            *("--landmarks", str(tmp_path / "points.csv")),
            *("--transform", str(tmp_path / "transform.h5")),
        ],
    }
    found = {}
    for name, more in given.items():
        assert run(files, tmp_path / name, *more) == 0
        found[name] = number(tmp_path / name, "minimal_margin_interval_mm")
        assert len(number(tmp_path / name, "inputs")) == {"number": 2, "landmarks": 4}.get(name, 3)
    for name in given:
        assert found[name] == pytest.approx(found["number"], abs=1e-3)


def test_planned_zone(files, tmp_path, grid) -> None:
    sitk.WriteImage(grid(reach_mm=20).ball((2, 0, 0), 13), str(tmp_path / "planned.nii.gz"))
    assert run(files, tmp_path / "out", "--planned", str(tmp_path / "planned.nii.gz")) == 0
    assert number(tmp_path / "out", "planned", "center_shift_ras_mm") == pytest.approx([2, 0, 0], abs=0.05)
    assert number(tmp_path / "out", "planned", "margin", "minimal_margin_mm") == pytest.approx(5, abs=0.2)
    assert number(tmp_path / "out", "planned", "minimal_margin_difference_mm") == pytest.approx(1, abs=0.3)
    assert number(tmp_path / "out", "planned", "axis_angle_degrees") is None


def test_what_limits_the_planned_margin_is_told(files, tmp_path, grid, capsys) -> None:
    sitk.WriteImage(grid(reach_mm=20).ball((12, 0, 0), 13), str(tmp_path / "planned.nii.gz"))
    assert run(files, tmp_path / "out", "--planned", str(tmp_path / "planned.nii.gz")) == 0
    said = "with the planned zone as ablation zone: the ablation mask touches the border of its volume"
    assert said in capsys.readouterr().err
    assert [warning.startswith(said) for warning in number(tmp_path / "out", "warnings")] == [True]


def test_advice_where_the_margin_is_short(files, tmp_path, grid, capsys) -> None:
    sitk.WriteImage(grid(reach_mm=20).ball((-4, 0, 0), 12), str(files["ablation"]))
    more = ("--applicator-mm", "14,12", "--entry-direction-ras", "0,0,1")
    assert run(files, tmp_path / "out", *more) == 0
    advice = number(tmp_path / "out", "re_ablation")
    # The zone lies to the right (LPS -x), so the margin is short on the left.
    assert advice["center_ras_mm"][0] < -12.3
    assert advice["margin_after_mm"] >= 5.0
    assert advice["ellipsoid"]["covers_all"] is True
    assert advice["words"] in capsys.readouterr().err


@pytest.mark.parametrize(("rule", "excluded"), [("exclude", True), ("to_border", False), ("ignore", False)])
def test_subcapsular_rule(files, tmp_path, grid, rule, excluded) -> None:
    sitk.WriteImage(grid(reach_mm=20).ball((4, 0, 0), 12), str(files["organ"]))
    out = tmp_path / "out"
    assert run(files, out, "--organ", str(files["organ"]), "--subcapsular-rule", rule) == 0
    assert number(out, "subcapsular_rule") == rule
    assert number(out, "subcapsular_fraction") > 0.1
    assert (number(out, "excluded_subcapsular_fraction") > 0) is excluded


def test_a_registration_that_is_not_good_is_warned_of(files, tmp_path, capsys) -> None:
    spread = {"mean": 1.0, "p95": 2.0, "max": 3.0}
    quality = {"tre_mm_after": spread, "expected_error_mm": spread | {"mean": 14.0}, "verdict": "failed"}
    (tmp_path / "registration.json").write_text(json.dumps({"quality": quality}))
    assert run(files, tmp_path / "out", "--registration-error-mm", str(tmp_path / "registration.json")) == 0
    assert "is rated 'failed', and the margin rests on it" in capsys.readouterr().err
    assert run(files, tmp_path / "number", "--registration-error-mm", "14") == 0
    intervals = [number(tmp_path / name, "minimal_margin_interval_mm") for name in ("out", "number")]
    assert intervals[0] == pytest.approx(intervals[1])  # not that of the landmarks it was fitted to


def test_a_direction_may_begin_with_a_minus(files, tmp_path) -> None:
    words = ("--threshold-mm", "8", "--applicator-mm", "15,10")
    for number_of, direction in enumerate(
        (["--entry-direction-ras", "-1,0,0"], ["--entry-direction-ras=-1,0,0"])
    ):
        assert run(files, tmp_path / str(number_of), *words, *direction) == 0
        entry = number(tmp_path / str(number_of), "re_ablation", "ellipsoid", "entry_direction_ras")
        assert entry == pytest.approx([-1.0, 0.0, 0.0])
