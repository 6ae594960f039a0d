"""Changing the voxels of a segment that is there: name, color, identifier and surface in 3D stay."""

from collections.abc import Iterator
from contextlib import contextmanager

import SimpleITK as sitk
import slicer

from ..errors import InputError
from .frames import ijk_to_ras
from .layers import LABELMAP, layer_from_array
from .segmentations import segment_of, under_transform

_SURFACE = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()


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
    with surface_made_anew(segmentation):
        # A layer of its own: the one it had may be shared with other segments.
        segment.RemoveRepresentation(LABELMAP)
        segment.SetLabelValue(1)
        segment.AddRepresentation(LABELMAP, layer)
        segmentation.InvalidateNonSourceRepresentations()
    segment.Modified()
    node.Modified()


@contextmanager
def surface_made_anew(segmentation: "slicer.vtkSegmentation") -> Iterator[None]:
    """Make the surface of all segments again after a change of their voxels, if they had one before.

    Slicer shows segments in 3D only where there is a surface, and a change of the voxels removes it.
    """
    had_surface = segmentation.ContainsRepresentation(_SURFACE)
    yield
    if had_surface:
        segmentation.CreateRepresentation(_SURFACE)
