"""Reading a transform: of an earlier registration, or moved by hand in Slicer."""

from pathlib import Path

import SimpleITK as sitk

from ..errors import InputError
from ..images.native_messages import native_messages_hidden
from .chaining import chain, pieces
from .transform_checks import check_transform

SUFFIXES = (".h5", ".hdf5", ".tfm", ".txt", ".mat")


def read_transform(path: str | Path) -> sitk.Transform:
    """Return the transform of an ITK file, fixed points to moving points, LPS mm.

    Slicer writes such files too: a volume that was moved by hand is saved with its transform node.

    Parameters
    ----------
    path : str or Path
        ``.h5``, ``.tfm``, ``.txt`` or ``.mat``. Any kind that ITK reads, displacement fields included.

    Returns
    -------
    SimpleITK.Transform
        Of its own class; a composite holds no other composite.

    Raises
    ------
    InputError
        If nothing is there, it is no transform, not 3-D, has a number that is not finite, or a linear part
        that flattens or mirrors space.
    """
    path = Path(path)
    if not path.is_file():
        msg = f"{path}: expected a transform file, found nothing there"
        raise InputError(msg)
    if path.suffix.lower() not in SUFFIXES:
        msg = f"{path}: expected an ITK transform file ({', '.join(SUFFIXES)}), got another kind of file"
        raise InputError(msg)
    try:
        with native_messages_hidden():
            transform = sitk.ReadTransform(str(path))
    except RuntimeError as error:
        finite = "" if _spells_numbers(path) else " or holds a number that is not finite"
        msg = f"{path}: expected an ITK transform file, got one that cannot be read{finite}"
        raise InputError(msg) from error
    check_transform(transform, str(path))
    parts = list(pieces(transform))
    return parts[0] if len(parts) == 1 else chain([transform])


def _spells_numbers(path: Path) -> bool:
    """Say whether a text file of a transform spells finite numbers only; ITK stops at ``nan``."""
    if path.suffix.lower() not in (".tfm", ".txt"):
        return True
    words = path.read_text(encoding="utf-8", errors="replace").lower().split()
    return not {"nan", "-nan", "inf", "-inf"} & set(words)
