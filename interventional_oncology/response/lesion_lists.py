"""Lesions named in an option: ``L1 L2@2025-03-01``, some at all visits, some at one."""

from datetime import date


def is_listed(text: str, lesion_id: str, visit: date) -> bool:
    """Say whether an option names a lesion at a visit.

    Examples
    --------
    >>> day = date(2025, 3, 1)
    >>> [is_listed("L1 L2@2025-03-01, L3@2025-04-01", name, day) for name in ("L1", "L2", "L3", "L4")]
    [True, True, False, False]
    """
    entries = text.replace(",", " ").split()
    return lesion_id in entries or f"{lesion_id}@{visit}" in entries
