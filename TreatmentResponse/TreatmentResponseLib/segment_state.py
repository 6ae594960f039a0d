"""Telling whether the segments of a segmentation were changed: a text that changes with their voxels."""

import zlib

import numpy as np

from interventional_oncology.mrml.layers import LABELMAP, layer_ijk_to_ras
from interventional_oncology.mrml.voxels import array_from_vtk_image, has_voxels


def segmentState(segmentationNode) -> str:
    """Return a text of the names and voxels of all segments; colors and visibility do not count."""
    if segmentationNode is None:
        return ""
    segmentation = segmentationNode.GetSegmentation()
    segments = (segmentation.GetSegment(key) for key in segmentation.GetSegmentIDs())
    return " ".join(f"{segment.GetName()}:{_voxels(segment)}" for segment in segments)


def _voxels(segment) -> str:
    layer = segment.GetRepresentation(LABELMAP)
    if not has_voxels(layer):
        return "0"
    places = np.argwhere(array_from_vtk_image(layer) == segment.GetLabelValue())
    if not len(places):
        return "0"
    # The editor may crop or pad a layer: places are counted from the corner of what is drawn.
    low = places.min(axis=0)
    corner = layer_ijk_to_ras(layer) @ [*low[::-1], 1.0]
    digest = zlib.crc32((places - low).astype(np.int32).tobytes())
    return f"{len(places)}/{digest:08x}/" + ",".join(f"{value:.1f}" for value in corner[:3])
