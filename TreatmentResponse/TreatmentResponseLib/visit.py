"""One date: the scan and its lesions, as chosen in the panel. No Qt.

Each segment is one lesion; the same name at both dates is the same lesion. An empty segment says that the
lesion has disappeared, a missing one that nobody looked.
"""

import datetime
from dataclasses import dataclass, field

import scipy.ndimage
import SimpleITK as sitk

from interventional_oncology.errors import InputError
from interventional_oncology.images import same_grid
from interventional_oncology.lesions import LesionMeasurement, measure_lesions
from interventional_oncology.mrml.segmentations import mask_from_segment
from interventional_oncology.mrml.volumes import grid_from_volume, image_from_volume
from interventional_oncology.panels.inputs import required

# A label of one would be split into its pieces; a segment is one lesion.
_ONE_LESION = 2


@dataclass(frozen=True)
class Visit:
    """What was measured at one date.

    Attributes
    ----------
    date : datetime.date
    lesions : dict of str to LesionMeasurement or None
        By name of the segment, None for an empty segment.
    warnings : list of str
    """

    date: datetime.date
    lesions: dict[str, LesionMeasurement | None]
    warnings: list[str] = field(default_factory=list)


def measureVisit(volume, native, segmentation, dateText: str, which: str) -> Visit:
    """Measure all lesions of one date.

    Parameters
    ----------
    volume, native : slicer.vtkMRMLScalarVolumeNode
        The scan, and optionally the one before contrast: then the scan is taken as arterial phase and the
        enhancing part is measured too.
    segmentation : slicer.vtkMRMLSegmentationNode
    dateText : str
        Year-month-day.
    which : str
        ``"baseline"`` or ``"follow-up"``, for messages.

    Raises
    ------
    InputError
        If something is not chosen, the date is none, there is no segment, or two have one name.
    """
    scanNode = required(volume, f"the {which} scan")
    masks = _masks(required(segmentation, f"the lesions at {which}"), scanNode, which)
    visit = Visit(parseDate(dateText, which), {})
    scan = image_from_volume(scanNode, world=True)
    before = None
    if native is not None:
        if not same_grid(grid_from_volume(native, world=True), scan):
            visit.warnings.append(
                f"{native.GetName()} was interpolated onto the grid of {scanNode.GetName()}."
            )
        before = image_from_volume(native, world=True, reference=scan)
    for name, mask in masks.items():
        visit.lesions[name] = _measure(scan, before, mask)
        visit.warnings.extend(_warnings(name, mask, visit.lesions[name], which))
    return visit


def _masks(node, scanNode, which: str) -> dict[str, sitk.Image]:
    segmentation = node.GetSegmentation()
    identifiers = list(segmentation.GetSegmentIDs())
    names = [segmentation.GetSegment(key).GetName() for key in identifiers]
    if not names:
        msg = f"{node.GetName()}: expected one segment for each lesion at {which}, got none."
        raise InputError(msg)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = (
            f"{node.GetName()}: expected one segment a lesion, got {names.count(twice[0])} called {twice[0]}."
        )
        raise InputError(msg)
    grid = grid_from_volume(scanNode, world=True)
    return {name: mask_from_segment(node, key, grid) for name, key in zip(names, identifiers, strict=True)}


def parseDate(text: str, which: str = "baseline") -> datetime.date:
    """Return a date typed as year-month-day; ``which`` scan it is of is for the message."""
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"Date of the {which} scan: expected year-month-day such as 2025-02-20, got {text!r}."
        raise InputError(msg) from error


def _measure(scan: sitk.Image, native: sitk.Image | None, mask: sitk.Image) -> LesionMeasurement | None:
    if not sitk.GetArrayViewFromImage(mask).any():
        return None
    arterial = scan if native is not None else None
    return measure_lesions(scan, mask * _ONE_LESION, arterial=arterial, native=native)[0]


def _warnings(name: str, mask: sitk.Image, found: LesionMeasurement | None, which: str) -> list[str]:
    if found is None:
        return []
    said = []
    _labels, pieces = scipy.ndimage.label(sitk.GetArrayViewFromImage(mask), [[[1] * 3] * 3] * 3)
    if pieces > 1:
        said.append(f"{name} at {which} has {pieces} separate pieces; its axes run across them.")
    if found.touches_border:
        said.append(f"{name} at {which} reaches the border of the scan and may be cut off.")
    return said
