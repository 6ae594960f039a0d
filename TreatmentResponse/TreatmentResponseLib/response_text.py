"""The response of the last visit in words."""

from html import escape

from slicer.i18n import tr as _


def responseHtml(response: dict, *, outdated: bool = False) -> str:
    """Return category, meaning and reasons of the last visit for a label.

    Parameters
    ----------
    response : dict
        One of ``patients`` of ``response.json``, with at least one time point.
    outdated : bool
        Say first that it is no longer that of the lesion table.
    """
    visit = response["timepoints"][-1]
    overall = visit["overall"]
    meaning = escape(_meaning(overall))
    lines = [f'<span style="font-size:x-large">{escape(overall)}</span>&nbsp; {meaning}']
    lines += [f"• {escape(reason)}" for reason in visit["reasons"]]
    if visit["fragile"]:
        lines.append(
            f'<span style="color:#b26a00">⚠ {_("Measurement error alone could change this category.")}</span>'
        )
    if outdated:
        text = _("The lesion table or the criterion has changed since: score again.")
        lines.insert(0, f'<span style="color:#b26a00">⚠ {text}</span>')
    return "<br>".join(lines)


def _meaning(overall: str) -> str:
    meanings = {
        "CR": _("complete response"),
        "PR": _("partial response"),
        "SD": _("stable disease"),
        "PD": _("progressive disease"),
        "NE": _("not evaluable"),
        "NON-CR/NON-PD": _("neither complete response nor progression"),
        "ND": _("no disease"),
    }
    return meanings.get(overall, "")
