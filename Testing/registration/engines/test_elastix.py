"""elastix on scans whose deformation is known exactly."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from known_abdomen import Abdomen, apply, breath, error_mm, grid, scan, turned
from known_task import task_of, truth

from interventional_oncology.registration.engines import Deformation, elastix
from interventional_oncology.registration.engines.elastix import Elastix
from interventional_oncology.registration.engines.elastix_program import find_elastix

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(Elastix().why_not() is not None, reason=f"elastix: {Elastix().why_not()}"),
]

#: Enough for scans this small.
ITERATIONS = 60


@pytest.fixture(scope="module")
def oblique(anatomy: Abdomen) -> Deformation:
    """Return a task on two grids that are turned and anisotropic in different ways."""
    stays = scan(anatomy, grid((70, 64, 34), (2.9, 3.0, 5.5), turned(12.0)), seed=3)
    where = grid((64, 60, 48), (3.3, 3.2, 3.9), turned(-20.0), (-20.0, 4.0, 0.0))
    moves = scan(anatomy, where, breath, seed=4)
    return task_of(stays, moves)


class Run:
    """One run whose files are kept."""

    def __init__(self, task: Deformation, folder: Path) -> None:
        self.folder, self.said = folder, []

        @contextmanager
        def kept() -> Iterator[Path]:
            yield folder

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(elastix, "scratch_folder", kept)
            self.transform = Elastix(iterations=ITERATIONS).deform(
                task, lambda fraction, message: self.said.append((fraction, message))
            )


@pytest.fixture(scope="module")
def run(oblique: Deformation, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(oblique, tmp_path_factory.mktemp("run"))


def test_known_deformation_is_recovered_in_the_liver(run: Run, oblique: Deformation) -> None:
    liver = oblique.masks.fixed
    before = error_mm(oblique.linear.transform(rigid=False), truth, liver)
    after = error_mm(run.transform, truth, liver)
    assert before.mean() > 1.2
    assert after.mean() <= 0.8  # a quarter of a voxel: they are 2.9 x 3.0 x 5.5 mm
    assert np.percentile(after, 95) <= 1.6


def test_the_transform_is_that_of_elastix_at_every_point(run: Run, tmp_path: Path) -> None:
    """Against transformix, which reads what elastix wrote."""
    if find_elastix().about != "itk-elastix":
        pytest.skip("transformix is taken from itk-elastix, which is not installed")
    points = np.random.default_rng(7).uniform([-110, -75, -70], [80, 75, 75], (200, 3))
    text = "point\n200\n" + "\n".join(" ".join(map(repr, point)) for point in points.tolist())
    (tmp_path / "points.txt").write_text(text)
    code = f"""
import itk
parameters = itk.ParameterObject.New()
parameters.ReadParameterFile({str(run.folder / "found" / "TransformParameters.0.txt")!r})
moving = itk.imread({str(run.folder / "moving.mha")!r}, itk.F)
itk.transformix_pointset(moving, parameters, fixed_point_set_file_name={str(tmp_path / "points.txt")!r},
                         output_directory={str(tmp_path)!r})
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=tmp_path)
    lines = (tmp_path / "outputpoints.txt").read_text().splitlines()
    theirs = [re.search(r"OutputPoint = \[ (.*?) \]", line).group(1).split() for line in lines]
    ours = apply(run.transform, points)
    assert np.abs(ours - np.array(theirs, dtype=float)).max() < 1e-3
    linear = apply(run.transform.GetNthTransform(1), points)
    assert np.linalg.norm(ours - linear, axis=1).max() > 2.0  # there was a deformation to convert


def test_the_same_input_gives_the_same_result(run: Run, oblique: Deformation, tmp_path: Path) -> None:
    again = Run(oblique, tmp_path)
    assert (
        run.transform.GetNthTransform(0).GetParameters() == again.transform.GetNthTransform(0).GetParameters()
    )


def test_progress_counts_levels_and_iterations_and_never_goes_back(run: Run) -> None:
    fractions, messages = zip(*run.said, strict=True)
    assert list(fractions) == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    for level in range(1, 5):
        mine = [message for message in messages if message.startswith(f"elastix level {level} of 4")]
        assert len(mine) >= ITERATIONS // 10


def test_its_itk_is_not_in_our_process(run: Run) -> None:
    assert not [name for name in sys.modules if name.partition(".")[0] == "itk"]


def test_the_field_has_no_jump_where_nothing_is_compared(run: Run, oblique: Deformation) -> None:
    spline = run.transform.GetNthTransform(0)
    # Along the longest axis of the fixed image, from one border to the other.
    ends = [oblique.fixed.TransformIndexToPhysicalPoint(index) for index in ((1, 32, 17), (68, 32, 17))]
    line = np.linspace(*ends, 800)
    moves = apply(spline, line) - line
    assert np.abs(np.diff(moves, axis=0)).max() < 0.25  # 0.25 mm apart: no point overtakes its neighbor
