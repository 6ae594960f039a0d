"""Slicer's terminology entries: what a segment is, in codes.

An entry is a text of seven parts with ``~`` between them: context, category, type, type modifier, anatomic
context, region, region modifier; a code in it is scheme, value and meaning with ``^`` between them
(``vtkSlicerTerminologiesModuleLogic.h`` of Slicer).
"""

from dataclasses import dataclass

from ..errors import InputError

_PARTS = 7
_CONTEXT = "Segmentation category and type - 3D Slicer General Anatomy list"
_REGION_CONTEXT = "Anatomic codes - DICOM master list"


@dataclass(frozen=True)
class Code:
    """One coded concept, for example ``Code("SCT", "10200004", "Liver")``."""

    scheme: str
    value: str
    meaning: str


def terminology_entry(
    category: Code,
    type_: Code,
    *,
    modifier: Code | None = None,
    region: Code | None = None,
    context: str = _CONTEXT,
) -> str:
    """Return the terminology entry of a segment.

    Parameters
    ----------
    category, type_ : Code
        For example Morphologically Altered Structure, Neoplasm.
    modifier : Code, optional
        Of the type.
    region : Code, optional
        Anatomic region.
    context : str
        Name of the list the codes come from.

    Raises
    ------
    InputError
        If a text has one of the separators ``~`` and ``^``.

    Examples
    --------
    >>> mass = Code("SCT", "4147007", "Mass")
    >>> altered = Code("SCT", "49755003", "Morphologically Altered Structure")
    >>> terminology_entry(altered, mass, context="list").split("~")[1:3]
    ['SCT^49755003^Morphologically Altered Structure', 'SCT^4147007^Mass']
    """
    codes = [_code_text(code) for code in (category, type_, modifier, region)]
    entry = "~".join([context, *codes[:3], _REGION_CONTEXT, codes[3], "^^"])
    check_terminology(entry)
    return entry


def _code_text(code: Code | None) -> str:
    return "^^" if code is None else f"{code.scheme}^{code.value}^{code.meaning}"


def check_terminology(entry: str) -> None:
    """Raise :class:`InputError` unless ``entry`` has the seven parts, with codes where they belong."""
    parts = entry.split("~")
    codes = [parts[index] for index in (1, 2, 3, 5, 6)] if len(parts) == _PARTS else []
    if not codes or any(code.count("^") != 2 for code in codes):
        msg = f"expected a terminology entry of {_PARTS} parts split by '~', codes by '^', got {entry!r}"
        raise InputError(msg)
