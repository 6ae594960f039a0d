"""Non-target and new lesions at one visit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from .diameters import NORMAL_NODE_MM
from .exact import exact
from .patients import Lesion, Patient
from .words import CR, NE, NON, PD


def non_target_category(patient: Patient, visit: date) -> tuple[str | None, str]:
    """Return the category of the non-target lesions of a visit and why, without naming the category.

    It is ``None`` for a patient without any. Unequivocal progression is the reader's word (state
    ``progressed``) and never follows from the size of one lesion (RECIST 1.1, section 4.3.4).
    """
    lesions = patient.with_role("non_target")
    if not lesions:
        return None, ""
    states = {lesion.lesion_id: _standing(lesion, visit) for lesion in lesions}
    for word, text in (
        (PD, "has progressed unequivocally"),
        (NON, "persists"),
        (NE, "was not assessed"),
    ):
        named = [name for name, standing in states.items() if standing == word]
        if named:
            return word, f"non-target {', '.join(named)} {text}"
    return CR, "all non-target lesions have disappeared"


def persists(lesion: Lesion, visit: date) -> bool:
    """Say whether a non-target lesion is there at a visit."""
    return _standing(lesion, visit) in (NON, PD)


def _standing(lesion: Lesion, visit: date) -> str:
    row = lesion.rows.get(visit)
    if row is None or row.state == "not_evaluable":
        return NE
    if row.state == "progressed":
        return PD
    if row.state in ("absent", "normalized") or row.long_axis_mm == 0:
        return CR
    if lesion.is_node and row.short_axis_mm is not None:
        return CR if exact(row.short_axis_mm) < NORMAL_NODE_MM else NON
    known = row.state or row.long_axis_mm is not None or row.short_axis_mm is not None
    return NON if known else NE


@dataclass(frozen=True)
class NewLesions:
    """The new lesions of a visit.

    Attributes
    ----------
    names : tuple of str
        Those that count.
    texts : tuple of str
        What is said of them, one each.
    equivocal : tuple of str
        What is said of those that do not count yet.
    """

    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    equivocal: tuple[str, ...] = ()


def new_lesions(
    patient: Patient, visit: date, verdict: Callable[[Lesion, date], tuple[str, str]], *, back_date: bool
) -> NewLesions:
    """Return the new lesions of a visit.

    With ``back_date`` a lesion counts from the visit on where it was first seen and still equivocal, once a
    later visit shows that it was one.
    """
    names, texts, equivocal = [], [], []
    for lesion in patient.with_role("new"):
        found, text = verdict(lesion, visit)
        if found == "equivocal" and back_date:
            proof = next(
                (day for day in patient.visits if day > visit and verdict(lesion, day)[0] == "definite"), None
            )
            if proof is not None:
                found, text = "definite", f"{text} and was confirmed on {proof}, which dates progression back"
        if found == "definite":
            names.append(lesion.lesion_id)
            texts.append(text)
        elif found == "equivocal":
            equivocal.append(f"{text}: not counted yet, to be looked at again")
    return NewLesions(tuple(names), tuple(texts), tuple(equivocal))
