"""What the worker process of an alignment reads: files made from the chosen nodes, and the command."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.mrml.markups import points_from_list
from interventional_oncology.mrml.transforms import transform_from_node
from interventional_oncology.mrml.volumes import image_from_volume
from interventional_oncology.panels.inputs import chosenSegment, optionalSegmentMask, required
from interventional_oncology.registration.landmarks import COLUMNS

from .parameters import LandmarkUse, Start

#: Option of the command: field of the parameter node, and how messages call its segment. Those of a field
#: ``followup...`` lie in the follow-up.
_OF_BOTH = {
    "fixed-mask": ("baselineOrgan", "the organ"),
    "moving-mask": ("followupOrgan", "the organ"),
    "fixed-vessels": ("baselineVessels", "the vessels"),
    "moving-vessels": ("followupVessels", "the vessels"),
}
#: The same where the scans are compared.
_OF_COMPARING = {
    "exclude-mask": ("treatedRegion", "the treated region"),
    "moving-exclude-mask": ("followupTreatedRegion", "the treated region"),
    "rigid-mask": ("rigidTissue", "the tissue to keep"),
    "region": ("region", "the region"),
}


def writeInputs(parameterNode, folder: Path) -> list[str]:
    """Write the files of one alignment into ``folder`` and return the command.

    Raises
    ------
    InputError
        If an input is missing or cannot be used, or the disk is full.
    """
    baseline = required(parameterNode.baselineVolume, "the baseline scan")
    followup = required(parameterNode.followupVolume, "the follow-up scan")
    if baseline is followup:
        msg = f"Baseline and follow-up are the same scan ({baseline.GetName()}); choose two."
        raise InputError(msg)
    _refuseAligned(followup, parameterNode.transform)
    fixed, moving = image_from_volume(baseline, world=True), image_from_volume(followup, world=True)
    images = {"fixed": fixed, "moving": moving}
    arguments = ["register", "--out", str(folder / "out")]
    arguments += _landmarks(parameterNode, folder / "landmarks.csv")
    if parameterNode.landmarkUse is LandmarkUse.START:
        arguments += [*_settings(parameterNode), *_start(parameterNode, fixed, folder / "initial.h5")]
        images |= _masks(parameterNode, _OF_BOTH | _OF_COMPARING, fixed, moving)
    else:
        arguments += _fromLandmarksAlone(parameterNode)
        images |= _masks(parameterNode, _OF_BOTH, fixed, moving)
    for name, image in images.items():
        arguments += [f"--{name}", _write(image, folder / f"{name}.nrrd")]
    return arguments


def _refuseAligned(followup, alignment) -> None:
    """A follow-up under its own alignment would be aligned twice, and moved while the result is read."""
    above = followup.GetParentTransformNode()
    while above is not None:
        if above is alignment:
            msg = _("{scan} lies under the alignment {name} already; take it out to align it again.")
            raise InputError(msg.format(scan=followup.GetName(), name=above.GetName()))
        above = above.GetParentTransformNode()


def _masks(parameterNode, fields, fixed: sitk.Image, moving: sitk.Image) -> dict[str, sitk.Image]:
    masks = {}
    for option, (field, what) in fields.items():
        grid = moving if field.startswith("followup") else fixed
        masks[option] = optionalSegmentMask(parameterNode, field, grid, what)
    return {option: mask for option, mask in masks.items() if mask is not None}


def _fromLandmarksAlone(parameterNode) -> list[str]:
    if not all([parameterNode.baselineLandmarks, parameterNode.followupLandmarks]):
        msg = _("Choose the landmarks of both dates: the alignment is to be made from them alone.")
        raise InputError(msg)
    for field, title in (("region", _("Only inside")), ("rigidTissue", _("Keeps its shape"))):
        if chosenSegment(parameterNode, field):
            msg = _("Landmarks alone have no use for the segment of '{title}': choose none there.")
            raise InputError(msg.format(title=title))
    return ["--landmarks-only", parameterNode.landmarkUse.value]


def _settings(parameterNode) -> list[str]:
    arguments = ["--method", parameterNode.method.value, "--error-map", parameterNode.errorMapMode.value]
    for name in ("preset", "engine"):
        if getattr(parameterNode, name):
            arguments += [f"--{name}", getattr(parameterNode, name)]
    return arguments


def _landmarks(parameterNode, path: Path) -> list[str]:
    lists = [parameterNode.baselineLandmarks, parameterNode.followupLandmarks]
    if not any(lists):
        return []
    if not all(lists):
        msg = _("Landmarks are chosen at one date only; choose the list of the other date, or none.")
        raise InputError(msg)
    fixed, moving = map(points_from_list, lists)
    if len(fixed) != len(moving):
        msg = _("The two lists of landmarks have {first} and {second} points; expected the same number.")
        raise InputError(msg.format(first=len(fixed), second=len(moving)))
    rows = [",".join(map(repr, row)) for row in np.hstack([fixed, moving]).tolist()]
    path.write_text("\n".join([",".join(COLUMNS), *rows, ""]), encoding="utf-8")
    return ["--landmarks", str(path)]


def _start(parameterNode, fixed: sitk.Image, path: Path) -> list[str]:
    if chosenSegment(parameterNode, "region"):
        if parameterNode.transform is None:
            msg = _("Align the whole scans first: a region is aligned again, from what was found before.")
            raise InputError(msg)
        sitk.WriteTransform(transform_from_node(parameterNode.transform, reference=fixed), str(path))
        return ["--initial", str(path)]
    return ["--initial", "identity"] if parameterNode.start is Start.AS_PLACED else []


def _write(image: sitk.Image, path: Path) -> str:
    try:
        sitk.WriteImage(image, str(path))
    except RuntimeError as error:  # a full disk, most likely
        msg = f"{path}: expected to write a scan for the worker process, got an error; is the disk full?"
        raise InputError(msg) from error
    return str(path)
