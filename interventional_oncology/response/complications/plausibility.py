"""Grades of one complication that do not fit each other. They are told, never corrected."""

from .record import Complication
from .scales import DEATH, GRAVE, SCALES, SLIGHT, grade_of


def contradictions(complication: Complication) -> list[str]:
    """Return what contradicts itself in the grades of a complication, one sentence each.

    Scales ask different questions and may differ. Death by one of them is death by all; what endangered life
    or left severe harm can hardly have needed nothing.

    Examples
    --------
    >>> contradictions(Complication("P", "sepsis", ctcae="5", cirse="3"))
    ['sepsis: CTCAE v5 5 is death, CIRSE 2017 3 is not']
    """
    words = {key: f"{SCALES[key].title} {word}" for key, word in complication.grades().items()}
    weights = {key: grade_of(SCALES[key], word).weight for key, word in complication.grades().items()}
    dead = [words[key] for key, weight in weights.items() if weight == DEATH]
    alive = [words[key] for key, weight in weights.items() if weight != DEATH]
    if dead and alive:
        is_dead, is_not = ("is" if len(words) == 1 else "are" for words in (dead, alive))
        return [
            f"{complication.term}: {' and '.join(dead)} {is_dead} death, {' and '.join(alive)} {is_not} not"
        ]
    grave = [words[key] for key, weight in weights.items() if weight == GRAVE]
    slight = [words[key] for key, weight in weights.items() if weight == SLIGHT]
    if grave and slight:
        return [
            f"{complication.term}: {grave[0]} endangers life or disables, {slight[0]} needs next to nothing"
        ]
    return []
