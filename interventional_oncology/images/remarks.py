"""What a reader has to say about an image, carried in its metadata: cautions, and its frame of reference.

``SimpleITK`` hands metadata neither to a filtered image nor to NIfTI files. An NRRD file keeps it, so nothing
is written here that names a patient: a DICOM UID only as its SHA-256.
"""

import hashlib

import SimpleITK as sitk

_CAUTIONS = "reading_cautions"
_FRAME = "frame_of_reference_sha256"
#: UIDs of the standard itself name an atlas (DICOM PS3.6, table A-2), which many patients share.
_OF_THE_STANDARD = "1.2.840.10008."


def add_caution(image: sitk.Image, text: str) -> None:
    """Add a sentence on what was done to an image when it was read."""
    image.SetMetaData(_CAUTIONS, "\n".join((*cautions(image), text)))


def cautions(image: sitk.Image) -> tuple[str, ...]:
    """Return the sentences on what was done to an image when it was read, in their order."""
    if not image.HasMetaDataKey(_CAUTIONS):
        return ()
    return tuple(image.GetMetaData(_CAUTIONS).splitlines())


def note_frame_of_reference(image: sitk.Image, uid: str) -> None:
    """Remember the DICOM frame of reference of an image, if it has one of its own."""
    if uid and not uid.startswith(_OF_THE_STANDARD):
        image.SetMetaData(_FRAME, hashlib.sha256(uid.encode()).hexdigest())


def shared_frame_of_reference(fixed: sitk.Image, moving: sitk.Image) -> bool:
    """Say whether both images come from DICOM with one frame of reference.

    Their coordinates then mean the same place of the scanner, and of a patient who did not move: the identity
    is where to start a registration (DICOM PS3.3, C.7.4.1).

    Parameters
    ----------
    fixed, moving : SimpleITK.Image
        As :func:`~.reading.read_image` returned them; a filtered or resampled image has lost its frame.
    """
    if not (fixed.HasMetaDataKey(_FRAME) and moving.HasMetaDataKey(_FRAME)):
        return False
    return bool(fixed.GetMetaData(_FRAME) == moving.GetMetaData(_FRAME))
