"""Masks to segments and back, voxel by voxel, whatever the geometry of either.

Slicer stores segments as labels in *layers*: an image per layer with its own extent (usually cropped) and
possibly several segments in it. Segments live in world: a segmentation under a transform is meant where it is
shown. All of this is taken care of here; the layer itself is not for measurement.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import SimpleITK as sitk
import slicer

from ..errors import InputError
from ..images import resample, resample_mask
from .frames import has_right_angles, ijk_to_ras, set_ijk_to_ras
from .layers import LABELMAP, REFERENCE_GEOMETRY, layer_from_array, layer_ijk_to_ras, set_reference_geometry
from .terminology import check_terminology
from .transforms import linear_to_world, to_world_transform, transform_between
from .volumes import grid_around, grid_from_volume, wants_world
from .voxels import array_from_vtk_image, has_voxels
from .vtk_transforms import linear_matrix_ras


def segment_id(node: "slicer.vtkMRMLSegmentationNode", name: str) -> str:
    """Return the identifier of the segment called ``name``.

    Raises
    ------
    InputError
        If no segment, or more than one, has the name.
    """
    segmentation = node.GetSegmentation()
    ids = segmentation.GetSegmentIDs()
    found = [one for one in ids if segmentation.GetSegment(one).GetName() == name]
    if len(found) == 1:
        return found[0]
    names = ", ".join(segmentation.GetSegment(one).GetName() for one in ids) or "none"
    msg = f"{node.GetName()}: expected one segment called {name}, got {len(found)}; its segments: {names}"
    raise InputError(msg)


def mask_from_segment(
    node: "slicer.vtkMRMLSegmentationNode",
    segment_id: str,
    reference: "slicer.vtkMRMLVolumeNode | sitk.Image",
    *,
    world: bool | None = None,
) -> sitk.Image:
    """Return a segment as a mask on the grid of a reference.

    Parameters
    ----------
    node : slicer.vtkMRMLSegmentationNode
    segment_id : str
        Identifier, not name: see :func:`segment_id`.
    reference : slicer.vtkMRMLVolumeNode or SimpleITK.Image
        The volume the mask will be compared with. An image is in world (LPS mm).
    world : bool, optional
        For a reference volume under a transform, as in
        :func:`interventional_oncology.mrml.volumes.image_from_volume`: with the same value the mask and the
        image share their grid, and a voxel of the mask is inside where the volume *as shown* is inside.

    Returns
    -------
    SimpleITK.Image
        uint8, 0 and 1. Equal to the stored voxels where the grids agree; else interpolated linearly and
        cut at one half. All zeros if the segment is empty or outside the reference; what lies outside is
        cut off (:func:`interventional_oncology.images.touches_border` tells).

    Raises
    ------
    InputError
        If a node is missing, there is no such segment, or the reference is refused.
    """
    segment = segment_of(node, segment_id)
    frame = None
    if isinstance(reference, sitk.Image):
        grid = reference
    else:
        frame = None if wants_world(reference, world) else reference.GetParentTransformNode()
        grid = grid_from_volume(reference, world=world)
    mask = _stored_mask(node, segment_id, segment, grid)
    if mask is None:
        return _zeros_on(grid)
    between = transform_between(frame, node.GetParentTransformNode(), node.GetName(), grid)
    # A rim of zeros: at the cropped border the mask ends half a voxel on, as everywhere else.
    return resample_mask(sitk.ConstantPad(mask, (1, 1, 1), (1, 1, 1), 0), grid, transform=between)


def segment_of(node: "slicer.vtkMRMLSegmentationNode", segment_id: str) -> "slicer.vtkSegment":
    """Return a segment by its identifier, or refuse with those there are."""
    if node is None:
        msg = "expected a segmentation node, got none"
        raise InputError(msg)
    segment = node.GetSegmentation().GetSegment(segment_id) if segment_id else None
    if segment is None:
        known = ", ".join(node.GetSegmentation().GetSegmentIDs()) or "none"
        msg = f"{node.GetName()}: expected the identifier of a segment, got {segment_id!r}; it has: {known}"
        raise InputError(msg)
    return segment


def _stored_mask(
    node: "slicer.vtkMRMLSegmentationNode", segment_id: str, segment: "slicer.vtkSegment", grid: sitk.Image
) -> sitk.Image | None:
    """Return a segment as stored, in the frame of its node (LPS mm), or None if it has no voxel."""
    layer, label = segment.GetRepresentation(LABELMAP), segment.GetLabelValue()
    source = node.GetSegmentation().GetSourceRepresentationName()
    if layer is None and segment.GetRepresentation(source) is not None:
        layer, label = _converted(node, segment_id, source, grid)
    if not has_voxels(layer):
        return None
    inside = array_from_vtk_image(layer) == label
    if not inside.any():
        return None
    mask = sitk.GetImageFromArray(inside.astype(np.uint8))
    set_ijk_to_ras(mask, layer_ijk_to_ras(layer))
    return mask


def _converted(
    node: "slicer.vtkMRMLSegmentationNode", segment_id: str, source: str, grid: sitk.Image
) -> "tuple[slicer.vtkOrientedImageData, int]":
    """Make the labelmap of a segment drawn as a surface or as contours; the node is left as it is."""
    copy = slicer.vtkSegmentation()
    copy.SetSourceRepresentationName(source)
    copy.CopySegmentFromSegmentation(node.GetSegmentation(), segment_id)
    to_world = linear_to_world(node.GetParentTransformNode())
    matrix = ijk_to_ras(grid) if to_world is None else np.linalg.inv(to_world) @ ijk_to_ras(grid)
    set_reference_geometry(copy, matrix, grid.GetSize())
    if not copy.CreateRepresentation(LABELMAP):
        msg = f"{node.GetName()}: expected a segment that converts to voxels, got {segment_id} as {source}"
        raise InputError(msg)
    converted = copy.GetSegment(segment_id)
    return converted.GetRepresentation(LABELMAP), converted.GetLabelValue()


def _zeros_on(grid: sitk.Image) -> sitk.Image:
    zeros = sitk.Image(grid.GetSize(), sitk.sitkUInt8)
    zeros.CopyInformation(grid)
    return zeros


def _take_along(mask: sitk.Image, transform: sitk.Transform) -> bool:
    """Move an image with its points (LPS) by a linear transform, if its axes stay at right angles."""
    matrix = linear_matrix_ras(transform) @ ijk_to_ras(mask)
    if not has_right_angles(matrix):
        return False
    set_ijk_to_ras(mask, matrix)
    return True


def add_segmentation(
    scene: "slicer.vtkMRMLScene", name: str, *, reference: "slicer.vtkMRMLVolumeNode | None" = None
) -> "slicer.vtkMRMLSegmentationNode":
    """Add an empty segmentation node whose segments are label maps.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    name : str
    reference : slicer.vtkMRMLVolumeNode, optional
        Volume the segments belong to: gives the grid for editing, and the segmentation is put under the
        same transform as the volume.
    """
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    node.GetSegmentation().SetSourceRepresentationName(LABELMAP)
    if reference is not None:
        node.SetReferenceImageGeometryParameterFromVolumeNode(reference)
        node.SetAndObserveTransformNodeID(reference.GetTransformNodeID())
    return node


def add_segment(
    node: "slicer.vtkMRMLSegmentationNode",
    mask: sitk.Image,
    name: str,
    *,
    color: Sequence[float] | None = None,
    terminology: str | None = None,
) -> str:
    """Add a mask as a segment; voxels are stored as they are.

    Parameters
    ----------
    node : slicer.vtkMRMLSegmentationNode
    mask : SimpleITK.Image
        Nonzero is inside; LPS mm in world. Under a transform that is not rigid the mask is interpolated.
    name : str
    color : sequence of 3 floats, optional
        Red, green, blue, 0 to 1. Slicer picks one if absent.
    terminology : str, optional
        Slicer's terminology entry, see :func:`interventional_oncology.mrml.terminology.terminology_entry`.

    Returns
    -------
    str
        Identifier of the new segment.

    Raises
    ------
    InputError
        If the mask is not 3-D, the color or the terminology is malformed.
    """
    _check_segment(mask, name, color, terminology)
    stored = under_transform(mask, node)
    layer = layer_from_array(sitk.GetArrayViewFromImage(stored) != 0, ijk_to_ras(stored))
    if not node.GetSegmentation().GetConversionParameter(REFERENCE_GEOMETRY):
        set_reference_geometry(node.GetSegmentation(), ijk_to_ras(stored), stored.GetSize())
    return _append(node, layer, 1, name, color, terminology)


def segmentation_from_labels(
    scene: "slicer.vtkMRMLScene",
    labels: sitk.Image,
    names: Mapping[int, str],
    *,
    name: str = "Segmentation",
    colors: Mapping[int, Sequence[float]] | None = None,
    terminologies: Mapping[int, str] | None = None,
    reference: "slicer.vtkMRMLVolumeNode | None" = None,
) -> "slicer.vtkMRMLSegmentationNode":
    """Add a segmentation with one segment per label, all in one shared layer.

    Parameters
    ----------
    scene : slicer.vtkMRMLScene
    labels : SimpleITK.Image
        Whole numbers; LPS mm in world.
    names : mapping of int to str
        Label to name, in the order wanted. A label that no voxel has gives an empty segment.
    name : str
        Name of the segmentation.
    colors, terminologies : mapping, optional
        By label, as in :func:`add_segment`.
    reference : slicer.vtkMRMLVolumeNode, optional
        As in :func:`add_segmentation`.

    Raises
    ------
    InputError
        If ``labels`` is not 3-D or has fractions, a label is not positive, or as :func:`add_segment`.
    """
    if min(names, default=1) < 1 or "float" in labels.GetPixelIDTypeAsString():
        msg = (
            f"{name}: expected whole labels from 1, got {labels.GetPixelIDTypeAsString()} and {sorted(names)}"
        )
        raise InputError(msg)
    colors, terminologies = colors or {}, terminologies or {}
    for label, label_name in names.items():
        _check_segment(labels, label_name, colors.get(label), terminologies.get(label))
    node = add_segmentation(scene, name, reference=reference)
    stored = under_transform(labels, node)
    values = sitk.GetArrayViewFromImage(stored)
    smallest = np.uint8 if max(names, default=1) < 256 else np.int32
    known = np.where(np.isin(values, list(names)), values, 0).astype(smallest)
    layer = layer_from_array(known, ijk_to_ras(stored))
    if reference is None:
        set_reference_geometry(node.GetSegmentation(), ijk_to_ras(stored), stored.GetSize())
    for label, label_name in names.items():
        _append(node, layer, label, label_name, colors.get(label), terminologies.get(label))
    return node


def _check_segment(
    mask: sitk.Image, name: str, color: Sequence[float] | None, terminology: str | None
) -> None:
    if mask.GetDimension() != 3 or mask.GetNumberOfComponentsPerPixel() != 1:
        msg = f"{name}: expected a 3-D mask with one value per voxel, got {mask.GetDimension()}-D"
        raise InputError(msg)
    if color is not None and (len(color) != 3 or not all(0 <= part <= 1 for part in color)):
        msg = f"{name}: expected a color of three numbers from 0 to 1, got {tuple(color)}"
        raise InputError(msg)
    if terminology is not None:
        check_terminology(terminology)


def under_transform(labels: sitk.Image, node: "slicer.vtkMRMLSegmentationNode") -> sitk.Image:
    """Return a label image given in world in the frame of the node, which may be under a transform."""
    parent = node.GetParentTransformNode()
    if parent is None:
        return labels
    to_node = transform_between(None, parent, node.GetName(), labels)
    moved = sitk.Image(labels)
    if to_node.IsLinear() and _take_along(moved, to_node):
        return moved
    # The way back is an inverse that is searched for point by point: only where there is something to move.
    drawn = _cropped(labels)
    grid = grid_around(drawn, to_world_transform(parent).GetInverse())
    return resample(
        drawn,
        grid,
        transform=transform_between(parent, None, node.GetName(), grid),
        interpolator="nearest",
        background=0,
    )


def _cropped(labels: sitk.Image) -> sitk.Image:
    """Return the part of a label image that holds its labels with a rim of a voxel; all of it if empty."""
    array = sitk.GetArrayViewFromImage(labels) != 0
    parts = []
    for axes in ((0, 1), (0, 2), (1, 2)):
        found = np.flatnonzero(array.any(axis=axes))
        if not found.size:
            return labels
        parts.append(slice(max(int(found[0]) - 1, 0), int(found[-1]) + 2))
    return labels[tuple(parts)]


def _append(
    node: "slicer.vtkMRMLSegmentationNode",
    layer: "slicer.vtkOrientedImageData",
    label: int,
    name: str,
    color: Sequence[float] | None,
    terminology: str | None,
) -> str:
    segment = slicer.vtkSegment()
    segment.SetName(name)
    segment.SetLabelValue(label)
    segment.AddRepresentation(LABELMAP, layer)
    if color is not None:
        segment.SetColor(*color)
    if terminology is not None:
        segment.SetTag(slicer.vtkSegment.GetTerminologyEntryTagName(), terminology)
    segmentation = node.GetSegmentation()
    new_id = segmentation.GenerateUniqueSegmentID(name)
    segmentation.AddSegment(segment, new_id)
    return new_id
