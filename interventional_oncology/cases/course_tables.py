"""``[response]`` and ``[[complication]]`` of ``CASE.toml``: how to score, and what happened beside it."""

import datetime
from typing import Any

from ..errors import InputError
from ..response import criterion_named, make_options
from ..response.complications import SCALES, Complication, complication
from .case import ResponsePlan, Treatment
from .values import check_keys, listed, moment_of, tables_of, text_of


def read_plan(value: Any, where: str) -> ResponsePlan:
    """Return how the response is to be scored.

    Raises
    ------
    InputError
        For an unknown criterion, one named twice, or an option that is unknown or does not fit.
    """
    if not isinstance(value, dict):
        msg = f"{where}: expected a table with criteria and options, got {value!r:.40}"
        raise InputError(msg)
    check_keys(value, where, required=(), optional=("criteria", "options"))
    criteria = _criteria(value.get("criteria", list(ResponsePlan().criteria)), f"{where}: criteria")
    options = value.get("options", {})
    if not isinstance(options, dict):
        msg = f"{where}: options: expected a table of option = value, got {options!r:.40}"
        raise InputError(msg)
    try:
        make_options(_plain(options))
    except InputError as error:
        msg = f"{where}: {error}"
        raise InputError(msg) from error
    return ResponsePlan(criteria, _plain(options))


def _criteria(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        msg = f'{where}: expected a list of names such as ["recist-1.1", "mrecist"], got {value!r:.40}'
        raise InputError(msg)
    names = []
    for entry in value:
        try:
            name = criterion_named(text_of(entry, where)).name
        except InputError as error:
            msg = str(error) if str(error).startswith(where) else f"{where}: {error}"
            raise InputError(msg) from error
        if name in names:
            msg = f"{where}: expected each criterion once, got {name} twice"
            raise InputError(msg)
        names.append(name)
    return tuple(names)


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """Return options as typed on a command line, so that both meet the same checks."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in options.items()
    }


def read_complications(
    value: Any, where: str, patient: str, treatment: Treatment | None
) -> tuple[Complication, ...]:
    """Return the complications of a case.

    Raises
    ------
    InputError
        As :func:`~..response.complications.complication`, with file and number of the table.
    """
    entries = tables_of(value, where, "complication")
    return tuple(
        _complication(entry, f"{where}: [[complication]] {number}", patient, treatment)
        for number, entry in enumerate(entries, start=1)
    )


def _complication(
    entry: dict[str, Any], where: str, patient: str, treatment: Treatment | None
) -> Complication:
    check_keys(entry, where, required=("term", "date"), optional=(*SCALES, "note"))
    term = text_of(entry["term"], f"{where}: term")
    day = moment_of(entry["date"], where).date()
    note = text_of(entry["note"], f"{where}: note") if "note" in entry else ""
    grades = {key: _grade(entry[key], f"{where}: {key}") for key in SCALES if key in entry}
    treated: datetime.date | None = None if treatment is None else treatment.date
    try:
        return complication(patient, term, grades, date=day, treatment_date=treated, note=note)
    except InputError as error:
        msg = f"{where}: {error}"
        raise InputError(msg) from error


def _grade(value: Any, where: str) -> str:
    # ``ctcae = 3`` is as good as ``ctcae = "3"``.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        msg = f"{where}: expected a grade such as {listed(('3', 'IIIa'))}, got {value!r:.40}"
        raise InputError(msg)
    return text_of(value, where)
