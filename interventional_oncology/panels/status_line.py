"""What a step says to the user: one sentence in the panel, in the color of its kind."""

import logging
from html import escape

_COLORS = {"note": "", "good": "#2e7d32", "check": "#b26a00", "failed": "#c62828"}


class StatusLine:
    """The label below the button of a step.

    Parameters
    ----------
    label : qt.QLabel
        With word wrap; hidden while there is nothing to say.
    """

    def __init__(self, label) -> None:
        self._label = label
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self._label.text = ""
        self._label.visible = False

    def say(self, text: str, kind: str = "note") -> None:
        """Show a sentence as ``note``, ``good``, ``check`` or ``failed``."""
        color = _COLORS[kind]
        self._label.text = f'<span style="color:{color}">{escape(text)}</span>' if color else escape(text)
        self._label.visible = True

    def refuse(self, error: Exception) -> None:
        """Show the sentence of an error unchanged, and log it."""
        logging.warning("%s", error)
        self.say(str(error), "failed")

    def addWarnings(self, texts) -> None:
        """Add warnings, one a line, below what is said."""
        lines = [f'<span style="color:{_COLORS["check"]}">⚠ {escape(text)}</span>' for text in texts]
        if lines:
            self._label.text = "<br>".join(filter(None, [self._label.text, *lines]))
            self._label.visible = True
