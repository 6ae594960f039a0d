"""The margin in one sentence."""

import math
from html import escape

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
    if result.get("is_lower_bound"):
        number = _("at least {number}").format(number=number)
    return f"{number}&nbsp; {_meaning(result)}{_chance(result)}"


def _meaning(result: dict) -> str:
    margin, wanted = result["minimal_margin_mm"], result["threshold_mm"]
    if margin < 0:
        return _("minimal margin: tumor was left.")
    if result.get("is_lower_bound"):
        return _("minimal margin: no untreated tissue of the organ is left around the tumor.")
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
    said = "<br>" + text.format(wanted=result["threshold_mm"], percent=100 * probability)
    interval = result.get("minimal_margin_interval_mm")
    if interval is not None:
        text = _(
            "The minimal margin is probably {low:.1f} to {high:.1f} mm: such intervals held in 80 to 90 of "
            "100 simulated cases."
        )
        said += " " + text.format(low=interval[0], high=interval[1])
    return said


def detailsHtml(result: dict | None) -> str:
    """Return where the margin is smallest, what is left, what the data can prove, and what to do; or nothing.

    Parameters
    ----------
    result : dict, optional
        What :func:`.margin.lastResult` returns; None before the first computation.
    """
    if result is None:
        return ""
    lines = [_smallest(result), *_sites(result), _planned(result), result.get("claim") or "", _advice(result)]
    return "<br>".join(f"• {escape(line)}" for line in lines if line)


def _smallest(result: dict) -> str:
    side = result.get("minimal_margin_side")
    return _("The margin is smallest on the {side} side.").format(side=side) if side else ""


def _sites(result: dict) -> list[str]:
    text = _("Tumor left, site {number}: {volume:.2f} mL, {depth:.1f} mm deep, on the {side} side.")
    return [
        text.format(
            number=number, volume=site["volume_ml"], depth=site["depth_mm"], side=site["direction"] or "?"
        )
        for number, site in enumerate(result.get("residual_sites") or (), start=1)
    ]


def _planned(result: dict) -> str:
    planned = result.get("planned")
    if not planned:
        return ""
    text = _("Beside the plan: {volume:+.1f} mL, center {shift:.1f} mm away, Dice {dice:.2f}.")
    return text.format(
        volume=planned["volume_difference_ml"], shift=planned["center_shift_mm"], dice=planned["dice"]
    )


def _advice(result: dict) -> str:
    advice = result.get("re_ablation")
    return advice["words"] if advice else ""
