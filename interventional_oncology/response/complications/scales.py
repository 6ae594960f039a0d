"""Four scales of complications as data. The definitions are in our own words; the papers decide.

Which scale to use is the reader's choice: they ask different questions. CTCAE grades an event, Clavien-Dindo
and SIR mostly what had to be done about it, CIRSE that and what stayed behind.
"""

import re
from dataclasses import dataclass

from ...errors import InputError

SLIGHT, GRAVE, DEATH = "slight", "grave", "death"
_NUMERALS = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"}


@dataclass(frozen=True)
class Grade:
    """One grade of a scale.

    Attributes
    ----------
    word : str
        As published.
    definition : str
    weight : str
        ``"slight"`` (nothing had to be done), ``"grave"`` (life in danger, or lasting harm that needs help
        in daily life), ``"death"``, or empty for what lies between: by this the scales are compared.
    """

    word: str
    definition: str
    weight: str = ""


@dataclass(frozen=True)
class Scale:
    """A published scale.

    Attributes
    ----------
    key : str
        Name of the column and of the key in ``CASE.toml``.
    title, reference : str
    grades : tuple of Grade
        From slight to worst.
    suffix, suffix_meaning : str
        A letter that may follow a grade; empty if there is none.
    remark : str
        What a reader should know of these definitions.
    """

    key: str
    title: str
    reference: str
    grades: tuple[Grade, ...]
    suffix: str = ""
    suffix_meaning: str = ""
    remark: str = ""

    def words(self) -> tuple[str, ...]:
        """Return the grades as published."""
        return tuple(grade.word for grade in self.grades)


_CTCAE = Scale(
    "ctcae",
    "CTCAE v5",
    "Common Terminology Criteria for Adverse Events, version 5.0, National Cancer Institute 2017",
    (
        Grade("1", "Mild: no or mild symptoms, observation only.", SLIGHT),
        Grade("2", "Moderate: minimal, local or noninvasive treatment; limits instrumental daily living."),
        Grade("3", "Severe, not at once life-threatening: hospital stay or a longer one, limits self-care."),
        Grade("4", "Life-threatening: urgent intervention.", GRAVE),
        Grade("5", "Death related to the event.", DEATH),
    ),
    remark="The definition of the single term overrides these; not every term has every grade.",
)
_CLAVIEN_DINDO = Scale(
    "clavien_dindo",
    "Clavien-Dindo",
    "Dindo 2004, doi:10.1097/01.sla.0000133083.54934.ae",
    (
        Grade("I", "Off the normal course, at most simple drugs, fluids, bedside care.", SLIGHT),
        Grade("II", "Other drugs, transfusion or parenteral nutrition."),
        Grade("IIIa", "Surgical, endoscopic or radiological intervention without general anesthesia."),
        Grade("IIIb", "Intervention under general anesthesia."),
        Grade("IVa", "Life-threatening, intensive care, one organ fails (dialysis included).", GRAVE),
        Grade("IVb", "Life-threatening, intensive care, several organs fail.", GRAVE),
        Grade("V", "Death of the patient.", DEATH),
    ),
    suffix="d",
    suffix_meaning="disability that persists at discharge",
    remark="A transient ischemic attack is not grade IV.",
)
_CIRSE = Scale(
    "cirse",
    "CIRSE 2017",
    "Filippiadis 2017, doi:10.1007/s00270-017-1703-4",
    (
        Grade("1", "Solved within the same session; nothing more to do, no sequelae.", SLIGHT),
        Grade("2", "Longer observation or a stay below 48 h, no further therapy, no sequelae.", SLIGHT),
        Grade("3", "Further therapy or a stay above 48 h, no sequelae."),
        Grade("4", "Mild permanent sequelae; work and independent life go on."),
        Grade("5", "Severe permanent sequelae; help is needed in daily life.", GRAVE),
        Grade("6", "Death.", DEATH),
    ),
    remark="The modification of 2026 (1a, 1b, 3a, 3b; doi:10.1007/s00270-025-04200-w) is not this scale.",
)
_SIR = Scale(
    "sir",
    "SIR 2017",
    "Khalilzadeh 2017, doi:10.1016/j.jvir.2017.06.019",
    (
        Grade("1", "Mild: no or nominal therapy.", SLIGHT),
        Grade("2", "Moderate: substantial therapy, such as intervention under sedation or blood products."),
        Grade("3", "Severe: admission or a stay longer by over 24 h, intensive care, general anesthesia."),
        Grade("4", "Life-threatening or disabling: arrest, shock, organ failure, paralysis, loss.", GRAVE),
        Grade("5", "Death or unexpected loss of a pregnancy.", DEATH),
    ),
    suffix="M",
    suffix_meaning="several events of one kind",
    remark="Written from memory; all its grades await checking against the paper.",
)

#: The scales by key, in the order in which they are shown.
SCALES: dict[str, Scale] = {scale.key: scale for scale in (_CTCAE, _CLAVIEN_DINDO, _CIRSE, _SIR)}


def grade_named(scale: Scale, text: str) -> str:
    """Return a grade as published, with its suffix.

    Arabic numbers stand for Roman ones, any case is understood, and "grade" may be written before it.

    Raises
    ------
    InputError
        For a grade that the scale does not have.

    Examples
    --------
    >>> grade_named(SCALES["clavien_dindo"], "3A-d"), grade_named(SCALES["ctcae"], "grade 4")
    ('IIIa-d', '4')
    """
    plain = re.sub(r"^grade\s+", "", text.strip().lower())
    for grade in scale.grades:
        spellings = {grade.word.lower(), _arabic(grade.word)}
        if plain in spellings:
            return grade.word
        if scale.suffix and plain in {
            f"{s}{dash}{scale.suffix.lower()}" for s in spellings for dash in ("", "-")
        }:
            return f"{grade.word}-{scale.suffix}"
    suffix = f" (with {scale.suffix} for {scale.suffix_meaning})" if scale.suffix else ""
    msg = f"expected a grade of {scale.title}: {', '.join(scale.words())}{suffix}, got {text!r}"
    raise InputError(msg)


def grade_of(scale: Scale, word: str) -> Grade:
    """Return the record of a grade as :func:`grade_named` writes it."""
    plain = word.removesuffix(f"-{scale.suffix}") if scale.suffix else word
    return next(grade for grade in scale.grades if grade.word == plain)


def _arabic(word: str) -> str:
    found = re.fullmatch(r"([IV]+)([ab]?)", word)
    if found is None:
        return word.lower()
    digits = {numeral: digit for digit, numeral in _NUMERALS.items()}
    return digits[found[1]] + found[2]
