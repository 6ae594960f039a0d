"""What the panel says about the zones: the proposed category with its reasons, sizes, warnings."""

from html import escape

from slicer.i18n import tr as _

_CAUTION = "#b26a00"


def zonesHtml(record: dict, *, outdated: str = "") -> str:
    """Return the result in a few lines.

    Parameters
    ----------
    record : dict
        Keys of ``zones.json``.
    outdated : str
        ``images`` or ``segments`` that were changed since; empty if none.
    """
    lines = [_caution(_stale(outdated))] if outdated else []
    lines += _category(record)
    lines += _sizes(record)
    lines += [_caution(f"⚠ {text}") for text in record["warnings"]]
    return "<br>".join(lines)


def _stale(outdated: str) -> str:
    if outdated == "segments":
        return _("The segments were changed since; recompute the numbers.")
    return _("The images or the treatment were changed since; label the zones again.")


def _category(record: dict) -> list[str]:
    proposed, older = record["treatment_response"], record["treatment_response_2018"]
    reasons = [f"• {escape(reason)}" for reason in proposed["reasons"]]
    if proposed["category"] is None:
        return reasons
    title = _("Proposed: {category}").format(category=proposed["category"])
    by = _("{system}, {core} core").format(system=proposed["system"], core=proposed["core"])
    lines = [f"<b>{escape(title)}</b> ({escape(by)})", *reasons]
    if older and older["category"] != proposed["category"]:
        other = _("By the version of 2018: {category}").format(category=older["category"])
        lines.append(escape(other))
    return lines


def _sizes(record: dict) -> list[str]:
    lines = []
    if record["viable"]:
        sizes = ", ".join(
            f"{size['long_axis_mm']:.0f} × {size['short_axis_mm']:.0f} mm" for size in record["viable"]
        )
        volume = sum(size["volume_ml"] for size in record["viable"])
        lines.append(_("Viable: {sizes}; {volume} mL").format(sizes=sizes, volume=f"{volume:.1f}"))
    dark = record["hepatobiliary_zone"]
    if dark:
        text = _("Zone in the hepatobiliary phase: {axes}; {volume} mL")
        lines.append(text.format(axes=_axes(dark), volume=f"{dark['volume_ml']:.1f}"))
    return lines


def _axes(size: dict) -> str:
    return f"{size['long_axis_mm']:.0f} × {size['short_axis_mm']:.0f} mm"


def _caution(text: str) -> str:
    return f'<span style="color:{_CAUTION}">{escape(text)}</span>'
