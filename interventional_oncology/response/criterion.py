"""What a criterion is: which size of a lesion it sums, and its limits. The engine does the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .options import ScoreOptions
from .patients import Lesion


@dataclass(frozen=True)
class Size:
    """What a lesion adds to the sum at one visit.

    Attributes
    ----------
    value : Decimal, optional
        ``None`` when the lesion was not assessed.
    gone : bool
        Whether the lesion counts as completely responded.
    note : str
        What a reader should know about the value; empty if nothing.
    """

    value: Decimal | None
    gone: bool = False
    note: str = ""


@dataclass(frozen=True)
class Limits:
    """Limits of the sum: PR up to ``partial`` x baseline, PD from ``progression`` x nadir on."""

    partial: Decimal
    progression: Decimal
    progression_step: Decimal = Decimal(0)

    def progression_sum(self, nadir: Decimal) -> Decimal:
        """Return the smallest sum that is progression from ``nadir``."""
        return max(nadir * self.progression, nadir + self.progression_step)


@dataclass(frozen=True)
class Criterion:
    """One response criterion.

    Attributes
    ----------
    name, title : str
        The word of ``--criterion`` and how people call it.
    reference : str
        Where the rules are published.
    unit : str
        Unit of the sum.
    size : callable
        ``size(lesion, visit, baseline, options)`` gives the :class:`Size` of a target lesion.
    limits : callable
        ``limits(options)`` gives the :class:`Limits`.
    new_lesion : callable
        ``new_lesion(lesion, visit)`` says of a lesion with the role ``new`` whether it is ``"definite"``,
        ``"equivocal"`` or ``"none"`` at a visit, and why.
    complete : str
        What is said of targets that have responded completely.
    defaults : mapping
        Options whose default differs from :class:`~.options.ScoreOptions`.
    """

    name: str
    title: str
    reference: str
    unit: str
    size: Callable[[Lesion, date, date, ScoreOptions], Size]
    limits: Callable[[ScoreOptions], Limits]
    new_lesion: Callable[[Lesion, date], tuple[str, str]]
    complete: str = "have disappeared"
    defaults: Mapping[str, Any] = field(default_factory=dict)
