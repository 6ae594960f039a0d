"""Changing the voxels of a segment that is there: name, color and identifier stay."""

import SimpleITK as sitk
import slicer

from ..errors import InputError
from .frames import ijk_to_ras
from .layers import LABELMAP, layer_from_array
from .segmentations import segment_of, under_transform


def replace_segment(node: "slicer.vtkMRMLSegmentationNode", segment_id: str, mask: sitk.Image) -> None:
    """Replace the voxels of a segment by those of a mask.

    Parameters
    ----------
    node : slicer.vtkMRMLSegmentationNode
        Whose segments are label maps.
    segment_id : str
    mask : SimpleITK.Image
        Nonzero is inside; LPS mm in world, as for :func:`~.segmentations.add_segment`.

    Raises
    ------
    InputError
        If there is no such segment, or it is drawn as a surface or as contours.
    """
    segment = segment_of(node, segment_id)
    segmentation = node.GetSegmentation()
    if segmentation.GetSourceRepresentationName() != LABELMAP:
        msg = (
            f"{node.GetName()}: expected segments drawn as voxels, got "
            f"{segmentation.GetSourceRepresentationName()}; convert them in the Segmentations module"
        )
        raise InputError(msg)
    stored = under_transform(mask, node)
    layer = layer_from_array(sitk.GetArrayViewFromImage(stored) != 0, ijk_to_ras(stored))
    # A layer of its own: the one it had may be shared with other segments.
    segment.RemoveRepresentation(LABELMAP)
    segment.SetLabelValue(1)
    segment.AddRepresentation(LABELMAP, layer)
    segmentation.InvalidateNonSourceRepresentations()
    segment.Modified()
    node.Modified()
