"""The engine ``greedy``: greedy diffeomorphic registration by local correlation.

Yushkevich et al., ``picsl_greedy``. The package says Apache in one place, GPL and BSD in others, so it is
never a dependency: it is used when the user has installed it. It always runs in a process of its own.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ...progress import Progress, part
from ..linear import LinearMap
from .engine import Deformation, EngineError
from .process import python_worker, run_program, scratch_folder
from .program_log import ProgramLog
from .working_files import FIXED, FIXED_MASK, MOVING, MOVING_MASK, write_images

_VOXEL_MM = 1.5
#: Voxels twice as wide a level, up to here: with coarser ones the local correlation of 5 voxels went astray.
_COARSEST_MM = 8.0
_RUN = (0.02, 0.98)
_LEVEL = re.compile(r"Level\s+(\d+)")
_ITERATION = re.compile(r"Iter\s+(\d+)")
_LINEAR, _WARP = "linear.mat", "warp.mha"
#: LPS to RAS and back.
_FLIP = np.diag([-1.0, -1.0, 1.0])
_PACKAGE = "picsl_greedy"


class Greedy:
    """greedy of the Python package ``picsl_greedy``.

    Parameters
    ----------
    iterations : tuple of int
        Steps at each level of resolution, coarse to fine.
    """

    name = "greedy"
    title = "greedy"

    def __init__(self, *, iterations: tuple[int, ...] = (100, 100, 40)) -> None:
        self._iterations = iterations

    def why_not(self) -> str | None:
        """Return None if ``picsl_greedy`` is installed, else what to do."""
        if find_spec(_PACKAGE) is None:
            return (
                "picsl_greedy is not installed (its licence is stated in three ways: read it, "
                "then run 'pip install picsl_greedy')"
            )
        return None

    def deform(self, task: Deformation, progress: Progress) -> sitk.Transform:
        """Return our linear map after the field of greedy, as a ``CompositeTransform``.

        Raises
        ------
        EngineError
            If greedy is not installed, crashes or refuses.
        """
        reason = self.why_not()
        if reason is not None:
            raise EngineError(self.name, reason)
        with scratch_folder() as folder:
            progress(0.0, "writing the images for greedy")
            voxel_mm = write_images(task, folder, _VOXEL_MM)
            np.savetxt(folder / _LINEAR, ras_matrix(task.linear), fmt="%.17g")
            field = self._run(folder, self._steps(voxel_mm), part(progress, *_RUN))
        progress(1.0, "greedy done")
        # ITK applies the last one first: the field in fixed space, then the linear map.
        return sitk.CompositeTransform([task.linear.transform(rigid=False), field])

    def _run(self, folder: Path, steps: tuple[int, ...], progress: Progress) -> sitk.Transform:
        log = ProgramLog(progress, self.title, _LEVEL, _ITERATION, steps)
        command = [*python_worker("run_greedy.py"), str(folder), *_arguments(steps)]
        code = run_program(command, folder, log.hear)
        if code != 0 or not (folder / _WARP).is_file():
            raise EngineError(self.name, log.reason(code))
        # As ITK has it: the displacement of each voxel center, LPS mm.
        return sitk.DisplacementFieldTransform(sitk.ReadImage(str(folder / _WARP), sitk.sitkVectorFloat64))

    def _steps(self, voxel_mm: float) -> tuple[int, ...]:
        levels = 1 + max(int(np.log2(_COARSEST_MM / voxel_mm)), 0)
        return self._iterations[-levels:]


def _arguments(steps: tuple[int, ...]) -> list[str]:
    # Smoothing decides: 9 mm for each step and 3 mm for the whole were best by far, measured on CT of the
    # liver; a quarter of the usual step was a little better on the known abdomen. -wp 0 keeps the field as
    # it is, where 0.1 voxel of it would be rounded away.
    return (
        f"-i {FIXED} {MOVING} -gm {FIXED_MASK} -mm {MOVING_MASK} -it {_LINEAR} -m WNCC 2x2x2 -s 9mm 3mm "
        f"-e 0.25 -n {'x'.join(str(number) for number in steps)} -seed 1 -wp 0 -o {_WARP}"
    ).split()


def ras_matrix(linear: LinearMap) -> np.ndarray:
    """Return the linear map as a 4 x 4 matrix between RAS points in mm, as greedy reads it."""
    matrix = np.eye(4)
    matrix[:3, :3] = _FLIP @ linear.matrix @ _FLIP
    matrix[:3, 3] = _FLIP @ linear.apply(np.zeros((1, 3)))[0]
    return matrix
