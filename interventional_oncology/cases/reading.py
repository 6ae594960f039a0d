"""Reading ``CASE.toml``: what is there, in which order, and one sentence for what is wrong."""

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..images.reading import split_selector
from .case import Case, ResponsePlan, Timepoint, Treatment
from .course_tables import read_complications, read_plan
from .margin_wanted import read_margin_wanted
from .patient_identity import check_one_patient
from .roles import IMAGE_ROLES, MASK_ROLES, TREATMENT_KINDS, is_image_role
from .values import check_keys, listed, moment_of, tables_of, text_of

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover
    import tomli as tomllib


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
        patients, an image or mask does not exist, a time point has masks and no image, a response criterion,
        an option of it, the grade of a complication or a setting of the margin is unknown, or a
        complication came before the treatment.
    """
    path = Path(path)
    table = _parse(path)
    where = str(path)
    check_keys(
        table,
        where,
        required=("patient", "timepoint"),
        optional=("treatment", "response", "complication", "margin"),
    )
    patient = text_of(table["patient"], f"{where}: patient")
    entries = tables_of(table["timepoint"], where, "timepoint")
    timepoints = tuple(_timepoint(entry, n, path, patient) for n, entry in enumerate(entries, start=1))
    treatment = _treatment(table["treatment"], where) if "treatment" in table else None
    _check_names(timepoints, where)
    _check_order(timepoints, treatment, where)
    check_one_patient(timepoints, where)
    plan = read_plan(table["response"], f"{where}: [response]") if "response" in table else ResponsePlan()
    complications = (
        read_complications(table["complication"], where, patient, treatment)
        if "complication" in table
        else ()
    )
    margin = read_margin_wanted(table.get("margin", {}), f"{where}: [margin]")
    return Case(patient, timepoints, treatment, path, plan, complications, margin)


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


def _treatment(value: Any, where: str) -> Treatment:
    where = f"{where}: [treatment]"
    if not isinstance(value, dict):
        msg = f"{where}: expected a table with kind and date, got {value!r:.40}"
        raise InputError(msg)
    check_keys(value, where, required=("kind", "date"), optional=())
    if value["kind"] not in TREATMENT_KINDS:
        msg = f"{where}: expected a kind of {listed(TREATMENT_KINDS)}, got {value['kind']!r}"
        raise InputError(msg)
    return Treatment(value["kind"], moment_of(value["date"], where))


def _timepoint(entry: dict[str, Any], number: int, path: Path, patient: str) -> Timepoint:
    where = f"{path}: [[timepoint]] {number}"
    check_keys(entry, where, required=("name", "date", "images"), optional=("masks", "patient"))
    if entry.get("patient", patient) != patient:
        msg = f"{where}: expected the patient of the case at every time point, got two patients in one case"
        raise InputError(msg)
    name = text_of(entry["name"], f"{where}: name")
    images = _arguments(entry["images"], f"{where}: images", path.parent, is_image_role, IMAGE_ROLES)
    masks = _arguments(
        entry.get("masks", {}), f"{where}: masks", path.parent, MASK_ROLES.__contains__, MASK_ROLES
    )
    if not images:
        found = f"only masks ({listed(masks)})" if masks else "none"
        msg = f"{where}: expected at least one image, got {found}"
        raise InputError(msg)
    return Timepoint(name, moment_of(entry["date"], where), images, masks)


def _arguments(
    value: Any, where: str, folder: Path, known: Callable[[str], bool], words: tuple[str, ...]
) -> dict[str, str]:
    if not isinstance(value, dict):
        msg = f'{where}: expected a table of role = "path", got {value!r:.40}'
        raise InputError(msg)
    for role, argument in value.items():
        if not known(role):
            msg = f"{where}: expected a role of {listed(words)}, got '{role}'"
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
