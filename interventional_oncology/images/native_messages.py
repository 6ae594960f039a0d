"""Keeping the C++ readers' own lines out of the terminal: what they say comes back in the exception."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STANDARD_ERROR = 2


@contextmanager
def native_messages_hidden() -> Iterator[None]:
    """Send what C++ code writes to standard error nowhere while the block runs."""
    with suppress(OSError, ValueError, AttributeError):  # Slicer on Windows has no standard error
        sys.stderr.flush()
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STANDARD_ERROR)
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)
        os.close(nowhere)
