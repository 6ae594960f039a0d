"""The response of the last visit in words."""

from html import escape

from slicer.i18n import tr as _

from interventional_oncology.response.cohort import plain_word


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
    lines += _flip(visit, response.get("unit", ""))
    if outdated:
        text = _("The lesion table or the criterion has changed since: score again.")
        lines.insert(0, f'<span style="color:#b26a00">⚠ {text}</span>')
    return "<br>".join(lines)


def _flip(visit: dict, unit: str) -> list[str]:
    """Return how far the nearest other category is, as a warning where measurement error reaches it."""
    distance, other = visit.get("flip_distance"), visit.get("flip_to")
    far = ""
    if distance is not None and other:
        text = _("nearest other category: {other}, a change of {distance} {unit} away")
        far = text.format(other=escape(other), distance=f"{distance:.1f}", unit=escape(unit))
    if visit["fragile"]:
        said = _("Measurement error alone could change this category")
        return [f'<span style="color:#b26a00">⚠ {said}{f" ({far})" if far else ""}.</span>']
    return [f"{far[:1].upper()}{far[1:]}."] if far else []


def _meaning(overall: str) -> str:
    meanings = {
        "CR": _("complete response"),
        "PR": _("partial response"),
        "SD": _("stable disease"),
        "PD": _("progressive disease"),
        "UPD": _("progression not yet confirmed"),
        "NE": _("not evaluable"),
        "NON-CR/NON-PD": _("neither complete response nor progression"),
        "ND": _("no disease"),
    }
    return meanings.get(plain_word(overall), "")
