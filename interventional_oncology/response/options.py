"""What can be chosen when a response is scored; the readings of a rule that differ are options."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputError

SD_DURATIONS = ("visit", "follow_up")
TREATED_TARGETS = ("as_measured", "viable", "not_evaluable")


@dataclass(frozen=True)
class ScoreOptions:
    """Options of scoring; for some a criterion has other defaults (:class:`~.criterion.Criterion`).

    Attributes
    ----------
    confirmation_days : int
        Days from a CR or PR to the visit that confirms it, at least. RECIST 1.1: four weeks.
    confirmation_max_days : int, optional
        A later visit no longer confirms. Not in RECIST; some protocols have it.
    minimum_sd_days : int
        Days from the start that SD must last. RECIST 1.1 leaves it to the protocol (6 to 8 weeks); 42 is
        the default of the admiralonco templates.
    sd_duration : {"visit", "follow_up"}
        Whether a visit with SD (or better) must lie that late, as in admiralonco, or only the last visit, as
        in grstat.
    max_not_evaluable : int
        NE visits allowed between a response and its confirmation.
    accept_sd : bool
        Allow one SD between a PR and its confirmation.
    missing_as_ne : bool
        Call a patient without any assessment NE instead of MISSING.
    keep_after_progression : bool
        Let visits after the first PD count for the best response. RECIST 1.1: they do not.
    progression_date : datetime.date, optional
        Progression known from elsewhere; later visits do not count either.
    treatment_start : datetime.date, optional
        Day from which SD is counted, for ``lesions.csv``; the baseline visit if absent.
    five_mm_rule : bool
        Require 5 mm of growth beside the relative growth for PD. In RECIST 1.1; absent from mRECIST 2010.
    sticky_pr : bool
        A PR stays PR until PD although the sum drifts back above the limit (EORTC reading). The literal
        rule is the default.
    too_small_mm : float
        Size of a lesion that is there and too small to measure (RECIST 1.1: 5 mm).
    reappearance_is_progression : bool
        After an overall CR anything that comes back is PD whatever its size (RECIST 1.1, Table 3 footnote).
    normal_nodes_progress : bool
        Let the growth of nodes that are still below 10 mm make PD. Off: such growth alone is not progression.
    treated_targets : {"as_measured", "viable", "not_evaluable"}
        What a RECIST sum takes of a target ``in_treated_field`` after baseline. RECIST has no rule for an
        ablation zone, whose size is not tumor: ``as_measured`` trusts the long axis given, ``viable`` takes
        the viable axis instead, ``not_evaluable`` takes none.
    back_date_new_lesions : bool
        Date PD by a new lesion to the visit where it was first seen and still equivocal (RECIST 1.1, 4.3.5).
    measurement_error_mm, measurement_error_percent : float
        Error of one lesion, whichever is larger: a category that such an error could change is ``fragile``.
    """

    confirmation_days: int = 28
    confirmation_max_days: int | None = None
    minimum_sd_days: int = 42
    sd_duration: str = "visit"
    max_not_evaluable: int = 1
    accept_sd: bool = False
    missing_as_ne: bool = False
    keep_after_progression: bool = False
    progression_date: datetime.date | None = None
    treatment_start: datetime.date | None = None
    five_mm_rule: bool = True
    sticky_pr: bool = False
    too_small_mm: float = 5.0
    reappearance_is_progression: bool = True
    normal_nodes_progress: bool = False
    treated_targets: str = "as_measured"
    back_date_new_lesions: bool = True
    measurement_error_mm: float = 1.0
    measurement_error_percent: float = 5.0

    def __post_init__(self) -> None:
        for name in ("confirmation_days", "minimum_sd_days", "max_not_evaluable"):
            _check_at_least_zero(name, getattr(self, name))
        for name in ("too_small_mm", "measurement_error_mm", "measurement_error_percent"):
            _check_at_least_zero(name, getattr(self, name))
        if self.confirmation_max_days is not None and self.confirmation_max_days < self.confirmation_days:
            msg = (
                f"option confirmation_max_days: expected {self.confirmation_days} or more, "
                f"got {self.confirmation_max_days}"
            )
            raise InputError(msg)
        _check_choice("sd_duration", self.sd_duration, SD_DURATIONS)
        _check_choice("treated_targets", self.treated_targets, TREATED_TARGETS)


def make_options(given: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> ScoreOptions:
    """Return the options ``given`` by name, over the ``defaults`` of a criterion.

    Values may be text as typed on the command line.

    Raises
    ------
    InputError
        For an unknown name, naming the known ones, or a value that does not fit.
    """
    types = _types()
    values = dict(defaults or {})
    for name, value in given.items():
        key = name.strip().lower().replace("-", "_")
        if key not in types:
            msg = f"unknown option {name!r}, expected one of {', '.join(types)}"
            raise InputError(msg)
        values[key] = _parse(key, value.strip(), types[key]) if isinstance(value, str) else value
    return ScoreOptions(**values)


def split_options(pairs: Iterable[str]) -> dict[str, str]:
    """Return ``key=value`` texts as a dictionary.

    Examples
    --------
    >>> split_options(["confirmation_days=28", "accept_sd=true"])
    {'confirmation_days': '28', 'accept_sd': 'true'}
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name.strip() and equals and value.strip()):
            msg = f"--option: expected key=value, got {pair!r}"
            raise InputError(msg)
        found[name.strip()] = value.strip()
    return found


def _types() -> dict[str, str]:
    found = {field.name: field.type for field in dataclasses.fields(ScoreOptions)}
    return {name: kind.__name__ if isinstance(kind, type) else str(kind) for name, kind in found.items()}


def _parse(name: str, text: str, kind: str) -> Any:
    try:
        if "date" in kind:
            return datetime.date.fromisoformat(text)
        if kind.startswith("bool"):
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                text.lower()
            ]
        if kind.startswith("int"):
            return int(text)
        return float(text) if kind.startswith("float") else text
    except (ValueError, KeyError) as error:
        expected = {"date": "a date as YYYY-MM-DD", "bool": "true or false", "int": "a whole number"}
        wanted = next((phrase for word, phrase in expected.items() if word in kind), "a number")
        msg = f"option {name}: expected {wanted}, got {text!r}"
        raise InputError(msg) from error


def _check_at_least_zero(name: str, value: float) -> None:
    if not 0 <= value < float("inf"):
        msg = f"option {name}: expected 0 or more, got {value}"
        raise InputError(msg)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        msg = f"option {name}: expected one of {', '.join(choices)}, got {value!r}"
        raise InputError(msg)
