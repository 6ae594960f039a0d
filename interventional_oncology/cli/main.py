"""``interventional-oncology``: the frame of all commands."""

import argparse
import re
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from .. import __version__
from ..errors import InputError
from ..serialization import json_text
from .command import Command
from .console import Console
from .result import envelope

#: The file of each command in this folder, in the order of the help.
COMMANDS = (
    "register",
    "margin",
    "zones",
    "outline",
    "match",
    "measure",
    "score",
    "review",
    "phantom",
    "demo",
)

_POINT = re.compile(r"-[\d.][^,]*(,[^,]+)+")

_NEGATIVE_LIST = re.compile(r"-[\d.]+,")

EXIT_DONE, EXIT_FAILED, EXIT_REFUSED = 0, 1, 2


class _Parser(argparse.ArgumentParser):
    """A parser that refuses in one line, as all bad input is refused."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{self.prog}: {message}")  # noqa: EM102


def load_command(name: str) -> Command:
    """Return the command ``name`` from its file."""
    command: Command = import_module(f"{__package__}.{name}").COMMAND
    return command


def build_parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of the commands ``names``."""
    parser = _Parser(
        prog="interventional-oncology",
        description="Treatment response and ablation planning. For research use, not for diagnosis.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in names:
        command = load_command(name)
        sub = commands.add_parser(command.name, help=command.summary, description=command.summary)
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print the result as one JSON object")
        sub.add_argument(
            "--progress", action="store_true", help="print progress as JSON lines on standard error"
        )
        sub.add_argument("--overwrite", action="store_true", help="replace an earlier result")
    return parser


def _with_points(arguments: Sequence[str]) -> list[str]:
    """Tie a point such as ``-12,40,5`` to the option before it: argparse takes it for an option."""
    words: list[str] = []
    for word in arguments:
        if words and words[-1].startswith("--") and "=" not in words[-1] and _POINT.fullmatch(word):
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _with_negative_values(arguments: Sequence[str]) -> list[str]:
    """Return the words with ``--option -1,0,0`` as one word: argparse takes such a value for an option."""
    joined: list[str] = []
    for word in arguments:
        if _NEGATIVE_LIST.match(word) and joined and re.fullmatch(r"--[a-z-]+", joined[-1]):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 failed inside, 2 input refused."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    console = Console()
    try:
        # Only the command asked for is imported: `margin` need not wait for the imports of `report`.
        asked = [word for word in arguments[:1] if word in COMMANDS]
        options = build_parser(asked or COMMANDS).parse_args(_with_points(arguments))
        options.started = time.monotonic()
        console.show_progress = options.progress
        found = load_command(options.command).run(options, console)
    except InputError as error:
        console.say(f"error: {' '.join(str(error).split())}")
        return EXIT_REFUSED
    except KeyboardInterrupt:
        console.say("error: stopped by the user; nothing was written")
        return EXIT_FAILED
    except Exception as error:  # the one place where a fault of ours is turned into an exit code
        traceback.print_exc()
        console.say(f"error: internal failure, please report it: {type(error).__name__}: {error}")
        return EXIT_FAILED
    if options.json:
        sys.stdout.write(json_text(envelope(options, console, found)))
    return EXIT_DONE


if __name__ == "__main__":
    sys.exit(main())
