"""What SimpleITK lets pass in a NIfTI file and we do not.

ITK reads a truncated file as zeros and NaN as zero, replaces a spacing of zero or NaN by one and drops the
shear of an ``sform``: each would give wrong numbers without a word. The header layout is that of NIfTI-1 and
NIfTI-2 (https://nifti.nimh.nih.gov).
"""

import gzip
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np

from ..errors import InputError
from .geometry import check_direction, check_spacing

_CHUNK_BYTES = 1 << 22
_LONGEST_HEADER = 540
#: NIfTI data types that can hold what is not finite: float32 and float64.
_FLOATS = {16: "f4", 64: "f8"}


@dataclass(frozen=True)
class _Layout:
    """Where the fields stand: offset and struct format of each."""

    dim: tuple[int, str]
    datatype: tuple[int, str]
    bitpix: tuple[int, str]
    pixdim: tuple[int, str]
    vox_offset: tuple[int, str]
    sform_code: tuple[int, str]
    srow: tuple[int, str]


_NIFTI_1 = _Layout((40, "8h"), (70, "h"), (72, "h"), (76, "8f"), (108, "f"), (254, "h"), (280, "12f"))
_NIFTI_2 = _Layout((16, "8q"), (12, "h"), (14, "h"), (104, "8d"), (168, "q"), (348, "i"), (400, "12d"))
_LAYOUT_OF_HEADER_SIZE = {348: _NIFTI_1, 540: _NIFTI_2}


@dataclass(frozen=True)
class _Header:
    """The fields of a header that are checked."""

    dimension: int
    voxels: int
    bytes_each: int
    first_byte: int
    floats: str
    spacing_mm: tuple[float, ...]
    axes: np.ndarray | None


def check_nifti(path: Path) -> None:
    """Raise :class:`InputError` for a NIfTI file of unsound geometry, length or voxels; pass others."""
    if not path.name.lower().endswith((".nii", ".nii.gz")):
        return
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    try:
        with opened(path, "rb") as opened_file:
            stream = cast("IO[bytes]", opened_file)
            header = _header(stream.read(_LONGEST_HEADER), path)
            _check_geometry(header, path)
            _check_voxels(stream, header, path)
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{path}: expected a whole NIfTI file, got one that is truncated or damaged ({error})"
        raise InputError(msg) from error


def _header(raw: bytes, path: Path) -> _Header:
    if len(raw) < _LONGEST_HEADER:
        msg = f"{path}: expected a NIfTI file, got one of {len(raw)} bytes that ends within its header"
        raise InputError(msg)
    order = "<" if struct.unpack_from("<i", raw)[0] in _LAYOUT_OF_HEADER_SIZE else ">"
    layout = _LAYOUT_OF_HEADER_SIZE.get(struct.unpack_from(order + "i", raw)[0])
    if layout is None:
        msg = f"{path}: expected a NIfTI file, got one whose header has another size"
        raise InputError(msg)

    def field(place: tuple[int, str]) -> tuple[float, ...]:
        return struct.unpack_from(order + place[1], raw, place[0])

    dimension = int(field(layout.dim)[0])
    counts = [max(int(n), 1) for n in field(layout.dim)[1 : 1 + min(max(dimension, 0), 7)]]
    floats = _FLOATS.get(int(field(layout.datatype)[0]), "")
    has_sform = field(layout.sform_code)[0] > 0
    return _Header(
        dimension=dimension,
        voxels=int(np.prod(counts, dtype=np.int64)),
        bytes_each=int(field(layout.bitpix)[0]) // 8,
        first_byte=int(field(layout.vox_offset)[0]),
        floats=order + floats if floats else "",
        spacing_mm=field(layout.pixdim)[1:4],
        axes=np.reshape(field(layout.srow), (3, 4))[:, :3] if has_sform else None,
    )


def _check_geometry(header: _Header, path: Path) -> None:
    if header.dimension != 3:
        return  # refused later, with its size
    check_spacing(header.spacing_mm, str(path))
    if header.axes is not None:
        lengths = np.linalg.norm(header.axes, axis=0)
        check_spacing(tuple(lengths), str(path))
        check_direction(header.axes / lengths, str(path))


def _check_voxels(stream: IO[bytes], header: _Header, path: Path) -> None:
    wanted = header.voxels * header.bytes_each
    stream.seek(header.first_byte)
    length = not_finite = 0
    while length < wanted and (chunk := stream.read(min(_CHUNK_BYTES, wanted - length))):
        length += len(chunk)
        if header.floats:
            whole = len(chunk) // header.bytes_each * header.bytes_each
            not_finite += int(np.count_nonzero(~np.isfinite(np.frombuffer(chunk[:whole], header.floats))))
    if length < wanted:
        msg = f"{path}: expected {wanted} bytes of voxels, got {length}: the file is truncated"
        raise InputError(msg)
    if not_finite:
        msg = f"{path}: expected finite voxels, got {not_finite} that are NaN or infinite"
        raise InputError(msg)
