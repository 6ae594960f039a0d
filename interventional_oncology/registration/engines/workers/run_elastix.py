"""``itk-elastix`` behind the arguments of the ``elastix`` program, in a process of its own.

    python run_elastix.py -f FIXED -m MOVING -out FOLDER -p PARAMETERS -t0 INITIAL [-fMask MASK] [-mMask MASK]

So the engine speaks to one program, however elastix was installed. The number of threads is left alone:
itk-elastix 0.25.4 crashes when it is set for a B-spline.
"""

import os
import sys

# A launcher of Slicer between the guard and this process sets it again.
os.environ.pop("ITK_AUTOLOAD_PATH", None)


def main(arguments: list[str]) -> int:
    """Register and write ``TransformParameters.0.txt``; return the exit code."""
    import itk

    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    image = itk.Image[itk.F, 3]
    parameters = itk.ParameterObject.New()
    parameters.ReadParameterFile(given["-p"])
    method = itk.ElastixRegistrationMethod[image, image].New(
        FixedImage=itk.imread(given["-f"], itk.F), MovingImage=itk.imread(given["-m"], itk.F)
    )
    if "-fMask" in given:
        method.SetFixedMask(itk.imread(given["-fMask"], itk.UC))
    if "-mMask" in given:
        method.SetMovingMask(itk.imread(given["-mMask"], itk.UC))
    method.SetParameterObject(parameters)
    method.SetInitialTransformParameterFileName(given["-t0"])
    method.SetOutputDirectory(given["-out"])
    method.SetLogToConsole(True)
    method.SetLogToFile(True)
    method.UpdateLargestPossibleRegion()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
