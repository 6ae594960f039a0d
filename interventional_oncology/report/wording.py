"""Numbers as a report writes them."""

import re
from collections.abc import Iterable

from ..cases.roles import role_title

NOT_KNOWN = "n/a"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|(?:mm|mL|ml|HU|days?)\b)|(?<=[<>]) (?=\d)")


def number(value: float | None, unit: str = "", digits: int = 1) -> str:
    """Return a rounded number with its unit.

    Examples
    --------
    >>> number(3.14159, "mm"), number(-0.04, "mm"), number(None, "mm")
    ('3.1 mm', '0.0 mm', 'n/a')
    """
    if value is None:
        return NOT_KNOWN
    rounded = round(float(value), digits) + 0.0  # no minus zero
    return f"{rounded:.{digits}f} {unit}".rstrip()


def percent(fraction: float | None, digits: int = 0) -> str:
    """Return a fraction as percent; what is not quite none or all is not rounded to it.

    Examples
    --------
    >>> percent(0.123), percent(0.9996), percent(0.0004), percent(1.0)
    ('12 %', '> 99 %', '< 1 %', '100 %')
    """
    if fraction is None:
        return NOT_KNOWN
    step = 10.0**-digits
    value = 100.0 * float(fraction)
    if 0 < value < step / 2:
        return f"< {step:.{digits}f} %"
    if 100 - step / 2 <= value < 100 - 1e-9:
        return f"> {100 - step:.{digits}f} %"
    return f"{value:.{digits}f} %"


def signed_percent(value: float | None) -> str:
    """Return a change in percent with its sign.

    Examples
    --------
    >>> signed_percent(-30.04), signed_percent(12.5), signed_percent(None)
    ('-30.0 %', '+12.5 %', 'n/a')
    """
    return NOT_KNOWN if value is None else f"{round(value, 1) + 0.0:+.1f} %"


def unbroken(text: str) -> str:
    """Return text in which no line ends between a number and its unit or sign.

    Examples
    --------
    >>> unbroken("sum 35.8 mm, > 99 % in 2 days") == "sum 35.8\\u00a0mm, >\\u00a099\\u00a0% in 2\\u00a0days"
    True
    """
    return _BEFORE_UNIT.sub("\u00a0", text)


def place(point_mm: tuple[float, float, float] | None) -> str:
    """Return a point.

    Examples
    --------
    >>> place((1.0, -20.25, 3.04)), place(None)
    ('1.0, -20.2, 3.0 mm', 'n/a')
    """
    return NOT_KNOWN if point_mm is None else ", ".join(f"{x:.1f}" for x in point_mm) + " mm"


def titles(roles: Iterable[str]) -> str:
    """Return image roles as a list for people."""
    return "; ".join(role_title(role) for role in roles)


def counted(count: int, what: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "warning"), counted(3, "warning"), counted(0, "warning")
    ('1 warning', '3 warnings', 'no warnings')
    """
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
