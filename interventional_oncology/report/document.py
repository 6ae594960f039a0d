"""A report as its parts: what HTML and PDF both show, in the same words and the same order."""

import enum
from dataclasses import dataclass, field

from .pictures.picture import Picture

NOTICE = "For research use only. Not for diagnosis or treatment decisions."


class Tone(enum.Enum):
    """How a line of the summary is meant; the word is shown, so that no color is needed to tell."""

    GOOD = "good"
    ATTENTION = "check"
    BAD = "alert"
    NEUTRAL = "note"


@dataclass(frozen=True)
class Headline:
    """One box of the summary: a question, its answer, and a line that explains it."""

    title: str
    answer: str
    detail: str
    tone: Tone


@dataclass(frozen=True)
class Table:
    """A table of text cells.

    Attributes
    ----------
    caption : str
    columns : tuple of str
        Titles; empty for a table of name and value without a head.
    rows : tuple of tuple of str
        The first cell of each row is its name.
    note : str
        Shown below.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a report under its own title."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title : str
        Never with the patient: it becomes the title of windows and files.
    facts : tuple of (str, str)
        Patient, treatment, dates: the first lines.
    headlines : tuple of Headline
        The summary.
    key_pictures : tuple of Picture
        Shown with the summary, on the first page.
    sections : tuple of Section
    footer : str
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    headlines: tuple[Headline, ...]
    key_pictures: tuple[Picture, ...] = ()
    sections: tuple[Section, ...] = field(default=())
    footer: str = ""
