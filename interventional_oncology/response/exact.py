"""Exact decimal arithmetic: 32.4 mm is 20 % above 27 mm, which binary floats deny."""

from decimal import Decimal

ZERO = Decimal(0)


def exact(value: float) -> Decimal:
    """Return the decimal number that ``value`` was written as.

    The shortest text that names a float is the number a person typed, so that limits are compared as
    written. Sums of a few diameters and their products with two-digit ratios stay below the 28 digits of
    the decimal context and are therefore exact.

    Examples
    --------
    >>> exact(32.4) >= exact(27) * exact(1.2), 32.4 >= 27 * 1.2
    (True, True)
    >>> exact(9.8) <= exact(14) * exact(0.7), (9.8 - 14) / 14 * 100 <= -30
    (True, False)
    """
    return Decimal(str(float(value)))


def percent_change(current: Decimal, reference: Decimal) -> float | None:
    """Return the change of ``current`` from ``reference`` in percent; ``None`` from a reference of zero."""
    return None if reference == ZERO else float((current - reference) * 100 / reference)


def amount(value: Decimal, unit: str = "mm") -> str:
    """Return a size for people: one decimal, or two where rounding would hide a limit.

    Examples
    --------
    >>> amount(Decimal("34")), amount(Decimal("9.85")), amount(Decimal("27.318274"), "ml")
    ('34.0 mm', '9.85 mm', '27.32 ml')
    """
    two = f"{value:.2f}"
    return f"{two[:-1] if two.endswith('0') else two} {unit}"
