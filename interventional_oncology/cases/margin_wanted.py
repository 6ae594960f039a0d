"""The table ``[margin]`` of a case: which margin is wanted, and how it is judged."""

from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..margins.checks import check_rule, length_mm
from .values import check_keys


@dataclass(frozen=True)
class MarginWanted:
    """How the ablation margin is judged, as in :func:`interventional_oncology.margins.ablation_margin`.

    Attributes
    ----------
    threshold_mm : float
    subcapsular_rule : str
    subcapsular_mm : float
    """

    threshold_mm: float = 5.0
    subcapsular_rule: str = "exclude"
    subcapsular_mm: float = 5.0


def read_margin_wanted(table: Any, where: str) -> MarginWanted:
    """Return what a table says; what it leaves out keeps its default.

    Raises
    ------
    InputError
        If it is no table, or a key or value is not known.
    """
    if not isinstance(table, dict):
        msg = f"{where}: expected a table, got {table!r:.40}"
        raise InputError(msg)
    keys = tuple(MarginWanted.__dataclass_fields__)
    check_keys(table, where, required=(), optional=keys)
    try:
        for key in ("threshold_mm", "subcapsular_mm"):
            if key in table:
                length_mm(table[key], key)
        if "subcapsular_rule" in table:
            check_rule(table["subcapsular_rule"])
    except InputError as error:
        msg = f"{where}: {error}"
        raise InputError(msg) from None
    return MarginWanted(**table)
