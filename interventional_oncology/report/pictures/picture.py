"""One picture of a report, with the words that go with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """A PNG file of the folder ``pictures``.

    Attributes
    ----------
    file : str
        Name in the folder; it says what is shown and never who.
    caption : str
        What a reader sees below it.
    description : str
        What a reader who cannot see it is told.
    wide : bool
        Shown over the whole width of the page.
    """

    file: str
    caption: str
    description: str
    wide: bool = False
