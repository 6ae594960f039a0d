"""What SimpleITK lets pass in a NIfTI file and we do not.

ITK reads a truncated file as zeros, replaces a spacing of zero or NaN by one and drops the shear of an
``sform``: each would give wrong millimeters without a word. The header layout is that of NIfTI-1 and
NIfTI-2 (https://nifti.nimh.nih.gov).
"""

import gzip
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from .geometry import check_direction, check_spacing

_CHUNK_BYTES = 1 << 22


@dataclass(frozen=True)
class _Layout:
    """Where the fields stand: offset and struct format of each."""

    dim: tuple[int, str]
    pixdim: tuple[int, str]
    bitpix: tuple[int, str]
    vox_offset: tuple[int, str]
    sform_code: tuple[int, str]
    srow: tuple[int, str]


_NIFTI_1 = _Layout((40, "8h"), (76, "8f"), (72, "h"), (108, "f"), (254, "h"), (280, "12f"))
_NIFTI_2 = _Layout((16, "8q"), (104, "8d"), (14, "h"), (168, "q"), (348, "i"), (400, "12d"))
_LAYOUT_OF_HEADER_SIZE = {348: _NIFTI_1, 540: _NIFTI_2}


def check_nifti_header(path: Path) -> None:
    """Raise :class:`InputError` for a NIfTI file of unsound geometry or length; pass all other files."""
    name = path.name.lower()
    if not name.endswith((".nii", ".nii.gz")):
        return
    try:
        header, length = _header_and_length(path)
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{path}: expected a whole NIfTI file, got one that is truncated or damaged ({error})"
        raise InputError(msg) from error
    if len(header) < 540:
        msg = f"{path}: expected a NIfTI file, got one of {length} bytes that ends within its header"
        raise InputError(msg)
    _check_fields(header, length, path)


def _header_and_length(path: Path) -> tuple[bytes, int]:
    if not path.name.lower().endswith(".gz"):
        with path.open("rb") as stream:
            return stream.read(540), path.stat().st_size
    with gzip.open(path, "rb") as stream:
        header = stream.read(540)
        length = len(header)
        while chunk := stream.read(_CHUNK_BYTES):
            length += len(chunk)
    return header, length


def _check_fields(header: bytes, length: int, path: Path) -> None:
    order = "<" if struct.unpack_from("<i", header)[0] in _LAYOUT_OF_HEADER_SIZE else ">"
    layout = _LAYOUT_OF_HEADER_SIZE.get(struct.unpack_from(order + "i", header)[0])
    if layout is None:
        msg = f"{path}: expected a NIfTI file, got one whose header has another size"
        raise InputError(msg)

    def field(place: tuple[int, str]) -> tuple[float, ...]:
        return struct.unpack_from(order + place[1], header, place[0])

    dimension = int(field(layout.dim)[0])
    counts = [max(int(n), 1) for n in field(layout.dim)[1 : 1 + min(max(dimension, 0), 7)]]
    expected = (
        int(field(layout.vox_offset)[0])
        + int(np.prod(counts, dtype=np.int64)) * int(field(layout.bitpix)[0]) // 8
    )
    if length < expected:
        msg = f"{path}: expected {expected} bytes of image, got {length}: the file is truncated"
        raise InputError(msg)
    if dimension == 3:
        check_spacing(field(layout.pixdim)[1:4], str(path))
        if field(layout.sform_code)[0] > 0:
            axes = np.reshape(field(layout.srow), (3, 4))[:, :3]
            lengths = np.linalg.norm(axes, axis=0)
            check_spacing(tuple(lengths), str(path))
            check_direction(axes / lengths, str(path))
