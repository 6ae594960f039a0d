"""Definitions of hyperprogression, each a rule over what is known at the first visit after the start.

Champiat 2017, doi:10.1158/1078-0432.CCR-16-1741; Saada-Bouzid 2017, doi:10.1093/annonc/mdx178; Ferrara 2018,
doi:10.1001/jamaoncol.2018.3676; Kas 2020, doi:10.1001/jamaoncol.2020.1634; Kato 2017,
doi:10.1158/1078-0432.CCR-16-3133; Lo Russo 2019, as tabulated in PMC7011624.

A ratio to growth of zero or less is not defined, and a definition that asks for one is then not met. ``None``
means not known: no scan before the baseline, or no option that says when the treatment was given up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .results import Growth

_TWO_MONTHS = 2.0


@dataclass(frozen=True)
class Course:
    """What the definitions look at.

    Attributes
    ----------
    growth : Growth
    progressed : bool
        RECIST progression at the first visit.
    change_percent : float
        Change of the sum from baseline.
    months_to_failure : float, optional
        From the start until the treatment was given up.
    ecog : int, optional
        Performance status within two months.
    new_in_involved_organ : int, optional
        New lesions in organs that had some; ``None`` if an organ is not named.
    new_organ : bool, optional
        Whether there is a new lesion in another organ.
    """

    growth: Growth
    progressed: bool
    change_percent: float
    months_to_failure: float | None = None
    ecog: int | None = None
    new_in_involved_organ: int | None = 0
    new_organ: bool | None = False


def _early_failure(course: Course) -> bool | None:
    return None if course.months_to_failure is None else course.months_to_failure < _TWO_MONTHS


def _all(*conditions: bool | None) -> bool | None:
    """Return whether all hold; not known if that hangs on one that is not known."""
    if False in conditions:
        return False
    return None if None in conditions else True


def _at_least(value: float | None, limit: float, course: Course) -> bool | None:
    if value is None:
        return None if course.growth.reference_months is None else False
    return value >= limit


def _above(value: float | None, limit: float, course: Course) -> bool | None:
    return _at_least(value, limit, course) and value != limit


def _champiat(course: Course) -> bool | None:
    return _all(course.progressed, _at_least(course.growth.tgr_ratio, 2, course))


def _saada_bouzid(course: Course) -> bool | None:
    return _at_least(course.growth.tgk_ratio, 2, course)


def _ferrara(course: Course) -> bool | None:
    return _all(course.progressed, _above(course.growth.tgr_difference, 50, course))


def _kas(course: Course) -> bool | None:
    return _above(course.growth.tgr_difference, 100, course)


def _kato(course: Course) -> bool | None:
    pace = _above(course.growth.tgk_ratio, 2, course)
    return _all(_early_failure(course), course.change_percent > 50, pace)


def _lo_russo(course: Course) -> bool | None:
    several = None if course.new_in_involved_organ is None else course.new_in_involved_organ >= 2
    unwell = None if course.ecog is None else course.ecog >= 2
    signs = (_early_failure(course), course.change_percent >= 50, several, course.new_organ, unwell)
    if signs.count(True) >= 3:
        return True
    return False if signs.count(True) + signs.count(None) < 3 else None


#: Definition -> rule and how it is cited.
DEFINITIONS: dict[str, tuple[Callable[[Course], bool | None], str]] = {
    "champiat": (_champiat, "Champiat 2017"),
    "saada_bouzid": (_saada_bouzid, "Saada-Bouzid 2017"),
    "ferrara": (_ferrara, "Ferrara 2018"),
    "kas": (_kas, "Kas 2020"),
    "kato": (_kato, "Kato 2017"),
    "lo_russo": (_lo_russo, "Lo Russo 2019"),
}


def hyperprogression(course: Course) -> dict[str, bool | None]:
    """Return whether a course is hyperprogression, by each definition; ``None`` where it is not known."""
    return {name: rule(course) for name, (rule, _) in DEFINITIONS.items()}


def verdict_text(found: dict[str, bool | None]) -> str:
    """Say by which definitions a course is hyperprogression.

    Examples
    --------
    >>> verdict_text({"champiat": True, "ferrara": True, "kas": False, "kato": None})
    'hyperprogression by Champiat 2017, Ferrara 2018; not by Kas 2020; not known by Kato 2017'
    """
    parts = []
    for answer, phrase in ((True, "by"), (False, "not by"), (None, "not known by")):
        names = [DEFINITIONS[name][1] for name, value in found.items() if value is answer]
        if names:
            parts.append(f"{phrase} {', '.join(names)}")
    return f"hyperprogression {'; '.join(parts)}"
