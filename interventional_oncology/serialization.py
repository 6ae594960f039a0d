"""Results as JSON: plain types, no NaN, stable text."""

import dataclasses
import datetime
import enum
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

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
    if type(value) in _PLAIN_TYPES:  # most of a large result: asked first
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: json_ready(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(json_ready(key)): json_ready(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_ready(item) for item in value]
    if isinstance(value, np.ndarray):
        return json_ready(value.tolist())
    return _plain(value)


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
    """Return ``value`` as indented JSON text with a final newline."""
    return json.dumps(json_ready(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
