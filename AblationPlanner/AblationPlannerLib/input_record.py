"""What a margin was computed from, to notice that it no longer is what the panel shows."""

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

_SEGMENTS = ("tumor", "ablation", "organ", "planned")
_SETTINGS = ("thresholdMm", "subcapsularMm", "registrationErrorMm")
# Node and segment to (time of the last change, shape): voxels are read again only when they changed.
_known: dict[tuple[str, str], tuple[int, list[float]]] = {}


def inputRecord(parameterNode) -> dict:
    """Return the choices and settings of the parameter node, and the shape of each segment."""
    record = {name: getattr(parameterNode, name) for name in _SETTINGS}
    record["subcapsularRule"] = parameterNode.subcapsularRule.value
    for field in ("scan", "errorMap"):
        record[field] = _nodeID(getattr(parameterNode, field))
    for field in _SEGMENTS:
        node, segmentID = getattr(parameterNode, field), getattr(parameterNode, f"{field}SegmentID")
        record[field] = [_nodeID(node), segmentID, _transformID(node), _shape(node, segmentID)]
    return record


def _nodeID(node) -> str:
    return node.GetID() if node is not None else ""


def _transformID(node) -> str:
    return (node.GetTransformNodeID() or "") if node is not None else ""


def _shape(node, segmentID: str) -> list[float]:
    """Return number, center (RAS mm) and spread (mm^2) of the voxels of a segment; empty without a labelmap.

    Saving a scene crops and renumbers the layers that segments are stored in, so these are compared and not
    the stored voxels.
    """
    segment = node.GetSegmentation().GetSegment(segmentID) if node is not None and segmentID else None
    name = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    layer = segment.GetRepresentation(name) if segment is not None else None
    if layer is None or layer.GetPointData().GetScalars() is None:
        return []
    key, time = (node.GetID(), segmentID), layer.GetMTime()
    if key not in _known or _known[key][0] != time:
        _known[key] = (time, _measure(layer, segment.GetLabelValue()))
    return _known[key][1]


def _measure(layer, label: int) -> list[float]:
    voxels = vtk_to_numpy(layer.GetPointData().GetScalars()).reshape(layer.GetDimensions()[::-1])
    index = np.argwhere(voxels == label)[:, ::-1] + np.array(layer.GetExtent()[::2])
    if not len(index):
        return [0.0]
    toWorld = vtk.vtkMatrix4x4()
    layer.GetImageToWorldMatrix(toWorld)
    center = toWorld.MultiplyPoint([*index.mean(axis=0).tolist(), 1.0])[:3]
    spread = float((index.var(axis=0) * np.square(layer.GetSpacing())).sum())
    return [float(len(index)), *(round(part, 2) for part in (*center, spread))]
