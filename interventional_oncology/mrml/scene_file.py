"""One file with the whole result, which desktop Slicer opens: ``scene.mrb``."""

import dataclasses
import datetime
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
import slicer
import vtk

from ..errors import InputError
from ..images.native_messages import native_messages_hidden
from ..quantities import QUANTITIES
from . import hierarchy
from .colors import margin_colors, margin_range_mm
from .markups import line_from_points
from .models import model_from_surface
from .scenes import new_scene
from .segmentations import add_segment, add_segmentation
from .tables import Measured, table_from_rows
from .transforms import transform_to_node
from .views import arrange_views, show_as_radiologists_do
from .volumes import volume_from_image

# The wheel writes its own name as the application, about which Slicer warns each time such a scene is opened.
# The nodes are those of the oldest Slicer we support; the last number only has to be positive.
_SCENE_VERSION = "Slicer 5.10.0 1"
_FILL_OPACITY = 0.15  # segments are outlines first: the image must be seen through them
_SLICE_CONTOUR_PIXELS = 2


@dataclasses.dataclass(frozen=True)
class SceneContent:
    """What goes into a scene file; everything by the name it is shown with.

    The names are also those of the files inside the bundle, so they must not tell who the patient is.

    Geometry is LPS mm. What ``moved_by`` names is given in its own frame, that of its scan, and stays so: it
    is put under the transform, which shows it in the frame of the fixed image.

    Attributes
    ----------
    images : mapping of str to SimpleITK.Image
        The first is the background of the slice views; the first one moved by a transform is blended in.
    masks : mapping of str to mapping of str to SimpleITK.Image
        Segmentation, segment, mask.
    surfaces : mapping of str to vtkPolyData
        Colored by the point array ``margin_mm`` where they have it. The views look at the first.
    transforms : mapping of str to SimpleITK.Transform
        Fixed points to moving points.
    moved_by : mapping of str to str
        Image, segmentation, surface or line, to transform.
    tables : mapping of str to sequence of rows
        Rows are mappings or dataclasses.
    lines : mapping of str to pair of points
    dates : mapping of str to datetime.date
        Of anything above, by its name: what has one stands in the study of that date.
    segment_colors : mapping of (str, str) to (red, green, blue)
        0 to 1, by segmentation and segment; Slicer picks the others.
    segment_terminologies : mapping of (str, str) to str
        Terminology entries by segmentation and segment.
    quantities : mapping or iterable of Quantity, optional
        Titles and units of table columns; those of the package if absent.
    threshold_mm : float
        Margin that is wanted: where the colors of the surfaces change.
    patient : str
        Shown in the subject hierarchy and nowhere else, not in a file name.
    """

    images: Mapping[str, sitk.Image] = dataclasses.field(default_factory=dict)
    masks: Mapping[str, Mapping[str, sitk.Image]] = dataclasses.field(default_factory=dict)
    surfaces: Mapping[str, vtk.vtkPolyData] = dataclasses.field(default_factory=dict)
    transforms: Mapping[str, sitk.Transform] = dataclasses.field(default_factory=dict)
    moved_by: Mapping[str, str] = dataclasses.field(default_factory=dict)
    tables: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]] = dataclasses.field(default_factory=dict)
    dates: Mapping[str, datetime.date] = dataclasses.field(default_factory=dict)
    segment_colors: Mapping[tuple[str, str], Sequence[float]] = dataclasses.field(default_factory=dict)
    segment_terminologies: Mapping[tuple[str, str], str] = dataclasses.field(default_factory=dict)
    quantities: Mapping[str, Measured] | Iterable[Measured] | None = None
    threshold_mm: float = 5.0
    patient: str = "Patient"

    def names(self) -> list[str]:
        """Return the name of every item, with repetitions."""
        groups = (self.images, self.masks, self.surfaces, self.transforms, self.tables, self.lines)
        return [name for group in groups for name in group]


def write_scene(content: SceneContent, path: Path) -> None:
    """Write a scene bundle (``.mrb``) that desktop Slicer opens, at once or not at all.

    Parameters
    ----------
    content : SceneContent
    path : Path
        Ends in ``.mrb``; an existing file is replaced.

    Raises
    ------
    InputError
        If the path does not end in ``.mrb``, a name is used twice, ``moved_by`` or ``dates`` name something
        that is not there, or an item is refused by its own conversion.
    OSError
        If Slicer could not write the file.
    """
    path = Path(path)
    if path.suffix.lower() != ".mrb":
        msg = f"{path}: expected a scene file that ends in .mrb"
        raise InputError(msg)
    scene = build_scene(content)
    # In a folder of its own, since Slicer names the folder inside the bundle by the file.
    with tempfile.TemporaryDirectory(prefix=".scene-", dir=path.parent) as folder:
        partial = Path(folder) / path.name
        scene.SetVersion(_SCENE_VERSION)
        messages = slicer.vtkMRMLMessageCollection()
        with native_messages_hidden():  # some versions list each file they pack on standard output
            written = scene.WriteToMRB(str(partial), None, messages)
        if not written or not partial.is_file():
            msg = f"{path}: expected to write the scene, Slicer reported: {messages.GetAllMessagesAsString()}"
            raise OSError(msg)
        partial.replace(path)


