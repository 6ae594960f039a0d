"""An ablation margin in the words of a report."""

from ..margins import AblationMargin, direction_words, side_of_surface
from .wording import number, percent

#: What became of the surface near the organ border, by rule.
_RULES = {
    "exclude": "left out",
    "to_border": "judged up to the border",
    "ignore": "judged like any other",
}


def least_margin_side(margin: AblationMargin) -> str:
    """Return on which side of the tumor the margin is smallest, such as ``left-caudal``; empty if nowhere."""
    return side_of_surface(margin.surface, margin.minimal_margin_at_ras_mm)


def subcapsular_words(margin: AblationMargin) -> str:
    """Return how much of the surface is near the organ border and what became of it."""
    assert margin.subcapsular_rule is not None
    return f"{percent(margin.subcapsular_fraction, 1)}, {_RULES[margin.subcapsular_rule]}"


def eccentricity_words(margin: AblationMargin) -> str:
    """Return how far, and to which side, the zone's center lies from the tumor's."""
    if margin.eccentricity_mm < 0.05:
        return number(margin.eccentricity_mm, "mm")
    side = direction_words(margin.eccentricity_ras_mm)
    return f"{number(margin.eccentricity_mm, 'mm')}, zone {side} of the tumor"


def interval_words(margin: AblationMargin) -> str:
    """Return the interval of the minimal margin; empty when no error was considered."""
    if margin.minimal_margin_interval_mm is None:
        return ""
    low, high = (number(value) for value in margin.minimal_margin_interval_mm)
    return f"{low} to {high} mm"


def certainty_words(margin: AblationMargin, threshold_mm: float) -> str:
    """Return interval and probability as a sentence; empty when no error was considered."""
    chance = margin.probability_minimal_margin_at_least_threshold
    if chance is None or margin.minimal_margin_interval_mm is None:
        return ""
    return (
        f"With errors considered: 90 % interval {interval_words(margin)}, "
        f"probability of {threshold_mm:g} mm {percent(chance)}."
    )


def unproven_words(margin: AblationMargin) -> str:
    """Return as a sentence that a margin does not prove coverage; empty where it does, or is negative."""
    measured_mm, needed_mm = margin.minimal_margin_mm, margin.smallest_provable_margin_mm
    if measured_mm is None or needed_mm is None or not 0 <= measured_mm < needed_mm:
        return ""
    return f"Too small to prove coverage: these data need {number(needed_mm, 'mm')}."
