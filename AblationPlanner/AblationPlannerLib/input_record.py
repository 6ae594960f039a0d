"""What a margin was computed from, to notice that it no longer is what the panel shows."""

import zlib

import slicer
from vtk.util.numpy_support import vtk_to_numpy

_SEGMENTS = ("tumor", "ablation", "organ")
_SETTINGS = ("thresholdMm", "subcapsularMm", "registrationErrorMm")
# Node and segment to (time of the last change, checksum): voxels are read again only when they changed.
_known: dict[tuple[str, str], tuple[int, int]] = {}


def inputRecord(parameterNode) -> dict:
    """Return the choices and settings of the parameter node, and a checksum of each segment."""
    record = {name: getattr(parameterNode, name) for name in _SETTINGS}
    record["scan"] = _nodeID(parameterNode.scan)
    for field in _SEGMENTS:
        node, segmentID = getattr(parameterNode, field), getattr(parameterNode, f"{field}SegmentID")
        record[field] = [_nodeID(node), segmentID, _transformID(node), _checksum(node, segmentID)]
    return record


def _nodeID(node) -> str:
    return node.GetID() if node is not None else ""


def _transformID(node) -> str:
    return (node.GetTransformNodeID() or "") if node is not None else ""


def _checksum(node, segmentID: str) -> int:
    """Return a checksum of the layer a segment is stored in; 0 where there is no labelmap.

    Another segment of the same layer counts in: a result may be called outdated that is not, never the
    reverse.
    """
    segment = node.GetSegmentation().GetSegment(segmentID) if node is not None and segmentID else None
    name = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    layer = segment.GetRepresentation(name) if segment is not None else None
    if layer is None or layer.GetPointData().GetScalars() is None:
        return 0
    key, time = (node.GetID(), segmentID), layer.GetMTime()
    if _known.get(key, (None, 0))[0] != time:
        voxels = vtk_to_numpy(layer.GetPointData().GetScalars())
        place = repr((layer.GetExtent(), layer.GetOrigin(), layer.GetSpacing(), segment.GetLabelValue()))
        _known[key] = (time, zlib.crc32(voxels.tobytes(), zlib.crc32(place.encode())))
    return _known[key][1]
