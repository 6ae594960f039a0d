"""What each option of scoring is called and means, and which criteria read it."""

import dataclasses
import inspect
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from .criteria import criterion_named
from .grades import GradedCriterion
from .options import CHOICES, ScoreOptions

_TITLES = {
    "measurement_error_mm": "Measurement error, mm",
    "measurement_error_percent": "Measurement error, %",
    "treatment_start": "Start of treatment",
    "progression_from": "Progression measured from",
    "progression_at_limit": "Progression exactly at the limit",
    "sticky_pr": "Partial response lasts until progression",
    "too_small_mm": "Size of what is too small to measure, mm",
    "reappearance_is_progression": "Reappearance is progression",
    "normal_nodes_progress": "Normal nodes can progress",
    "back_date_new_lesions": "Progression dated back to an equivocal new lesion",
    "confirmation_days": "Days to the confirmation of a response, at least",
    "confirmation_max_days": "Days to the confirmation of a response, at most",
    "confirm_progression": "Progression needs confirmation",
    "progression_confirmation_days": "Days to the confirmation of progression, at least",
    "progression_confirmation_max_days": "Days to the confirmation of progression, at most",
    "minimum_sd_days": "Days that stable disease must last",
    "sd_duration": "Stable disease lasts up to",
    "max_not_evaluable": "Not evaluable visits before a confirmation",
    "accept_sd": "One stable disease before a confirmation",
    "keep_after_progression": "Visits after progression count",
    "progression_date": "Progression known from elsewhere",
    "strict_pseudoprogression": "Pseudoprogression only with a response",
    "abscopal": "Abscopal response of",
    "five_mm_rule": "Progression needs 5 mm of growth",
    "treated_targets": "Targets in the treated field",
    "confirmation_reference": "Confirmed against the iUPD that came",
    "early_new_lesion_confirms": "An early new lesion confirms",
    "progressed_again_confirms": "Progressed twice without sizes confirms",
    "any_lesion_progresses": "One growing lesion is progression",
    "volume_limits": "Limits of volumes",
    "least_baseline_hu": "Least attenuation at baseline, HU",
    "attenuation_error_hu": "Error of the mean attenuation, HU",
    "liver_sul_mean": "Liver SUL at baseline, mean",
    "liver_sul_sd": "Liver SUL at baseline, standard deviation",
    "followup_liver_sul_mean": "Liver SUL later, mean",
    "followup_liver_sul_sd": "Liver SUL later, standard deviation",
    "uptake_minutes": "Uptake time at baseline, minutes",
    "followup_uptake_minutes": "Uptake time later, minutes",
    "sul_step": "Change of SUL needed",
    "sul_lesions": "Lesions that count",
    "complete_below": "Complete below",
    "treatment": "Treatment",
    "modality": "Modality",
    "ancillary": "Lesions with ancillary features",
    "ablative_margin": "Lesions with a margin around them",
    "treatment_failure_date": "Treatment given up on",
    "ecog": "ECOG performance status",
    "missing_as_ne": "No assessment is not evaluable",
}
_ERRORS = ("measurement_error_mm", "measurement_error_percent")
_OF_SUMS = (
    "treatment_start", "progression_from", "progression_at_limit", "sticky_pr", "too_small_mm",
    "reappearance_is_progression", "normal_nodes_progress", "back_date_new_lesions", "confirmation_days",
    "confirmation_max_days", "confirm_progression", "progression_confirmation_days", "minimum_sd_days",
    "sd_duration", "max_not_evaluable", "accept_sd", "keep_after_progression", "progression_date",
    "strict_pseudoprogression", "abscopal",
)  # fmt: skip


@dataclass(frozen=True)
class OptionRecord:
    """One option.

    Attributes
    ----------
    key : str
        Name of the field of :class:`~.options.ScoreOptions`.
    title : str
    kind : str
        ``"flag"``, ``"choice"``, ``"whole number"``, ``"number"``, ``"date"`` or ``"text"``.
    choices : tuple of str
        Of a choice.
    definition : str
        What it does, and why the default is what it is.
    """

    key: str
    title: str
    kind: str
    choices: tuple[str, ...]
    definition: str


def options_of(criterion: str) -> tuple[OptionRecord, ...]:
    """Return the options that a criterion reads, its own first.

    Raises
    ------
    InputError
        For an unknown criterion.

    Examples
    --------
    >>> [record.key for record in options_of("lirads-tr-2018")]
    ['measurement_error_mm', 'measurement_error_percent']
    """
    rules = criterion_named(criterion)
    common = () if isinstance(rules, GradedCriterion) else _OF_SUMS
    return tuple(_records()[key] for key in dict.fromkeys((*rules.options, *_ERRORS, *common)))


def default_text(criterion: str, key: str) -> str:
    """Return the default of an option with a criterion, as it would be typed; empty for none."""
    value = criterion_named(criterion).defaults.get(key, getattr(ScoreOptions(), key))
    return option_text(value)


def option_text(value: Any) -> str:
    """Return a value of an option as it would be typed.

    Examples
    --------
    >>> option_text(True), option_text(5.0), option_text(None)
    ('true', '5', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


@cache
def _records() -> dict[str, OptionRecord]:
    definitions = _definitions()
    return {
        one.name: OptionRecord(
            one.name, _TITLES[one.name], _kind(one), CHOICES.get(one.name, ()), definitions[one.name]
        )
        for one in dataclasses.fields(ScoreOptions)
    }


def _kind(one: Any) -> str:
    if one.name in CHOICES:
        return "choice"
    text = one.type.__name__ if isinstance(one.type, type) else str(one.type)
    words = {"bool": "flag", "int": "whole number", "float": "number"}
    return next(
        (word for start, word in words.items() if text.startswith(start)),
        "date" if "date" in text else "text",
    )


def _definitions() -> dict[str, str]:
    """Return what the docstring of the options says of each: it is the one place where they are described."""
    found: dict[str, str] = {}
    text = inspect.getdoc(ScoreOptions) or ""
    for match in re.finditer(r"^(\w+(?:, \w+)*) : .*\n((?:    .*\n?)+)", text, re.MULTILINE):
        definition = " ".join(match[2].split())
        found |= dict.fromkeys(match[1].split(", "), definition)
    return found
