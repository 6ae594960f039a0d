"""What a transform must be before anything is made of it."""

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from .chaining import check_3d, pieces

#: A linear map with a smaller determinant flattens space.
_SMALLEST_DETERMINANT = 1e-6


def check_transform(transform: sitk.Transform, name: str) -> None:
    """Refuse what cannot be a map of one body to another.

    Parameters
    ----------
    transform : SimpleITK.Transform
    name : str
        How messages call it, for example its file.

    Raises
    ------
    InputError
        If it is no 3-D transform, has a number that is not finite, or a linear part that flattens or mirrors
        space.
    """
    check_3d(transform, name)
    for piece in pieces(transform):
        _check_piece(piece, name)


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
