"""One color a category, told apart with every kind of color vision and in gray.

Shrinkage is blue, the darker the more; growth is red; what says neither is gray. Every category is named in
words as well, and pale yellow is what could not be evaluated.
"""

from collections.abc import Iterable
from functools import cache

from ...response import CRITERIA, GradedCriterion
from ...response.cohort import plain_word

#: From best to worst. Colors after Paul Tol's scheme for all (from memory, not checked).
CATEGORY_COLORS = {
    "CR": "#003f7f",
    "PR": "#5b9bd5",
    "SD": "#b8b8b8",
    "NON-CR/NON-PD": "#8a8a8a",
    "UPD": "#f2a37c",
    "PD": "#bb3322",
    "NE": "#f4e7a6",
}
_OTHER = "#ffffff"
_BEST, _MIDDLE, _WORST = "#003f7f", "#b8b8b8", "#bb3322"


def color_of(word: str) -> str:
    """Return the color of a category in the words of any criterion; white for what says nothing."""
    return CATEGORY_COLORS.get(plain_word(word)) or _graded().get(word, _OTHER)


def in_order(words: Iterable[str]) -> list[str]:
    """Return the words that occur, each once, from best to worst."""
    order = [*CATEGORY_COLORS, *_graded()]

    def place(word: str) -> tuple[int, str]:
        plain = word if word in order else plain_word(word)
        return (order.index(plain) if plain in order else len(order)), word

    return sorted(set(words), key=place)


@cache
def _graded() -> dict[str, str]:
    """Return the colors of criteria with words of their own: blue to gray to red along their order."""
    found: dict[str, str] = {}
    for criterion in CRITERIA.values():
        if isinstance(criterion, GradedCriterion):
            words = [word for word in criterion.best_first if word not in ("NE", "not applicable")]
            for number, word in enumerate(words):
                found.setdefault(word, _between(number / max(len(words) - 1, 1)))
    return found


def _between(share: float) -> str:
    first, last, part = (_BEST, _MIDDLE, 2 * share) if share < 0.5 else (_MIDDLE, _WORST, 2 * share - 1)
    channels = [
        round(int(first[n : n + 2], 16) * (1 - part) + int(last[n : n + 2], 16) * part) for n in (1, 3, 5)
    ]
    return "#{:02x}{:02x}{:02x}".format(*channels)
