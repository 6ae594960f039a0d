"""Reading ``CASE.toml``: what is there, in which order, and one sentence for what is wrong."""

import datetime
import itertools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..images.reading import split_selector
from .case import Case, Timepoint, Treatment
from .patient_identity import check_one_patient
from .roles import IMAGE_ROLES, MASK_ROLES, TREATMENT_KINDS, is_image_role

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib

#: Nobody was scanned before computed tomography; a date before it is a slip of the keyboard.
_FIRST_YEAR = 1900


def read_case(path: str | Path) -> Case:
    """Return the case written in ``path``.

    Parameters
    ----------
    path : str or Path
        A ``CASE.toml``; the paths in it are relative to its folder.

    Raises
    ------
    InputError
        If the file cannot be read, a key is missing, unknown or of another type, a role or treatment
        kind is unknown, a date is missing or not after the one before, the images come from two
        patients, an image or mask does not exist, or a time point has masks and no image.
    """
    path = Path(path)
    table = _parse(path)
    where = str(path)
    _check_keys(table, where, required=("patient", "timepoint"), optional=("treatment",))
    patient = _text(table["patient"], f"{where}: patient")
    entries = _tables(table["timepoint"], where)
    timepoints = tuple(_timepoint(entry, n, path, patient) for n, entry in enumerate(entries, start=1))
    treatment = _treatment(table["treatment"], where) if "treatment" in table else None
    _check_names(timepoints, where)
    _check_order(timepoints, treatment, where)
    check_one_patient(timepoints, where)
    return Case(patient, timepoints, treatment, path)


def _parse(path: Path) -> dict[str, Any]:
    if path.is_dir() or not path.exists():
        found = "a folder" if path.is_dir() else "nothing there"
        msg = f"{path}: expected a CASE.toml file, got {found}"
        raise InputError(msg)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: expected a TOML file, got text that is not TOML ({error})"
        raise InputError(msg) from error


def _check_keys(
    table: dict[str, Any], where: str, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    for key in required:
        if key not in table:
            msg = f"{where}: expected the key '{key}', got {_listed(table) or 'no key'}"
            raise InputError(msg)
    for key in table:
        if key not in required + optional:
            msg = f"{where}: expected only the keys {_listed(required + optional)}, got '{key}'"
            raise InputError(msg)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        # The value itself stays out of the message: it may be a name.
        found = "none" if isinstance(value, str) else type(value).__name__
        msg = f"{where}: expected text in quotes, got {found}"
        raise InputError(msg)
    return value.strip()


def _tables(value: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        msg = f"{where}: expected at least one [[timepoint]] table, got {type(value).__name__} {value!r:.40}"
        raise InputError(msg)
    return value


def _date(value: Any, where: str) -> datetime.datetime:
    # A datetime is a date too, so it is asked for first.
    if isinstance(value, datetime.datetime):
        moment = value.replace(tzinfo=None)
    elif isinstance(value, datetime.date):
        moment = datetime.datetime.combine(value, datetime.time())
    else:
        msg = f"{where}: expected a date without quotes such as date = 2025-02-20, got {value!r:.40}"
        raise InputError(msg)
    if moment.year < _FIRST_YEAR:
        msg = f"{where}: expected a date after {_FIRST_YEAR}, got {moment.date()}"
        raise InputError(msg)
    return moment


def _treatment(value: Any, where: str) -> Treatment:
    where = f"{where}: [treatment]"
    if not isinstance(value, dict):
        msg = f"{where}: expected a table with kind and date, got {value!r:.40}"
        raise InputError(msg)
    _check_keys(value, where, required=("kind", "date"), optional=())
    if value["kind"] not in TREATMENT_KINDS:
        msg = f"{where}: expected a kind of {_listed(TREATMENT_KINDS)}, got {value['kind']!r}"
        raise InputError(msg)
    return Treatment(value["kind"], _date(value["date"], where))


def _timepoint(entry: dict[str, Any], number: int, path: Path, patient: str) -> Timepoint:
    where = f"{path}: [[timepoint]] {number}"
    _check_keys(entry, where, required=("name", "date", "images"), optional=("masks", "patient"))
    if entry.get("patient", patient) != patient:
        msg = f"{where}: expected the patient of the case at every time point, got two patients in one case"
        raise InputError(msg)
    name = _text(entry["name"], f"{where}: name")
    images = _arguments(entry["images"], f"{where}: images", path.parent, is_image_role, IMAGE_ROLES)
    masks = _arguments(
        entry.get("masks", {}), f"{where}: masks", path.parent, MASK_ROLES.__contains__, MASK_ROLES
    )
    if not images:
        found = f"only masks ({_listed(masks)})" if masks else "none"
        msg = f"{where}: expected at least one image, got {found}"
        raise InputError(msg)
    return Timepoint(name, _date(entry["date"], where), images, masks)


def _arguments(
    value: Any, where: str, folder: Path, known: Callable[[str], bool], words: tuple[str, ...]
) -> dict[str, str]:
    if not isinstance(value, dict):
        msg = f'{where}: expected a table of role = "path", got {value!r:.40}'
        raise InputError(msg)
    for role, argument in value.items():
        if not known(role):
            msg = f"{where}: expected a role of {_listed(words)}, got '{role}'"
            raise InputError(msg)
        if not isinstance(argument, str) or not argument:
            msg = f"{where}: {role}: expected a path in quotes, got {argument!r:.40}"
            raise InputError(msg)
    return {role: _existing(folder / argument, f"{where}: {role}") for role, argument in value.items()}


def _existing(argument: Path, where: str) -> str:
    try:
        split_selector(argument)
    except InputError as error:
        msg = f"{where}: {error}"
        raise InputError(msg) from None
    return str(argument)


def _check_names(timepoints: tuple[Timepoint, ...], where: str) -> None:
    names = [timepoint.name for timepoint in timepoints]
    for name in names:
        times = names.count(name)
        if times > 1:
            msg = f"{where}: expected every time point to have its own name, got '{name}' {times} times"
            raise InputError(msg)


def _check_order(timepoints: tuple[Timepoint, ...], treatment: Treatment | None, where: str) -> None:
    for earlier, later in itertools.pairwise(timepoints):
        if later.when <= earlier.when:
            same = later.when == earlier.when
            hint = "; two scans of one day need the time, such as 2025-02-20T09:30:00" if same else ""
            msg = (
                f"{where}: expected time points in the order of their dates, "
                f"got '{later.name}' ({later.date}) after '{earlier.name}' ({earlier.date}){hint}"
            )
            raise InputError(msg)
    if treatment is not None and timepoints[0].date > treatment.date:
        msg = (
            f"{where}: expected a first time point on or before the treatment of {treatment.date}, "
            f"got '{timepoints[0].name}' of {timepoints[0].date}"
        )
        raise InputError(msg)
