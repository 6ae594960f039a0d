"""The complications of a report, and what their grades mean."""

from collections.abc import Sequence

from ..response.complications import GRADE_FIELDS, SCALES, Complication
from ..response.complications.scales import grade_of
from .document import Table

NOT_GRADED = "-"


def complication_table(complications: Sequence[Complication]) -> Table:
    """Return one row for each complication with its grades by those scales that were used."""
    used = _used(complications)
    columns = ("Complication", "Date", "Onset", *(SCALES[key].title for key in used), "Note")
    rows = tuple(
        (
            one.term,
            "" if one.date is None else one.date.isoformat(),
            "" if one.onset_days is None else f"day {one.onset_days}",
            *(getattr(one, key) or NOT_GRADED for key in used),
            one.note,
        )
        for one in complications
    )
    note = f"Onset: days after the treatment. {NOT_GRADED}: not graded by that scale."
    return Table("Complications of the treatment", columns, rows, note)


def grade_table(complications: Sequence[Complication]) -> Table:
    """Return what the grades that occur mean."""
    rows = []
    for key in _used(complications):
        scale = SCALES[key]
        words = dict.fromkeys(one.grades()[key] for one in complications if key in one.grades())
        for word in words:
            definition = grade_of(scale, word).definition
            if scale.suffix and word.endswith(f"-{scale.suffix}"):
                definition += f" {scale.suffix}: {scale.suffix_meaning}."
            rows.append((f"{scale.title} {word}", definition, scale.reference))
    return Table("What the grades mean", ("Grade", "Meaning", "Source"), tuple(rows))


def _used(complications: Sequence[Complication]) -> list[str]:
    return [key for key in GRADE_FIELDS if any(key in one.grades() for one in complications)]
