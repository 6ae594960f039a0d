"""Where elastix is: the Python package ``itk-elastix``, or the program, for example of SlicerElastix."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from .process import python_worker

#: Names the program, before all other ways to find it; for what the search does not find.
PROGRAM_VARIABLE = "INTERVENTIONAL_ONCOLOGY_ELASTIX"

#: What the program is called here.
EXECUTABLE = "elastix.exe" if os.name == "nt" else "elastix"
#: Where SlicerElastix has its program, from the folder of its module file: installed, then in a build.
_BESIDE_MODULE = ("..", "../../../bin", "../../../lib", "../../../../bin", "../../../../bin/Release")


@dataclass(frozen=True)
class Program:
    """How to start elastix.

    Attributes
    ----------
    command : list of str
        What comes before the arguments.
    about : str
        What people call it.
    environment : dict
        What to set for it.
    """

    command: list[str]
    about: str
    environment: dict[str, str] = field(default_factory=dict)


def find_elastix() -> Program | None:
    """Return elastix, or None: the one named by the variable, ``itk-elastix``, on the path, SlicerElastix."""
    named = os.environ.get(PROGRAM_VARIABLE)
    if named:
        return _beside_libraries(Path(named), named) if shutil.which(named) else None
    if _has_package():
        return Program(python_worker("run_elastix.py"), "itk-elastix")
    on_path = shutil.which(EXECUTABLE)
    if on_path:
        return Program([on_path], on_path)
    return next((_beside_libraries(path) for path in _of_slicer()), None)


def why_no_elastix() -> str:
    """Return one sentence that says what was looked for."""
    named = os.environ.get(PROGRAM_VARIABLE)
    if named:
        return f"{PROGRAM_VARIABLE} names {named}, which is not a program that can run"
    return (
        "elastix is not installed (in Slicer install the extension SlicerElastix, elsewhere run "
        "'pip install itk-elastix')"
    )


def _has_package() -> bool:
    # Its metadata alone: importing it would load its ITK into this process.
    try:
        distribution("itk-elastix")
    except PackageNotFoundError:
        return False
    return True


def _of_slicer() -> Iterator[Path]:
    # Slicer puts the module folders of its extensions on the search path of Python.
    modules = [Path(folder) for folder in sys.path if (Path(folder) / "Elastix.py").is_file()]
    for module in modules:
        for place in _BESIDE_MODULE:
            program = (module / place / EXECUTABLE).resolve()
            if program.is_file():
                yield program


def _beside_libraries(program: Path, about: str = "elastix of SlicerElastix") -> Program:
    environment = {}
    libraries = program.parent.parent / "lib"
    if os.name != "nt" and libraries.is_dir():
        earlier = os.environ.get("LD_LIBRARY_PATH", "")
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [str(libraries), earlier]))
    return Program([str(program)], about, environment)
