"""Which files and which version a result was made from."""

import hashlib
from pathlib import Path

_CHUNK_BYTES = 1 << 20


def file_record(argument: str | Path) -> dict[str, str]:
    """Return ``path`` and ``sha256`` of an input.

    Parameters
    ----------
    argument : str or Path
        A file, a folder (its files are hashed in the order of their names) or a mask argument
        ``file#label``. What does not exist gets an empty hash: reading it says what is wrong.
    """
    path = Path(argument)
    if not path.exists():
        path = Path(str(argument).rpartition("#")[0] or str(argument))
    return {"path": str(argument), "sha256": sha256(path) if path.exists() else ""}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder one after the other, as hexadecimal text."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()
