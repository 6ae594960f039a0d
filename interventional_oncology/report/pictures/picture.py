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
    per_row : int
        How many pictures like this share the width of the page: 3, 2, or 1 alone.
    """

    file: str
    caption: str
    description: str
    per_row: int = 3
