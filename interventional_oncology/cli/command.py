"""What a command is: a name, its arguments and a function. One file of this folder holds each."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .console import Console


@dataclass(frozen=True)
class Command:
    """One command of ``interventional-oncology``.

    Attributes
    ----------
    name, summary : str
        The word typed and the line of the help.
    add_arguments : callable
        ``add_arguments(parser)`` declares the options.
    run : callable
        ``run(options, console)`` does the work, writes the files and returns the keys of the result;
        ``command``, ``version``, ``inputs``, ``parameters``, ``seconds`` and ``warnings`` are added by
        :func:`~.main.main` and, through :func:`~.main.envelope`, to the JSON file in the output folder.
    """

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Console], dict[str, Any]]
