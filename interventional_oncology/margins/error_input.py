"""Registration error as people have it: an error map, the record of a registration, landmarks."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images.native_messages import native_messages_hidden
from .registration_error import EvenError, MappedError, RegistrationError


def registration_error_of_file(path: str) -> float | RegistrationError:
    """Return the error a file speaks of.

    Parameters
    ----------
    path : str
        An error map (image of mean errors in mm, as ``register`` writes it; 0 and NaN: not known), or the
        ``registration.json`` of a registration: the mean error at its landmarks or that to be expected (near
        treated tissue, if it was left out of the comparison), whichever is larger.

    Raises
    ------
    InputError
        If it is neither, or the record has no target error.
    """
    if not Path(path).exists():
        msg = (
            "registration error: expected a number in mm, an error map or a registration.json, "
            f"got {path}, where no file is"
        )
        raise InputError(msg)
    if Path(path).suffix.lower() == ".json":
        return _mean_of_record(Path(path))
    return MappedError.of_stored(_read_map(path))


def _read_map(path: str) -> sitk.Image:
    # Not read_image, which refuses NaN: so the map says that it knows nothing there (in NIfTI it comes as 0).
    if Path(path).is_dir():  # said before ITK's readers try it and complain each in their own words
        msg = f"{path}: expected an error map (an image in mm) or a registration.json, got a folder"
        raise InputError(msg)
    try:
        with native_messages_hidden():
            return sitk.ReadImage(path)
    except RuntimeError as error:
        msg = f"{path}: expected an error map (an image in mm), got a file that cannot be read as one"
        raise InputError(msg) from error


def verdict_of_file(path: str) -> str:
    """Return the verdict of a ``registration.json``; empty for an error map, and where there is none."""
    if Path(path).suffix.lower() != ".json":
        return ""
    record = json.loads(Path(path).read_text(encoding="utf-8"))
    return str(record["quality"].get("verdict", ""))


def _mean_of_record(path: Path) -> float:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        target = _stated_error(record)
        mean_mm = None if target is None else float(target["mean"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path}: expected the registration.json of a registration, got something else"
        raise InputError(msg) from error
    if mean_mm is None:
        msg = (
            f"{path}: expected a registration with landmarks or an error map, got one with neither: "
            "give the error as a number"
        )
        raise InputError(msg)
    return mean_mm


def _stated_error(record: dict[str, Any]) -> dict[str, float] | None:
    # What a fit leaves at its own landmarks is less than what it leaves elsewhere: the larger one counts.
    quality = record["quality"]
    summary = (record.get("error_map") or {}).get("summary_mm") or {}
    around = summary.get("near") or quality.get("expected_error_mm")
    stated = [error for error in (quality["tre_mm_after"], around) if error]
    return max(stated, key=lambda error: float(error["mean"]), default=None)


def registration_error_of_landmarks(pairs: np.ndarray, transform_path: str | None) -> EvenError:
    """Return the error that pairs of landmarks speak for.

    Parameters
    ----------
    pairs : numpy.ndarray, shape (n, 6)
        Fixed and moving point of each pair, LPS mm.
    transform_path : str, optional
        Transform from fixed to moving points; None when the moving points were placed in the registered image
        and need none. Residuals are taken along the axes of the moving image: exact but for the rotation.

    Raises
    ------
    InputError
        If the transform cannot be read, or there are fewer than three pairs.
    """
    moved = pairs[:, :3]
    if transform_path is not None:
        try:
            with native_messages_hidden():
                transform = sitk.ReadTransform(transform_path)
            moved = np.array([transform.TransformPoint(point) for point in pairs[:, :3].tolist()])
        except (RuntimeError, ValueError) as error:
            msg = f"{transform_path}: expected a 3-D transform, got a file that cannot be read as one"
            raise InputError(msg) from error
    return EvenError.of_landmarks(moved - pairs[:, 3:])
