"""Where the files of ``Resources/`` are: in a checkout, a pip install and a Slicer install alike."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Return the path of one file or folder of ``Resources/``.

    Parameters
    ----------
    *parts : str
        Path below ``Resources/``, for example ``"Terminologies", "zones.term.json"``.

    Raises
    ------
    FileNotFoundError
        If no ``Resources`` folder holds it; the message names the places searched.
    """
    # An installed package carries the folder inside; a checkout (also an editable install) has it beside.
    candidates = [root.joinpath(*parts) for root in (_PACKAGE / "Resources", _PACKAGE.parent / "Resources")]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    msg = f"Resource {'/'.join(parts)} is missing; searched {' and '.join(str(c) for c in candidates)}"
    raise FileNotFoundError(msg)
