"""Results as JSON: plain types, no NaN, stable text."""

import dataclasses
import datetime
import enum
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

#: Longer lists, as of a cohort, are read by programs; the indenting encoder is ten times slower.
_LONG_LIST = 500
_PLAIN_TYPES = frozenset({str, int, bool, type(None)})


def json_ready(value: Any) -> Any:
    """Return ``value`` with plain JSON types only.

    Dataclasses become objects, numpy values Python values, enumerations their value, dates ISO text,
    tuples lists, and numbers that are not finite ``None`` (JSON has no NaN).

    Examples
    --------
    >>> json_ready({"margin_mm": np.float32(2.5), "missing": float("nan"), "site_ras_mm": np.arange(3)})
    {'margin_mm': 2.5, 'missing': None, 'site_ras_mm': [0, 1, 2]}
    """
    kind = type(value)
    if kind in _PLAIN_TYPES:  # most of a large result: asked first
        return value
    if kind is float:
        return value if math.isfinite(value) else None
    names = _field_names(kind)  # type: ignore[arg-type]
    if names is not None:
        return {name: json_ready(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(json_ready(key)): json_ready(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_ready(item) for item in value]
    if isinstance(value, np.ndarray):
        return json_ready(value.tolist())
    return _plain(value)


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Return the fields of a dataclass, ``None`` for any other type."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return json_ready(value.value)
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def json_text(value: Any) -> str:
    """Return ``value`` as indented JSON text with a final newline; of a long list each item is one line.

    Examples
    --------
    >>> json_text({"a": [1]})
    '{\\n  "a": [\\n    1\\n  ]\\n}\\n'
    """
    if not isinstance(value, dict) or not any(map(_is_long, value.values())):
        return _dumped(json_ready(value), indent=2) + "\n"
    members = [f"  {_dumped(str(json_ready(key)))}: {_member(item)}" for key, item in value.items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def _is_long(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) >= _LONG_LIST


def _member(value: Any) -> str:
    if _is_long(value):
        return "[\n" + ",\n".join(f"    {_line(item)}" for item in value) + "\n  ]"
    return _dumped(json_ready(value), indent=2).replace("\n", "\n  ")


def _line(item: Any) -> str:
    """Return an item of a long list: plain types are left to the encoder, which is faster with them."""
    try:
        return json.dumps(item, default=_members, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError):  # a number that is not finite, a key that is no text
        return _dumped(json_ready(item))


def _members(value: Any) -> Any:
    names = _field_names(type(value))  # type: ignore[arg-type]
    return json_ready(value) if names is None else {name: getattr(value, name) for name in names}


def _dumped(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
