"""The margin in one sentence."""

import math

from slicer.i18n import tr as _


def minimalMarginHtml(result: dict | None) -> str:
    """Return the minimal margin in large letters and what it means.

    Parameters
    ----------
    result : dict, optional
        What :func:`.margin.lastResult` returns; None before the first computation.
    """
    if result is None:
        return _("Nothing computed yet.")
    margin = result["minimal_margin_mm"]
    if margin is None:
        return _("No part of the tumor surface can be judged: all of it lies under the organ surface.")
    # Rounded down: 4.96 mm must not read as the 5 mm that it is not.
    shown = math.floor(round(10.0 * margin, 6)) / 10.0
    number = f'<span style="font-size:x-large">{shown:.1f} mm</span>'
    return f"{number}&nbsp; {_meaning(result)}{_chance(result)}"


def _meaning(result: dict) -> str:
    margin, wanted = result["minimal_margin_mm"], result["threshold_mm"]
    if margin < 0:
        return _("minimal margin: tumor was left.")
    if margin < wanted:
        text = _("minimal margin: the tumor is covered, with less than the wanted {wanted:g} mm.")
    elif result["excluded_subcapsular_fraction"] > 0:
        text = _("minimal margin: the wanted {wanted:g} mm is reached wherever it can be judged.")
    else:
        text = _("minimal margin: the wanted {wanted:g} mm is reached everywhere.")
    return text.format(wanted=wanted)


def _chance(result: dict) -> str:
    probability = result["probability_minimal_margin_at_least_threshold"]
    if probability is None:
        return ""
    text = _("Chance that {wanted:g} mm is really there, given the alignment error: {percent:.0f} %.")
    return "<br>" + text.format(wanted=result["threshold_mm"], percent=100 * probability)
