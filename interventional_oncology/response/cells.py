"""Strict reading of a table: each cell that cannot be used is refused with file, line and column."""

import csv
import datetime
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ..errors import InputError

#: Nobody was scanned before computed tomography; a date before it is a slip of the keyboard.
FIRST_YEAR = 1900
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES, _NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")


@dataclass(frozen=True)
class Cells:
    """The cells of one line by column, and how to read them.

    Attributes
    ----------
    source : str
        The file.
    line : int
        Line in the file, the header being line 1; 0 when there is no file.
    values : dict
        Column to text, without the spaces around it.
    decimal_comma : bool
        Whether ``12,5`` is a number.
    """

    source: str
    line: int
    values: dict[str, str]
    decimal_comma: bool = False

    def refuse(self, column: str, message: str) -> NoReturn:
        """Raise :class:`InputError` that names file, line and column."""
        place = f"{self.source}, line {self.line}" if self.line else self.source
        msg = f"{place}, column {column}: {message}"
        raise InputError(msg)

    def text(self, column: str) -> str:
        """Return the text of a cell; empty if the column is absent."""
        return self.values.get(column, "")

    def name(self, column: str) -> str:
        """Return text that must not be empty."""
        found = self.text(column)
        if not found:
            self.refuse(column, "expected a name, got an empty cell")
        return found

    def word(self, column: str, allowed: Sequence[str], *, optional: bool = False) -> str:
        """Return one of the ``allowed`` words, in any case, with spaces or hyphens for underscores."""
        found = self.text(column)
        if found in allowed:  # nearly every cell of a long table
            return found
        found = re.sub(r"[\s-]+", "_", found.lower())
        if found not in allowed and not (optional and not found):
            self.refuse(column, f"expected one of {', '.join(allowed)}, got {self.text(column)!r}")
        return found

    def flag(self, column: str) -> bool | None:
        """Return yes or no, or ``None`` for an empty cell."""
        found = self.text(column).lower()
        if found and found not in _YES + _NO:
            self.refuse(column, f"expected true or false, got {self.text(column)!r}")
        return found in _YES if found else None

    def number(self, column: str, *, lowest: float = -math.inf) -> float | None:
        """Return a finite number of at least ``lowest``, or ``None`` for an empty cell."""
        found = self.text(column)
        if not found:
            return None
        try:
            value = float(found.replace(",", ".") if self.decimal_comma else found)
        except ValueError:
            self.refuse(column, f"expected a number, got {found!r}")
        if not math.isfinite(value) or "_" in found:
            self.refuse(column, f"expected a finite number, got {found!r}")
        if value < lowest:
            self.refuse(column, f"expected {lowest:g} or more, got {found}")
        return value

    def date(self, column: str) -> datetime.date:
        """Return a day written as YYYY-MM-DD."""
        found = self.text(column)
        if not _DATE.fullmatch(found):
            self.refuse(column, f"expected a date as YYYY-MM-DD, got {found!r}")
        try:
            day = datetime.date.fromisoformat(found)
        except ValueError:
            self.refuse(column, f"expected a day of the calendar, got {found!r}")
        if day.year < FIRST_YEAR:
            self.refuse(column, f"expected a date after {FIRST_YEAR}, got {found!r}")
        return day

    def optional_date(self, column: str) -> datetime.date | None:
        """Return a day, or ``None`` for an empty cell."""
        return self.date(column) if self.text(column) else None


def read_table(path: str | Path, *, required: Sequence[str], optional: Sequence[str]) -> Iterator[Cells]:
    """Give the lines of a table with a header, one after the other.

    Parameters
    ----------
    path : str or Path
    required, optional : sequence of str
        Columns that must and that may be there; any other is refused.

    Raises
    ------
    InputError
        If the file is missing, no text in UTF-8, empty or without rows, or a column or a line does not fit.
    """
    text = _read_text(Path(path))
    header_line = text.splitlines()[0]
    delimiter = max(",;\t", key=header_line.count)
    lines = csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    try:
        header = [column.strip() for column in next(lines)]
        _check_header(header, required, optional, path)
        count = 0
        for line in lines:
            cells = [cell.strip() for cell in line]
            if not any(cells):
                continue
            count += 1
            if len(cells) != len(header):
                place = f"{path}, line {lines.line_num}"
                msg = f"{place}: expected {len(header)} cells as in the header, got {len(cells)}"
                raise InputError(msg)
            values = dict(zip(header, cells, strict=True))
            yield Cells(str(path), lines.line_num, values, decimal_comma=delimiter != ",")
    except csv.Error as error:
        msg = f"{path}, line {lines.line_num}: expected comma-separated values ({error})"
        raise InputError(msg) from error
    if not count:
        msg = f"{path}: expected at least one row below the header, got none"
        raise InputError(msg)


def _read_text(path: Path) -> str:
    if not path.is_file():
        msg = f"{path}: expected a CSV file, found {'a folder' if path.is_dir() else 'nothing'} there"
        raise InputError(msg)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path}: expected a CSV file as UTF-8 text, got bytes that are none"
        raise InputError(msg) from error
    if not text.strip():
        msg = f"{path}: expected a CSV file with a header, got an empty file"
        raise InputError(msg)
    if "\0" in text:
        msg = f"{path}: expected a CSV file as UTF-8 text, got bytes that are none"
        raise InputError(msg)
    return text


def _check_header(
    header: list[str], required: Sequence[str], optional: Sequence[str], path: str | Path
) -> None:
    known = {*required, *optional}
    for column in header:
        if column not in known:
            columns = ", ".join(dict.fromkeys([*required, *optional]))
            msg = f"{path}, line 1: unknown column {column!r}, expected {columns}"
            raise InputError(msg)
        if header.count(column) > 1:
            msg = f"{path}, line 1: expected each column once, got {column} {header.count(column)} times"
            raise InputError(msg)
    missing = [column for column in required if column not in header]
    if missing:
        msg = f"{path}, line 1: expected the column {missing[0]}, got {', '.join(header)}"
        raise InputError(msg)
