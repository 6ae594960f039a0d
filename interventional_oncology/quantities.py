"""One record per measurement; tables, plots, reports and Slicer columns all read it.

A part of the package with measurements of its own keeps them in ``<part>/quantities.py`` as a tuple named
``QUANTITIES`` and is named in :data:`PARTS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING


@dataclass(frozen=True)
class Quantity:
    """What a number means.

    Attributes
    ----------
    key : str
        Name in JSON, in CSV columns and in code; it ends with the unit where there is one.
    title : str
        How people call it.
    unit : str
        As written for people, empty for none.
    definition : str
        One sentence.
    reference : str
        Where it is defined; empty if nowhere but here.
    code : tuple of str, optional
        Coded concept: scheme, value, meaning.
    """

    key: str
    title: str
    unit: str = ""
    definition: str = ""
    reference: str = ""
    code: tuple[str, str, str] | None = None


if TYPE_CHECKING:
    #: All quantities by key.
    QUANTITIES: dict[str, Quantity]

#: Parts of the package with a file of quantities.
PARTS = ("lesions", "margins", "registration", "response")


def collect(parts: Iterable[str]) -> dict[str, Quantity]:
    """Return the quantities of some parts by key.

    Raises
    ------
    ValueError
        If two parts say different things under one key.
    """
    found: dict[str, Quantity] = {}
    for part in parts:
        for quantity in import_module(f"{__package__}.{part}.quantities").QUANTITIES:
            if found.setdefault(quantity.key, quantity) != quantity:
                msg = f"expected one meaning of {quantity.key}, got another in {part}"
                raise ValueError(msg)
    return found


@cache
def _all() -> dict[str, Quantity]:
    return collect(PARTS)


def __getattr__(name: str) -> dict[str, Quantity]:
    # On demand: the files of the parts import this one for Quantity.
    if name == "QUANTITIES":
        return _all()
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def title_with_unit(key: str) -> str:
    """Return the title of a measurement with its unit, for axes and columns; the key itself if unknown."""
    known = _all().get(key)
    if known is None:
        return key
    return f"{known.title} ({known.unit})" if known.unit else known.title
