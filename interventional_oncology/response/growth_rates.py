"""Tumor growth rate and kinetics before and since the start of treatment."""

import math
from datetime import date

from .results import Growth

#: Days of a month.
MONTH_DAYS = 365.25 / 12


def months_between(first: date, last: date) -> float:
    """Return the months from one day to another."""
    return (last - first).days / MONTH_DAYS


def growth_rate(first_mm: float, last_mm: float, months: float) -> float:
    """Return the tumor growth rate in percent of volume a month.

    Ferte 2014, doi:10.1158/1078-0432.CCR-13-2098. The diameters are sums; the volumes are those of
    spheres. What is gone has shrunk by 100 %.

    Examples
    --------
    >>> round(growth_rate(100.0, 110.0, 60 / MONTH_DAYS), 4)
    15.6098
    """
    return -100.0 if last_mm == 0 else 100 * (math.exp(3 * math.log(last_mm / first_mm) / months) - 1)


def growth(
    before: tuple[date, float] | None, baseline: tuple[date, float], now: tuple[date, float]
) -> Growth:
    """Return the growth at a visit after the start of treatment.

    Parameters
    ----------
    before, baseline, now : tuple of date and float
        Day and sum of the target diameters in mm: before the baseline (``None`` without such a scan), at the
        baseline, and at the visit.
    """
    months = months_between(baseline[0], now[0])
    rate = growth_rate(baseline[1], now[1], months)
    kinetics = (now[1] - baseline[1]) / months
    if before is None:
        return Growth(None, months, None, rate, None, None, None, kinetics, None)
    reference_months = months_between(before[0], baseline[0])
    reference = growth_rate(before[1], baseline[1], reference_months)
    reference_kinetics = (baseline[1] - before[1]) / reference_months
    return Growth(
        reference_months,
        months,
        reference,
        rate,
        rate - reference,
        _ratio(rate, reference),
        reference_kinetics,
        kinetics,
        _ratio(kinetics, reference_kinetics),
    )


def _ratio(now: float, reference: float) -> float | None:
    # Of a tumor that did not grow before, "so many times faster" means nothing.
    return now / reference if reference > 0 else None
