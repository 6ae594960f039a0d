"""greedy, where the user has installed it; it is never a dependency."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
import vtk
from known_abdomen import Abdomen, apply, breath, error_mm, grid, scan, turned
from known_task import task_of, truth

from interventional_oncology.progress import silent
from interventional_oncology.registration.engines import Deformation, greedy
from interventional_oncology.registration.engines.greedy import Greedy, ras_matrix
from interventional_oncology.registration.engines.process import python_worker, run_program
from interventional_oncology.registration.linear import LinearMap

ROOT = Path(__file__).resolve().parents[3]
needs_greedy = pytest.mark.skipif(find_spec("picsl_greedy") is None, reason=f"greedy: {Greedy().why_not()}")


def test_it_is_never_a_dependency() -> None:
    for name in ("pyproject.toml", "requirements.lock"):
        assert "greedy" not in (ROOT / name).read_text()


def test_not_installed_is_one_sentence_that_warns_of_the_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greedy, "find_spec", lambda name: None)
    reason = Greedy().why_not()
    assert reason is not None
    assert "licence" in reason
    assert "pip install picsl_greedy" in reason


def test_the_linear_map_between_ras_points() -> None:
    turn = sitk.VersorTransform([0.4, 0.3, 0.85], 0.3)
    linear = LinearMap(
        1.1 * np.reshape(turn.GetMatrix(), (3, 3)), np.array([5.0, -7.0, 11.0]), np.array([30.0, 20.0, -50.0])
    )
    flip = np.array([-1.0, -1.0, 1.0])
    points = np.random.default_rng(1).uniform(-100, 100, (20, 3))
    mapped = (points * flip) @ ras_matrix(linear)[:3, :3].T + ras_matrix(linear)[:3, 3]
    np.testing.assert_allclose(mapped * flip, linear.apply(points), atol=1e-9)


def test_coarse_voxels_get_fewer_levels() -> None:
    engine = Greedy(iterations=(4, 3, 2))
    assert engine._steps(1.5) == (4, 3, 2)
    assert engine._steps(3.2) == (3, 2)
    assert engine._steps(9.0) == (2,)


class Run:
    """One run whose files are kept."""

    def __init__(self, task: Deformation, folder: Path) -> None:
        self.task, self.folder, self.said = task, folder, []

        @contextmanager
        def kept() -> Iterator[Path]:
            yield folder

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(greedy, "scratch_folder", kept)
            self.transform = Greedy().deform(
                task, lambda fraction, message: self.said.append((fraction, message))
            )


@pytest.fixture(scope="module")
def run(anatomy: Abdomen, tmp_path_factory: pytest.TempPathFactory) -> Run:
    # Its window of 5 voxels sees too little structure in the coarse scans of the other tests.
    size, spacing_mm = (104, 92, 78), (1.9, 1.9, 2.2)
    stays = scan(anatomy, grid(size, spacing_mm, turned(12.0)), seed=1)
    moves = scan(anatomy, grid(size, spacing_mm), breath, seed=2)
    return Run(task_of(stays, moves), tmp_path_factory.mktemp("run"))


@needs_greedy
@pytest.mark.slow
class TestRun:
    def test_known_deformation_is_recovered_in_the_liver(self, run: Run) -> None:
        liver = run.task.masks.fixed
        before = error_mm(run.task.linear.transform(rigid=False), truth, liver, every=31)
        after = error_mm(run.transform, truth, liver, every=31)
        assert before.mean() > 1.2
        assert after.mean() <= 1.0
        assert np.percentile(after, 95) < np.percentile(before, 95)

    def test_the_transform_is_that_of_greedy_at_every_point(self, run: Run) -> None:
        """Against greedy's own mapping of points, which it takes as RAS."""
        points = np.random.default_rng(7).uniform([-70, -50, -40], [30, 40, 50], (200, 3))
        text = "\n".join(" ".join(map(repr, point)) for point in (points * [-1.0, -1.0, 1.0]).tolist())
        (run.folder / "points.vtk").write_text(
            f"# vtk DataFile Version 4.2\npoints\nASCII\nDATASET POLYDATA\nPOINTS 200 double\n{text}\n"
        )
        command = ["-rf", "fixed.mha", "-rs", "points.vtk", "mapped.vtk", "-r", "warp.mha", "linear.mat"]
        assert run_program([*python_worker("run_greedy.py"), run.folder, *command], run.folder, print) == 0
        reader = vtk.vtkPolyDataReader()
        reader.SetFileName(str(run.folder / "mapped.vtk"))
        reader.Update()
        theirs = np.array([reader.GetOutput().GetPoint(n) for n in range(200)]) * [-1.0, -1.0, 1.0]
        ours = apply(run.transform, points)
        assert np.abs(ours - theirs).max() < 1e-3
        linear = apply(run.transform.GetNthTransform(0), points)
        assert np.linalg.norm(ours - linear, axis=1).max() > 2.0  # there was a deformation to convert

    def test_progress_counts_levels_and_iterations_and_never_goes_back(self, run: Run) -> None:
        fractions, messages = zip(*run.said, strict=True)
        assert list(fractions) == sorted(fractions)
        assert (fractions[0], fractions[-1]) == (0.0, 1.0)
        assert "greedy level 1 of 3, iteration 1" in messages
        assert "greedy level 3 of 3, iteration 31" in messages

    def test_the_same_input_gives_the_same_result(self, task: Deformation) -> None:
        found = [Greedy(iterations=(10, 10)).deform(task, silent) for _ in range(2)]
        fields = [sitk.DisplacementFieldTransform(each.GetNthTransform(1)) for each in found]
        first, second = (sitk.GetArrayFromImage(field.GetDisplacementField()) for field in fields)
        assert np.linalg.norm(first, axis=-1).max() > 1.0
        np.testing.assert_array_equal(first, second)

    def test_it_is_not_in_our_process(self, run: Run) -> None:
        assert "picsl_greedy" not in sys.modules
