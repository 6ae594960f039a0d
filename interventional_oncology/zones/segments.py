"""``zones.seg.nrrd``: the layers as coded segments that Slicer opens with names, colors and terminology.

The header fields are those of Slicer's vtkMRMLSegmentationStorageNode. What has no standard code has one of
the private scheme ``99IOSLICER``, listed in ``Resources/Terminologies/zones.term.json``.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ..errors import InputError
from ..images.segmentation_files import is_segmentation, read_segment, segment_names
from ..resources import resource_path
from .records import LABELS, Zones

# Code of each layer in the terminology file.
_CODES = {
    "necrosis": "6574001",
    "hemorrhagic_congestion": "IO0102",
    "inflammation": "IO0103",
    "viable_tumor": "IO0104",
    "edema": "79654002",
    "rim_enhancement": "IO0106",
}
_ABLATION_ZONE, _ABLATIONS = "IO0107", ("thermal", "ire")
_REGION_CONTEXT = "Anatomic codes - DICOM master list"


@dataclass(frozen=True)
class LayerTerm:
    """How a layer is coded and colored.

    Attributes
    ----------
    title : str
        Meaning of the code, in words.
    color : tuple of float
        Red, green, blue, 0 to 1.
    terminology : str
        Slicer's terminology entry.
    """

    title: str
    color: tuple[float, float, float]
    terminology: str


def layer_terms() -> dict[str, LayerTerm]:
    """Return the terms of all layers by name, read from the terminology file."""
    return {name: _terms()[code] for name, code in _CODES.items()}


def terms_of(found: Collection[str], treatment: str) -> dict[str, LayerTerm]:
    """Return the terms of all layers by name, as they are to be coded beside each other.

    Necrosis that is all of an ablation zone is coded as that: it is dead tissue of every kind.

    Parameters
    ----------
    found : collection of str
        Names of the layers that are there.
    treatment : str
        One of :data:`~.labeling.TREATMENTS`.
    """
    terms = layer_terms()
    if treatment in _ABLATIONS and not set(found) - {"necrosis", "viable_tumor"}:
        terms["necrosis"] = _terms()[_ABLATION_ZONE]
    return terms


@cache
def _terms() -> dict[str, LayerTerm]:
    """Return all terms of the terminology file by their codes."""
    path = resource_path("Terminologies", "zones.term.json")
    table = json.loads(path.read_text(encoding="utf-8"))
    context = table["SegmentationCategoryTypeContextName"]
    found = {}
    for category in table["SegmentationCodes"]["Category"]:
        for entry in category["Type"]:
            parts = [context, _code(category), _code(entry), "^^", _REGION_CONTEXT, "^^", "^^"]
            red, green, blue = (value / 255.0 for value in entry["recommendedDisplayRGBValue"])
            found[entry["CodeValue"]] = LayerTerm(entry["CodeMeaning"], (red, green, blue), "~".join(parts))
    return found


def _code(entry: dict[str, str]) -> str:
    return f"{entry['CodingSchemeDesignator']}^{entry['CodeValue']}^{entry['CodeMeaning']}"


def write_segmentation(zones: Zones, path: Path) -> None:
    """Write the layers that are there as segments of one file, all in one label layer.

    Raises
    ------
    RuntimeError
        If the file cannot be written.
    """
    image = sitk.Cast(zones.labels, sitk.sitkUInt8)
    image.SetMetaData("Segmentation_ContainedRepresentationNames", "Binary labelmap|")
    image.SetMetaData("Segmentation_MasterRepresentation", "Binary labelmap")
    image.SetMetaData("Segmentation_ReferenceImageExtentOffset", "0 0 0")
    labels = sitk.GetArrayViewFromImage(zones.labels)
    terms = terms_of([layer.name for layer in zones.layers], zones.treatment)
    for number, layer in enumerate(zones.layers):
        for key, value in _fields(layer.name, terms[layer.name], labels).items():
            image.SetMetaData(f"Segment{number}_{key}", value)
    sitk.WriteImage(image, str(path), useCompression=True)


def read_segmentation(path: str | Path, grid: sitk.Image) -> sitk.Image:
    """Return the labels of a segmentation as a reader has edited it, on the grid of ``grid``.

    Segments are known by their names, those of :data:`~.records.LABELS`. Slicer crops what it writes: what
    the file does not hold is background. Where segments overlap, the later one counts.

    Raises
    ------
    InputError
        If the file is no segmentation, cannot be read, or a segment has another name.
    """
    if not is_segmentation(Path(path)):
        msg = f"{path}: expected a segmentation (.seg.nrrd or DICOM SEG), as `zones` writes it"
        raise InputError(msg)
    names = segment_names(Path(path))
    unknown = [name for name in names if name not in LABELS]
    if unknown or not names:
        msg = f"{path}: expected segments named {', '.join(LABELS)}, got {', '.join(unknown) or 'none'}"
        raise InputError(msg)
    labels = np.zeros(grid.GetSize()[::-1], dtype=np.uint8)
    for number, name in enumerate(names, start=1):
        segment = read_segment(Path(path), str(number))
        placed = sitk.Resample(segment, grid, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
        labels[sitk.GetArrayViewFromImage(placed) > 0] = LABELS[name]
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(grid)
    return image


def _fields(name: str, term: LayerTerm, labels: np.ndarray) -> dict[str, str]:
    places = np.argwhere(labels == LABELS[name])
    low, high = places.min(axis=0)[::-1], places.max(axis=0)[::-1]
    return {
        "ID": name,
        "Name": name,
        "NameAutoGenerated": "0",
        "Color": " ".join(f"{value:.6g}" for value in term.color),
        "ColorAutoGenerated": "0",
        "LabelValue": str(LABELS[name]),
        "Layer": "0",
        "Extent": " ".join(f"{a} {b}" for a, b in zip(low, high, strict=True)),
        "Tags": f"TerminologyEntry:{term.terminology}|",
    }
