"""What the zones are labeled from: the images by role, the organ and hints, on one grid. No Qt."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from slicer.i18n import tr as _

from interventional_oncology.errors import InputError
from interventional_oncology.images import same_grid
from interventional_oncology.mrml.segmentations import mask_from_segment
from interventional_oncology.mrml.volumes import grid_from_volume, image_from_volume
from interventional_oncology.panels.inputs import optionalSegmentMask, segmentMask
from interventional_oncology.zones import LABELS, ROLES

#: Field of the parameter node that holds the image of a role.
FIELDS = {role: "zones" + "".join(part.capitalize() for part in role.split("_")) for role in ROLES}
#: The image that gives the grid is the first of these; the sequences are compared with the portal phase.
_GRID_FROM = ("portal", "ct_portal", "arterial", "ct_arterial")


@dataclass(frozen=True)
class ZonesInputs:
    """One examination, as the functions of the zones take it.

    Attributes
    ----------
    images : dict of str to SimpleITK.Image
        By role, all on the grid of ``organ``; LPS mm in world.
    organ : SimpleITK.Image
    region, priorTumor, previous : SimpleITK.Image or None
        Masks, and the labels of an earlier examination.
    days : int or None
        Since treatment.
    warnings : tuple of str
    """

    images: dict[str, sitk.Image]
    organ: sitk.Image
    region: sitk.Image | None
    priorTumor: sitk.Image | None
    previous: sitk.Image | None
    days: int | None
    warnings: tuple[str, ...]


def chosenVolumes(parameterNode) -> dict:
    """Return the volumes chosen, by role."""
    chosen = {role: getattr(parameterNode, field) for role, field in FIELDS.items()}
    return {role: volume for role, volume in chosen.items() if volume is not None}


def referenceVolume(volumes: dict):
    """Return the volume that gives the grid: the portal phase, or what comes nearest to it."""
    return next((volumes[role] for role in _GRID_FROM if role in volumes), next(iter(volumes.values())))


def gatherInputs(parameterNode) -> ZonesInputs:
    """Return what is chosen, on the grid of :func:`referenceVolume`.

    Raises
    ------
    InputError
        If something is missing or cannot be used.
    """
    node, volumes = parameterNode, chosenVolumes(parameterNode)
    if not volumes:
        msg = _("Choose at least one contrast phase first.")
        raise InputError(msg)
    _checkOnce(volumes)
    reference = referenceVolume(volumes)
    grid = image_from_volume(reference, world=True)
    images, warnings = {}, []
    for role, volume in volumes.items():
        if not same_grid(grid_from_volume(volume, world=True), grid):
            warnings.append(f"{volume.GetName()} was interpolated onto the grid of {reference.GetName()}.")
        images[role] = image_from_volume(volume, world=True, reference=grid)
    return ZonesInputs(
        images=images,
        organ=segmentMask(node, "zonesOrgan", grid, "the treated organ"),
        region=optionalSegmentMask(node, "zonesRegion", grid, "the treated region"),
        priorTumor=optionalSegmentMask(node, "zonesPriorTumor", grid, "the tumor before treatment"),
        previous=labelsFromSegments(node.previousZones, grid) if node.previousZones is not None else None,
        days=_days(node.daysSinceTreatment),
        warnings=tuple(warnings),
    )


def labelsFromSegments(segmentationNode, grid: sitk.Image) -> sitk.Image:
    """Return the labels of the layers as they are drawn now; where segments overlap the later one counts.

    Parameters
    ----------
    segmentationNode : slicer.vtkMRMLSegmentationNode
        Its segments have the names of :data:`interventional_oncology.zones.LABELS`.
    grid : SimpleITK.Image

    Raises
    ------
    InputError
        If a segment has another name.
    """
    segmentation = segmentationNode.GetSegmentation()
    names = {key: segmentation.GetSegment(key).GetName() for key in segmentation.GetSegmentIDs()}
    unknown = [name for name in names.values() if name not in LABELS]
    if unknown:
        msg = f"{segmentationNode.GetName()}: expected segments named {', '.join(LABELS)}, got {unknown[0]}."
        raise InputError(msg)
    labels = np.zeros(grid.GetSize()[::-1], np.uint8)
    for key, name in names.items():
        mask = mask_from_segment(segmentationNode, key, grid)
        labels[sitk.GetArrayViewFromImage(mask) > 0] = LABELS[name]
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(grid)
    return image


def writeCommand(inputs: ZonesInputs, parameterNode, folder: Path) -> list[str]:
    """Write the files of one run into ``folder`` and return the command.

    Raises
    ------
    InputError
        If the disk is full.
    """
    arguments = ["zones", "--treatment", parameterNode.zonesTreatment.value, "--out", str(folder / "out")]
    arguments += ["--organ", _write(inputs.organ, folder / "organ.nrrd")]
    for role, image in inputs.images.items():
        arguments += ["--image", f"{role}={_write(image, folder / f'{role}.nrrd')}"]
    for option, mask in (("region", inputs.region), ("prior-tumor", inputs.priorTumor)):
        if mask is not None:
            arguments += [f"--{option}", _write(mask, folder / f"{option}.nrrd")]
    if inputs.previous is not None:
        (folder / "previous").mkdir()
        _write(inputs.previous, folder / "previous" / "zones.nii.gz")
        arguments += ["--previous", str(folder / "previous")]
    if inputs.days is not None:
        arguments += ["--days-since-treatment", str(inputs.days)]
    return [*arguments, "--complete-before"] if parameterNode.completeBefore else arguments


def _checkOnce(volumes: dict) -> None:
    roles: dict[str, str] = {}
    for role, volume in volumes.items():
        other = roles.setdefault(volume.GetID(), role)
        if other != role:
            msg = f"{volume.GetName()} is chosen twice, as {other} and as {role}; choose it once."
            raise InputError(msg)


def _days(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        msg = f"Days since treatment: expected a whole number of 0 or more, got {text!r}."
        raise InputError(msg)
    return int(text)


def _write(image: sitk.Image, path: Path) -> str:
    try:
        sitk.WriteImage(image, str(path))
    except RuntimeError as error:  # a full disk, most likely
        msg = f"{path}: expected to write a scan for the worker process, got an error; is the disk full?"
        raise InputError(msg) from error
    return str(path)
