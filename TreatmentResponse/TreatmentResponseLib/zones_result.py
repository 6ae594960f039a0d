"""What labeling the zones has found, as nodes: segments, two tables, and the record behind them. No Qt."""

import json

import SimpleITK as sitk
import slicer

from interventional_oncology.mrml.hierarchy import place_beside
from interventional_oncology.mrml.segment_voxels import surface_made_anew
from interventional_oncology.mrml.segmentations import segmentation_from_labels
from interventional_oncology.mrml.tables import update_table
from interventional_oncology.zones import LABELS
from interventional_oncology.zones.appearance import appearance
from interventional_oncology.zones.segments import terms_of

from .segment_state import segmentState
from .zones_inputs import chosenVolumes, referenceVolume
from .zones_tables import COLUMNS, findingRows, layerRows

#: Attribute of the findings table with the record as JSON.
RECORD_ATTRIBUTE = "InterventionalOncology.Zones"
_KEPT = (
    *("treatment", "layers", "findings", "treatment_response", "treatment_response_2018"),
    *("viable", "hepatobiliary_zone", "warnings"),
)


def lastZones(parameterNode) -> dict | None:
    """Return the record of the last run, or None; its keys are those of ``zones.json``."""
    table = parameterNode.zoneFindingTable if parameterNode is not None else None
    text = table.GetAttribute(RECORD_ATTRIBUTE) if table is not None else None
    return json.loads(text) if text else None


def outdatedBecause(parameterNode) -> str:
    """Say why the numbers no longer belong to what is chosen or drawn; empty when they do."""
    record = lastZones(parameterNode)
    if record is None:
        return ""
    if record["inputs"] != chosenInputs(parameterNode):
        return "images"
    return "" if record["segments"] == segmentState(parameterNode.zones) else "segments"


def chosenInputs(parameterNode) -> dict[str, str]:
    """Return what a result depends on: the treatment, and the ID of each image by role."""
    volumes = chosenVolumes(parameterNode)
    return {"treatment": parameterNode.zonesTreatment.value} | {r: v.GetID() for r, v in volumes.items()}


def putSegments(scene, parameterNode, labels: sitk.Image, treatment: str, reference) -> None:
    """Show labels as coded segments, in the segmentation of the run before if there is one.

    The layers of the treatment and living tumor have a segment even when they were not found, so that a
    reader can draw them. Codes and colors are those of the file that the command writes.
    """
    there = set(sitk.GetArrayViewFromImage(labels).ravel().tolist())
    wanted = {*appearance().treatments[treatment].layers, "viable_tumor"}
    names = {label: name for name, label in LABELS.items() if name in wanted or label in there}
    terms = terms_of([name for name, label in LABELS.items() if label in there], treatment)
    made = segmentation_from_labels(
        scene,
        labels,
        names,
        name="Treatment zones",
        colors={label: terms[name].color for label, name in names.items()},
        terminologies={label: terms[name].terminology for label, name in names.items()},
        reference=reference,
    )
    old = parameterNode.zones
    if old is None:
        parameterNode.zones = made
    else:
        _replaceSegments(old, made, reference)
        scene.RemoveNode(made)
    place_beside(parameterNode.zones, reference)


def putNumbers(scene, parameterNode, record: dict, inputs: dict[str, str]) -> None:
    """Fill both tables and keep the record with them."""
    tables = (
        ("zoneLayerTable", "Zone layers", layerRows(record)),
        ("zoneFindingTable", "Zone findings", findingRows(record)),
    )
    for field, name, rows in tables:
        if getattr(parameterNode, field) is None:
            setattr(parameterNode, field, scene.AddNewNodeByClass("vtkMRMLTableNode", name))
            place_beside(getattr(parameterNode, field), parameterNode.zones)
        update_table(getattr(parameterNode, field), rows, COLUMNS)
    kept = {key: record[key] for key in _KEPT}
    kept |= {"inputs": inputs, "segments": segmentState(parameterNode.zones)}
    parameterNode.zoneFindingTable.SetAttribute(RECORD_ATTRIBUTE, json.dumps(kept))


def gridVolume(parameterNode):
    """Return the volume whose grid the labels have."""
    return referenceVolume(chosenVolumes(parameterNode))


def _replaceSegments(node, other, reference) -> None:
    """Give a segmentation the segments of another one; its ID and its place in the scene stay."""
    modified = slicer.vtkMRMLNode.StartModify(node)
    segmentation, source = node.GetSegmentation(), other.GetSegmentation()
    with surface_made_anew(segmentation):
        segmentation.RemoveAllSegments()
        node.SetReferenceImageGeometryParameterFromVolumeNode(reference)
        node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
        for segmentID in source.GetSegmentIDs():
            segmentation.CopySegmentFromSegmentation(source, segmentID)
    node.EndModify(modified)
