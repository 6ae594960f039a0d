"""Telling whether the segments of a segmentation were changed: a text that changes with their voxels."""

import zlib

import numpy as np

from interventional_oncology.mrml.layers import LABELMAP, layer_ijk_to_ras
from interventional_oncology.mrml.voxels import array_from_vtk_image, has_voxels

# Node and segment to (time of the last change, label, text): voxels are read again only when they changed.
_known: dict[tuple[str, str], tuple[int, int, str]] = {}


def segmentState(segmentationNode) -> str:
    """Return a text of the names and voxels of all segments; colors and visibility do not count."""
    if segmentationNode is None:
        return ""
    segmentation = segmentationNode.GetSegmentation()
    texts = []
    for key in segmentation.GetSegmentIDs():
        segment = segmentation.GetSegment(key)
        texts.append(f"{segment.GetName()}:{_knownVoxels((segmentationNode.GetID(), key), segment)}")
    return " ".join(texts)


def _knownVoxels(key: tuple[str, str], segment) -> str:
    layer, label = segment.GetRepresentation(LABELMAP), segment.GetLabelValue()
    if not has_voxels(layer):
        return "0"
    if _known.get(key, ())[:2] != (layer.GetMTime(), label):
        _known[key] = (layer.GetMTime(), label, _voxels(layer, label))
    return _known[key][2]


def _voxels(layer, label: int) -> str:
    places = np.argwhere(array_from_vtk_image(layer) == label)
    if not len(places):
        return "0"
    # The editor may crop or pad a layer: places are counted from the corner of what is drawn.
    low = places.min(axis=0)
    corner = layer_ijk_to_ras(layer) @ [*low[::-1], 1.0]
    digest = zlib.crc32((places - low).astype(np.int32).tobytes())
    return f"{len(places)}/{digest:08x}/" + ",".join(f"{value:.1f}" for value in corner[:3])
