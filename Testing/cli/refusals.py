"""Input that a command refuses: one line of it, and what has to come of it."""

from dataclasses import dataclass
from pathlib import Path

from interventional_oncology.cli.main import main


@dataclass(frozen=True)
class Refusal:
    """One input that is refused.

    Attributes
    ----------
    name : str
        Of the test.
    line : str
        The command; a word in braces is a file of the fixture ``files``, ``{out}`` the folder for results.
    says, file : str
        What the message has in it.
    made, text : str
        A file that is written for this input, and what is in it.
    """

    name: str
    line: str
    says: str
    file: str = ""
    made: str = ""
    text: str = ""


def check_refused(refusal: Refusal, files: Path, folder: Path, capfd) -> None:
    """Run the command and expect one sentence, exit code 2, and nothing left behind."""
    made = folder / "made"
    made.mkdir()
    if refusal.made:
        (made / refusal.made).write_text(refusal.text, encoding="utf-8")
    words = []
    for word in refusal.line.split():
        name = word.strip("{}")
        place = made if name == refusal.made else folder if name == "out" else files
        words.append(str(place / name) if word.startswith("{") else word)
    code = main([*words, "--json"])
    said = capfd.readouterr()
    assert code == 2, said.err
    assert said.out == ""
    assert said.err.startswith("error: "), said.err
    assert said.err.count("\n") == 1, said.err
    assert refusal.says in said.err
    assert refusal.file in said.err
    assert [path.name for path in folder.iterdir()] == ["made"], "something was left behind"
