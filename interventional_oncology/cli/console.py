"""What a command says while it works: people's text, warnings and progress, all on standard error."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import SimpleITK as sitk

from ..images import cautions, read_image
from ..provenance import file_record


@dataclass
class Console:
    """The voice of one run.

    Attributes
    ----------
    show_progress : bool
        Print one JSON line a step, ``{"fraction": 0.42, "message": "..."}``.
    warnings : list of str
        What was said with :meth:`warn`; part of the result.
    inputs : list of dict
        ``path`` and ``sha256`` of each input named with :meth:`input`; part of the result.
    """

    show_progress: bool = False
    warnings: list[str] = field(default_factory=list)
    inputs: list[dict[str, str]] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Write a line for people."""
        sys.stderr.write(text + "\n")

    def warn(self, text: str) -> None:
        """Write a warning and keep it for the result; the same warning is said once."""
        if text not in self.warnings:
            self.warnings.append(text)
            self.say(f"warning: {text}")

    def progress(self, fraction: float, message: str) -> None:
        """Report a step; nothing is written unless ``show_progress``."""
        if self.show_progress:
            line = json.dumps({"fraction": round(min(max(fraction, 0.0), 1.0), 4), "message": message})
            self.say(line)
            sys.stderr.flush()

    def image(self, argument: str | Path) -> sitk.Image:
        """Read an image, note it as an input, and warn of what reading it had to mend (a tilted gantry)."""
        image = read_image(self.input(argument))
        for caution in cautions(image):
            self.warn(f"{argument}: {caution}")
        return image

    def input(self, path: str | Path) -> str:
        """Note an input file (or mask argument) for the record of the result and return it as text."""
        self.inputs.append(file_record(path))
        return str(path)
