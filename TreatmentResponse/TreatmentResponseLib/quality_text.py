"""The quality of an alignment in words and a small table."""

from html import escape

from slicer.i18n import tr as _


def verdictSentence(verdict: str) -> str:
    """Return what a verdict (``good``, ``check`` or ``failed``) means for the reader."""
    sentences = {
        "good": _("Aligned. Look at the blended scans before you measure."),
        "check": _("Aligned, but check it: see the reasons below and the blended scans."),
        "failed": _("The alignment failed: do not measure on it."),
    }
    return sentences[verdict]


def qualityHtml(quality: dict, *, outdated: bool = False) -> str:
    """Return the quality of an alignment for a label.

    Parameters
    ----------
    quality : dict
        The ``quality`` of ``registration.json``; numbers that are not known are None.
    outdated : bool
        Say first that it is that of other scans.
    """
    pairs = (("similarity", _("Similarity of the scans")), ("dice", _("Overlap of the organ (Dice)")))
    rows = [
        (title, *[_number(quality.get(f"{key}_{when}"), "{:.2f}") for when in ("before", "after")])
        for key, title in pairs
        if quality.get(f"{key}_after") is not None
    ]
    rows += _distanceRows(quality)
    lines = "".join(_tableRow(row) for row in [("", _("before"), _("after")), *rows])
    warning = _("This is the alignment of other scans: align again.")
    before = f'<span style="color:#b26a00">⚠ {warning}</span><br>' if outdated else ""
    return f"{before}<table>{lines}</table>{_details(quality)}"


def _tableRow(cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}&nbsp;&nbsp;</td>' for cell in cells)}</tr>"


def _distanceRows(quality: dict) -> list[tuple[str, str, str]]:
    rows = []
    for key, title in (("tre_mm", _("Landmark error, mean")), ("vessel_mm", _("Distance of vessels, mean"))):
        before, after = quality.get(f"{key}_before"), quality.get(f"{key}_after")
        if after:
            means = [_number((error or {}).get("mean"), "{:.1f} mm") for error in (before, after)]
            rows.append((title, *means))
    return rows


def _details(quality: dict) -> str:
    lines = [escape(reason) for reason in quality.get("reasons") or ()]
    expected, back = quality.get("expected_error_mm"), quality.get("inverse_consistency_mm")
    if expected:
        text = _("Expected error: {mean:.1f} mm on average, {p95:.1f} mm where it is largest (95 %)")
        lines.append(text.format(**expected))
    if back:
        lines.append(_("There and back again: {mean:.1f} mm off on average").format(**back))
    folding = quality.get("folding_fraction")
    if folding:
        lines.append(_("Folded tissue: {percent:.2g} %").format(percent=100 * folding))
    return "".join(f"<br>{line}" for line in lines)


def _number(value, form: str) -> str:
    return "–" if value is None else form.format(value)