def read_scene(path: Path) -> "slicer.vtkMRMLScene":
    """Return a new scene with the content of a scene bundle (``.mrb``).

    Raises
    ------
    InputError
        If there is no such file, it is not a scene bundle, or Slicer reports an error in it.
    """
    path = Path(path)
    if not zipfile.is_zipfile(path):
        found = "another file" if path.exists() else "nothing there"
        msg = f"{path}: expected a scene bundle (.mrb), got {found}"
        raise InputError(msg)
    scene, messages = new_scene(), slicer.vtkMRMLMessageCollection()
    with tempfile.TemporaryDirectory(prefix="scene-") as folder:
        # Slicer unpacks below the cache folder of the application; there is no application here.
        cache, manager = slicer.vtkCacheManager(), slicer.vtkDataIOManager()
        cache.SetRemoteCacheDirectory(folder)
        manager.SetCacheManager(cache)
        scene.SetDataIOManager(manager)
        opened = scene.ReadFromMRB(str(path), False, messages)
        scene.SetDataIOManager(None)
    if not opened:
        msg = f"{path}: expected a scene that opens, Slicer reported: {messages.GetAllMessagesAsString()}"
        raise InputError(msg)
    return scene


def build_scene(content: SceneContent) -> "slicer.vtkMRMLScene":
    """Return a new scene with the content and a sensible first view of it.

    Raises
    ------
    InputError
        As :func:`write_scene`.
    """
    _check_names(content)
    scene = new_scene()
    transforms = {name: transform_to_node(scene, one, name) for name, one in content.transforms.items()}
    volumes = {name: _add_volume(scene, one, name) for name, one in content.images.items()}
    segmentations = {name: _add_masks(scene, content, name) for name in content.masks}
    models = {
        name: _add_surface(scene, one, name, content.threshold_mm) for name, one in content.surfaces.items()
    }
    lines = {name: line_from_points(scene, *ends, name) for name, ends in content.lines.items()}
    known = QUANTITIES if content.quantities is None else content.quantities
    tables = {name: table_from_rows(scene, rows, known, name) for name, rows in content.tables.items()}
    nodes = {**transforms, **volumes, **segmentations, **models, **lines, **tables}
    for name, transform_name in content.moved_by.items():
        nodes[name].SetAndObserveTransformNodeID(transforms[transform_name].GetID())
    _place(scene, content, nodes)
    arrange_views(
        scene,
        background=next(iter(volumes.values()), None),
        foreground=next((volumes[name] for name in content.moved_by if name in volumes), None),
        table=next(iter(tables.values()), None),
        **_focus(next(iter(models.values()), None)),
    )
    return scene


def _check_names(content: SceneContent) -> None:
    names = content.names()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"expected one name for each item of a scene, got {', '.join(twice)} more than once"
        raise InputError(msg)
    movable = {*content.images, *content.masks, *content.surfaces, *content.lines}
    for name, transform_name in content.moved_by.items():
        if name not in movable or transform_name not in content.transforms:
            msg = f"expected an item and a transform of the scene, got {name} moved by {transform_name}"
            raise InputError(msg)
    unknown = sorted(set(content.dates) - set(names))
    if unknown:
        msg = f"expected dates of items of the scene, got one of {', '.join(unknown)}"
        raise InputError(msg)


def _add_volume(
    scene: "slicer.vtkMRMLScene", image: sitk.Image, name: str
) -> "slicer.vtkMRMLScalarVolumeNode":
    node = volume_from_image(scene, image, name)
    show_as_radiologists_do(node)
    return node


def _add_masks(
    scene: "slicer.vtkMRMLScene", content: SceneContent, name: str
) -> "slicer.vtkMRMLSegmentationNode":
    node = add_segmentation(scene, name)
    for segment_name, mask in content.masks[name].items():
        add_segment(
            node,
            mask,
            segment_name,
            color=content.segment_colors.get((name, segment_name)),
            terminology=content.segment_terminologies.get((name, segment_name)),
        )
    node.GetDisplayNode().SetOpacity2DFill(_FILL_OPACITY)
    return node


def _add_surface(
    scene: "slicer.vtkMRMLScene", surface: vtk.vtkPolyData, name: str, threshold_mm: float
) -> "slicer.vtkMRMLModelNode":
    colors, range_mm = margin_colors(scene, threshold_mm=threshold_mm), margin_range_mm(threshold_mm)
    node = model_from_surface(scene, surface, name, color_node=colors, range_mm=range_mm)
    display = node.GetDisplayNode()
    display.SetVisibility2D(True)
    display.SetSliceIntersectionThickness(_SLICE_CONTOUR_PIXELS)
    return node


def _place(
    scene: "slicer.vtkMRMLScene", content: SceneContent, nodes: "Mapping[str, slicer.vtkMRMLNode]"
) -> None:
    patient = hierarchy.subject(scene, content.patient)
    dates = sorted(set(content.dates.values()))
    studies = {date: hierarchy.study(scene, patient, f"{date:%Y-%m-%d}", date) for date in dates}
    for name, node in nodes.items():
        hierarchy.place_in(node, studies[content.dates[name]] if name in content.dates else patient)


def _focus(model: "slicer.vtkMRMLModelNode | None") -> dict[str, Any]:
    """Return where the views look: middle and half diagonal of a surface."""
    if model is None:
        return {}
    bounds_mm = [0.0] * 6
    model.GetRASBounds(bounds_mm)
    low, high = np.array(bounds_mm[::2]), np.array(bounds_mm[1::2])
    return {
        "focus_ras_mm": ((low + high) / 2).tolist(),
        "focus_radius_mm": float(np.linalg.norm(high - low) / 2),
    }
