"""The engine ``elastix``: B-spline, global correlation, adaptive stochastic gradient descent.

Klein et al., IEEE Trans Med Imaging 2010;29:196, doi:10.1109/TMI.2009.2035616. elastix always runs in a
process of its own, without ``ITK_AUTOLOAD_PATH``: its ITK beside Slicer's in one process crashes.
"""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ...progress import Progress, part
from ..prepared import Prepared, distance_on, prepare
from .elastix_files import LEVELS, linear_parameters, read_bspline, registration_parameters
from .elastix_log import ElastixLog
from .elastix_program import Program, find_elastix, why_no_elastix
from .engine import Deformation, EngineError
from .process import run_program, scratch_folder

#: Working voxel. elastix samples it, so finer than for dense correlation costs little time.
_VOXEL_MM = 1.5
#: Where in the progress the run ends: writing before and reading after are short.
_RUN = (0.02, 0.98)


class Elastix:
    """elastix of the Python package or of the program, whichever is installed.

    Parameters
    ----------
    iterations : int
        Steps of the optimizer at each level of resolution.
    """

    name = "elastix"
    title = "elastix"

    def __init__(self, *, iterations: int = 250) -> None:
        self._iterations = iterations

    def why_not(self) -> str | None:
        """Return None if elastix is installed, else how to install it."""
        return None if find_elastix() else why_no_elastix()

    def deform(self, task: Deformation, progress: Progress) -> sitk.Transform:
        """Return the B-spline of elastix after our linear map, as a ``CompositeTransform``.

        The same input gives the same result each time on the same number of cores.

        Raises
        ------
        EngineError
            If elastix is not installed, crashes or refuses.
        """
        program = find_elastix()
        if program is None:
            raise EngineError(self.name, why_no_elastix())
        with scratch_folder() as folder:
            progress(0.0, "writing the images for elastix")
            _write(task, folder, self._iterations)
            _run(program, folder, ElastixLog(part(progress, *_RUN), LEVELS, self._iterations))
            spline = read_bspline(folder / "found" / "TransformParameters.0.txt")
        progress(1.0, "elastix done")
        # ITK applies the last one first: the linear map, then the spline around the moving points.
        return sitk.CompositeTransform([spline, task.linear.transform(rigid=False)])


def _write(task: Deformation, folder: Path, iterations: int) -> None:
    prepared = prepare(task.fixed, task.moving, task.preset, task.masks, finest_mm=_VOXEL_MM)
    compared, _ = prepared.voxels_that_count(prepared.fixed)
    images = {
        "fixed": prepared.fixed,
        "moving": prepared.moving,
        "fixed_mask": _mask(compared, prepared.fixed),
        "moving_mask": _mask(_moving_compared(prepared), prepared.moving),
    }
    for name, image in images.items():
        sitk.WriteImage(image, str(folder / f"{name}.mha"))
    (folder / "registration.txt").write_text(
        registration_parameters(task.preset, iterations), encoding="utf-8"
    )
    (folder / "linear.txt").write_text(linear_parameters(task.linear), encoding="utf-8")
    (folder / "found").mkdir()


def _run(program: Program, folder: Path, log: ElastixLog) -> None:
    arguments = {
        "-f": "fixed.mha",
        "-m": "moving.mha",
        "-fMask": "fixed_mask.mha",
        "-mMask": "moving_mask.mha",
        "-t0": "linear.txt",
        "-p": "registration.txt",
        "-out": "found",
    }
    command = [*program.command, *(each for key, name in arguments.items() for each in (key, folder / name))]
    code = run_program(command, folder, log.hear, program.environment)
    if code != 0 or not (folder / "found" / "TransformParameters.0.txt").is_file():
        raise EngineError(Elastix.name, log.reason() or f"the program ended with exit code {code}")


def _moving_compared(prepared: Prepared) -> np.ndarray:
    if prepared.moving_excluded is None:
        return np.ones(prepared.moving.GetSize()[::-1], dtype=bool)
    distance = distance_on(prepared.moving_excluded, prepared.moving)
    return distance > prepared.exclusion_dilation_mm


def _mask(inside: np.ndarray, grid: sitk.Image) -> sitk.Image:
    mask = sitk.GetImageFromArray(inside.astype(np.uint8))
    mask.CopyInformation(grid)
    return mask
