"""Reading the values of a TOML table: one sentence for what is missing, unknown or of another type."""

import datetime
from collections.abc import Iterable
from typing import Any

from ..errors import InputError

#: Nobody was scanned before computed tomography; a date before it is a slip of the keyboard.
_FIRST_YEAR = 1900


def tables_of(value: Any, where: str, key: str) -> list[dict[str, Any]]:
    """Return the tables ``[[key]]``, at least one."""
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        msg = f"{where}: expected at least one [[{key}]] table, got {type(value).__name__} {value!r:.40}"
        raise InputError(msg)
    return value


def check_keys(
    table: dict[str, Any], where: str, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    """Refuse a table that lacks a required key or has one that is neither required nor optional."""
    for key in required:
        if key not in table:
            msg = f"{where}: expected the key '{key}', got {listed(table) or 'no key'}"
            raise InputError(msg)
    for key in table:
        if key not in required + optional:
            msg = f"{where}: expected only the keys {listed(required + optional)}, got '{key}'"
            raise InputError(msg)


def listed(words: Iterable[str]) -> str:
    """Return words as a list for people."""
    return ", ".join(words)


def text_of(value: Any, where: str) -> str:
    """Return text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        # The value itself stays out of the message: it may be a name.
        found = "none" if isinstance(value, str) else type(value).__name__
        msg = f"{where}: expected text in quotes, got {found}"
        raise InputError(msg)
    return value.strip()


def moment_of(value: Any, where: str) -> datetime.datetime:
    """Return a date with its time of day, midnight where none is given."""
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
