"""Reading a transform: of an earlier registration, or moved by hand in Slicer."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images.native_messages import native_messages_hidden
from .chaining import chain, pieces

SUFFIXES = (".h5", ".hdf5", ".tfm", ".txt", ".mat")
#: A linear map with a smaller determinant flattens space.
_SMALLEST_DETERMINANT = 1e-6


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
    if transform.GetDimension() != 3:
        msg = f"{path}: expected a 3-D transform, got a {transform.GetDimension()}-D one"
        raise InputError(msg)
    parts = list(pieces(transform))
    for part in parts:
        _check_piece(part, str(path))
    return parts[0] if len(parts) == 1 else chain([transform])


def _spells_numbers(path: Path) -> bool:
    """Say whether a text file of a transform spells finite numbers only; ITK stops at ``nan``."""
    if path.suffix.lower() not in (".tfm", ".txt"):
        return True
    words = path.read_text(encoding="utf-8", errors="replace").lower().split()
    return not {"nan", "-nan", "inf", "-inf"} & set(words)


def _check_piece(piece: sitk.Transform, name: str) -> None:
    if not np.isfinite(_numbers(piece)).all():
        msg = f"{name}: expected finite numbers, got a {piece.GetName()} with some that are not"
        raise InputError(msg)
    if piece.IsLinear():
        determinant = float(np.linalg.det(_matrix(piece)))
        if determinant < _SMALLEST_DETERMINANT:
            what = "mirrors" if determinant < -_SMALLEST_DETERMINANT else "flattens"
            msg = f"{name}: expected a map of one body to another, got one that {what} space"
            raise InputError(msg)


def _numbers(piece: sitk.Transform) -> np.ndarray:
    if piece.GetTransformEnum() == sitk.sitkDisplacementField:
        field = sitk.DisplacementFieldTransform(piece).GetDisplacementField()
        return np.append(sitk.GetArrayFromImage(field).ravel(), piece.GetFixedParameters())
    return np.array([*piece.GetParameters(), *piece.GetFixedParameters()], dtype=float)


def _matrix(piece: sitk.Transform) -> np.ndarray:
    origin = np.array(piece.TransformPoint((0.0, 0.0, 0.0)))
    return np.stack([np.subtract(piece.TransformPoint(axis), origin) for axis in np.eye(3).tolist()], axis=1)
