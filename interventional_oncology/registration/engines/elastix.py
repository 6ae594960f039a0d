"""The engine ``elastix``: B-spline, global correlation, adaptive stochastic gradient descent.

Klein et al., IEEE Trans Med Imaging 2010;29:196, doi:10.1109/TMI.2009.2035616. elastix always runs in a
process of its own, without ``ITK_AUTOLOAD_PATH``: its ITK beside Slicer's in one process crashes.
"""

import re
from pathlib import Path

import SimpleITK as sitk

from ...progress import Progress, part
from .elastix_files import LEVELS, linear_parameters, read_bspline, registration_parameters
from .elastix_program import find_elastix, why_no_elastix
from .engine import Deformation, EngineError
from .process import run_program, scratch_folder
from .program_log import ProgramLog
from .working_files import FIXED, FIXED_MASK, MOVING, MOVING_MASK, write_images

#: elastix samples its voxels, so finer ones than for dense correlation cost little time.
_VOXEL_MM = 1.5
#: Where in the progress the run ends: writing before and reading after are short.
_RUN = (0.02, 0.98)
_LEVEL = re.compile(r"^Resolution: (\d+)\s*$")
_ITERATION = re.compile(r"^(\d+)\s+-?\d")
_FOUND = "found"
_ARGUMENTS = {
    "-f": FIXED,
    "-m": MOVING,
    "-fMask": FIXED_MASK,
    "-mMask": MOVING_MASK,
    "-t0": "linear.txt",
    "-p": "registration.txt",
    "-out": _FOUND,
}


class Elastix:
    """elastix of the Python package or of the program, whichever is installed.

    Parameters
    ----------
    iterations : int
        Steps of the optimizer at each level of resolution.
    """

    name = "elastix"
    title = "elastix"

    def __init__(self, *, iterations: int = 150) -> None:
        self._iterations = iterations

    def why_not(self) -> str | None:
        """Return None if elastix is installed, else how to install it."""
        return None if find_elastix() else why_no_elastix()

    def deform(self, task: Deformation, progress: Progress) -> sitk.Transform:
        """Return the B-spline of elastix after our linear map, as a ``CompositeTransform``.

        Its samples are drawn with a fixed seed: the same input gives the same result each time.

        Raises
        ------
        EngineError
            If elastix is not installed, crashes or refuses.
        """
        log = ProgramLog(part(progress, *_RUN), self.title, _LEVEL, _ITERATION, (self._iterations,) * LEVELS)
        with scratch_folder() as folder:
            progress(0.0, "writing the images for elastix")
            write_images(task, folder, _VOXEL_MM)
            parameters = registration_parameters(task.preset, self._iterations)
            (folder / "registration.txt").write_text(parameters, encoding="utf-8")
            (folder / "linear.txt").write_text(linear_parameters(task.linear), encoding="utf-8")
            spline = self._run(folder, log)
        progress(1.0, "elastix done")
        # ITK applies the last one first: the linear map, then the spline around the moving points.
        return sitk.CompositeTransform([spline, task.linear.transform(rigid=False)])

    def _run(self, folder: Path, log: ProgramLog) -> sitk.BSplineTransform:
        program = find_elastix()
        if program is None:
            raise EngineError(self.name, why_no_elastix())
        (folder / _FOUND).mkdir()
        arguments = [each for key, name in _ARGUMENTS.items() for each in (key, folder / name)]
        code = run_program([*program.command, *arguments], folder, log.hear, program.environment)
        result = folder / _FOUND / "TransformParameters.0.txt"
        if code != 0 or not result.is_file():
            raise EngineError(self.name, log.reason(code))
        return read_bspline(result)
