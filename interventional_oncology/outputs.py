"""Results that appear whole or not at all.

Files are made in a hidden folder beside the place they go to and renamed when the work is done. What is
interrupted, even by a kill, leaves an earlier result as it was; the next run clears the leftovers.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import InputError

_PARTIAL = ".partial-"


@contextmanager
def output_folder(folder: str | Path, *, results: tuple[str, ...], overwrite: bool = False) -> Iterator[Path]:
    """Give a folder to write into; its files arrive in ``folder`` when the block ends well.

    Parameters
    ----------
    folder : str or Path
        Where the results go; made with its parents if needed. Files of other names in it stay.
    results : tuple of str
        Names of all results the work can make, or patterns of them; when one of them is there already,
        ``overwrite`` is needed, and those that the new work does not make are removed with the old result.
        The first is renamed last, so that its presence says the result is complete.
    overwrite : bool
        Replace an earlier result.

    Raises
    ------
    InputError
        Before any work, if an earlier result is there and ``overwrite`` is not given, or ``folder``
        cannot be a folder.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        msg = f"{folder}: expected a folder for the results, got a file"
        raise InputError(msg)
    _refuse_existing(_present(folder, results), overwrite=overwrite)
    with _staging(folder) as staged:
        yield staged
        _refuse_existing([folder / path.name for path in staged.iterdir()], overwrite=overwrite)
        folder.mkdir(parents=True, exist_ok=True)
        _arrive(staged, folder, results)


@contextmanager
def output_file(path: str | Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path to write to; the file is renamed to ``path`` when the block ends well.

    Raises
    ------
    InputError
        Before any work, if ``path`` exists and ``overwrite`` is not given, or is a folder.
    """
    path = Path(path)
    if path.is_dir():
        msg = f"{path}: expected a file name for the result, got a folder"
        raise InputError(msg)
    _refuse_existing([path], overwrite=overwrite)
    with _staging(path) as staged:
        yield staged / path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        (staged / path.name).replace(path)


def _refuse_existing(paths: list[Path], *, overwrite: bool) -> None:
    there = [path for path in paths if path.exists()]
    if there and not overwrite:
        msg = f"{there[0]}: an earlier result is there; give --overwrite to replace it or another --out"
        raise InputError(msg)


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    home = target.absolute().parent
    while not home.exists():
        home = home.parent
    if not os.access(home, os.W_OK):
        msg = f"{home}: expected a folder that can be written to, got one that is read-only"
        raise InputError(msg)
    _clear_leftovers(home, target.name)
    staged = home / f".{target.name}{_PARTIAL}{os.getpid()}"
    staged.mkdir()
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _clear_leftovers(home: Path, name: str) -> None:
    for leftover in home.glob(f".{name}{_PARTIAL}*"):
        process = leftover.name.rpartition("-")[2]
        if process.isdigit() and not _is_running(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name == "nt":  # signal 0 would end the process there; leftovers of Windows stay until asked for
        return process != os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _present(folder: Path, results: tuple[str, ...]) -> list[Path]:
    return [path for name in results for path in sorted(folder.glob(name))]


def _arrive(staged: Path, folder: Path, results: tuple[str, ...]) -> None:
    made = sorted(staged.iterdir(), key=lambda path: path.name == results[0])
    earlier = {path for path in _present(folder, results) if not (staged / path.name).exists()}
    for path in made:
        goal = folder / path.name
        if goal.is_dir():
            shutil.rmtree(goal)
        path.replace(goal)
    for path in earlier:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
