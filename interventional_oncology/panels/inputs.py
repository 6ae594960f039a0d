"""What a button needs before it can work, said in one sentence; and segments as masks."""

from collections.abc import Iterable

import SimpleITK as sitk

from ..errors import InputError
from ..mrml.segmentations import mask_from_segment


def required(value, what: str):
    """Return ``value``, a node or text chosen in the panel.

    Raises
    ------
    InputError
        If nothing was chosen; ``what`` says what.
    """
    if not value:
        msg = f"Choose {what} first."
        raise InputError(msg)
    return value


def missing(needed: Iterable[tuple[object, str]]) -> str:
    """Return what a button still needs, for its tooltip; empty when it can be pressed.

    Parameters
    ----------
    needed : iterable of (value, what)

    Examples
    --------
    >>> missing([("scan", "the scan"), (None, "the tumor"), ("", "the ablation zone")])
    'First choose the tumor and the ablation zone.'
    """
    lacking = [what for value, what in needed if not value]
    return f"First choose {' and '.join(lacking)}." if lacking else ""


def chosenSegment(parameterNode, field: str) -> bool:
    """Say whether the segment of a field is chosen and still there."""
    node, segmentID = getattr(parameterNode, field), getattr(parameterNode, f"{field}SegmentID")
    return node is not None and bool(segmentID) and node.GetSegmentation().GetSegment(segmentID) is not None


def segmentMask(parameterNode, field: str, reference: sitk.Image, what: str) -> sitk.Image:
    """Return the chosen segment as a mask on the grid of ``reference``.

    Raises
    ------
    InputError
        If no segment is chosen, or it holds no voxel of ``reference``.
    """
    if not chosenSegment(parameterNode, field):
        msg = f"Choose {what} first."
        raise InputError(msg)
    node, segmentID = getattr(parameterNode, field), getattr(parameterNode, f"{field}SegmentID")
    mask = mask_from_segment(node, segmentID, reference)
    if not sitk.GetArrayViewFromImage(mask).any():
        name = node.GetSegmentation().GetSegment(segmentID).GetName()
        msg = f"The segment {name} of {node.GetName()} has no voxel inside the scan; expected {what}."
        raise InputError(msg)
    return mask


def optionalSegmentMask(parameterNode, field: str, reference: sitk.Image, what: str) -> sitk.Image | None:
    """Return the chosen segment as a mask, or None when none is chosen."""
    if not chosenSegment(parameterNode, field):
        return None
    return segmentMask(parameterNode, field, reference, what)
