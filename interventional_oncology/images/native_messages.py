"""Keeping the lines that C++ code writes by itself out of the terminal.

A reader's complaint comes back in its exception, and standard output belongs to the JSON of a command.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2


@contextmanager
def native_messages_hidden() -> Iterator[None]:
    """Send what is written to standard output and standard error nowhere while the block runs."""
    with ExitStack() as stack:
        for stream, descriptor in ((sys.stdout, _STANDARD_OUTPUT), (sys.stderr, _STANDARD_ERROR)):
            with suppress(OSError, ValueError, AttributeError):  # Slicer on Windows has neither
                stream.flush()
            with suppress(OSError):
                stack.enter_context(_silenced(descriptor))
        yield


def _flush_c_streams() -> None:
    with suppress(OSError, AttributeError, TypeError):  # no such library on Windows
        ctypes.CDLL(None).fflush(None)


@contextmanager
def _silenced(descriptor: int) -> Iterator[None]:
    kept = os.dup(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        _flush_c_streams()
        os.dup2(nowhere, descriptor)
        yield
    finally:
        # C buffers what goes to a file: it must leave before the descriptor is back.
        _flush_c_streams()
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(nowhere)
